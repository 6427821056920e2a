// Keys for coding: a number ticks a theme, Enter keeps them, U goes back. Without this script the page is a plain form.
// Single keys can be switched off for people whose software or hands press keys by accident (WCAG 2.1.4).
"use strict";
(() => {
  const STORED = "review-keys";
  const form = document.getElementById("code");
  const save = document.getElementById("save");
  const switches = document.getElementById("keys-switch");
  const boxes = [...form.querySelectorAll("[data-theme]")];
  let isOn = true, isSent = false;
  try { isOn = localStorage.getItem(STORED) !== "off"; } catch { /* nothing can be stored here */ }

  const isWriting = (target) => target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  function show() {
    if (!switches) return;
    switches.hidden = false;
    switches.setAttribute("aria-pressed", String(isOn));
    switches.textContent = isOn ? "Single keys are on" : "Single keys are off";
  }

  // "Something else" stands alone.
  function keepApart(box) {
    if (!box.checked) return;
    const isAlone = "alone" in box.dataset;
    for (const other of boxes) if (other !== box && ("alone" in other.dataset) !== isAlone) other.checked = false;
    if (isAlone) for (const other of boxes) if (other !== box) other.checked = false;
  }

  form.addEventListener("change", (event) => { if (event.target.matches("[data-theme]")) keepApart(event.target); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || !isOn) return;
    if (isWriting(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "enter") {
      if (event.target.closest("a, button, summary") || isSent) return;
      isSent = true;
      save.click();
    } else {
      const box = boxes.find((one) => one.dataset.theme === key);
      const other = box ? null : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!box && !other) return;
      (box || other).click();
      if (box) box.focus({ preventScroll: true });
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
  const themes = document.getElementById("themes");
  themes.tabIndex = -1;
  themes.focus({ preventScroll: true });
})();
