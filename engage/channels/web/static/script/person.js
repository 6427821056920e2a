// One person who answers: what they gave stays in this page's memory and nowhere else.

function newPerson() {
  return {
    age_band: null,
    assisted: "none",
    // Whether somebody agreed and may take part.
    isIn: false,
    area: null,
    // The name of the area, as it stands in questions.
    place: null,
    area_relation: null,
    home_district: null,
    answers: {},
    // Questions that were put to the person.
    seen: [],
    // Question → fields as somebody left them, where they could not be taken as an answer.
    left: {},
    draws: {},
    // How long somebody took before this page was opened (ms).
    took: 0,
    began: performance.now(),
  };
}

function factsOf(plan, person, channel) {
  return {
    channel,
    language: plan.language,
    style: plan.style,
    assisted: person.assisted,
    age_band: person.age_band,
    area_relation: person.area_relation || [],
  };
}

function answerOf(person, question) {
  return isEnvelope(question) ? person[question.type] : answerTo(person.answers, question.id);
}

// Under which name the fields of a page are left as they are.
function leftName(name, district) {
  return district ? name + " " + district : name;
}

// The questions with a page of their own: the age was asked on the first one.
function pathOf(plan, person, channel) {
  const asked = askedQuestions(plan, factsOf(plan, person, channel), person.answers);
  return asked.filter((question) => question.type !== "age_band");
}
