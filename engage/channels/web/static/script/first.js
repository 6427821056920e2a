// The first page: consent, age and who helps; whoever may not take part leaves nothing behind.

function buildFirst({ plan, person }) {
  const page = partOf(plan, "#first");
  const band = person.age_band ? [person.age_band] : [];
  fillFields(page, { consent: person.isAgreed ? ["yes"] : [], age_band: band, assisted: person.isAgreed ? [person.assisted] : [] });
  return page;
}

function keepFirst(form) {
  const { age_band: [band] = [null], assisted: [assisted] = ["none"], consent } = fieldsIn(form);
  Object.assign(survey.person, { age_band: band, assisted, isAgreed: Boolean(consent) });
}

function letIn(form) {
  const { plan, person, channel } = survey;
  keepFirst(form);
  const problem = plan.consent.problems[person.age_band || "pns"];
  if (problem === "too_young" || (problem && person.isAgreed)) return turnAway(problem);
  if (!person.isAgreed) return askForConsent(form);
  person.age_band = person.age_band || "pns";
  const { isChange } = placeNow();
  dropFallen(plan, person, channel);
  goTo(following(null, isChange));
}

function askForConsent(form) {
  const consent = form.querySelector("#consent");
  showProblem(document.getElementById("main"), survey.plan, words(survey.plan, "consent_needed"), consent);
  document.title = plainWords(survey.plan, "error_title") + " – " + document.title;
}

// Thanks somebody who may not take part, with places to get help; nothing is left of what they gave.
function turnAway(problem) {
  const { plan, onOver } = survey;
  wipeSurvey();
  if (onOver) onOver(problem);
  showLast(plan, partOf(plan, "#" + problem));
}
