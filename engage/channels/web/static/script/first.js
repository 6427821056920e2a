// The first page: consent, age and who helps; whoever may not take part leaves nothing behind.

function buildFirst({ plan, person }) {
  const page = partOf(plan, "#first");
  const known = person.isIn ? { consent: ["yes"], age_band: [person.age_band], assisted: [person.assisted] } : {};
  fillFields(page, person.left.first || known);
  addExtras(plan, page, false);
  return page;
}

// Lets somebody in, or says why not. What was only ticked on the way back counts for nothing.
function letIn(form) {
  const { plan, person, channel } = survey;
  const fields = fieldsIn(form);
  const { age_band: [band] = ["pns"], assisted: [assisted] = ["none"] } = fields;
  const problem = plan.consent.problems[band];
  if (problem === "too_young" || (problem && fields.consent)) return turnAway(problem);
  if (!fields.consent) return askForConsent(form);
  Object.assign(person, { age_band: band, assisted, isIn: true });
  delete person.left.first;
  if (parts) parts.dropFallen(plan, person, channel);
  return goTo(following(null, placeNow().isChange));
}

function askForConsent(form) {
  const consent = form.querySelector("#consent");
  showProblem(mainPart(), survey.plan, words(survey.plan, "consent_needed"), consent);
  sayInTitle(survey.plan);
}

// Thanks somebody who may not take part, with places to get help; nothing is left of what they gave.
function turnAway(problem) {
  const { plan, onOver } = survey;
  wipeSurvey();
  if (onOver) onOver(problem);
  showLast(plan, partOf(plan, "#" + problem));
}
