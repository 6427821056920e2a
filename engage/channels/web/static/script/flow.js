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
// `onFinished` is called with the plan and the last page when the answers are kept, `onOver` when the
// person left or may not take part, in the place of our own last pages.
function startSurvey(plan, { path, channel = "web", token = null, saved = null, isPractice = false, onFinished, onOver }) {
  const person = Object.assign(newPerson(), saved);
  survey = { plan, path, channel, token, person, isPractice, onFinished, onOver };
  trail = [];
  trail[step] = { kind: "start" };
  dress(plan);
  goTo(whereToCarryOn());
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
  if (place.kind === "check" && !(await hasMore())) return;
  stepOn();
  trail = [...trail.slice(0, step), place];
  show();
}

function stepOn() {
  step += 1;
  history.pushState({ step, page: THIS_PAGE }, "", location.href);
}

// Whether what comes later is there; says so where it cannot be had now.
async function hasMore() {
  const here = survey;
  try {
    await Promise.all([loadMore(), loadRest(here.path, here.plan)]);
  } catch (fault) {
    if (survey === here) showProblem(mainPart(), here.plan, words(here.plan, "reading_failed"));
    return false;
  }
  return survey === here;
}

// Shows the page of the present step again, or another one in its place.
function show(place = placeNow()) {
  trail[step] = place;
  if (place.kind === "start" || !survey) return showStart();
  const question = place.kind === "question" && questionOf(survey.plan, place.id);
  const path = pathNow();
  if (question && !path.includes(question)) return show(following(question, place.isChange));
  const main = mainPart();
  main.replaceChildren(BUILD[place.kind](survey, place, question));
  const last = place.kind === "check" ? path[path.length - 1] : question && before(question);
  if (last && parts && parts.bringsHelp(survey, last)) main.prepend(helpPart("now"));
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

// Where somebody was: at the first question that was not yet put to them.
function whereToCarryOn() {
  return survey.person.isIn ? { ...following(null, true), isChange: false } : { kind: "first" };
}

// What a button on the page does; a second press while the first is at work does nothing.
async function press(action, form) {
  if (isPressed) return;
  isPressed = true;
  try {
    if (action === "back") goBack(placeNow());
    else if (placeNow().kind === "first") letIn(form);
    else if (await hasMore()) await parts.act(survey, placeNow(), action, form);
  } finally {
    isPressed = false;
  }
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

// Keeps what stands in the page's fields: as an answer where it is one, else as it was left.
function keepGiven() {
  const { kind, id, district } = survey ? placeNow() : {};
  const form = document.querySelector("#main form");
  if (!form || (kind !== "first" && kind !== "question")) return;
  const fields = fieldsIn(form);
  if (kind === "question" && parts && parts.keepAnswer(survey, id, fields)) return;
  if (Object.keys(fields).length) survey.person.left[leftName(id || kind, district)] = fields;
}

// The browser went back or forward.
function travel(event) {
  keepGiven();
  step = event.state && event.state.page === THIS_PAGE ? event.state.step : 0;
  show();
}
