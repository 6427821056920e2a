// Fetches the whole survey of one language and style, and hands out copies of its parts.

const PATIENCE_FOR_PAGES = 20000;
const fetched = new Map();

// Returns the plan with its document under `pages`; `path` is the survey's address. Fails where it cannot be had.
function loadSurvey(path, language, style) {
  const address = wholeAddress(path, language, style);
  if (!fetched.has(address)) {
    const coming = readWhole(address);
    fetched.set(address, coming);
    coming.catch(() => fetched.delete(address));
  }
  return fetched.get(address);
}

function wholeAddress(path, language, style) {
  return path + "/whole" + queryOf(language, style);
}

function queryOf(language, style) {
  return "?lang=" + encodeURIComponent(language) + "&style=" + encodeURIComponent(style);
}

async function readWhole(address) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_FOR_PAGES);
  try {
    const answer = await fetch(address, { credentials: "omit", signal: patience.signal });
    if (!answer.ok) throw new Error(address);
    const pages = new DOMParser().parseFromString(await answer.text(), "text/html");
    const plan = JSON.parse(pages.getElementById("plan").textContent);
    // A plan is written down here and there; its pages never are.
    Object.defineProperty(plan, "pages", { value: pages });
    return plan;
  } finally {
    clearTimeout(timer);
  }
}

// A copy of a part of the pages.
function partOf(plan, selector) {
  const template = plan.pages.querySelector("template" + selector);
  return template ? document.importNode(template.content, true) : document.createDocumentFragment();
}

function partOnRoute(plan, selector, route) {
  return partOf(plan, selector + '[data-routes~="' + route + '"]');
}

// The words under a name, with their marks where they are of another language.
function words(plan, name) {
  const found = document.createDocumentFragment();
  plan.pages.querySelectorAll("template.words").forEach(({ content }) => {
    const said = content.querySelector('[data-word="' + name + '"]');
    if (said) found.append(...document.importNode(said, true).childNodes);
  });
  return found;
}

function plainWords(plan, name) {
  return words(plan, name).textContent;
}

// Puts the name of a place wherever the words have its mark.
function namePlace(plan, root, name) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data } = texts.currentNode;
    if (data.includes(plan.place_mark)) texts.currentNode.data = data.split(plan.place_mark).join(name);
  }
}
