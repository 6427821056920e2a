// Stopping for now: what was given is locked under a code that only the person has.

// Kept of a person: everything but the draws, the id and the clock of this page.
function stateOf({ plan, person }) {
  const { age_band, assisted, isIn, area, place, area_relation, home_district, answers, seen, left } = person;
  const took = person.took + performance.now() - person.began;
  const given = { age_band, assisted, isIn, area, place, area_relation, home_district, answers, seen, left, took };
  return { given, language: plan.language, style: plan.style };
}

// On the start page, leads to where the code is asked for.
let codeButton = null;

async function saveAndStop(here) {
  keepGiven();
  try {
    const code = await saveForLater(here.plan, stateOf(here));
    if (surveyNow() !== here) return;
    wipeSurvey();
    const page = partOf(here.plan, "#saved");
    page.querySelector(".receipt bdi").textContent = code;
    showLast(here.plan, page);
  } catch (fault) {
    if (surveyNow() === here) showProblem(mainPart(), here.plan, words(here.plan, "save_failed"));
  }
}

// On a start page: a way to the code, where somebody saved answers in this browser.
async function offerCode(plan) {
  if (!(await hasSaved(plan.code)) || surveyNow() || document.getElementById("have-code")) return;
  const button = (codeButton = document.createElement("button"));
  Object.assign(button, { id: "have-code", className: "button plain", type: "button" });
  button.append(words(plan, "have_code"));
  button.addEventListener("click", () => askForCode(plan));
  addToStart(button);
}

// On the start page, while somebody is in the middle: to carry on, or to begin anew.
function offerCarryOn({ plan }) {
  const form = document.querySelector("form[data-start]");
  if (document.querySelector(".carry-on")) return;
  const anew = form.cloneNode(true);
  const part = partOf(plan, "#carry_on");
  const again = part.querySelector("span");
  const button = anew.querySelector("button");
  button.className = "button plain";
  button.replaceChildren(...again.childNodes);
  again.remove();
  form.replaceWith(part, anew);
}

function askForCode(plan) {
  stepOn();
  showLast(plan, partOf(plan, "#have_code"));
  const form = mainPart().querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value } = event.submitter || form.querySelector("button");
    if (value === "back") history.back();
    else openCode(plan, form, value === "forget");
  });
}

async function openCode(plan, form, isForgotten) {
  const path = location.pathname.replace(/\/$/, "");
  const field = form.querySelector("#code");
  const state = await openSaved(field.value).catch(() => null);
  if (!state) return showProblem(mainPart(), plan, words(plan, "have_code_wrong"), field);
  if (isForgotten) {
    await forgetSaved();
    codeButton.hidden = true;
    return history.back();
  }
  const read = await loadSurvey(path, state.language, state.style).catch(() => plan);
  await loadRest(path, read);
  return startSurvey(read, { path, saved: state.given });
}
