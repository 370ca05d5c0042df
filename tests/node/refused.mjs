// Upload a file that is refused, as a stream and as a File, and print what the client makes of it.
import fs from "node:fs";
import OpenAI from "openai";

const client = new OpenAI({ maxRetries: 0 });
const path = process.argv[2];
for (const file of [fs.createReadStream(path), new File([fs.readFileSync(path)], "big.bin")]) {
  try {
    await client.files.create({ file, purpose: "file-extract" });
    console.log("accepted");
  } catch (error) {
    console.log(`${error.constructor.name} ${error.status} ${error.message}`);
  }
}
