// Puts options in one order per person: twin of engage/channels/web/order.py, by chance instead of by a seed.

// `draws` holds what was drawn for this person, so that nothing jumps about when somebody comes back.
function optionsShown(plan, options, question, style, draws) {
  const isList = question.type === "multiple_choice" || question.options_from;
  if (!isList || style === "easy_read") return options;
  const places = new Map();
  options.forEach((option, at) => {
    if (option.exclusive || option.code === plan.last_option) return;
    places.set(option.group, [...(places.get(option.group) || []), at]);
  });
  const ordered = [...options];
  for (const at of places.values()) {
    const list = question.options_from || question.id;
    const drawn = at.map((place) => [drawOf(draws, list + ":" + options[place].code), options[place]]);
    drawn.sort(([one], [other]) => one - other).forEach(([, option], turn) => (ordered[at[turn]] = option));
  }
  return ordered;
}

function drawOf(draws, name) {
  if (!(name in draws)) draws[name] = Math.random();
  return draws[name];
}
