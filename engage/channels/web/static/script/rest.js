// What is not needed for the first question to be there: the places inside districts, and pictures.

let rest = null;
let restComing = null;

function loadRest(path) {
  restComing =
    restComing ||
    fetch(path + "/rest", { credentials: "omit" })
      .then((answer) => answer.json())
      .then((found) => (rest = found));
  restComing.catch(() => (restComing = null));
  return restComing;
}

// Puts every picture in its place that has come by now.
function placePictures(plan, root) {
  const own = plan.pages.getElementById("pictures");
  root.querySelectorAll("svg[data-picture]").forEach((slot) => {
    const name = slot.dataset.picture;
    const holder = document.createElement("template");
    if (rest && rest.pictures[name]) holder.innerHTML = rest.pictures[name];
    const picture = holder.content.firstElementChild || (own && own.content.querySelector("#" + name + " > svg"));
    if (picture) slot.replaceWith(document.importNode(picture, true));
  });
}
