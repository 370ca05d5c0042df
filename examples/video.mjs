// Upload a video and ask what happens in it.
import fs from "node:fs";
import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.OPENAI_BASE_URL ?? "http://127.0.0.1:8000/v1",
  apiKey: process.env.OPENAI_API_KEY,
});
const name = process.argv[2] ?? "examples/moon.mp4";

const file = await client.files.create({ file: fs.createReadStream(name), purpose: "video" });
console.log(file.media); // how large and how long it is: a field of Moonshelf's

const answer = await client.chat.completions.create({
  model: "kimi-k2.5",
  messages: [
    {
      role: "user",
      content: [
        { type: "video_url", video_url: { url: `ms://${file.id}` } },
        { type: "text", text: "Describe what happens in the video." },
      ],
    },
  ],
  stream: true,
});
for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
console.log();
await client.files.delete(file.id);
