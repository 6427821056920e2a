// Keys for drawings before a person: one key does what the button or link beside it says.
"use strict";
(() => {
  let isSent = false;
  document.addEventListener("keydown", (event) => {
    if (isSent || event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!found || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    isSent = true;
    found.click();
  });
  // A page that is shown again from the browser's memory takes keys again.
  window.addEventListener("pageshow", () => { isSent = false; });
})();
