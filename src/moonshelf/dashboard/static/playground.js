// Ask a model about the chosen files, and show the answer as it comes.
const form = document.querySelector("#ask");
const shown = document.querySelector("#turns");
const stop = document.querySelector("#stop");
const turns = [];
let asking = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  if (!form.elements.question.reportValidity()) return; // the form itself is never checked: htmx would draw no request
  const question = form.elements.question.value.trim();
  if (question && !asking) ask(question);
});
form.elements.question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
form.elements.q?.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault(); // it searches as one types, and is no question yet
});

// The request is drawn anew with every change; which language is open stays as it was.
let open = [];
document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll("[data-sample][open]")].map((one) => one.dataset.sample);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const one of document.querySelectorAll("[data-sample]")) one.open = open.includes(one.dataset.sample);
});
stop.addEventListener("click", () => asking?.abort());

function draw(role, text) {
  document.querySelector("#hint")?.remove();
  const box = document.createElement("div");
  box.className = `turn ${role}`;
  box.textContent = text;
  shown.append(box);
  return box;
}

async function ask(question) {
  asking = new AbortController();
  stop.hidden = false;
  turns.push({ role: "user", content: question });
  draw("user", question);
  const box = draw("assistant busy", "");
  let answer = "";
  try {
    for await (const piece of answered()) {
      answer += piece;
      box.textContent = answer;
    }
    turns.push({ role: "assistant", content: answer });
    form.elements.question.value = "";
  } catch (error) {
    turns.pop();
    draw("problem", sentence(error)).setAttribute("role", "alert");
    if (!answer) box.remove();
  } finally {
    box.classList.remove("busy");
    stop.hidden = true;
    asking = null;
  }
}

async function* answered() {
  const files = [...form.querySelectorAll("input[name=file]:checked")].map((one) => one.value);
  const answer = await fetch("/dashboard/playground/chat", {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": form.dataset.csrf },
    body: JSON.stringify({ model: form.elements.model.value, turns, files }),
    signal: asking.signal,
  });
  if (!answer.ok) {
    const told = await answer.json().catch(() => null);
    throw new Error(told?.error?.message ?? `The server answered ${answer.status}.`);
  }
  for await (const line of lines(answer.body)) {
    if (!line.startsWith("data:") || line.includes("[DONE]")) continue;
    const chunk = JSON.parse(line.slice(5));
    if (chunk.error) throw new Error(chunk.error.message);
    yield chunk.choices?.[0]?.delta?.content ?? "";
  }
}

// By a reader: Safari iterates over no streams.
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const whole = (rest + piece.value).split("\n");
    rest = whole.pop();
    yield* whole;
  }
  yield rest;
}

function sentence(error) {
  if (error.name === "AbortError") return "Stopped.";
  // Every browser has words of its own for a connection that ends, or half a line, and none says what to do.
  const broken = error instanceof TypeError || error instanceof SyntaxError;
  return broken ? "The connection to the server ended before the answer did. Please ask again." : error.message;
}
