// Sends the sheets that wait, one by one, until the server says it has them; it alone knows what became of each.

const PAGE = "/staff/scans/camera";
const SECOND = 1000;
const FIRST_WAIT = 5 * SECOND;
const LONGEST_WAIT = 10 * 60 * SECOND;
const PATIENCE = 60 * SECOND;
// So many faults one after the other, and the rest waits.
const MOST_FAULTS = 3;

// What the server told last: {token, sheets, forms}; and how it stands with it: "there", "away" or "signed out".
let news = null;
let server = "unknown";
let sending = null;
let sendAgain = false;
let hurry = false;
let timer = 0;
let whenChanged = () => {};

// Hands over everything that is due, with `now` also what was put off. Never fails: what could not be sent waits.
function sendWaiting(now = false) {
  hurry = hurry || now;
  sendAgain = sending !== null;
  sending = sending || sendInTurn().finally(() => {
    sending = null;
  });
  return sending;
}

async function sendInTurn() {
  try {
    do {
      const now = hurry;
      hurry = sendAgain = false;
      await (navigator.locks
        ? navigator.locks.request("engage camera", { ifAvailable: true }, (lock) => lock && sendDue(now))
        : sendDue(now));
    } while (sendAgain);
  } catch (fault) {
    // The store did not open this time; the next sign of life tries again.
  }
  await whenChanged();
  await setTimer();
}

async function sendDue(now) {
  const due = (await waitingSheets()).filter((sheet) => !sheet.problem && (now || isDue(sheet)));
  await askNews();
  if (server !== "there") return putOff(due);
  let faults = 0;
  for (const [at, sheet] of due.entries()) {
    const taken = await handOver(sheet);
    faults = taken ? 0 : faults + 1;
    if (faults >= MOST_FAULTS || server !== "there") return putOff(due.slice(at + 1));
    await whenChanged();
  }
  if (due.length) await askNews();
}

// A clock set back puts nothing off for longer than the longest wait.
function isDue(sheet) {
  const wait = sheet.next - Date.now();
  return wait <= 0 || wait > LONGEST_WAIT;
}

// Asks what became of the sheets sent before; the answer brings the token that sending needs.
async function askNews() {
  const answer = await ask(PAGE + "/sheets");
  if (answer.said && Array.isArray(answer.said.sheets)) {
    news = answer.said;
    server = "there";
  } else server = answer.isSignedOut ? "signed out" : "away";
}

// True once the server has the sheet; only then it leaves the device.
async function handOver(sheet) {
  const body = new FormData();
  body.append("csrf_token", news.token);
  body.append("key", sheet.key);
  body.append("sealed", new Blob([sheet.sealed]), "sheet");
  const { status, said, isSignedOut } = await ask(PAGE + "/" + sheet.id, { method: "POST", body });
  if (status === 200 && said && said.id === sheet.id) {
    await dropSheet(sheet.id);
    return true;
  }
  if (said && said.problem) await changeSheet(sheet.id, { problem: said.problem });
  else await putOff([sheet]);
  if (isSignedOut) server = "signed out";
  else if (!status) server = "away";
  return false;
}

// One request and what was said in JSON; status 0 where nothing came.
async function ask(address, how = {}) {
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { ...how, cache: "no-store", redirect: "manual", signal: control.signal });
    if (answer.type === "opaqueredirect" || answer.status === 403) return { status: 403, isSignedOut: true };
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, said: isJson ? await answer.json() : null };
  } catch (fault) {
    return { status: 0 };
  } finally {
    clearTimeout(patience);
  }
}

// Twice as long after each try, and never all at the same moment.
async function putOff(sheets) {
  for (const { id, tries } of sheets) {
    const wait = Math.min(FIRST_WAIT * 2 ** Math.min(tries, 10), LONGEST_WAIT) * (0.5 + Math.random() / 2);
    await changeSheet(id, { tries: tries + 1, next: Date.now() + wait });
  }
}

// Looks again when the next sheet is due, or while the server still reads one.
async function setTimer() {
  clearTimeout(timer);
  const due = (await waitingSheets().catch(() => [])).filter((sheet) => !sheet.problem);
  const isBeingRead = news && news.sheets.some((sheet) => sheet.state === "sent");
  if (!due.length && !isBeingRead) return;
  const waits = due.map((sheet) => (isDue(sheet) ? 0 : sheet.next - Date.now()));
  timer = setTimeout(() => sendWaiting(), Math.max(Math.min(LONGEST_WAIT, ...waits), FIRST_WAIT));
}

// Sends at every sign that the server may be there again; `changed` hears of everything new.
function startSending(changed) {
  whenChanged = changed;
  addEventListener("online", () => sendWaiting(true));
  document.addEventListener("visibilitychange", () => document.hidden || sendWaiting(true));
  sendWaiting(true);
}
