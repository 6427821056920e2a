// Fetches the second script, for what comes after the first question: sending, saving, reading aloud.

const SCRIPT = document.currentScript;
let parts = null;
let partsComing = null;

// Lent to the second script, in the same order as in shared.js: names would only weigh.
self.surveyCore = [
  addressesOf,
  addToStart,
  answerOf,
  askedQuestions,
  dress,
  factsOf,
  fieldsIn,
  following,
  goTo,
  helpPart,
  isEnvelope,
  keepGiven,
  loadRest,
  loadSurvey,
  mainPart,
  namePlace,
  optionsAsked,
  partOf,
  partOnRoute,
  pathOf,
  placeNow,
  plainWords,
  questionOf,
  routeOf,
  sayInTitle,
  show,
  showLast,
  showProblem,
  startSurvey,
  stepOn,
  surveyNow,
  wipeSurvey,
  words,
];

async function loadMore() {
  parts = parts || self.surveyParts || null;
  if (parts) return parts;
  partsComing = partsComing || addScript(SCRIPT.dataset.more);
  partsComing.catch(() => (partsComing = null));
  return partsComing;
}

function addScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => {
      parts = self.surveyParts;
      resolve(parts);
    };
    script.onerror = () => {
      script.remove();
      reject(new Error(address));
    };
    document.head.append(script);
  });
}
