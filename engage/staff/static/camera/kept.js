// Sheets that wait on this device to be sent. Each is sealed before it comes here: nobody can look at it on the device.

const STORE = "camera";
const PART = "sheets";
const SHEET_INFO = "engage sealed sheet 1 ";

function openStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(STORE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(PART, { keyPath: "id" });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

// Does work in the store; resolves once what was written is on the disk, as far as the browser can say.
async function inStore(mode, work) {
  const store = await openStore();
  try {
    return await new Promise((resolve, reject) => {
      const change = store.transaction(PART, mode, { durability: "strict" });
      const asked = work(change.objectStore(PART));
      change.oncomplete = () => resolve(asked && asked.result);
      change.onabort = () => reject(change.error);
    });
  } finally {
    store.close();
  }
}

// What waits, the oldest first.
async function waitingSheets() {
  const sheets = await inStore("readonly", (kept) => kept.getAll());
  return sheets.sort((one, other) => one.at - other.at);
}

// Seals a picture for one sheet and keeps it; `key` is the survey's public key.
async function keepSheet(key, picture) {
  const id = newResponseId();
  const { enc, ciphertext } = await sealTo(fromBase64url(key.public_key), utf8(SHEET_INFO + id), picture);
  const sheet = { id, at: Date.now(), key: key.id, sealed: joinBytes(enc, ciphertext), tries: 0, next: 0, problem: null };
  await inStore("readwrite", (kept) => kept.put(sheet));
  return sheet;
}

function dropSheet(id) {
  return inStore("readwrite", (kept) => kept.delete(id));
}

// Changes a sheet that is still there.
function changeSheet(id, change) {
  return inStore("readwrite", (kept) => {
    const found = kept.get(id);
    found.onsuccess = () => found.result && kept.put({ ...found.result, ...change });
  });
}
