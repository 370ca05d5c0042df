// Buttons that copy: [data-copy="#id"], or the <pre> beside the button where it names none.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy ? document.querySelector(button.dataset.copy) : button.parentElement.querySelector("pre");
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = "Copied";
  } catch {
    // Without https browsers offer no clipboard: select the text, so that one key press copies it.
    getSelection().selectAllChildren(source);
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (button.textContent = said), 1600);
});

// One confirmation or menu at a time, closed by Escape or a click elsewhere.
document.addEventListener("click", (event) => {
  for (const one of document.querySelectorAll("details.confirm[open]")) if (!one.contains(event.target)) one.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const one of document.querySelectorAll("details.confirm[open]")) {
    one.open = false;
    one.querySelector("summary").focus();
  }
});
