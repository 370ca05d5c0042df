#!/usr/bin/env bash
# Upload an image with curl and ask what it shows.
set -euo pipefail
base_url=${OPENAI_BASE_URL:-http://127.0.0.1:8000/v1}
file=${1:-examples/moon.png}
auth="Authorization: Bearer $OPENAI_API_KEY"

uploaded=$(curl -sS --fail-with-body "$base_url/files" -H "$auth" -F purpose=image -F "file=@$file")
echo "$uploaded"
id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' <<<"$uploaded")

curl -sS --fail-with-body "$base_url/chat/completions" -H "$auth" -H "Content-Type: application/json" -d @- <<JSON; echo
{"model": "kimi-k2.5", "messages": [{"role": "user", "content": [
  {"type": "image_url", "image_url": {"url": "ms://$id"}},
  {"type": "text", "text": "Describe the content of the image."}]}]}
JSON
curl -sS --fail-with-body -X DELETE "$base_url/files/$id" -H "$auth"; echo
