// What one person gives: kept in the coded values of the answers, and dropped where it no longer stands.

// Keeps an answer, or with null that there is none, and that the question was put to the person.
function saveAnswer(plan, person, channel, question, value) {
  if (isEnvelope(question)) person[question.type] = value;
  else if (value === null) delete person.answers[question.id];
  else person.answers[question.id] = value;
  for (const name of Object.keys(person.left)) {
    if (name === question.id || name.startsWith(question.id + " ")) delete person.left[name];
  }
  if (!person.seen.includes(question.id)) person.seen.push(question.id);
  dropFallen(plan, person, channel);
}

// Drops every answer to a question no longer asked, or no longer offered, until nothing more falls.
function dropFallen(plan, person, channel) {
  for (let fallen = true; fallen; ) {
    const facts = factsOf(plan, person, channel);
    const asked = askedQuestions(plan, facts, person.answers);
    fallen = false;
    for (const question of plan.questions) {
      const answer = answerOf(person, question);
      if (answer === null || question.type === "age_band") continue;
      const stands = asked.includes(question) && (isEnvelope(question) || stillReads(plan, question, facts, person));
      if (stands) continue;
      fallen = true;
      if (isEnvelope(question)) person[question.type] = null;
      else delete person.answers[question.id];
      if (!isEnvelope(question)) person.seen = person.seen.filter((id) => id !== question.id);
    }
  }
}

function stillReads(plan, question, facts, person) {
  const options = optionsAsked(plan, question, facts, person.answers);
  return !isProblem(readAnswer(plan, question, options, facts, person.answers[question.id]));
}

// Whether help comes up at once: after an answer to a sensitive question, on a scale only after one beyond its middle.
// Scales run from the good end to the bad. Nothing of it is kept or sent.
function bringsHelp({ plan, person, channel }, question) {
  if (!question || !question.sensitive) return false;
  const answer = answerOf(person, question);
  if (answer === null || (question.special || []).includes(answer)) return false;
  if (!question.scale) return true;
  const codes = optionsAsked(plan, question, factsOf(plan, person, channel), person.answers).map(({ code }) => code);
  return codes.indexOf(answer) > (codes.length - 1) / 2;
}
