#!/usr/bin/env bash
# Upload a video with curl and ask what it shows.
set -euo pipefail
base_url=${OPENAI_BASE_URL:-http://127.0.0.1:8000/v1}
file=${1:-examples/moon.mp4}
auth="Authorization: Bearer $OPENAI_API_KEY"

uploaded=$(curl -sS --fail-with-body "$base_url/files" -H "$auth" -F purpose=video -F "file=@$file")
echo "$uploaded"
id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' <<<"$uploaded")

curl -sS --fail-with-body "$base_url/chat/completions" -H "$auth" -H "Content-Type: application/json" -d @- <<JSON; echo
{"model": "kimi-k2.5", "messages": [{"role": "user", "content": [
  {"type": "video_url", "video_url": {"url": "ms://$id"}},
  {"type": "text", "text": "Describe the content of the video."}]}]}
JSON
curl -sS --fail-with-body -X DELETE "$base_url/files/$id" -H "$auth"; echo
