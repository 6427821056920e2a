// Answers on their way to the server: sealed, kept until it has taken them, and sent again until it does.

const OUTBOX = "outbox";
const SEALED_ADDRESS = "/api/v1/sealed";
const BATCH = 20;
const SECOND = 1000;
// No answer waits longer than this for its next try, whatever the device's clock does meanwhile.
const LONGEST_WAIT = 3600 * SECOND;
const FIRST_WAIT = 5 * SECOND;
const PATIENCE = 60 * SECOND;
// What the server says of a bundle that it has dealt with; only then it leaves the device.
const SETTLED = ["stored", "same", "held", "conflict", "refused"];
// A bundle that cannot be sent even alone this many times is said to be stuck; it is still tried.
const STUCK_AFTER = 3;
// So many faults one after the other, and the rest is left for later.
const MOST_FAULTS = 3;
const QUIETLY = { cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" };

// What came of handing a batch over.
const TAKEN = "taken";
const FAULT = "fault";
const NOBODY_THERE = "nobody there";

let sending = null;
let sendAgain = false;
let hurry = false;
let timer = 0;
// Until when the server asked to be left alone, by a clock that nobody can set.
let restUntil = 0;
const watchers = [];
const tabs = self.BroadcastChannel ? new BroadcastChannel(STORE) : null;

// Seals the answers and keeps them; resolves once they are on the disk. `token` is that of an outreach tablet, `effort` a
// number that was found while somebody answered.
async function keepAnswers(plan, submission, token = null, effort = "") {
  const sealed = await sealAnswers(plan.sealing, submission);
  const record = { id: sealed.id, sealed, token, effort, tries: 0, alone: 0, next: 0, stuck: false };
  try {
    await keepIn(OUTBOX, record);
  } catch (fault) {
    // A browser that keeps nothing: the answers count as finished only if the server has them.
    const answer = await postBundles([record]);
    if (!settledBy(answer, record)) throw fault;
    return;
  }
  await tellWatchers();
  afterKeeping().catch(() => {});
}

async function afterKeeping() {
  askForSync();
  await sendWaiting();
  if ((await allIn(OUTBOX)).length) await askToKeep();
}

// Calls back with what waits here, now and at each change: {waiting, stuck, persisted}. `waiting` counts everything;
// `stuck` those among it that the server could not take; `persisted` is false where the browser may delete them.
function onWaiting(callback) {
  watchers.push(callback);
  return tellWatchers(false);
}

// Hands over everything that is due; with `now` also what had been put off. Never fails: what could not be sent waits.
function sendWaiting(now = false) {
  hurry = hurry || now;
  sendAgain = sending !== null;
  sending = sending || sendInTurn().finally(() => {
    sending = null;
  });
  return sending;
}

// All that waits, as a file that the people who run the survey can take in. It stays here too: twice is harmless.
async function saveRescueFile() {
  const sealed = (await allIn(OUTBOX)).map((record) => record.sealed);
  const text = JSON.stringify({ format: "engage-rescue/1", sealed });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "waiting.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60 * SECOND);
}

// Sends at every sign that the server may be there again. Called once by a page.
function startSending() {
  self.addEventListener("online", () => sendWaiting(true));
  self.addEventListener("pageshow", (event) => event.persisted && sendWaiting(true));
  document.addEventListener("visibilitychange", () => document.hidden || sendWaiting(true));
  if (tabs) tabs.onmessage = () => tellWatchers(false);
  sendWaiting(true);
}

// One page of this browser sends at a time; the others look again later.
async function sendInTurn() {
  try {
    do {
      const now = hurry;
      hurry = sendAgain = false;
      await (navigator.locks
        ? navigator.locks.request("engage outbox", { ifAvailable: true }, (lock) => lock && sendDue(now))
        : sendDue(now));
    } while (sendAgain);
    await setTimer();
  } catch (fault) {
    // The store did not open this time; in some private windows it never does, and then nothing waits.
    if (self.document) timer = setTimeout(() => sendWaiting(), PATIENCE);
  }
}

async function sendDue(now) {
  const tried = new Set();
  let faults = 0;
  for (;;) {
    const records = (await allIn(OUTBOX)).filter((record) => !tried.has(record.id) && (now || isDue(record)));
    if (!records.length || performance.now() < restUntil) return;
    const batch = nextBatch(records);
    batch.forEach((record) => tried.add(record.id));
    const outcome = await handOver(batch);
    faults = outcome === TAKEN ? 0 : faults + 1;
    if (outcome === NOBODY_THERE || faults >= MOST_FAULTS) {
      return putOff(records.filter((record) => !tried.has(record.id)));
    }
  }
}

// A clock set back by days would put a try off for days: no wait is longer than the longest.
function isDue(record) {
  const wait = record.next - Date.now();
  return wait <= 0 || wait > LONGEST_WAIT;
}

// Fresh ones first, together; those that failed by themselves come last and alone, so that they block nobody.
function nextBatch(records) {
  records.sort((one, other) => one.alone - other.alone || one.tries - other.tries);
  const first = records[0];
  if (first.alone) return [first];
  return records.filter((record) => !record.alone && record.token === first.token).slice(0, BATCH);
}

// Sends a batch, and where that fails for its contents each of it alone.
async function handOver(batch) {
  const answer = await postBundles(batch);
  if (await takeResults(batch, answer)) return TAKEN;
  if (answer.rest) return NOBODY_THERE;
  if (!answer.status && !(await isServerThere())) {
    await putOff(batch);
    return NOBODY_THERE;
  }
  return batch.length > 1 ? handOverSingly(batch) : failedAlone(batch[0], answer.status);
}

async function handOverSingly(batch) {
  let faults = 0;
  for (const [at, record] of batch.entries()) {
    const outcome = await handOver([record]);
    faults = outcome === TAKEN ? 0 : faults + 1;
    if (outcome === NOBODY_THERE || faults >= MOST_FAULTS) {
      await putOff(batch.slice(at + 1));
      return outcome;
    }
  }
  return TAKEN;
}

async function failedAlone(record, status) {
  const alone = record.alone + 1;
  await putOff([record], { alone, stuck: (status >= 400 && status < 500) || alone >= STUCK_AFTER });
  return FAULT;
}

// One request, and what came of it: results, or how long to rest (ms), or a status (0: nothing the server itself said).
async function postBundles(batch) {
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), PATIENCE);
  const headers = { "Content-Type": "application/json" };
  if (batch[0].token) headers.Authorization = "Bearer " + batch[0].token;
  else headers["X-Engage-Effort"] = batch.map((record) => record.effort || "").join();
  const body = JSON.stringify({ sealed: batch.map((record) => record.sealed) });
  try {
    const answer = await fetch(SEALED_ADDRESS, { ...QUIETLY, method: "POST", headers, body, signal: control.signal });
    const rest = restOf(answer);
    if (rest) return { rest };
    const said = await answer.json();
    // What answers in the server's place, as in a café, speaks of neither results nor problems.
    if (answer.status === 200 && Array.isArray(said.results)) return { results: said.results };
    return { status: !answer.ok && Array.isArray(said.problems) ? answer.status : 0 };
  } catch (fault) {
    return { status: 0 };
  } finally {
    clearTimeout(patience);
  }
}

