// Rows of files that are being read, drawn anew as the server sends them.
const table = () => document.querySelector("#rows");

let source = null;

function connect() {
  source?.close();
  const unread = [...document.querySelectorAll('#rows tr[data-status="created"]')].map((row) => row.id);
  const opened = (source = new EventSource(`/dashboard/files/events?watch=${unread.join(",")}`));
  opened.addEventListener("file", (event) => {
    const { id, status, row } = JSON.parse(event.data);
    const old = document.getElementById(id);
    if (!old) return;
    if (table()?.hasAttribute("data-reload") && status !== "created") return location.reload();
    const chosen = old.querySelector("input")?.checked;
    old.outerHTML = row;
    const box = document.getElementById(id).querySelector("input");
    if (box) box.checked = chosen;
    count();
  });
  opened.addEventListener("error", () => {
    // The server ends each stream after a minute; a new one says again what this page shows.
    opened.close();
    setTimeout(() => opened === source && connect(), 1000);
  });
}
connect();

// A tick for all on the page, and how many are ticked; searches replace the table, so listeners are the document's.
function count() {
  const all = document.querySelector("#all");
  if (!all) return;
  const boxes = [...document.querySelectorAll("#rows input[name=id]")];
  const ticked = boxes.filter((box) => box.checked).length;
  all.hidden = false;
  all.checked = ticked > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  document.querySelector("#count").textContent = `${ticked} chosen`;
  document.querySelector(".bulk").classList.toggle("idle", !ticked);
}
function tick(on) {
  for (const box of document.querySelectorAll("#rows input[name=id]")) box.checked = on;
  count();
}
document.addEventListener("change", (event) => {
  if (event.target.id === "all") tick(event.target.checked);
  else if (event.target.name === "id") count();
});
document.addEventListener("click", (event) => {
  if (event.target.id === "none") tick(false);
});
let kept = [];
document.addEventListener("htmx:beforeSwap", () => {
  kept = [...document.querySelectorAll("#rows input[name=id]:checked")].map((box) => box.value);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const box of document.querySelectorAll("#rows input[name=id]")) box.checked = kept.includes(box.value);
  count();
  connect(); // a row that was read while the list was drawn anew would stay as it was
});
count();
