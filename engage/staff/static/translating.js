// Counts text messages while they are typed, saves with Ctrl+Enter, and warns before unsaved words are left.
"use strict";
(() => {
  const form = document.getElementById("words");
  if (!form) return;
  const gsm = JSON.parse(form.dataset.gsm);
  const limits = { gsm: [160, 153], ucs: [70, 67] };
  let isLeaving = false;

  function sizeOf(text) {
    const plain = [...text].map((sign) => gsm.forms[sign] ?? sign).join("");
    const isGsm = [...plain].every((sign) => gsm.basic.includes(sign) || gsm.extension.includes(sign));
    const sizes = isGsm
      ? [...plain].map((sign) => (gsm.extension.includes(sign) ? 2 : 1))
      : [...text].map((sign) => sign.length);
    const units = sizes.reduce((sum, size) => sum + size, 0);
    const [single, part] = isGsm ? limits.gsm : limits.ucs;
    let parts = 1;
    let room = part;
    if (units > single) {
      for (const size of sizes) {
        if (size > room) {
          parts += 1;
          room = part;
        }
        room -= size;
      }
    }
    return { units, parts };
  }

  function showSize(box) {
    const { units, parts } = sizeOf(box.value.trim());
    const messages = parts === 1 ? "text message" : "text messages";
    document.getElementById(box.dataset.textMessage).textContent =
      `${units} signs, ${parts} ${messages}, before names and numbers are put in`;
  }

  function isUnsaved() {
    const boxes = [...form.querySelectorAll("textarea, input[type=checkbox]")];
    return boxes.some((box) =>
      box.type === "checkbox" ? box.checked !== box.defaultChecked : box.value !== box.defaultValue,
    );
  }

  form.addEventListener("input", (event) => {
    if (event.target.dataset.textMessage) showSize(event.target);
    document.getElementById("unsaved").textContent = isUnsaved() ? "Not saved yet" : "";
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && isUnsaved()) event.preventDefault();
  });
})();
