// What a person does on a page: its buttons, its links, its ticks, the browser's own back and forward.

// The button a form was sent with, for browsers that do not say.
let pressed = null;

// `start` is called with the form of a start page.
function listenToPages(start) {
  addEventListener("popstate", travel);
  addEventListener("submit", (event) => submitted(event, start));
  addEventListener("click", clicked);
  addEventListener("change", ({ target }) => survey && target.form && keepTicksApart(survey.plan, target));
}

function submitted(event, start) {
  const form = event.target;
  if (!form.closest("#main")) return;
  const button = event.submitter || pressed;
  pressed = null;
  if (form.dataset.start !== undefined) {
    event.preventDefault();
    start(form);
  } else if (survey) {
    event.preventDefault();
    press(button ? button.value : "next", form);
  }
}

function clicked(event) {
  const button = event.target.closest("button");
  if (button) pressed = button;
  followReading(event);
  const link = event.target.closest("a");
  if (link && link.getAttribute("href").startsWith("#")) followInside(event, link);
  if (!link || !survey) return;
  if (link.dataset.change !== undefined) {
    event.preventDefault();
    goTo(link.dataset.change ? { kind: "question", id: link.dataset.change, isChange: true } : { kind: "first", isChange: true });
  } else if (link.matches(".carry-on a")) {
    event.preventDefault();
    goTo(whereToCarryOn());
  } else if (link.matches("#main .back")) {
    event.preventDefault();
    goBack(placeNow());
  }
}

// A link inside the page moves the focus and leaves the history alone.
function followInside(event, link) {
  const target = document.getElementById(link.hash.slice(1));
  event.preventDefault();
  if (!target) return;
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

// Follows a link to a language or style in the page instead of through the server.
async function followReading(event) {
  const link = event.target.closest("a[hreflang], a[data-style]");
  if (!link || !survey || ["start", "last"].includes(placeNow().kind)) return;
  event.preventDefault();
  const { language, style } = survey.plan;
  if (await hasMore()) parts.readIn(survey, link.hreflang || language, link.dataset.style || style);
}
