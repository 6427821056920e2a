// Says whether a question or a route applies: twin of engage/questionnaire/conditions.py.

// What was answered under an id; an id may be any word, also one that every object knows.
function answerTo(answers, id) {
  return Object.prototype.hasOwnProperty.call(answers, id) ? answers[id] : null;
}

function holds(condition, facts, answers) {
  if ("fact" in condition) return isAnyOf(facts[condition.fact], condition.is);
  if ("answered" in condition) return isGiven(answerTo(answers, condition.answered));
  if ("answer" in condition) {
    const answer = answerTo(answers, condition.answer);
    return "is" in condition ? isAnyOf(answer, condition.is) : isBetween(answer, condition.at_least, condition.at_most);
  }
  if ("all" in condition) return condition.all.every((part) => holds(part, facts, answers));
  if ("any" in condition) return condition.any.some((part) => holds(part, facts, answers));
  return !holds(condition.not, facts, answers);
}

function isGiven(answer) {
  return !(answer === null || answer === undefined || answer === "" || (Array.isArray(answer) && !answer.length));
}

function isAnyOf(value, codes) {
  return (Array.isArray(value) ? value : [value]).some((entry) => codes.includes(codeIn(entry)));
}

// A community that somebody named in own words counts as "other".
function codeIn(entry) {
  return entry !== null && typeof entry === "object" && "other" in entry ? "other" : entry;
}

function isBetween(value, atLeast, atMost) {
  if (typeof value !== "number") return false;
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
}
