// Big buttons beside each count, so that a thumb is enough. Every tap is kept on the device at once and sent when it
// can be; counts are numbers of people and nothing else.
"use strict";
(() => {
  const form = document.getElementById("tally-form");
  if (!form) return;
  const state = document.getElementById("tally-state");
  const KEPT = "tally " + form.dataset.visit;
  //: Milliseconds after the last tap until the counts are sent, and between two tries without a network.
  const SOON = 1200;
  const AGAIN = 30000;
  let timer = 0;

  const fields = [...form.querySelectorAll("input[type=number]")];
  const counts = () => Object.fromEntries(fields.map((field) => [field.name, Number(field.value) || 0]));

  function button(sign, field, step) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", (step > 0 ? "One more: " : "One less: ") + field.labels[0].textContent);
    made.className = step > 0 ? "plus" : "minus quiet";
    made.addEventListener("click", () => {
      field.value = Math.max(0, (Number(field.value) || 0) + step);
      changed();
    });
    return made;
  }

  // Whoever took part or said no was asked.
  function countAsked() {
    const { asked, needed_help, ...answered } = counts();
    const least = Object.values(answered).reduce((sum, count) => sum + count, 0);
    if (asked < least) form.elements.asked.value = least;
  }

  function changed() {
    countAsked();
    try {
      localStorage.setItem(KEPT, JSON.stringify(counts()));
    } catch (fault) {
      // A browser that keeps nothing still sends.
    }
    say("Counting…");
    sendIn(SOON);
  }

  function sendIn(wait) {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  }

  async function send() {
    const sent = JSON.stringify(counts());
    try {
      const how = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" };
      const answer = await fetch(form.action, how);
      if (answer.type === "opaqueredirect") return say("You are signed out. The counts are kept on this phone: sign in and open this page again.");
      if (!answer.ok) throw new Error("not taken");
      if (JSON.stringify(counts()) === sent) localStorage.removeItem(KEPT);
      return say("Counts kept.");
    } catch (fault) {
      sendIn(AGAIN);
      return say("Kept on this phone. They are sent when there is a network.");
    }
  }

  function say(words) {
    state.textContent = words;
  }

  function restore() {
    const kept = JSON.parse(localStorage.getItem(KEPT) || "null");
    if (!kept) return;
    for (const field of fields) if (field.name in kept) field.value = kept[field.name];
    sendIn(0);
  }

  for (const field of fields) {
    field.before(button("−", field, -1));
    field.after(button("+", field, 1));
    field.addEventListener("change", changed);
  }
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    localStorage.removeItem(KEPT);
  });
  addEventListener("online", () => localStorage.getItem(KEPT) && sendIn(0));
  if (form.dataset.fresh) localStorage.removeItem(KEPT);
  else restore();
})();
