// What becomes of the answers: a submission, as every channel makes one.

// Whether an answer is not to be read over a shoulder.
function isPrivate(plan, person, channel, question) {
  const given = [].concat(answerOf(person, question));
  const options = optionsAsked(plan, question, factsOf(plan, person, channel), person.answers);
  return question.sensitive || question.alone || options.some(({ alone, code }) => alone && given.includes(code));
}

// The answers as the server takes them. Of the clock only the time between begin and end means anything.
function submissionOf(plan, person, channel) {
  const took = person.took + performance.now() - person.began;
  const ended = Date.now();
  dropFallen(plan, person, channel);
  // Made at the end, so that two pages opened from the same saved answers never share one.
  person.response_id = person.response_id || newResponseId();
  return {
    response_id: person.response_id,
    survey: plan.survey,
    version: plan.version,
    wave: plan.wave,
    channel,
    language: plan.language,
    style: plan.style,
    assisted: person.assisted,
    area: person.area,
    area_relation: person.area_relation || [],
    home_district: person.home_district,
    consent: { version: plan.consent.version, given: true, age_band: person.age_band },
    started_at: new Date(ended - took).toISOString(),
    finished_at: new Date(ended).toISOString(),
    answers: person.answers,
  };
}
