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
  });
  opened.addEventListener("error", () => {
    // The server ends each stream after a minute; a new one says again what this page shows.
    opened.close();
    setTimeout(() => opened === source && connect(), 1000);
  });
}
connect();

// A tick for all on the page; the table is replaced by searches, so the listener is the document's.
function offerAll() {
  const all = document.querySelector("#all");
  if (all) all.hidden = false;
}
document.addEventListener("change", (event) => {
  if (event.target.id !== "all") return;
  for (const box of document.querySelectorAll("#rows input[name=id]")) box.checked = event.target.checked;
});
document.addEventListener("htmx:afterSettle", () => {
  offerAll();
  connect(); // a row that was read while the list was drawn anew would stay as it was
});
offerAll();
