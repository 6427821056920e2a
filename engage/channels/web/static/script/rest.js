// What is not needed for the first question to be there: pictures, the places inside districts, and the last pages.

// Puts the rest into the plan and its pages, once.
function loadRest(path, plan) {
  if (!plan.rest) {
    const coming = fetch(restAddress(path, plan), { credentials: "omit" })
      .then((answer) => answer.json())
      .then((rest) => addRest(plan, rest));
    // A plan is written down here and there; what it was fetched with never is.
    Object.defineProperty(plan, "rest", { value: coming, configurable: true });
    coming.catch(() => delete plan.rest);
  }
  return plan.rest;
}

function restAddress(path, plan) {
  return path + "/rest" + queryOf(plan.language, plan.style);
}

function addRest(plan, { districts, maps, pages }) {
  plan.places = districts;
  plan.maps = maps;
  const parsed = new DOMParser().parseFromString(pages, "text/html");
  plan.pages.body.append(...parsed.querySelectorAll("template"));
}

// Puts every picture in its place that has come by now.
function placePictures(plan, root) {
  const drawn = partOf(plan, "#pictures");
  root.querySelectorAll("svg[data-picture]").forEach((slot) => {
    const name = slot.dataset.picture;
    const picture = startPage.pictures[name] || drawn.querySelector("#" + name + " > svg");
    if (picture) slot.replaceWith(document.importNode(picture, true));
  });
}
