// Upload of many files and folders, dropped or picked, a few at a time, each with its progress.
const AT_ONCE = 3;
const form = document.querySelector("#drop");
const list = document.querySelector("#uploads");
const picker = document.querySelector("#pick");
const folder = document.querySelector("#folder");
const waiting = [];
let running = 0;
let offered = 0;
let sent = 0;

picker.multiple = true;
form.classList.add("ready");

form.addEventListener("submit", (event) => event.preventDefault());
for (const input of [picker, folder]) {
  input.addEventListener("change", () => {
    offer([...input.files]);
    input.value = "";
  });
}
document.querySelector("#pick-folder").addEventListener("click", () => folder.click());
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("over");
});
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  form.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...event.dataTransfer.files];
  offer(entries.length ? (await Promise.all(entries.map(within))).flat() : plain);
});

async function within(entry) {
  if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    // A reader gives a hundred entries at a time, and none when it has given all.
    const some = await new Promise((read, failed) => reader.readEntries(read, failed));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(within))).flat());
  }
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function offer(files) {
  if (!running && !waiting.length) offered = sent = 0;
  offered += files.length;
  for (const file of files) {
    const line = document.createElement("li");
    const bar = element("progress", { max: 1, value: 0 });
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const said = element("span", { className: "dim said", textContent: "waiting" });
    line.append(element("bdi", { className: "name", textContent: file.name }), bar, said);
    list.append(line);
    waiting.push({ file, line, bar, said });
  }
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) send(waiting.shift());
  const busy = running + waiting.length;
  document.querySelector("#sending").hidden = !list.childElementCount;
  document.querySelector("#sum").hidden = !busy;
  document.querySelector("#sum").value = offered ? sent / offered : 0;
  const failed = list.childElementCount - busy;
  const problems = failed ? `, ${failed} not sent` : "";
  document.querySelector("#sent").textContent = `${sent} of ${offered} uploaded${problems}`;
}

function send(one) {
  const { file, line, bar, said } = one;
  running += 1;
  const done = (problem, again) => {
    running -= 1;
    if (problem) fail(one, problem, again);
    else {
      sent += 1;
      line.remove();
    }
    next();
    // The list is drawn anew when all are in: it knows how to sort and count them, and what room is left.
    if (!running && !waiting.length) window.htmx?.trigger("#filters", "uploaded");
  };
  const most = Number(form.dataset.largest);
  if (file.size > most) return done(`larger than the ${form.dataset.largestSaid} that this server takes`, false);
  const body = new FormData();
  body.append("purpose", form.elements.purpose.value);
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/dashboard/files");
  request.setRequestHeader("x-csrf-token", form.dataset.csrf);
  request.upload.addEventListener("progress", (event) => {
    bar.value = event.loaded / Math.max(event.total, 1);
    said.textContent = event.loaded < event.total ? `${Math.round(100 * bar.value)} %` : "storing";
  });
  request.addEventListener("load", () => {
    if (request.status === 200) {
      show(request.responseText);
      return done();
    }
    let reason = `the server answered ${request.status}`;
    try {
      reason = JSON.parse(request.responseText).error.message;
    } catch {
      // Something between here and the server answered: its number must do.
    }
    done(reason, true);
  });
  request.addEventListener("error", () => done("the connection broke", true));
  request.send(body);
}

function fail(one, problem, again) {
  one.bar.hidden = true;
  one.said.className = "bad said";
  one.said.textContent = problem;
  const retry = element("button", { type: "button", className: "quiet", textContent: again ? "Try again" : "Dismiss" });
  one.line.append(retry);
  retry.addEventListener("click", () => {
    retry.remove();
    if (!again) {
      one.line.remove();
      offered -= 1;
      return next();
    }
    one.bar.hidden = false;
    one.said.className = "dim said";
    waiting.push(one);
    next();
  });
}

function show(row) {
  document.querySelector("#found .empty")?.remove();
  for (const one of document.querySelectorAll("#found [hidden]")) if (one.id !== "all") one.hidden = false;
  document.querySelector("#rows").insertAdjacentHTML("afterbegin", row);
}
