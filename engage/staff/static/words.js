// Keys for coding: a number ticks a theme, Enter keeps them, U goes back. Without this script the page is a plain form.
"use strict";
(() => {
  const form = document.getElementById("code");
  const save = document.getElementById("save");
  const boxes = [...form.querySelectorAll("[data-theme]")];

  // "Something else" stands alone.
  function keepApart(box) {
    if (!box.checked) return;
    const isAlone = "alone" in box.dataset;
    for (const other of boxes) if (other !== box && ("alone" in other.dataset) !== isAlone) other.checked = false;
    if (isAlone) for (const other of boxes) if (other !== box) other.checked = false;
  }

  form.addEventListener("change", (event) => { if (event.target.matches("[data-theme]")) keepApart(event.target); });

  takeKeys((key, { isOn, send, target }) => {
    if (!isOn) return false;
    if (key === "enter") return !target.closest("a, button, summary") && send(save);
    const box = boxes.find((one) => one.dataset.theme === key);
    const other = box ? null : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!box && !other) return false;
    (box || other).click();
    if (box) box.focus({ preventScroll: true });
    return true;
  });
  const themes = document.getElementById("themes");
  themes.tabIndex = -1;
  themes.focus({ preventScroll: true });
})();
