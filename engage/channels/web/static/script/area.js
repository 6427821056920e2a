// The area question: a full postcode, or a district and then a place or ward in it, or the district as a whole.

// With a district open, the page lists what lies inside it.
function buildArea(plan, page, district) {
  if (!district) return;
  const [isWhole, places, wards] = rest.districts[district];
  page.querySelectorAll(".fields, [role=group], .choices").forEach((part) => part.remove());
  const lists = partOf(plan, "#places");
  namePlace(plan, lists, plan.districts[district]);
  const whole = lists.querySelector("[value=whole]");
  if (isWhole) whole.value = district;
  else whole.closest(".choices").remove();
  repeatChoice(lists.querySelector("[value=places]"), places);
  repeatChoice(lists.querySelector("[value=wards]"), wards);
  page.querySelector("fieldset").append(lists);
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

function areaFields(code, district) {
  if (!code) return {};
  return district ? { area: [code] } : { district: [districtOf(code) || code] };
}

// The district an area lies in, as far as the places have come.
function districtOf(code) {
  const found = rest && Object.keys(rest.districts).find((district) => placeIn(district, code));
  return found || null;
}

function placeIn(district, code) {
  const [, places, wards] = rest.districts[district];
  return [...places, ...wards].find(([inside]) => inside === code);
}

function nameOfArea(plan, code) {
  const district = districtOf(code);
  return district ? placeIn(district, code)[1] : plan.districts[code] || plan.counties[code] || null;
}

// Reads the page: {area, place}, {district} to look into, {problem}, or null where nothing was given.
async function readArea(plan, path, fields) {
  const postcode = trimmed(typed(fields, "postcode"));
  if (postcode) return lookUp(path, postcode);
  const [code] = fields.district || fields.area || [];
  if (!code) return null;
  // Without the lists, as before they came, the whole district is an answer too.
  const isOpened = fields.district && code in plan.districts && (rest || (await loadRest(path).catch(() => null)));
  return isOpened ? { district: code } : { area: code, place: nameOfArea(plan, code) };
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
