// Works behind the survey's pages: opens them without a network, and sends what waits once there is one.

// A page that does not come within this time (ms) is taken from what is kept.
const PAGE_PATIENCE = 3000;
const KEPT_PAGES = "engage-pages-";
const STAND_IN = "/s/offline";
const ANY_VARIANT = { ignoreVary: true };
// What a document is made with; a newer one is kept only together with its own.
const MADE_WITH = /\/survey(?:-more)?\.(?:js|css)\?v=\w+/g;
// What the page of an open survey fetches: the survey in a language and style, and what belongs to all of them.
const PART_OF_SURVEY = /^\/s\/[^/]+\/(?:whole|rest)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => {
  if (event.tag === "send-answers") event.waitUntil(sendAll());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || request.headers.has("Range")) return;
  if (url.pathname.endsWith("/leave")) event.waitUntil(letGo());
  if (request.mode === "navigate" || PART_OF_SURVEY.test(url.pathname)) event.respondWith(freshOrKept(event, url));
  else if (!url.pathname.startsWith("/api/")) event.respondWith(keptOrFresh(request));
});

// The browser asks again later as long as this fails; what is stuck is no reason to.
async function sendAll() {
  await sendWaiting(true);
  if ((await allIn(OUTBOX)).some((record) => !record.stuck)) throw new Error("answers are waiting");
}

// Whoever leaves may be gone before the page has let go of the survey by itself.
async function letGo() {
  const drop = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(KEPT_PAGES));
    await Promise.all(names.map((name) => caches.delete(name)));
  };
  await (navigator.locks ? navigator.locks.request("engage pages", drop) : drop());
}

async function keptOrFresh(request) {
  return (await caches.match(request, ANY_VARIANT)) || fetch(request);
}

// From the network where it answers in time, else what is kept, else the page that says there is no network.
async function freshOrKept(event, url) {
  const kept = await keptFor(event.request, url);
  const fresh = fetch(event.request).then((answer) => {
    if (answer.ok) event.waitUntil(refresh(event.request, url, answer.clone()).catch(() => {}));
    return answer;
  });
  event.waitUntil(fresh.catch(() => {}));
  try {
    const answer = await (kept ? Promise.race([fresh, impatience()]) : fresh);
    return kept && answer.status >= 500 ? kept : answer;
  } catch (fault) {
    const page = kept || (event.request.mode === "navigate" && (await caches.match(STAND_IN)));
    return page || Response.error();
  }
}

// A page kept under another language or style is better than none; a whole survey is the one asked for or none.
async function keptFor(request, url) {
  const isPage = request.mode === "navigate";
  const kept = await caches.match(request, ANY_VARIANT);
  return kept || (isPage && (await caches.match(url.pathname, { ...ANY_VARIANT, ignoreSearch: true }))) || null;
}

function impatience() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("too slow")), PAGE_PATIENCE));
}

// Puts a newer copy in the place of the kept one, and keeps another language or style of a survey that is kept; nothing
// of one that the page has let go of.
async function refresh(request, url, answer) {
  if (!navigator.locks) return;
  for (const address of (await answer.clone().text()).match(MADE_WITH) || []) {
    if (!(await caches.match(address))) return;
  }
  await navigator.locks.request("engage pages", async () => {
    for (const name of await caches.keys()) {
      if (!name.startsWith(KEPT_PAGES)) continue;
      const cache = await caches.open(name);
      const isMeant = PART_OF_SURVEY.test(url.pathname) || (await cache.match(request, ANY_VARIANT));
      if (isMeant) await cache.put(request, answer.clone());
    }
  });
}
