// Says inside the survey that answers wait, and lets somebody do something about it; a last page says when they are sent.

let waitingBox = null;
// What is on its way at once is not worth a word (ms).
const WORTH_SAYING = 2000;

function watchWaiting(plan) {
  if (waitingBox) waitingBox.plan = plan;
  else {
    waitingBox = { plan, told: null, since: 0 };
    onWaiting((told) => {
      const wasWaiting = waitingBox.told && waitingBox.told.waiting;
      waitingBox.told = told;
      if (told.waiting && !wasWaiting) {
        waitingBox.since = performance.now();
        setTimeout(showWaiting, WORTH_SAYING);
      }
      showWaiting();
    });
  }
  showWaiting();
}

function showWaiting() {
  const { plan, told } = waitingBox;
  document.querySelectorAll("#main [data-when]").forEach((said) => {
    said.hidden = (said.dataset.when === "sent") === Boolean(!told || told.waiting);
  });
  const main = mainPart();
  const shown = document.querySelector(".waiting");
  const isInside = main && !main.querySelector("form[data-start]");
  if (!told || !told.waiting || !isInside) {
    if (shown) shown.remove();
    return;
  }
  if (shown && shown.lang === plan.language) return fillWaiting(shown, plan, told);
  if (shown) shown.remove();
  else if (performance.now() - waitingBox.since < WORTH_SAYING) return;
  const box = partOf(plan, "#waiting").querySelector("section");
  box.lang = plan.language;
  box.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) (button.dataset.do === "send" ? () => sendWaiting(true) : saveRescueFile)();
  });
  main.before(box);
  fillWaiting(box, plan, told);
}

function fillWaiting(box, plan, { waiting, stuck, persisted }) {
  say(box.querySelector("[role=status]"), countedWords(plan, "waiting", waiting));
  const stuckWords = box.querySelector(".stuck");
  stuckWords.hidden = !stuck;
  say(stuckWords, stuck ? countedWords(plan, "waiting_stuck", stuck) : "");
  box.querySelector(".may-go").hidden = persisted !== false;
}

// Says something only when it is new, so that it is not read out again.
function say(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

function countedWords(plan, name, count) {
  const categories = [new Intl.PluralRules(plan.language).select(count), "other"];
  const found = categories.map((category) => plainWords(plan, name + "." + category)).find(Boolean);
  return (found || "").replace("{count}", count);
}
