/* What pages gain from JavaScript. Everything works without it. */
for (const button of document.querySelectorAll(".js-print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* After load, for the browser itself moves the focus to the address's #fragment. */
window.addEventListener("load", () => {
  const errors = document.getElementById("form-errors");
  if (errors) setTimeout(() => errors.focus());
});
