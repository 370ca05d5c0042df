// Upload of many files and folders, dropped or picked, a few at a time, each with its progress.
const AT_ONCE = 3;
const form = document.querySelector("#drop");
const list = document.querySelector("#uploads");
const picker = document.querySelector("#pick");
const waiting = [];
let running = 0;

picker.multiple = true;
form.classList.add("ready");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  offer([...picker.files]);
  picker.value = "";
});
picker.addEventListener("change", () => {
  offer([...picker.files]);
  picker.value = "";
});
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

function offer(files) {
  for (const file of files) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = Math.max(file.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${file.name}`);
    const said = document.createElement("span");
    said.className = "dim";
    said.textContent = "waiting";
    line.append(name, bar, said);
    list.append(line);
    waiting.push({ file, line, bar, said });
  }
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) send(waiting.shift());
}

function send({ file, line, bar, said }) {
  running += 1;
  const done = (problem) => {
    running -= 1;
    if (problem) {
      bar.remove();
      said.className = "bad";
      said.textContent = problem;
    } else {
      line.remove();
    }
    next();
    // The list is drawn anew when all are in: it knows how to sort and count them, and what room is left.
    if (!running && !waiting.length) window.htmx?.trigger("#filters", "uploaded");
  };
  if (file.size > Number(form.dataset.largest)) return done("too large for this server");
  const body = new FormData();
  body.append("purpose", form.elements.purpose.value);
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", "/dashboard/files");
  request.setRequestHeader("x-csrf-token", form.dataset.csrf);
  request.upload.addEventListener("progress", (event) => {
    bar.value = Math.min(event.loaded, bar.max);
    said.textContent = `${Math.round((100 * event.loaded) / event.total)} %`;
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
    done(reason);
  });
  request.addEventListener("error", () => done("the connection broke; try again"));
  request.send(body);
}

function show(row) {
  document.querySelector("#found .empty")?.remove();
  for (const one of document.querySelectorAll("#found [hidden]")) if (one.id !== "all") one.hidden = false;
  document.querySelector("#rows").insertAdjacentHTML("afterbegin", row);
}