// Whether the server itself answers: the browser's own word for being online says nothing.
async function isServerThere() {
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), PATIENCE / 6);
  try {
    const answer = await fetch("/api/v1/sealing-key", { ...QUIETLY, signal: control.signal });
    return answer.ok && Boolean((await answer.json()).public_key);
  } catch (fault) {
    return false;
  } finally {
    clearTimeout(patience);
  }
}

// How long the server asks to be left alone (ms), null where it does not ask.
function restOf(answer) {
  const asked = answer.headers.get("Retry-After");
  if (answer.status !== 429 && !(answer.status === 503 && asked)) return null;
  const there = Date.parse(answer.headers.get("Date")) || Date.now();
  const wait = /^\d+$/.test(asked || "") ? asked * SECOND : Date.parse(asked) - there;
  return Math.min(Math.max(wait || FIRST_WAIT, SECOND), LONGEST_WAIT);
}

// Takes over what the server said; false when it did not take the batch.
async function takeResults(batch, answer) {
  if (answer.rest) {
    restUntil = performance.now() + answer.rest;
    await putOff(batch, {}, answer.rest);
  }
  if (!answer.results) return false;
  const settled = batch.filter((record) => settledBy(answer, record));
  await dropFrom(OUTBOX, settled.map((record) => record.id));
  await putOff(batch.filter((record) => !settled.includes(record)), { alone: STUCK_AFTER, stuck: true });
  await tellWatchers();
  return true;
}

function settledBy(answer, record) {
  return (answer.results || []).some((result) => result.id === record.id && SETTLED.includes(result.status));
}

// Twice as long after each try, up to an hour, and never all at the same moment.
async function putOff(records, change = {}, wait = null) {
  if (!records.length) return;
  const changes = records.map((record) => {
    const tries = record.tries + 1;
    const grown = Math.min(FIRST_WAIT * 2 ** Math.min(tries, 12), LONGEST_WAIT) * (0.5 + Math.random() / 2);
    return { ...change, id: record.id, tries, next: Date.now() + (wait || grown) };
  });
  await changeIn(OUTBOX, changes);
  await tellWatchers();
}

// Looks again when the next answer is due; only while a page is open and something waits.
async function setTimer() {
  clearTimeout(timer);
  const records = await allIn(OUTBOX);
  if (!records.length || !self.document) return;
  const waits = records.map((record) => (isDue(record) ? 0 : record.next - Date.now()));
  const wait = Math.max(Math.min(...waits), restUntil - performance.now(), FIRST_WAIT);
  timer = setTimeout(() => sendWaiting(), Math.min(wait, LONGEST_WAIT));
}

async function tellWatchers(alsoTabs = true) {
  if (alsoTabs && tabs) tabs.postMessage("changed");
  if (!watchers.length) return;
  const records = await allIn(OUTBOX).catch(() => []);
  const stuck = records.filter((record) => record.stuck).length;
  const persisted = records.length ? await isKept() : null;
  watchers.forEach((callback) => callback({ waiting: records.length, stuck, persisted }));
}

async function isKept() {
  return Boolean(navigator.storage && navigator.storage.persisted && (await navigator.storage.persisted()));
}

// Asks the browser once not to clear what waits; some ask the person, so never before something waits.
async function askToKeep() {
  if (navigator.storage && navigator.storage.persist) await navigator.storage.persist().catch(() => false);
  await tellWatchers(false);
}

// Where the browser can, it wakes the service worker once there is a network, even after the page was closed.
async function askForSync() {
  try {
    const registration = await navigator.serviceWorker.getRegistration("/s/");
    await registration.sync.register("send-answers");
  } catch (fault) {
    // Not offered here; the page sends by itself.
  }
}
