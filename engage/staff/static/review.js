// Keys for the review: one key decides, arrows go through the queue. Without this script the pages are plain forms.
// Single keys can be switched off for people whose software or hands press keys by accident (WCAG 2.1.4).
"use strict";
(() => {
  const STORED = "review-keys";
  const items = [...document.querySelectorAll("[data-item]")];
  const switches = document.getElementById("keys-switch");
  let isOn = true, isSent = false;
  try { isOn = localStorage.getItem(STORED) !== "off"; } catch { /* nothing can be stored here */ }

  const isWriting = (target) => target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  function show() {
    if (!switches) return;
    switches.hidden = false;
    switches.setAttribute("aria-pressed", String(isOn));
    switches.textContent = isOn ? "Single keys are on" : "Single keys are off";
  }

  function move(by) {
    const at = items.indexOf(document.activeElement);
    const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), items.length - 1);
    items[next]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (isWriting(event.target)) return;
    const key = event.key.toLowerCase();
    if (items.length && (key === "arrowdown" || key === "arrowup")) {
      move(key === "arrowdown" ? 1 : -1);
    } else {
      const element = isOn && !isSent && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!element) return;
      isSent = true;
      element.click();
    }
    event.preventDefault();
  });

  switches?.addEventListener("click", () => {
    isOn = !isOn;
    try { localStorage.setItem(STORED, isOn ? "on" : "off"); } catch { /* then it holds for this page only */ }
    show();
  });

  // A page that is shown again from the browser's memory takes keys again.
  window.addEventListener("pageshow", () => { isSent = false; });
  show();
  document.getElementById("item")?.focus({ preventScroll: true });
})();
