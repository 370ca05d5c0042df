// Send a large file in parts, several at once, and read its content.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import OpenAI, { toFile } from "openai";

const client = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: process.env.OPENAI_API_KEY,
});
const name = process.argv[2] ?? "examples/bzip2-manual.pdf";
const partSize = Number(process.env.PART_SIZE ?? 64 * 2 ** 20); // bytes; there are no larger ones

const bytes = fs.readFileSync(name);
const upload = await client.uploads.create({
  filename: path.basename(name),
  bytes: bytes.length,
  mime_type: "application/pdf",
  purpose: "file-extract",
});

const parts = [];
for (let start = 0; start < bytes.length; start += partSize) {
  const data = await toFile(bytes.subarray(start, start + partSize));
  parts.push(client.uploads.parts.create(upload.id, { data }));
}
const part_ids = (await Promise.all(parts)).map((part) => part.id);
const md5 = createHash("md5").update(bytes).digest("hex");
const { status, file } = await client.uploads.complete(upload.id, { part_ids, md5 });
console.log(status, file.filename, file.bytes);
console.log((await (await client.files.content(file.id)).text()).slice(0, 500));
