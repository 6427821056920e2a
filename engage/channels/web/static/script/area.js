// The area question: a full postcode, or a district and then a place or ward in it, or the district as a whole.

// With a district open, the page lists what lies inside it.
function buildArea(plan, page, district) {
  const [isWhole, places, wards] = plan.places[district];
  page.querySelectorAll(".fields, [role=group], .choices").forEach((part) => part.remove());
  const lists = partOf(plan, "#places");
  namePlace(plan, lists, plan.districts[district]);
  const whole = lists.querySelector("[value=whole]");
  if (isWhole) whole.value = district;
  else whole.closest(".choices").remove();
  repeatChoice(lists.querySelector("[value=places]"), places);
  repeatChoice(lists.querySelector("[value=wards]"), wards);
  if (plan.maps.includes(district) && wards.length) lists.lastElementChild.before(mapPart(plan, district));
  page.querySelector("fieldset").append(lists);
}

// The way to a map of the district, which is fetched when somebody asks for it.
function mapPart(plan, district) {
  const part = partOf(plan, "#map");
  const [line, hint] = part.children;
  line.querySelector("a").addEventListener("click", async (event) => {
    event.preventDefault();
    const answer = await fetch("/s/" + plan.code + "/map/" + district, { credentials: "omit" }).catch(() => null);
    if (!line.isConnected) return;
    if (!answer || !answer.ok) return showProblem(mainPart(), plan, words(plan, "reading_failed"), event.target);
    const drawn = document.createElement("template");
    drawn.innerHTML = await answer.text();
    hint.hidden = false;
    line.replaceWith(hint, drawn.content.firstElementChild);
    hint.nextElementSibling.addEventListener("click", tapMap);
  });
  return part;
}

// A ward that is tapped is ticked in the list.
function tapMap(event) {
  const ward = event.target.closest("[data-area]");
  if (!ward) return;
  event.preventDefault();
  const tick = document.querySelector('#main [name=area][value="' + ward.dataset.area + '"]');
  tick.checked = true;
  tick.focus();
  tick.closest(".choice").scrollIntoView({ block: "center" });
}

// Makes one choice into a list of areas, or takes it away with its heading.
function repeatChoice(tick, areas) {
  const one = tick.closest(".choice");
  const group = one.closest("[role=group]");
  areas.forEach(([code, name]) => {
    const label = one.cloneNode(true);
    label.querySelector("input").value = code;
    label.querySelector("span:last-child").textContent = name;
    one.parentNode.append(label);
  });
  one.remove();
  if (!areas.length) group.remove();
}

function areaFields(plan, code, district) {
  if (!code) return {};
  return district ? { area: [code] } : { district: [districtOf(plan, code) || code] };
}

// The district that a place or ward lies in.
function districtOf(plan, code) {
  return Object.keys(plan.places).find((district) => placeIn(plan, district, code)) || null;
}

function placeIn(plan, district, code) {
  const [, places, wards] = plan.places[district];
  return [...places, ...wards].find(([inside]) => inside === code);
}

// An area and all it lies in.
function areasAround(plan, code) {
  const district = districtOf(plan, code) || code;
  return [code, district, ...(plan.around[district] || [])];
}

function nameOfArea(plan, code) {
  const district = districtOf(plan, code);
  return district ? placeIn(plan, district, code)[1] : plan.districts[code] || plan.counties[code] || null;
}

// Reads the page: {area, place}, {district} to look into, {problem}, or null where nothing was given.
async function readArea(plan, path, fields) {
  const postcode = trimmed(typed(fields, "postcode"));
  if (postcode) return lookUp(path, postcode);
  const [code] = fields.district || fields.area || [];
  if (!code) return null;
  if (fields.district && code in plan.districts) return { district: code };
  return { area: code, place: nameOfArea(plan, code) };
}

// The server says which ward a postcode lies in and forgets the postcode; so does this page.
async function lookUp(path, postcode) {
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(path + "/place", { method: "POST", headers, body: JSON.stringify({ postcode }), credentials: "omit" });
    const found = await answer.json();
    if (found.area) return { area: found.area, place: found.name };
    return { problem: found.problem === "unknown_area" ? "unknown_area" : "area_not_found" };
  } catch (fault) {
    return { problem: "lookup_failed" };
  }
}
