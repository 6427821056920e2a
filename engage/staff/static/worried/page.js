// Writes a worry down, seals it to the survey's key before the device keeps it, and tells whoever is on duty as soon as
// it can: as whoever is signed in, or with the token of a tablet that was prepared. Nothing of it can be read here.

const STORE = "worries";
const TOLD = "/staff/worried/told";
const MINUTE = 60 * 1000;
const AGAIN = 20 * 1000;
const PATIENCE = 15 * 1000;

const form = document.getElementById("worry");
const state = document.getElementById("state");
let timer = 0;

function inStore(name, part, how, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(part);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const change = opening.result.transaction(part, how, { durability: "strict" });
      const asked = work(change.objectStore(part));
      change.oncomplete = () => {
        opening.result.close();
        resolve(asked.result);
      };
      change.onabort = () => reject(change.error);
    };
  });
}

const kept = (how, work) => inStore(STORE, "kept", how, work);
const waiting = () => kept("readonly", (store) => store.getAll());

async function keep() {
  const given = new FormData(form);
  const worry = { kind: "worry", id: newResponseId() };
  for (const name of ["about", "district"]) worry[name] = given.get(name) || null;
  worry.survey = given.get("asked_at") || null;
  const { key, publicKey } = form.dataset;
  const sealed = await sealAnswers({ id: key, public_key: publicKey }, worry);
  await kept("readwrite", (store) => store.put({ sealed, at: Date.now() }, sealed.id));
}

async function send() {
  clearTimeout(timer);
  const worries = await waiting();
  if (!worries.length) return;
  try {
    const how = await asWhom();
    if (!how) return say("signed-out", worries.length);
    const sent = worries.map(({ sealed, at }) => ({ sealed, waited: Math.max(0, Math.round((Date.now() - at) / MINUTE)) }));
    const answer = await ask(TOLD, { method: "POST", headers: how, body: JSON.stringify({ worries: sent }) });
    const { taken } = await answer.json();
    if (!answer.ok || !taken) throw new Error("not taken");
    const done = worries.filter((one, at) => taken[at]);
    await kept("readwrite", (store) => {
      for (const { sealed } of done) store.delete(sealed.id);
      return {};
    });
    if (done.length < worries.length) return say("stuck");
    return say("told");
  } catch (fault) {
    timer = setTimeout(send, AGAIN);
    return say("waits", worries.length);
  }
}

// With what this device may send: a token for whoever is signed in, else that of the tablet it is.
async function asWhom() {
  const { token } = await (await ask("/staff/worried/token")).json();
  if (token) return { "X-CSRFToken": token };
  const tablet = await inStore("tablet", "kept", "readonly", (store) => store.get("tablet")).catch(() => null);
  return tablet ? { Authorization: "Bearer " + tablet.token } : null;
}

async function ask(address, how = {}) {
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), PATIENCE);
  try {
    return await fetch(address, { ...how, cache: "no-store", redirect: "error", signal: control.signal });
  } finally {
    clearTimeout(patience);
  }
}

function say(name) {
  for (const part of state.children) part.hidden = part.dataset.state !== name;
}

if (form && isSecureContext && window.crypto && crypto.subtle && window.indexedDB) {
  document.getElementById("by-script").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await keep();
      form.hidden = true;
      document.getElementById("written").hidden = false;
      document.getElementById("written").focus();
      say("waits");
      await send();
    } catch (fault) {
      say("not-kept");
    }
  });
  document.getElementById("another").addEventListener("click", () => {
    form.reset();
    form.hidden = false;
    document.getElementById("written").hidden = true;
  });
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.hidden || send());
  send();
  if (navigator.serviceWorker) navigator.serviceWorker.register("/staff/worried/worker.js", { scope: "/staff/worried" }).catch(() => {});
} else document.getElementById("by-hand").hidden = false;
