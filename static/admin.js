/* Names for what Django's search-as-you-type lists (select2) leave without one. */
function nameParts(field) {
  const box = field.nextElementSibling;
  const label = document.querySelector(`label[for="${field.id}"]`);
  if (!box || !label) return;
  for (const search of box.querySelectorAll(".select2-search__field")) {
    search.setAttribute("aria-label", label.textContent.trim());
  }
  for (const list of box.querySelectorAll("ul")) {
    list.setAttribute("role", "group");
    for (const item of list.children) item.setAttribute("role", "presentation");
  }
}

window.addEventListener("load", () => {
  for (const field of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
    // The list beside the field may be made after this, and is made anew with each choice.
    const options = { childList: true, subtree: true };
    new MutationObserver(() => nameParts(field)).observe(field.parentElement, options);
    nameParts(field);
  }
});

/* A page that waits for the worker looks again by itself; without JavaScript there is a link. */
const waiting = document.querySelector("[data-reload-after]");
if (waiting) setTimeout(() => window.location.reload(), Number(waiting.dataset.reloadAfter));

/* What takes a while to work out is fetched after the page; without JavaScript, and when it fails, there is a link. */
async function fetchLater(part) {
  part.setAttribute("aria-busy", "true");
  try {
    // Whoever is signed out meanwhile is led to the sign-in page, which is no part of this one.
    const answer = await fetch(part.dataset.fetchedFrom, { redirect: "error" });
    if (answer.ok) part.innerHTML = await answer.text();
  } finally {
    part.removeAttribute("aria-busy");
  }
}

for (const part of document.querySelectorAll("[data-fetched-from]")) fetchLater(part).catch(() => {});

/* Placeholders of a mail text are put in where one types; without JavaScript they stand in the help. */
function offerPlaceholders(field, buttons) {
  buttons.replaceChildren();
  for (const name of field.dataset.placeholders.split(" ")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = `{${name}}`;
    button.addEventListener("click", () => {
      field.setRangeText(`{${name}}`, field.selectionStart, field.selectionEnd, "end");
      field.focus();
    });
    buttons.append(button);
  }
}

const buttonsOf = new Map();
for (const field of document.querySelectorAll("[data-placeholders]")) {
  const buttons = document.createElement("div");
  buttons.className = "placeholder-buttons";
  offerPlaceholders(field, buttons);
  (field.closest(".flex-container") ?? field).after(buttons);
  buttonsOf.set(field, buttons);
}

/* Another kind of mail knows other placeholders. */
const kindOfMail = document.querySelector("[data-placeholders-by-kind]");
kindOfMail?.addEventListener("change", () => {
  const known = JSON.parse(kindOfMail.dataset.placeholdersByKind)[kindOfMail.value];
  if (!known) return;
  for (const [field, buttons] of buttonsOf) {
    field.dataset.placeholders = known.names;
    offerPlaceholders(field, buttons);
    const help = document.getElementById(`${field.id}_helptext`);
    if (help) help.firstElementChild.textContent = known.help;
  }
});
