// Single keys, for the pages on which things are decided and coded. They can be switched off for people whose software
// or hands press keys by accident (WCAG 2.1.4).
"use strict";
// Hands what is pressed outside of writing to the page's `act`, which returns whether it did something with it.
function takeKeys(act) {
  const STORED = "review-keys";
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

  // Presses what sends the page, and does so once.
  function send(element) {
    if (isSent) return false;
    isSent = true;
    element.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (isWriting(event.target)) return;
    if (act(event.key.toLowerCase(), { isOn, send, target: event.target })) event.preventDefault();
  });

  switches?.addEventListener("click", () => {
    isOn = !isOn;
    try { localStorage.setItem(STORED, isOn ? "on" : "off"); } catch { /* then it holds for this page only */ }
    show();
  });

  // A page that is shown again from the browser's memory takes keys again.
  window.addEventListener("pageshow", () => { isSent = false; });
  show();
}
