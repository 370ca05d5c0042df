// Of what cannot be painted there is no picture: none is better than the sign of a broken one.
for (const one of document.querySelectorAll("img.sheet")) {
  if (one.complete && !one.naturalWidth) one.remove();
  else one.addEventListener("error", () => one.remove());
}
