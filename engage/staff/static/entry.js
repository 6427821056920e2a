// Keys for the entry screen: one key ticks an answer and, where only one may be ticked, goes on. Without this
// script the page is a plain form. Keys count only while a question or one of its boxes has the focus.
"use strict";
(() => {
  const form = document.getElementById("entry");
  const fields = [...form.querySelectorAll("fieldset")];
  const refusal = document.getElementById("refusal");
  const button = document.getElementById("enter");
  const words = "Nothing of this form will be kept, and the sheet is to be destroyed. Look at the sheet once more.";

  const writing = (field) => field.querySelector("input[type=text], input:not([type]), textarea");
  const isTicking = (field) => field.dataset.kind === "one" || field.dataset.kind === "several";
  const isAnswered = (field) => field.querySelector("input:checked:not([value=''])") || writing(field)?.value.trim();
  // The field that ticking has just led to: an Enter pressed at once belongs to the tick before it.
  let arrived = null;

  function focusOn(field) {
    const target = isTicking(field) ? field : writing(field);
    target.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest" });
  }

  function go(field, by) {
    const next = fields[fields.indexOf(field) + by];
    if (next) focusOn(next);
    else if (by > 0) button.focus();
  }

  function showRefusal() {
    refusal.textContent = form.querySelector("[data-refuses]:checked") ? words : "";
  }

  function tick(field, box) {
    if (field.dataset.kind === "several") {
      box.checked = !box.checked;
      box.focus({ preventScroll: true });
    } else {
      box.checked = true;
    }
    showRefusal();
    if (field.dataset.kind === "one" && !("refuses" in box.dataset)) {
      go(field, 1);
      arrived = fields[fields.indexOf(field) + 1] || null;
    }
    if ("refuses" in box.dataset) button.focus();
  }

  function leaveEmpty(field) {
    for (const box of field.querySelectorAll("input[type=checkbox]")) box.checked = false;
    const empty = field.querySelector('input[data-key="s"]');
    if (empty) empty.checked = true;
    showRefusal();
    go(field, 1);
  }

  function keyInTicks(event, field) {
    const onField = event.target === field;
    const key = event.key.toLowerCase();
    const box = /^[0-9a-z]$/.test(key) && key !== "s" ? field.querySelector(`input[data-key="${key}"]`) : null;
    if (box) tick(field, box);
    else if (key === "s" || (key === " " && onField)) leaveEmpty(field);
    else if (key === "enter") { if (isAnswered(field)) go(field, 1); }
    else if (key === "arrowdown" && (onField || event.target.type === "checkbox")) go(field, 1);
    else if (key === "arrowup" && (onField || event.target.type === "checkbox")) go(field, -1);
    else return;
    event.preventDefault();
  }

  form.addEventListener("keydown", (event) => {
    const field = event.target.closest("fieldset");
    if (!field || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const isAtOnce = field === arrived;
    arrived = null;
    if (isAtOnce && event.key === "Enter") {
      event.preventDefault();
      return;
    }
    const isBox = event.target.type === "radio" || event.target.type === "checkbox";
    if (event.target === field || isBox) keyInTicks(event, field);
    else if (event.key === "Enter" && event.target.tagName === "INPUT") {
      event.preventDefault();
      go(field, 1);
    }
  });
  form.addEventListener("change", showRefusal);
  form.addEventListener("submit", () => { button.setAttribute("aria-disabled", "true"); });

  for (const field of fields) if (isTicking(field)) field.tabIndex = 0;
  showRefusal();
  const faults = document.getElementById("faults");
  const faulty = form.querySelector(".faulty");
  if (faulty) focusOn(faulty);
  else if (faults) faults.focus();
  else focusOn(fields[0]);
})();
