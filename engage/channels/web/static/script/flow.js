// The way of one person through the survey, page by page, with the browser's own back and forward.

// Who is answering now; null where nobody is.
let survey = null;
// Where in this page's history we are, and the page of each step of this person.
let step = 0;
let isPressed = false;
let trail = [];
// Tells the steps of this page from those that a page before it left in the history.
const THIS_PAGE = Math.random();

// Begins for a new person. `path` is the survey's address, `channel` the way of the answers, `token` that of a tablet;
// `onFinished` is called when the answers are kept, `onOver` when the
// person left or may not take part, in the place of our own last pages.
function startSurvey(plan, { path, channel = "web", token = null, saved = null, onFinished, onOver }) {
  const person = Object.assign(newPerson(), saved);
  survey = { plan, path, channel, token, person, onFinished, onOver };
  trail = [];
  trail[step] = { kind: "start" };
  dress(plan);
  goTo(saved ? following(null, true) : { kind: "first" });
}

function surveyNow() {
  return survey;
}

// Forgets everything about whoever answered.
function wipeSurvey() {
  survey = null;
  trail = [];
}

function placeNow() {
  return trail[step] || { kind: "start" };
}

async function goTo(place) {
  const here = survey;
  if (place.kind === "check" && !(await hasMore())) return;
  if (survey !== here) return;
  stepOn();
  trail = [...trail.slice(0, step), place];
  show();
}

function stepOn() {
  step += 1;
  history.pushState({ step, page: THIS_PAGE }, "", location.href);
}

// Whether the second script is there; says so where it cannot be had now.
async function hasMore() {
  const here = survey;
  try {
    await loadMore();
    return true;
  } catch (fault) {
    if (survey === here) showProblem(mainPart(), here.plan, words(here.plan, "reading_failed"));
    return false;
  }
}

// Shows the page of the present step again, or another one in its place.
function show(place = placeNow()) {
  trail[step] = place;
  if (place.kind === "start" || !survey) return showStart();
  survey.lastPlace = place;
  const question = place.kind === "question" && questionOf(survey.plan, place.id);
  const path = pathNow();
  if (question && !path.includes(question)) return show(following(question, place.isChange));
  const main = mainPart();
  main.replaceChildren(BUILD[place.kind](survey, place, question));
  const brought = place.kind === "question" ? before(question) : place.kind === "check" ? path[path.length - 1] : null;
  if (brought && bringsHelp(survey.plan, survey.person, survey.channel, brought)) main.prepend(helpPart("now"));
  showAround(main, question, path.indexOf(question) + 1, path.length);
  announce(main);
}

const BUILD = {
  first: buildFirst,
  question: (survey, place, question) => buildQuestion(survey, question, place),
  check: (here) => parts.buildCheck(here),
};

function pathNow() {
  return pathOf(survey.plan, survey.person, survey.channel);
}

function routeNow() {
  return routeOf(survey.plan, factsOf(survey.plan, survey.person, survey.channel));
}

function before(question) {
  const path = pathNow();
  return path[path.indexOf(question) - 1] || null;
}

// What comes after a question, or after the first page; who came to change one answer goes back to the check, past
// whatever has newly to be asked.
function following(question, isChange) {
  const { questions } = survey.plan;
  const isNext = isChange
    ? ({ id }) => !survey.person.seen.includes(id)
    : (later) => !question || questions.indexOf(later) > questions.indexOf(question);
  const next = pathNow().find(isNext);
  return next ? { kind: "question", id: next.id, isChange } : { kind: "check" };
}

// What a button on the page does; a second press while the first is at work does nothing.
async function press(action, form) {
  if (isPressed) return;
  isPressed = true;
  try {
    await act(action, form);
  } finally {
    isPressed = false;
  }
}

async function act(action, form) {
  const place = placeNow();
  if (place.kind === "first") return action === "back" ? goBack(place) : letIn(form);
  if (place.kind === "check") return parts.finish(survey, form);
  if (place.kind !== "question") return null;
  const question = questionOf(survey.plan, place.id);
  if (action === "skip") return goOn(place, question, null);
  if (action === "back") return goBack(place);
  if (action === "save") return (await hasMore()) && survey && parts.saveAndStop(survey);
  const value = await readPage(question, fieldsIn(form));
  if (!survey || placeNow() !== place) return null;
  if (value && value.district) return goTo({ ...place, district: value.district });
  if (value && value.problem) return complain(question, value.problem);
  return goOn(place, question, value);
}

function readPage(question, fields) {
  const { plan, person, channel, path } = survey;
  if (question.type === "area") return readArea(plan, path, fields);
  return readFields(plan, question, factsOf(plan, person, channel), person.answers, fields);
}

function complain(question, problem) {
  showProblem(mainPart(), survey.plan, words(survey.plan, problem));
  document.title = plainWords(survey.plan, "error_title") + " – " + document.title;
}

function goOn(place, question, value) {
  keepValue(question, value);
  goTo(following(question, place.isChange));
}

function keepValue(question, value) {
  const { plan, person, channel } = survey;
  const isArea = question.type === "area";
  if (isArea) person.place = value && value.place;
  saveAnswer(plan, person, channel, question, isArea && value ? value.area : value);
}

// Goes back to the page before: by the browser's history where that is the one we came from.
function goBack(place) {
  const target = pageBefore(place);
  keepGiven();
  const came = trail[step - 1];
  if (came && came.kind === target.kind && came.id === target.id && came.district === target.district) history.back();
  else goTo(target);
}

function pageBefore(place) {
  if (place.kind === "first") return { kind: place.isChange ? "check" : "start" };
  if (place.district) return { ...place, district: undefined };
  if (place.isChange) return { kind: "check" };
  const earlier = before(questionOf(survey.plan, place.id));
  return earlier ? { kind: "question", id: earlier.id } : { kind: "first" };
}

// Keeps what stands in the page's fields, as an answer where it is one, else as it was left.
function keepGiven() {
  const place = survey ? placeNow() : {};
  const form = document.querySelector("#main form");
  if (place.kind === "first" && form) return keepFirst(form);
  if (place.kind !== "question" || !form) return;
  const question = questionOf(survey.plan, place.id);
  const fields = fieldsIn(form);
  if (question.type === "area") {
    survey.person.left[question.id] = place.district || !fields.postcode ? undefined : fields;
    return;
  }
  const { plan, person, channel } = survey;
  const value = readFields(plan, question, factsOf(plan, person, channel), person.answers, fields);
  if (value !== null && !isProblem(value)) saveAnswer(plan, person, channel, question, value);
  else if (Object.keys(fields).length) person.left[question.id] = fields;
}

// The browser went back or forward.
function travel(event) {
  keepGiven();
  step = event.state && event.state.page === THIS_PAGE ? event.state.step : 0;
  show();
}
