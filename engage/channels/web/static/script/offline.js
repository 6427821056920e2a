// Keeps the open survey at hand so that it works without a network, and lets go of it when it is over.

// Documents name the survey's topic and go when it is over; style, scripts and the offline page name nothing and stay.
const PAGES = "engage-pages-";
const THINGS = "engage-things-";
const OFFLINE_PAGE = "/s/offline";

// How often the survey was let go of; a keeping that began before that puts nothing more away.
let lettingsGo = 0;

// Lets this survey open without a network: its addresses (page, style, script, documents) are fetched and kept here.
// `words` are those of the page shown for anything else: {lang, dir, title, sentence}. Call it when the page is idle.
async function keepOffline(code, urls, words = null) {
  if (!("serviceWorker" in navigator) || !self.caches) return false;
  const before = lettingsGo;
  const isWanted = () => before === lettingsGo;
  const version = versionOf(urls);
  try {
    await navigator.serviceWorker.register("/s/worker.js", { scope: "/s/" });
    if (words) await keepPage(THINGS + version, OFFLINE_PAGE, offlinePage(words, urls.find(isStyle)));
    for (const url of urls) await keepUrl(url, version, isWanted);
    if (isWanted()) await dropOtherVersions(version);
    return isWanted();
  } catch (fault) {
    return false;
  }
}

// Takes every document of the survey off this device; resolves when it is done.
async function forgetSurvey() {
  lettingsGo += 1;
  if (!self.caches) return;
  await undisturbed(() => dropCaches((name) => name.startsWith(PAGES)));
}

// Changes with style and scripts: a document that another version kept is of no use to this one.
function versionOf(urls) {
  return urls.map((url) => addressOf(url).searchParams.get("v")).filter(Boolean).join("-");
}

function addressOf(url) {
  return new URL(url, location.href);
}

function isStyle(url) {
  return addressOf(url).pathname.endsWith(".css");
}

async function keepUrl(url, version, isWanted) {
  const isPage = addressOf(url).pathname.startsWith("/s/");
  const cache = (isPage ? PAGES : THINGS) + version;
  if (!isWanted() || (await caches.match(url, { cacheName: cache, ignoreVary: true }))) return;
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(url);
  await undisturbed(() => isWanted() && keepPage(cache, url, answer));
}

async function keepPage(cache, url, answer) {
  await (await caches.open(cache)).put(url, answer);
}

function offlinePage(words, style) {
  const page = document.implementation.createHTMLDocument(words.title);
  page.documentElement.lang = words.lang;
  page.documentElement.dir = words.dir;
  page.head.innerHTML += '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">';
  if (style) page.head.append(Object.assign(page.createElement("link"), { rel: "stylesheet", href: style }));
  const main = page.body.appendChild(page.createElement("main"));
  main.append(Object.assign(page.createElement("h1"), { textContent: words.title }));
  main.append(Object.assign(page.createElement("p"), { textContent: words.sentence }));
  return new Response("<!doctype html>" + page.documentElement.outerHTML, {
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:" },
  });
}

function dropOtherVersions(version) {
  const current = [PAGES + version, THINGS + version];
  return dropCaches((name) => (name.startsWith(PAGES) || name.startsWith(THINGS)) && !current.includes(name));
}

async function dropCaches(isMeant) {
  const names = (await caches.keys()).filter(isMeant);
  await Promise.all(names.map((name) => caches.delete(name)));
}

// Keeps this page and the service worker from changing what is kept at the same moment.
function undisturbed(work) {
  return navigator.locks ? navigator.locks.request("engage pages", work) : work();
}
