// The end: answers are checked, sealed and kept, and there is a code to take them back with.

function buildCheck(survey) {
  const { plan, person, channel } = survey;
  const page = partOf(plan, "#check");
  const list = page.querySelector("dl");
  const model = list.removeChild(list.firstElementChild);
  const route = routeOf(plan, factsOf(plan, person, channel));
  const first = partOf(plan, "#first");
  const [age, helps] = first.querySelectorAll("fieldset");
  addLine(list, model, heading(age.querySelector("h2")), [labelOf(age, person.age_band)], "");
  addLine(list, model, heading(helps.querySelector("h2")), [labelOf(helps, person.assisted)], "");
  for (const question of pathOf(plan, person, channel)) {
    if (question.type === "note") continue;
    const source = partOnRoute(plan, '[data-question="' + question.id + '"]', route);
    namePlace(plan, source, person.place || plainWords(plan, "here"));
    addLine(list, model, heading(source.querySelector("h1")), answerWords(survey, question, source), question.id);
  }
  return page;
}

function addLine(list, model, question, answers, id) {
  const line = model.cloneNode(true);
  const at = list.children.length + 1;
  line.querySelector("dt").id = "line-" + at;
  line.querySelector("dt").append(question);
  const none = line.querySelector(".none");
  answers.forEach((answer) => {
    const said = document.createElement("dd");
    said.appendChild(document.createElement("bdi")).append(answer);
    none.before(said);
  });
  if (answers.length) none.remove();
  const link = line.querySelector(".change a");
  link.id = "change-" + at;
  link.setAttribute("aria-labelledby", "change-" + at + " line-" + at);
  link.dataset.change = id;
  list.append(line);
}

// The words of a heading, without the picture beside them.
function heading(element) {
  const found = document.createDocumentFragment();
  found.append(...(element.querySelector("#text") || element).childNodes);
  return found;
}

function labelOf(root, code) {
  const found = document.createDocumentFragment();
  const tick = [...root.querySelectorAll("input")].find((input) => input.value === code);
  if (tick) found.append(...tick.closest("label").querySelector("span:last-child").cloneNode(true).childNodes);
  return tick ? found : document.createTextNode(code);
}

function rankedWords(source, code, at) {
  const found = document.createDocumentFragment();
  found.append(at + 1 + ". ", ...source.querySelector('[for="rank-' + code + '"]').cloneNode(true).childNodes);
  return found;
}

function answerWords({ plan, person, channel }, question, source) {
  const answer = answerOf(person, question);
  if (answer === null || (Array.isArray(answer) && !answer.length)) return [];
  if (isPrivate(plan, person, channel, question)) return [words(plan, "answered_private")];
  if (question.type === "area") return [person.place];
  if (question.type === "drawing") return [answer.lines ? words(plan, "done") : "", answer.words || ""].filter(Boolean);
  if (question.type === "ranking" && Array.isArray(answer)) return answer.map((code, at) => rankedWords(source, code, at));
  return [].concat(answer).map((entry) => (typeof entry === "object" ? entry.other : labelOf(source, String(entry))));
}

// Seals and keeps the answers; only then they go from this page.
async function finish(survey, form) {
  const { plan, person, channel, token, isPractice, onFinished } = survey;
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const submission = submissionOf(plan, person, channel);
    const receipt = await receiptOf(submission.response_id);
    const help = helpPart("panel").querySelector("details");
    if (!isPractice) await keepAnswers(plan, submission, token, person.effort);
    wipeSurvey();
    const page = thanksPage(plan, receipt, help);
    if (onFinished) onFinished(plan, page);
    else showThanks(plan, page);
  } catch (fault) {
    button.disabled = false;
    showProblem(mainPart(), plan, words(plan, "keep_failed"), button);
  }
}

// The last page, with the places to get help that were shown to the person all along.
function thanksPage(plan, receipt, help) {
  const page = partOf(plan, "#thanks");
  page.querySelector(".receipt bdi").textContent = receipt;
  const shown = page.querySelector(".help");
  if (help) shown.append(...[...help.children].slice(1));
  else shown.remove();
  return page;
}

function showThanks(plan, page) {
  showLast(plan, page);
  forgetSurvey();
  forgetSaved().catch(() => {});
  watchWaiting(plan);
}
