// Answers that somebody wants to go on with later: locked under a code that only they have, for seven days.

const SAVED = "saved";
const CODE_LENGTH = 8;
const SAVED_FOR = 7 * 24 * 3600 * 1000;
// Rounds of PBKDF2-SHA256 (OWASP's advice of 2023), so that trying out codes on a found phone takes years.
const ROUNDS = 600000;
const MOST_WRONG_TRIES = 10;

// What this page has saved or opened: its code stays the same when it is saved again.
let savedHere = null;

// Locks the state away and returns the code to write down, such as 7KQM-4RTX.
async function saveForLater(plan, state) {
  await dropOver();
  const salt = await saltOfDevice();
  const code = savedHere ? savedHere.code : newCode();
  const key = await keyOf(code, salt);
  const iv = randomBytes(12);
  const locked = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, paddedBytes(state)));
  const id = savedHere ? savedHere.id : toHex(randomBytes(16));
  await keepIn(SAVED, { id, survey: plan.code, salt, iv, locked, until: Date.now() + SAVED_FOR, wrong: 0 });
  savedHere = { id, code };
  return inGroups(code);
}

// The state that was saved under a code, null where the code opens nothing; after ten wrong tries nothing is left.
async function openSaved(typed) {
  await dropOver();
  const code = typed.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const records = await allIn(SAVED);
  if (code.length !== CODE_LENGTH || !records.length) return null;
  const key = await keyOf(code, records[0].salt);
  for (const record of records) {
    const state = await unlocked(key, record);
    if (state === null) continue;
    await changeIn(SAVED, [{ id: record.id, wrong: 0 }]);
    savedHere = { id: record.id, code };
    return state;
  }
  await countWrong(records);
  return null;
}

// Whether somebody has saved answers to this survey here.
async function hasSaved(surveyCode) {
  await dropOver();
  return (await allIn(SAVED)).some((record) => record.survey === surveyCode);
}

// Deletes what this page saved or opened: it is finished, or not wanted any more.
async function forgetSaved() {
  if (savedHere) await dropFrom(SAVED, [savedHere.id]);
  savedHere = null;
}

function newCode() {
  // 253 is the largest multiple of 23 in a byte: above it a sign would come more often than another.
  const fair = Array.from(randomBytes(64)).filter((byte) => byte < 253);
  return fair.slice(0, CODE_LENGTH).map((byte) => SIGNS[byte % SIGNS.length]).join("");
}

// One salt for everything saved here, so that a code is worked out once whatever it opens.
async function saltOfDevice() {
  const records = await allIn(SAVED);
  return records.length ? records[0].salt : randomBytes(16);
}

async function keyOf(code, salt) {
  const secret = await crypto.subtle.importKey("raw", utf8(code), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function unlocked(key, record) {
  try {
    const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: record.iv }, key, record.locked);
    return JSON.parse(new TextDecoder().decode(open));
  } catch (fault) {
    return null;
  }
}

async function countWrong(records) {
  const spent = records.filter((record) => record.wrong + 1 >= MOST_WRONG_TRIES);
  await dropFrom(SAVED, spent.map((record) => record.id));
  await changeIn(SAVED, records.map((record) => ({ id: record.id, wrong: record.wrong + 1 })));
}

// Drops what is over; also what a clock set back by more than a week would keep.
async function dropOver() {
  const now = Date.now();
  const over = (await allIn(SAVED)).filter(({ until }) => until <= now || until > now + 2 * SAVED_FOR);
  await dropFrom(SAVED, over.map((record) => record.id));
}
