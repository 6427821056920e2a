// The start page of a survey: begins in the page where this browser can seal answers, else leaves the forms to work.

const PATH = location.pathname.replace(/\/$/, "");
// How long somebody looks at the start page before what comes later is fetched too (ms).
const LINGER = 2000;
let isSettled = false;

function begin() {
  addEventListener("keydown", leaveByKeys);
  addEventListener("click", leaveByLink);
  addEventListener("pageshow", wipeKeptPage);
  document.querySelectorAll("[data-scripted]").forEach((part) => (part.hidden = false));
  const form = document.querySelector("form[data-start]");
  if (!canSeal()) {
    if (!self.isSecureContext) document.querySelectorAll("[data-unsealed]").forEach((part) => (part.hidden = false));
    return;
  }
  if (form) prepare();
}

function prepare() {
  rememberStart();
  history.replaceState({ step, page: THIS_PAGE }, "");
  history.scrollRestoration = "manual";
  listenToPages(start);
  whenIdle(() => readNow().catch(() => {}));
  const early = () => readNow().then(afterwards).catch(() => {});
  hasStore().then((isThere) => (isThere ? whenIdle(early) : setTimeout(early, LINGER)));
}

// Whether something may wait or be saved here from before.
async function hasStore() {
  if (!indexedDB.databases) return false;
  return (await indexedDB.databases()).some(({ name }) => name === "engage");
}

function whenIdle(work) {
  if (self.requestIdleCallback) requestIdleCallback(work);
  else setTimeout(work, 200);
}

// The plan in the language and style of the start page.
function readNow() {
  const form = document.querySelector("form[data-start]");
  const { lang, style } = startPage.reading || (startPage.reading = Object.fromEntries(new FormData(form)));
  return loadSurvey(PATH, lang, style);
}

// Without the plan the form goes its ordinary way.
async function start(form) {
  try {
    const plan = await readNow();
    if (document.querySelector("[data-draft]")) forgetDraft();
    startSurvey(plan, { path: PATH });
  } catch (fault) {
    form.submit();
  }
}

// Answers in progress that the server still has from pages without a script.
function forgetDraft() {
  fetch(document.querySelector("a.leave").href, { redirect: "manual" }).catch(() => {});
}

// After each page: once the first question is there, what comes later is fetched.
function afterShowing(main) {
  const plan = survey ? survey.plan : null;
  if (isSettled && plan) parts.afterPage(main, plan);
  else if (plan && placeNow().kind === "question") whenIdle(() => afterwards(plan).catch(() => {}));
}

// Fetches what comes later; the survey opens without a network from then on.
async function afterwards(plan) {
  await Promise.all([loadMore(), loadRest(PATH, plan)]);
  if (isSettled) return;
  isSettled = true;
  placePictures(plan, document.body);
  const { kind } = placeNow();
  if (survey && (kind === "first" || kind === "question")) addExtras(survey.plan, mainPart(), kind === "question");
  parts.settle(plan, [PATH + location.search, ...addressesOf(plan)]);
  parts.afterPage(mainPart(), plan);
  parts.offerCode(plan);
}

// What the survey is made of in this language and style.
function addressesOf(plan) {
  const style = document.querySelector("link[rel=stylesheet]").href;
  const whole = wholeAddress(PATH, plan.language, plan.style);
  return [whole, restAddress(PATH, plan), style, SCRIPT.src, SCRIPT.dataset.more];
}

begin();
