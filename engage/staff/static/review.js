// Keys for the review: one key decides, arrows go through the queue. Without this script the pages are plain forms.
"use strict";
(() => {
  const items = [...document.querySelectorAll("[data-item]")];

  function move(by) {
    const at = items.indexOf(document.activeElement);
    const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), items.length - 1);
    items[next]?.focus();
  }

  takeKeys((key, { isOn, send }) => {
    if (items.length && (key === "arrowdown" || key === "arrowup")) {
      move(key === "arrowdown" ? 1 : -1);
      return true;
    }
    const element = isOn && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    return element && send(element);
  });
  document.getElementById("item")?.focus({ preventScroll: true });
})();
