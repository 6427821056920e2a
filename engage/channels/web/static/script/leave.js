// The way out at any time: memory, what is kept of the survey and its history go, and a neutral page comes.

// The browser's history answers within this time (ms), or we leave without it.
const HISTORY_PATIENCE = 400;

async function leave() {
  const link = document.querySelector("a.leave");
  const { away } = link.dataset;
  const steps = step;
  removeEventListener("popstate", travel);
  wipeSurvey();
  startPage = null;
  fetched.clear();
  document.body.replaceChildren();
  document.title = "";
  fetch(link.href, { keepalive: true, redirect: "manual" }).catch(() => {});
  await Promise.race([Promise.all([goBackOver(steps, link.href), forgetPages()]), wait(HISTORY_PATIENCE)]);
  location.replace(away);
}

// Goes back over our own steps and leaves one behind us that leads away too, so that neither back nor forward comes here.
async function goBackOver(steps, address) {
  if (!steps) return;
  await travelled(() => history.go(-steps));
  history.pushState(null, "", address);
  await travelled(() => history.back());
}

function travelled(move) {
  return new Promise((resolve) => {
    addEventListener("popstate", resolve, { once: true });
    move();
  });
}

function wait(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}

// A page that the browser kept whole holds nothing of whoever was here before.
function wipeKeptPage(event) {
  if (!event.persisted) return;
  document.body.replaceChildren();
  location.reload();
}

// Takes every document of the survey off this device.
async function forgetPages() {
  if (parts) return parts.forgetSurvey();
  if (!self.caches) return null;
  const names = (await caches.keys()).filter((name) => name.startsWith("engage-pages-"));
  return Promise.all(names.map((name) => caches.delete(name)));
}
