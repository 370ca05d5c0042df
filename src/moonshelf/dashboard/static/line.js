// The queue as it is now, drawn anew while somebody looks; and a choice that shows at once what it chose.
const line = document.querySelector("#line");

setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch("/dashboard/admin/line", { headers: { "hx-request": "true" } }).catch(() => null);
  if (answer?.status === 401) location.reload(); // the session ended
  if (answer?.ok) line.innerHTML = await answer.text();
}, 2000);

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submits]");
  if (form) form.requestSubmit();
});
