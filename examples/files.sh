#!/usr/bin/env bash
# Upload a document with curl, look at it, read it, delete it.
set -euo pipefail
base_url=${OPENAI_BASE_URL:-http://127.0.0.1:8000/v1}
file=${1:-examples/bzip2-manual.pdf}
auth="Authorization: Bearer $OPENAI_API_KEY"

uploaded=$(curl -sS --fail-with-body "$base_url/files" -H "$auth" -F purpose=file-extract -F "file=@$file")
echo "$uploaded"
id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' <<<"$uploaded")

curl -sS --fail-with-body "$base_url/files?limit=5" -H "$auth"; echo
curl -sS --fail-with-body "$base_url/files/$id" -H "$auth"; echo
curl -sS --fail-with-body "$base_url/files/$id/content" -H "$auth" | cut -c 1-400; echo
curl -sS --fail-with-body -X DELETE "$base_url/files/$id" -H "$auth"; echo
