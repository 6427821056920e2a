// What the buttons of a question's page do.

function answeringParts() {
  return { act, areasAround, bringsHelp, buildArea, buildCheck, dropFallen, givenFields, keepAnswer, readIn };
}

async function act(survey, place, action, form) {
  if (place.kind === "check") return finish(survey, form);
  if (place.kind !== "question") return null;
  const question = questionOf(survey.plan, place.id);
  if (action === "skip") return goOn(survey, place, question, null);
  if (action === "save") return saveAndStop(survey);
  const value = await readPage(survey, question, fieldsIn(form));
  if (surveyNow() !== survey || placeNow() !== place) return null;
  if (value && value.district) return goTo({ ...place, district: value.district });
  if (value && value.problem) return complain(survey.plan, value.problem);
  return goOn(survey, place, question, value);
}

function readPage({ plan, person, channel, path }, question, fields) {
  if (question.type === "area") return readArea(plan, path, fields);
  return readFields(plan, question, factsOf(plan, person, channel), person.answers, fields);
}

function complain(plan, problem) {
  showProblem(mainPart(), plan, words(plan, problem));
  sayInTitle(plan);
}

function goOn({ plan, person, channel }, place, question, value) {
  const isArea = question.type === "area";
  if (isArea) person.place = value && value.place;
  saveAnswer(plan, person, channel, question, isArea && value ? value.area : value);
  goTo(following(question, place.isChange));
}

// Keeps what stands in a page that somebody turned away from; false where it is no answer. Where a place lies is looked
// up only when somebody goes on.
function keepAnswer({ plan, person, channel }, id, fields) {
  const question = questionOf(plan, id);
  if (question.type === "area") return false;
  const value = readFields(plan, question, factsOf(plan, person, channel), person.answers, fields);
  if (value === null || isProblem(value)) return false;
  saveAnswer(plan, person, channel, question, value);
  return true;
}

// The fields of a page in which an answer stands that was given before.
function givenFields({ plan, person }, question, district) {
  const answer = answerOf(person, question);
  return question.type === "area" ? areaFields(plan, answer, district) : fieldsOf(question, answer);
}
