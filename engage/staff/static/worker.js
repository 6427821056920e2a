// Works behind a page that opens without a network too: the one page it was registered for. It keeps no other.

const PAGE = new URL(self.registration.scope).pathname;
const KEPT = PAGE.split("/").pop();
// A page that does not come within this time (ms) is taken from what is kept.
const PATIENCE = 3000;
// What the page is made with.
const MADE_WITH = /(?:href|src)="(\/staff\/[^"]+\.(?:css|js)(?:\?v=\w+)?)"/g;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetch(PAGE).then(keepPage).catch(() => {}));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(fetch(PAGE).then(keepPage).catch(() => {})));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && url.pathname === PAGE;
  if (isPage || /\.(?:css|js)$/.test(url.pathname)) event.respondWith(freshOrKept(event, isPage));
});

async function freshOrKept(event, isPage) {
  const kept = await caches.match(isPage ? PAGE : event.request, { ignoreVary: true });
  const fresh = fetch(event.request).then((answer) => {
    if (isPage) event.waitUntil(keepPage(answer.clone()).catch(() => {}));
    return answer;
  });
  event.waitUntil(fresh.catch(() => {}));
  try {
    const answer = await (kept ? Promise.race([fresh, impatience()]) : fresh);
    return kept && answer.status >= 500 ? kept : answer;
  } catch (fault) {
    return kept || Response.error();
  }
}

function impatience() {
  return new Promise((resolve, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE));
}

// Keeps the page together with what it is made with, or leaves what is kept as it is.
async function keepPage(answer) {
  if (!answer.ok || answer.redirected) return;
  const text = await answer.clone().text();
  const needed = [...text.matchAll(MADE_WITH)].map((found) => found[1]);
  const cache = await caches.open(KEPT);
  await cache.addAll(needed);
  await cache.put(PAGE, answer);
  for (const { url } of await cache.keys()) {
    const { pathname, search } = new URL(url);
    if (pathname !== PAGE && !needed.includes(pathname + search)) await cache.delete(url, { ignoreVary: true });
  }
}
