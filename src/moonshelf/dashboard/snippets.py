"""Code to copy: the same request in Python, for Node and for curl."""

import json
import shlex
from collections.abc import Mapping
from textwrap import dedent

from moonshelf.dashboard.chosen import Chosen


def upload(base_url: str, key: str) -> Mapping[str, str]:
    """Show how a file is uploaded and read with *key*."""
    python = f"""\
        from pathlib import Path
        from openai import OpenAI

        client = OpenAI(base_url={json.dumps(base_url)}, api_key={json.dumps(key)})
        file = client.files.create(file=Path("report.pdf"), purpose="file-extract")
        print(client.files.content(file.id).text)"""
    node = f"""\
        import fs from "node:fs";
        import OpenAI from "openai";

        const client = new OpenAI({{ baseURL: {json.dumps(base_url)}, apiKey: {json.dumps(key)} }});
        const file = await client.files.create({{ file: fs.createReadStream("report.pdf"), purpose: "file-extract" }});
        console.log(await (await client.files.content(file.id)).text());"""
    curl = f"""\
        curl {base_url}/files \\
          -H "Authorization: Bearer {key}" \\
          -F purpose=file-extract -F file=@report.pdf"""
    return {"Python": dedent(python), "Node": dedent(node), "curl": dedent(curl)}


def chat(base_url: str, model: str, question: str, chosen: Chosen) -> Mapping[str, str]:
    """Show how *model* is asked about the *chosen* files."""
    return {
        "Python": _python_chat(base_url, model, question, chosen),
        "Node": _node_chat(base_url, model, question, chosen),
        "curl": _curl_chat(base_url, model, question, chosen),
    }


def _python_chat(base_url: str, model: str, question: str, chosen: Chosen) -> str:
    asked = f'{{"role": "user", "content": {json.dumps(chosen.beside(question), ensure_ascii=False)}}}'
    messages = f"""\
messages = [{{"role": "system", "content": client.files.content(one).text}} for one in {json.dumps(list(chosen.texts))}]
messages.append({asked})"""
    return f"""\
from openai import OpenAI

client = OpenAI(base_url={json.dumps(base_url)}, api_key="sk-…")
{messages if chosen.texts else f"messages = [{asked}]"}
for chunk in client.chat.completions.create(model={json.dumps(model)}, messages=messages, stream=True):
    print(chunk.choices[0].delta.content or "", end="")"""


def _node_chat(base_url: str, model: str, question: str, chosen: Chosen) -> str:
    asked, ids = json.dumps(chosen.beside(question), ensure_ascii=False), json.dumps(list(chosen.texts))
    asked = f'{{ role: "user", content: {asked} }}'
    messages = f"""\
const texts = await Promise.all({ids}.map(async (one) => (await client.files.content(one)).text()));
const messages = texts.map((content) => ({{ role: "system", content }}));
messages.push({asked});"""
    return f"""\
import OpenAI from "openai";

const client = new OpenAI({{ baseURL: {json.dumps(base_url)}, apiKey: "sk-…" }});
{messages if chosen.texts else f"const messages = [{asked}];"}
const stream = await client.chat.completions.create({{ model: {json.dumps(model)}, messages, stream: true }});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");"""


def _curl_chat(base_url: str, model: str, question: str, chosen: Chosen) -> str:
    """Compose a request whose documents curl fetches first; ``jq`` puts them, and the question, in as strings."""
    fetched = [
        f'--arg f{n} "$(curl -s {base_url}/files/{one}/content -H "$AUTH")"' for n, one in enumerate(chosen.texts)
    ]
    system = [f'{{role:"system",content:$f{n}}}' for n in range(len(chosen.texts))]
    messages = ",".join([*system, f'{{role:"user",content:{_jq_content(chosen)}}}'])
    lines = [
        'AUTH="Authorization: Bearer sk-…"',
        f"jq -n --arg q {shlex.quote(question)} --arg m {shlex.quote(model)} \\",
        *(f"  {one} \\" for one in fetched),
        f"  '{{model:$m,stream:true,messages:[{messages}]}}' |",
        f'  curl -N {base_url}/chat/completions -H "$AUTH" -H "Content-Type: application/json" -d @-',
    ]
    return "\n".join(lines)


def _jq_content(chosen: Chosen) -> str:
    parts = [f'{{type:"{kind}_url",{kind}_url:{{url:"ms://{one}"}}}}' for one, kind in chosen.shown]
    return f'[{",".join(parts)},{{type:"text",text:$q}}]' if parts else "$q"
