// Fetches what a page needs on which something is drawn or put into an order; other pages never pay for it.

function bringByHand(main) {
  const script = main.querySelector("script[data-by-hand]");
  if (!script) return;
  mixRanked(main.querySelector(".ranked:not([data-mixed])"), surveyNow());
  if (self.startByHand) return self.startByHand(main);
  if (document.head.querySelector("script[data-by-hand]")) return;
  const coming = document.createElement("script");
  coming.src = script.getAttribute("src");
  coming.dataset.byHand = "";
  // Without it there are words and numbers still.
  coming.onerror = () => coming.remove();
  document.head.append(coming);
}

// Puts options to be ranked in one order per person, as order.js does with those to be ticked; once on a page.
function mixRanked(list, survey) {
  if (!list || !survey) return;
  list.dataset.mixed = "yes";
  const { plan, person } = survey;
  if (plan.style === "easy_read") return;
  const drawn = (row) => {
    const name = placeNow().id + ":" + row.querySelector("select").name;
    if (!(name in person.draws)) person.draws[name] = Math.random();
    return person.draws[name];
  };
  const isLast = (row) => row.querySelector("select").name === "rank-" + plan.last_option;
  list.append(...[...list.children].sort((one, other) => isLast(one) - isLast(other) || drawn(one) - drawn(other)));
}
