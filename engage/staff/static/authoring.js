// Writing surveys: a preview that follows what is typed, questions dragged to their place, answers shown at once.
// Without it everything works by its buttons.
"use strict";

(() => {
  const question = document.querySelector("form[data-preview]");
  if (question) followPreview(question);
  const picks = document.querySelector("form[data-picks]");
  if (picks) showAtOnce(picks);
  const order = document.getElementById("order");
  if (order) letDrag(order);
  const adds = document.querySelector("form[data-adds]");
  if (adds) hideWhatDoesNotFit(adds);
  const sought = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (sought) showInside(sought);

  // A finding leads to its field, which may stand in a part that is folded away.
  function showInside(field) {
    for (let around = field; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") around.open = true;
    }
    field.scrollIntoView({ block: "center" });
    if (field.matches("input, select, textarea")) field.focus();
  }

  function followPreview(form) {
    const shown = document.getElementById("preview");
    const looks = document.getElementById("looks");
    const unsaved = document.getElementById("unsaved");
    let waiting = 0, asked = 0, isSaved = true;
    for (const name of ["form", "lang", "route"]) {
      const select = looks.elements[name];
      if (select) select.addEventListener("change", () => { form.elements[name].value = select.value; refresh(); });
    }
    looks.querySelector("button").hidden = true;
    form.addEventListener("input", () => {
      isSaved = false;
      unsaved.textContent = "Not saved yet.";
      clearTimeout(waiting);
      waiting = setTimeout(refresh, 500);
    });
    form.addEventListener("submit", () => { isSaved = true; });
    window.addEventListener("beforeunload", (event) => { if (!isSaved) event.preventDefault(); });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });

    async function refresh() {
      const mine = ++asked;
      try {
        const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        const text = await answer.text();
        if (mine === asked && answer.ok) shown.innerHTML = text;
      } catch {
        // Offline for a moment: the preview stays as it was, and the next letter tries again.
      }
    }
  }

  function showAtOnce(form) {
    form.addEventListener("change", (event) => {
      if (!event.target.matches("[data-refreshes]")) return;
      sessionStorage.setItem("picked", event.target.id);
      form.requestSubmit(form.querySelector("button[value=show]"));
    });
    const before = sessionStorage.getItem("picked");
    sessionStorage.removeItem("picked");
    if (before && document.getElementById(before)) document.getElementById(before).focus();
  }

  function letDrag(list) {
    let moved = null;
    for (const item of list.querySelectorAll("li[data-question]")) {
      item.draggable = true;
      item.addEventListener("dragstart", (event) => { moved = item; item.classList.add("moving"); event.dataTransfer.effectAllowed = "move"; });
      item.addEventListener("dragend", () => item.classList.remove("moving"));
      item.addEventListener("dragover", (event) => { if (moved) { event.preventDefault(); item.classList.add("over"); } });
      item.addEventListener("dragleave", () => item.classList.remove("over"));
      item.addEventListener("drop", (event) => {
        event.preventDefault();
        item.classList.remove("over");
        if (!moved || moved === item) return;
        const all = [...list.querySelectorAll("li[data-question]")];
        const form = moved.querySelector("form");
        const to = document.createElement("input");
        Object.assign(to, { type: "hidden", name: "to", value: all.indexOf(item) });
        form.append(to);
        form.submit();
      });
    }
  }

  function hideWhatDoesNotFit(form) {
    const type = form.elements.type;
    const show = () => {
      for (const part of form.querySelectorAll("[data-for]")) {
        part.hidden = !part.dataset.for.split(" ").includes(type.value);
      }
    };
    type.addEventListener("change", show);
    show();
  }
})();
