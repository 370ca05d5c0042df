// A block lights its rectangle on the page, and the rectangle its block; by pointer or by keyboard.
const found = (target) => target.closest("[data-block]") ?? target.closest(".stage a")?.querySelector("[data-block]");

function light(index, on) {
  for (const one of document.querySelectorAll(`[data-block="${index}"]`)) one.classList.toggle("lit", on);
}
for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(begin, (event) => {
    const one = found(event.target);
    if (one) light(one.dataset.block, true);
    if (one instanceof SVGElement && begin === "mouseover") {
      document.querySelector(`#b${one.dataset.block}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    }
  });
  document.addEventListener(end, (event) => {
    const one = found(event.target);
    if (one) light(one.dataset.block, false);
  });
}
document.querySelector('.thumbs [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "center" });
