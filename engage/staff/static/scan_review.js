// Keys for scans before a person: one key decides a question. Without this script the page is a plain form.
// While something is typed keys are letters; Escape leaves the writing, then they count again.
"use strict";
(() => {
  const form = document.getElementById("decide");
  const save = document.getElementById("save");
  const said = document.getElementById("said");
  const question = document.getElementById("question") || document.getElementById("refused");
  const SAME = { e: "0" };
  let isSent = false;

  const isWriting = (target) => target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  const written = () => form.querySelector("textarea, input:not([type])");
  const isAnswered = () => form.querySelector(".choices input:checked") || form.querySelector("select")?.value
    || [...form.querySelectorAll("textarea, input:not([type])")].some((one) => one.value.trim());

  function press(element) {
    if (isSent) return;
    isSent = true;
    element.click();
  }

  // The whole page and back again, without losing what is typed.
  function swap() {
    const pictures = document.querySelectorAll("img[data-other]");
    const words = document.querySelector('[data-key="p"] span');
    for (const one of pictures) {
      [one.src, one.dataset.other] = [one.dataset.other, one.src];
      one.classList.toggle("whole");
    }
    [words.textContent, words.dataset.other] = [words.dataset.other, words.textContent];
  }

  function accept() {
    const proposed = form.querySelector("[data-proposed]");
    if (isAnswered()) press(save);
    else if (proposed) press(proposed);
    else said.textContent = "Nothing is chosen yet.";
  }

  function tick(box) {
    if (box.type === "checkbox") {
      box.checked = !box.checked;
      box.focus({ preventScroll: true });
      return;
    }
    box.checked = true;
    if (!written()?.value.trim()) press(save);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    const key = event.key.toLowerCase(), target = event.target;
    if (isWriting(target)) {
      if (key === "escape") question.focus({ preventScroll: true });
      else if (key === "enter" && !event.shiftKey && target.tagName !== "SELECT" && form?.contains(target)) accept();
      else return;
      event.preventDefault();
      return;
    }
    if (key === "enter") {
      if (target.closest("a, button, summary")) return;
      if (!form) return;
      accept();
    } else {
      const element = document.querySelector(`[data-key="${CSS.escape(SAME[key] || key)}"]`);
      if (!element) return;
      if (element.tagName === "INPUT") tick(element);
      else if (key === "p" && document.querySelector("img[data-other]")) swap();
      else press(element);
    }
    event.preventDefault();
  });

  // A page that is shown again from the browser's memory takes keys again.
  window.addEventListener("pageshow", () => { isSent = false; });

  if (!question) return;
  question.tabIndex = -1;
  document.querySelector('.page-key a')?.addEventListener("click", (event) => {
    if (!document.querySelector("img[data-other]")) return;
    event.preventDefault();
    swap();
  });
  const isHidden = document.querySelector('a[data-key="s"]');
  const isToWrite = form && !isHidden && ["line", "lines", "area", "order"].includes(form.dataset.kind);
  (isToWrite ? written() : question).focus({ preventScroll: true });
})();
