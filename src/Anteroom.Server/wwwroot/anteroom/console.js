// What pages of the console do besides, where script runs: times in the reader's zone, a question before typed words are lost, buttons
// that copy or tell that they work, and keys that save way. Nothing here is needed for any page to work.
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  time.title = time.textContent;
  time.textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
}

for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = form.dataset.guard === "typed"; // it came back with what was typed, and nothing of it is saved
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", event => changed && event.preventDefault());
}

// What is to be taken elsewhere can be selected by hand; where the browser lets pages write to its clipboard, a button does it.
if (navigator.clipboard)
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.lastElementChild.textContent = button.dataset.copied;
    });
  }

// Pressed once is enough; a second press would only repeat what is under way. A page that comes back from the browser's store is fresh.
for (const button of document.querySelectorAll("button[data-busy]")) {
  button.form.addEventListener("submit", event => {
    if (button.getAttribute("aria-busy") === "true") event.preventDefault();
    else button.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach(busy => busy.removeAttribute("aria-busy")));

const visible = selector => [...document.querySelectorAll(selector)].find(element => element.checkVisibility());
const follow = selector => document.querySelector(selector)?.click();
const goTo = ending => follow(`#menu a[href$="${ending}"]`);
const keys = {
  "/": () => visible("#menu input[type=search], main input[type=search]")?.focus(),
  "?": () => follow('a[aria-keyshortcuts="?"]'),
  n: () => follow('a[data-key="n"]'),
  e: () => follow('a[data-key="e"]'),
  "g o": () => follow("#menu a[data-key=overview]"),
  "g u": () => goTo("/users"),
  "g a": () => goTo("/audit"),
  "g h": () => goTo("/console/organizations"),
};

let before = "";
addEventListener("keydown", event => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = keys[before ? `${before} ${event.key}` : event.key];
  before = !before && event.key === "g" ? "g" : "";
  if (!act) return;
  event.preventDefault();
  act();
});
