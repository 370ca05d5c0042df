// Ask about an image: once as a part of the message itself, once uploaded and referred to.
import fs from "node:fs";
import path from "node:path";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: process.env.OPENAI_API_KEY,
});
const name = process.argv[2] ?? "examples/moon.png";

async function describe(url) {
  const completion = await client.chat.completions.create({
    model: "kimi-k2.5",
    messages: [
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url } },
          { type: "text", text: "Describe the content of the image." },
        ],
      },
    ],
  });
  return completion.choices[0].message.content;
}

// As Kimi's documentation has it, with the dot of the suffix: what counts is what the bytes are.
console.log(await describe(`data:image/${path.extname(name)};base64,${fs.readFileSync(name).toString("base64")}`));

const file = await client.files.create({ file: fs.createReadStream(name), purpose: "image" });
console.log(await describe(`ms://${file.id}`));
await client.files.delete(file.id);
