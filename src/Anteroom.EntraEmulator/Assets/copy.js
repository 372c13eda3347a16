"use strict";
// Adds a copy button to every value marked for it; without script the values can be selected by hand.
for (const source of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = source.dataset.copy;
  button.setAttribute("aria-label", `${source.dataset.copy}: ${source.dataset.copyName}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = source.dataset.copied;
    setTimeout(() => { button.textContent = source.dataset.copy; }, 2000);
  });
  source.after(button);
}
