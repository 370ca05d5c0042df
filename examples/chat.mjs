// Upload a document twice, as a stream and as a File, read its content, and stream a model's answer about it.
import fs from "node:fs";
import path from "node:path";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: process.env.OPENAI_API_KEY,
});
const name = process.argv[2] ?? "examples/bzip2-manual.pdf";

const streamed = await client.files.create({ file: fs.createReadStream(name), purpose: "file-extract" });
const whole = await client.files.create({
  file: new File([fs.readFileSync(name)], path.basename(name)),
  purpose: "file-extract",
});
console.log(streamed.filename, "|", whole.filename); // the second is renamed: one account, one name

const content = await (await client.files.content(streamed.id)).text();
console.log(JSON.parse(content).content.slice(0, 200));

const answer = await client.chat.completions.create({
  model: "kimi-k2-turbo-preview",
  messages: [
    { role: "system", content },
    { role: "user", content: `Please give a brief introduction of what ${path.basename(name)} is about.` },
  ],
  stream: true,
});
for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
console.log();
await Promise.all([client.files.delete(streamed.id), client.files.delete(whole.id)]);
