// What the first script asks of the second one.

function allParts() {
  return { ...answeringParts(), offerCarryOn, offerCode, forgetSurvey, settle, afterPage };
}

// Once, when the second script is there: what waits is sent, and the survey opens without a network from now on.
function settle(plan, addresses) {
  startSending();
  const { lang, dir } = plan.pages.documentElement;
  const said = { lang, dir, title: plainWords(plan, "offline_title"), sentence: plainWords(plan, "offline") };
  keepOffline(plan.code, [...addresses, ...thingsOf(plan)], said);
}

// Another language or style opens without a network too.
function keepReading(plan) {
  keepOffline(plan.code, [...addressesOf(plan), ...thingsOf(plan)]);
}

// What only pages fetch on which something is drawn or put into an order.
function thingsOf(plan) {
  return plan.things || [];
}

// After each page that is shown.
function afterPage(main, plan) {
  bringByHand(main);
  beginEffort(surveyNow());
  watchWaiting(plan);
  if (typeof offerReadAloud === "function") offerReadAloud(main, plan);
}

self.surveyParts = allParts();
