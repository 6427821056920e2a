// Works out which questions a person is asked, and which answers are offered: twin of engage/questionnaire/routing.py.

function routeOf(plan, facts) {
  return plan.routes.find((route) => !route.when || holds(route.when, known(facts), {})).id;
}

// The questions on this person's path. Answers to questions off the path count as absent for what follows.
function askedQuestions(plan, facts, answers) {
  const route = routeOf(plan, facts);
  const standing = Object.create(null);
  return plan.questions.filter((question) => {
    if (!isAsked(plan, question, route, facts, standing)) return false;
    const answer = answerTo(answers, question.id);
    if (takesAnswer(question) && answer !== null) standing[question.id] = answer;
    return true;
  });
}

// What this person may choose from, without "I don't know" and the like.
function optionsAsked(plan, question, facts, answers, route = routeOf(plan, facts)) {
  if (question.options_from) {
    const parent = questionOf(plan, question.options_from);
    // A plan holds only what is asked on the routes it is made for.
    if (!parent) return [];
    const ticked = answerTo(answers, parent.id);
    const offered = optionsAsked(plan, parent, facts, answers, route);
    return offered.filter((option) => Array.isArray(ticked) && ticked.includes(option.code) && !option.exclusive);
  }
  const scale = plan.scales[question.scale];
  const isShort = scale && (scale.short_for || []).includes(route);
  const listed = (scale ? (isShort ? scale.short : scale.options) : question.options) || [];
  return listed.filter(
    (option) => isOnRoute(option, route) && !(option.alone && facts.assisted !== "none"),
  );
}

function questionOf(plan, id) {
  return plan.questions.find((question) => question.id === id);
}

function isEnvelope(question) {
  return ["age_band", "area", "area_relation", "home_district"].includes(question.type);
}

function takesAnswer(question) {
  return !isEnvelope(question) && question.type !== "note";
}

function isAsked(plan, question, route, facts, standing) {
  if (!isOnRoute(question, route)) return false;
  if (question.alone && facts.assisted !== "none") return false;
  if (question.show_when && !holds(question.show_when, known(facts), standing)) return false;
  return !question.options_from || optionsAsked(plan, question, facts, standing, route).length > 1;
}

function isOnRoute(part, route) {
  return !part.routes || part.routes.includes(route);
}

// An age that was not given counts as one that somebody would rather not say.
function known(facts) {
  return { ...facts, age_band: facts.age_band || "pns" };
}
