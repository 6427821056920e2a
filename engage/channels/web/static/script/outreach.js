// Outreach: one tablet, many people, no signal. Between two people nothing is left of the first but sealed answers.

const CODE = document.body.dataset.outreach;
const PATH = "/s/" + CODE;
const MINUTE = 60 * 1000;
// So long nobody touches the screen before somebody is asked for, and then before the answers are wiped (ms).
const QUIET = 5 * MINUTE;
const LAST_CALL = MINUTE;
// After so many wrong PINs the tablet waits, each time twice as long (ms).
const FREE_TRIES = 5;
const FIRST_PAUSE = 30 * 1000;

// What this tablet was prepared for, as its own store has it; null where it was not.
let tablet = null;
// The page as the server sent it, to put back around our own views.
let frame = null;
let waitingNow = { waiting: 0, stuck: 0, persisted: null };
// Whether what is answered is thrown away: the ambassador only tries how it goes.
let isPractice = false;
let quietSince = performance.now();
let lastCall = null;

async function open() {
  frame = { title: document.title, parts: [...document.body.children] };
  listenToPages();
  addEventListener("keydown", leaveByKeys);
  addEventListener("click", leaveByLink);
  for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, touched, { passive: true });
  setInterval(watchQuiet, 5000);
  history.replaceState({ step, page: THIS_PAGE }, "");
  history.scrollRestoration = "manual";
  tablet = await keptTablet();
  if (!tablet || tablet.code !== CODE) return stage(viewOf("not-prepared"));
  startSending();
  onWaiting(told);
  navigator.serviceWorker.register("/s/worker.js", { scope: "/s/" }).catch(() => {});
  return showLocked();
}

// The store of the tablet's own data, made when it was prepared.
function inTablet(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("tablet", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const change = opening.result.transaction("kept", mode);
      const asked = work(change.objectStore("kept"));
      change.oncomplete = () => {
        opening.result.close();
        resolve(asked.result);
      };
      change.onabort = () => reject(change.error);
    };
  });
}

function keptTablet() {
  return inTablet("readonly", (kept) => kept.get("tablet"));
}

function changeTablet(change) {
  Object.assign(tablet, change);
  return inTablet("readwrite", (kept) => kept.put(tablet, "tablet"));
}

// Puts one of our own views on the page, with nothing of any survey around it.
function stage(view) {
  wipeSurvey();
  Object.assign(document.documentElement, { lang: "en", dir: "ltr" });
  document.title = frame.title;
  document.body.className = "standard";
  document.body.replaceChildren(...frame.parts);
  mainPart().replaceChildren(view);
  if (isPractice) mainPart().prepend(viewOf("practice"));
  scrollTo(0, 0);
}

function viewOf(name) {
  return document.importNode(document.getElementById(name).content, true);
}

// Calls what a button of a view is for: name in `data-act` → what it does.
function onAct(view, acts) {
  view.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", acts[button.dataset.act]));
}

function showLocked() {
  isPractice = false;
  const view = viewOf("locked");
  view.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    tryPin(event.target.querySelector("#pin"));
  });
  stage(view);
  document.getElementById("pin").focus();
}

async function tryPin(field) {
  const until = (tablet.barredUntil || 0) - Date.now();
  if (until > 0 && until <= pauseAfter(tablet.wrong)) return sayWrong(field, "Wait " + Math.ceil(until / 1000) + " seconds.");
  const typed = field.value.trim();
  field.value = "";
  if ((await pinKey(typed, tablet.salt, tablet.rounds)) !== tablet.pin) {
    const wrong = (tablet.wrong || 0) + 1;
    await changeTablet({ wrong, barredUntil: Date.now() + pauseAfter(wrong) });
    return sayWrong(field, "That is not the PIN.");
  }
  await changeTablet({ wrong: 0, barredUntil: 0 });
  return showHome();
}

function pauseAfter(wrong) {
  return wrong < FREE_TRIES ? 0 : Math.min(FIRST_PAUSE * 2 ** (wrong - FREE_TRIES), 60 * MINUTE);
}

