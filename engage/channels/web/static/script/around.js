// What stands around a page: language and direction, progress, help, languages; the focus, and what a start page was.

// The start page as the server sent it, to come back to.
let startPage = null;
// The language that was read before, for the one tap back to it: {tag, words, dir}.
let readBefore = null;

function rememberStart() {
  const { lang, dir } = document.documentElement;
  const { title, body } = document;
  const languages = [...document.querySelectorAll(".reading a[hreflang]")].map((link) => link.cloneNode(true));
  const pictures = {
    leave: document.querySelector(".leave svg"),
    language: document.querySelector(".reading svg"),
    help: document.querySelector(".help summary svg"),
  };
  const parts = [...body.children];
  startPage = { lang, dir, title, languages, pictures, style: body.className, parts, main: [...mainPart().children] };
}

function mainPart() {
  return document.getElementById("main");
}

// Puts the frame of a language and style around the page; `before` is the plan in the language read until now.
function dress(plan, before = null) {
  const { documentElement, body } = plan.pages;
  document.documentElement.lang = documentElement.lang;
  document.documentElement.dir = documentElement.dir;
  document.body.className = body.className;
  for (const part of [".skip-link", ".top", "footer"]) {
    document.querySelector(part).replaceWith(document.importNode(plan.pages.querySelector(part), true));
  }
  document.title = plan.pages.title;
  placePictures(plan, document.body);
  listLanguages(plan);
  if (before) readBefore = { tag: before.language, words: plainWords(before, "read_in"), dir: before.pages.documentElement.dir };
  if (plan.language === "en" && readBefore) document.querySelector("footer").prepend(linkBack());
}

// The languages to change to: those of the start page, until the survey's own list is there.
function listLanguages(plan) {
  const list = document.getElementById("languages");
  if (!list) return;
  const own = [...partOf(plan, "#all_languages").querySelectorAll("a")];
  (own.length ? own : startPage.languages).forEach((link) => {
    const one = link.cloneNode(true);
    if (one.hreflang === plan.language) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
    list.appendChild(document.createElement("li")).append(one);
  });
}

function linkBack() {
  const line = document.createElement("p");
  line.className = "swap";
  const link = line.appendChild(document.createElement("a"));
  Object.assign(link, { href: "?lang=" + readBefore.tag, hreflang: readBefore.tag, lang: readBefore.tag });
  Object.assign(link, { dir: readBefore.dir, textContent: readBefore.words });
  return line;
}

function showAround(main, question, number, total) {
  const { plan } = survey;
  const name = plan.pages.title;
  const header = document.querySelector(".top .wide");
  const mark = question ? progressPart(plan, number, total) : plan.pages.querySelector(".top .name").cloneNode(true);
  header.firstElementChild.replaceWith(mark);
  const said = question ? mark.textContent.trim() : placeNow().kind === "check" ? plainWords(plan, "check_title") : "";
  document.title = said ? said + " – " + name : name;
  document.querySelectorAll(".help:not(.now)").forEach((shown) => shown.remove());
  if (question && question.sensitive) main.querySelector("form").before(helpPart("panel"));
  else document.querySelector("footer").prepend(helpPart("panel"));
  placePictures(plan, document.body);
}

function progressPart(plan, number, total) {
  const part = partOf(plan, "#progress").querySelector(".progress");
  const said = part.querySelector("p");
  said.textContent = said.textContent.replace("{number}", number).replace("{total}", total);
  Object.assign(part.querySelector("progress"), { max: total, value: number });
  return part;
}

// Places to get help, for this age and, once a place was named, for the people there.
function helpPart(kind) {
  const { plan, person } = survey;
  const part = partOnRoute(plan, '[data-help="' + kind + '"]', routeNow());
  if (person.area) {
    const around = parts.areasAround(plan, person.area);
    part.querySelectorAll("[data-areas]").forEach((line) => {
      if (!line.dataset.areas.split(" ").some((code) => around.includes(code))) line.remove();
    });
  }
  return part;
}

// Brings the new page to whoever reads or listens: from its top, heading first, the progress with it.
function announce(main) {
  scrollTo(0, 0);
  const first = main.querySelector("h1");
  first.tabIndex = -1;
  if (document.getElementById("progress")) first.setAttribute("aria-describedby", "progress");
  first.focus({ preventScroll: true });
  afterShowing(main);
}

// A last page: thanks, or why somebody may not take part. Nothing of the person stands behind it.
function showLast(plan, page) {
  trail = [];
  trail[step] = { kind: "last" };
  mainPart().replaceChildren(page);
  const around = mainPart().querySelector(".help") ? "footer > *" : "footer > :not(.help)";
  document.querySelectorAll(around).forEach((shown) => shown.remove());
  document.querySelector(".top .wide").firstElementChild.replaceWith(plan.pages.querySelector(".top .name").cloneNode(true));
  document.title = plan.pages.title;
  announce(mainPart());
}

// Puts something behind the start page's form.
function addToStart(part) {
  startPage.main.find((one) => one.matches("form[data-start]")).after(part);
  startPage.main = [...mainPart().children];
}

function showStart() {
  Object.assign(document.documentElement, { lang: startPage.lang, dir: startPage.dir });
  document.title = startPage.title;
  document.body.className = startPage.style;
  document.body.replaceChildren(...startPage.parts);
  mainPart().replaceChildren(...startPage.main);
  announce(mainPart());
  if (survey) offerToCarryOn(survey).catch(() => {});
}

async function offerToCarryOn(here) {
  await Promise.all([loadMore(), loadRest(here.path, here.plan)]);
  if (survey === here && placeNow().kind === "start" && parts.offerCarryOn) parts.offerCarryOn(here);
}
