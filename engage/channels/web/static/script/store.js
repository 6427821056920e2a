// What this device keeps, all of it sealed or locked: answers that wait to be sent, and answers somebody saved.

const STORE = "engage";
const STORE_VERSION = 1;

function openStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(STORE, STORE_VERSION);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("outbox", { keyPath: "id" });
      opening.result.createObjectStore("saved", { keyPath: "id" });
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("another version of this page is open"));
  });
}

// Does work in one part of the store; resolves once what was written is on the disk, as far as the browser can say.
async function inStore(part, mode, work) {
  const store = await openStore();
  try {
    return await new Promise((resolve, reject) => {
      const change = store.transaction(part, mode, { durability: "strict" });
      const asked = work(change.objectStore(part));
      change.oncomplete = () => resolve(asked && asked.result);
      change.onabort = () => reject(change.error);
    });
  } finally {
    store.close();
  }
}

function allIn(part) {
  return inStore(part, "readonly", (records) => records.getAll());
}

function keepIn(part, record) {
  return inStore(part, "readwrite", (records) => records.put(record));
}

// Changes records that are still there; one that somebody else has taken out meanwhile stays out.
async function changeIn(part, changes) {
  if (!changes.length) return;
  await inStore(part, "readwrite", (records) => {
    for (const change of changes) {
      const found = records.get(change.id);
      found.onsuccess = () => found.result && records.put(Object.assign(found.result, change));
    }
  });
}

async function dropFrom(part, ids) {
  if (!ids.length) return;
  await inStore(part, "readwrite", (records) => {
    for (const id of ids) records.delete(id);
  });
}