function sayWrong(field, text) {
  const said = document.getElementById("pin-problem");
  said.hidden = false;
  said.textContent = text;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

async function pinKey(pin, salt, iterations) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Its last day is over by this device's own calendar; a clock that is wrong by days is the ambassador's to mend.
function isOver() {
  const today = new Date();
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0"));
  return day.join("-") > tablet.last_day;
}

function showHome() {
  isPractice = false;
  const view = viewOf("home");
  view.querySelector("[data-label]").textContent = tablet.label;
  view.querySelector("[data-last-day]").textContent = new Date(tablet.last_day + "T12:00").toLocaleDateString("en-GB", { dateStyle: "long" });
  view.querySelector("[data-over]").hidden = !isOver();
  view.querySelector("[data-act=hand-over]").hidden = isOver();
  onAct(view, { "hand-over": showWelcome, practise, send: sendNow, rescue: saveRescueFile, lock: showLocked, finish: finishTablet });
  stage(view);
  fillHome();
}

function fillHome() {
  const home = document.querySelector("#main [data-answered]") && mainPart();
  if (!home) return;
  home.querySelector("[data-answered]").textContent = tablet.answered;
  home.querySelector("[data-waiting]").textContent = waitingNow.waiting;
  home.querySelector("[data-unkept]").hidden = !waitingNow.waiting || waitingNow.persisted !== false;
  home.querySelector("[data-stuck]").hidden = !waitingNow.stuck;
  const sending = home.querySelector("[data-sending]");
  if (sending.of) showSent(sending);
}

function told(news) {
  waitingNow = news;
  fillHome();
}

async function sendNow() {
  const sending = mainPart().querySelector("[data-sending]");
  sending.of = Math.max(waitingNow.waiting, 1);
  sending.hidden = false;
  showSent(sending);
  await sendWaiting(true);
  const left = waitingNow.waiting;
  sending.querySelector("p").textContent = left ? left + " could not be sent yet. They stay here and are tried again." : "Everything is sent.";
  sending.of = 0;
}

function showSent(sending) {
  const done = Math.max(sending.of - waitingNow.waiting, 0);
  sending.querySelector("p").textContent = "Sent " + done + " of " + sending.of;
  Object.assign(sending.querySelector("progress"), { value: done, max: sending.of });
}

// Wipes what was prepared; sealed answers that wait stay, and carry the right to be sent with them.
async function finishTablet() {
  await inTablet("readwrite", (kept) => kept.delete("tablet"));
  await caches.delete("outreach");
  tablet = null;
  stage(viewOf("not-prepared"));
}

function practise() {
  isPractice = true;
  showWelcome();
}

// Where the next person begins: the languages in their own names, then the styles in that language's words.
function showWelcome() {
  if (isOver()) return showHome();
  const view = viewOf("welcome");
  const tags = tablet.languages.map(({ tag }) => tag);
  view.querySelectorAll("[data-language]").forEach((item) => {
    const { language } = item.dataset;
    if (tags.includes(language)) item.querySelector("button").addEventListener("click", () => chooseLanguage(language));
    else item.remove();
  });
  view.querySelectorAll("[data-style]").forEach((button) => {
    const { style } = button.dataset;
    const language = button.parentNode.dataset.styles;
    if (tablet.styles.includes(style)) button.addEventListener("click", () => beginWith(language, style));
    else button.remove();
  });
  onAct(view, { lock: showLocked });
  stage(view);
  rememberStart();
  return view;
}

function chooseLanguage(language) {
  if (tablet.styles.length === 1) return beginWith(language, tablet.styles[0]);
  mainPart().querySelectorAll("[data-styles]").forEach((styles) => (styles.hidden = styles.dataset.styles !== language));
  return mainPart().querySelector("[data-styles]:not([hidden]) button").focus();
}

async function beginWith(lang, style) {
  const plan = await loadSurvey(PATH, lang, style);
  await loadRest(PATH, plan);
  const { token } = tablet;
  startSurvey(plan, { path: PATH, channel: "outreach", token, isPractice, onFinished: finished, onOver: () => queueMicrotask(() => handBack(lang)) });
}

// The last page, in the language of whoever answered; it goes by itself when nobody touches it.
async function finished(plan, page) {
  if (!isPractice) await changeTablet({ answered: tablet.answered + 1 });
  page.querySelectorAll('a[href^="/results"]').forEach((link) => link.closest("p").remove());
  showLast(plan, page);
  handBack(plan.language);
}

function handBack(language) {
  const words = wordsIn(language);
  const next = words.querySelector("[data-next]");
  next.querySelector("button").addEventListener("click", showWelcome);
  mainPart().append(words.querySelector("[data-hand-back]"), next);
}

function wordsIn(language) {
  const templates = frame.parts.filter((part) => part.dataset && part.dataset.words === language);
  return document.importNode(templates[0].content, true);
}

// Everything is here already, in one script.
const parts = answeringParts();

async function loadMore() {
  return parts;
}

// Each page of the survey: what a tablet has no use for goes.
function afterShowing(main) {
  if (isPractice) main.prepend(viewOf("practice"));
  main.querySelectorAll("[value=save]").forEach((button) => button.remove());
  keepPreparedReadings();
  bringByHand(main);
  if (survey) offerReadAloud(main);
  const first = main.querySelector("input[name=district]");
  const isListed = tablet.area && main.querySelector('[name=district][value="' + tablet.area.code + '"]');
  if (first && tablet.area && !isListed) suggestArea(first.closest(".choice"));
}

// Of the languages and styles to change to, those that were taken along; on a last page none.
function keepPreparedReadings() {
  const tags = survey ? tablet.languages.map(({ tag }) => tag) : [];
  document.querySelectorAll("footer a[hreflang], footer a[data-style]").forEach((link) => {
    const { style } = link.dataset;
    if (style ? !tablet.styles.includes(style) : !tags.includes(link.hreflang)) (link.closest("li") || link.parentNode).remove();
  });
  if (!survey) document.querySelectorAll("footer details").forEach((panel) => panel.remove());
}

// Offers the area the tablet was taken to before all others; nobody has to choose it.
function suggestArea(model) {
  const label = model.cloneNode(true);
  const tick = label.querySelector("input");
  const { code, name } = tablet.area;
  Object.assign(tick, { value: code, id: "district-" + code, checked: survey.person.area === code });
  label.querySelector("span:last-child").textContent = name;
  const box = document.createElement("div");
  box.className = "choices";
  box.append(label);
  model.closest("[role=group], .choices").before(box);
}

// "Leave this page" gives the tablet back, wiped.
function leave() {
  stopReading();
  showLocked();
}

function touched() {
  quietSince = performance.now();
}

// Whoever walked away leaves their answers to nobody.
function watchQuiet() {
  const isAway = document.querySelector("[data-hand-back]") || survey;
  if (!isAway || lastCall) return;
  if (performance.now() - quietSince > QUIET) askWhetherThere();
}

function askWhetherThere() {
  const box = wordsIn(document.documentElement.lang).querySelector("[data-still]");
  const before = document.activeElement;
  const stay = () => {
    clearTimeout(lastCall);
    lastCall = null;
    box.remove();
    mainPart().inert = false;
    before.focus();
  };
  const wipe = () => {
    stay();
    leave();
  };
  onAct(box, { stay, wipe });
  document.body.append(box);
  mainPart().inert = true;
  box.querySelector("button").focus();
  lastCall = setTimeout(wipe, LAST_CALL);
}

open();
