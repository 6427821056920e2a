// Builds the page of a question from the copy the server made of it: for this person, with what was given before.

function buildQuestion(survey, question, place) {
  const { plan, person, channel } = survey;
  const facts = factsOf(plan, person, channel);
  const page = partOnRoute(plan, '[data-question="' + question.id + '"]', routeOf(plan, facts));
  if (place.district) parts.buildArea(plan, page, place.district);
  if (!["area", "home_district"].includes(question.type)) offerOptions(survey, page, question, facts);
  if (question.type === "community" && plan.no_write_in.includes(facts.age_band || "pns")) {
    page.querySelector(".fields").remove();
  }
  placePictures(plan, page);
  addExtras(plan, page);
  namePlace(plan, page, person.place || plainWords(plan, "here"));
  const given = parts ? parts.givenFields(survey, question, place.district) : {};
  fillFields(page, person.left[leftName(question.id, place.district)] || given);
  return page;
}

// What a page has once the rest is there: a button to listen, and at a question one to stop for now.
function addExtras(plan, page, isQuestion = true) {
  const [listen, save] = partOf(plan, "#extras").children;
  if (!listen || page.querySelector(".listen")) return;
  const form = page.querySelector("form");
  (isQuestion ? form.firstChild : form.querySelector(".card")).before(listen);
  if (isQuestion) form.append(save);
  placePictures(plan, page);
}

// Leaves only the options this person is asked, in their order; headings without any go.
function offerOptions(survey, page, question, facts) {
  const { plan, person } = survey;
  const asked = optionsAsked(plan, question, facts, person.answers);
  const codes = optionsShown(plan, asked, question, plan.style, person.draws).map((option) => option.code);
  const labels = new Map();
  page.querySelectorAll(".choices:not(.specials) .choice").forEach((label) => {
    const { value } = label.querySelector("input");
    if (codes.includes(value)) labels.set(value, label);
    else label.remove();
  });
  asked.filter((option) => option.exclusive).forEach(({ code }) => {
    if (labels.has(code)) labels.get(code).querySelector("input").dataset.alone = "yes";
  });
  const slots = [...labels.values()].map((label) => {
    const slot = document.createComment("");
    label.replaceWith(slot);
    return slot;
  });
  slots.forEach((slot, at) => slot.replaceWith(labels.get(codes[at])));
  page.querySelectorAll("[role=group], .choices").forEach((group) => group.querySelector(".choice") || group.remove());
  page.querySelectorAll(".recordings li").forEach((heard) => {
    const said = heard.querySelector("[aria-labelledby]").getAttribute("aria-labelledby");
    if (!page.querySelector("[id='" + said + "']")) heard.remove();
  });
}

function fillFields(page, fields) {
  page.querySelectorAll("input, textarea, select").forEach((field) => {
    const values = fields[field.name] || [];
    if (field.type === "radio" || field.type === "checkbox") {
      field.id = field.id || field.name + "-" + field.value;
      field.checked = values.includes(field.value);
    } else field.value = values[0] || "";
  });
}

// What stands in a page's fields: name → values.
function fieldsIn(form) {
  const fields = {};
  for (const field of form.querySelectorAll("input, textarea, select")) {
    const isTick = field.type === "radio" || field.type === "checkbox";
    if (isTick ? field.checked : field.value) fields[field.name] = [...(fields[field.name] || []), field.value];
  }
  return fields;
}

// An answer that stands alone clears the others, and the others clear it.
function keepTicksApart(plan, tick) {
  if (tick.type !== "checkbox" || !tick.checked || tick.name !== "answer") return;
  const ticks = [...tick.form.querySelectorAll("input[type=checkbox][name=answer]")];
  const isAlone = (one) => one.closest(".specials") || one.dataset.alone;
  ticks.forEach((other) => {
    if (other !== tick && (isAlone(tick) || isAlone(other))) other.checked = false;
  });
}

// Says in the title that there is a problem, once however often it comes.
function sayInTitle(plan) {
  const said = plainWords(plan, "error_title") + " – ";
  if (!document.title.startsWith(said)) document.title = said + document.title;
}

// Says what is wrong above the page and beside the question, and leads to the first field; nothing typed is lost.
function showProblem(main, plan, text, ...fields) {
  main.querySelectorAll(".problems, .problem").forEach((shown) => shown.remove());
  const first = fields[0] || main.querySelector("form input, form textarea") || main;
  const summary = partOf(plan, "#problems");
  const link = summary.querySelector("a");
  link.append(text.cloneNode(true));
  link.href = "#" + (first.id || "main");
  const said = document.createElement("p");
  said.className = "problem";
  said.id = "problem";
  said.append(text);
  placeProblem(main, first, said);
  const wrong = fields.length ? fields : main.querySelectorAll("input[type=text], textarea");
  wrong.forEach((field) => {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "problem");
  });
  main.prepend(summary);
  main.querySelector(".problems").focus();
}

function placeProblem(main, first, said) {
  const fieldset = first.closest("fieldset");
  const label = main.querySelector("#hint") || (fieldset && fieldset.querySelector("legend")) || main.querySelector("form h1");
  const beside = first.closest(".choice") && !fieldset ? null : label;
  if (beside) beside.after(said);
  else (first.closest(".choice") || first).before(said);
  if (fieldset) fieldset.setAttribute("aria-describedby", ["note", "hint", "problem"].filter((id) => main.querySelector("#" + id)).join(" "));
}
