"use strict";
// Goes on as soon as every application has been told; the Refresh header is the fallback without script.
addEventListener("load", () => {
  const next = document.getElementById("continue");
  if (next) location.replace(next.href);
});
