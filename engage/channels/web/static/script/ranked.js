// Options put into an order: numbers to choose work by themselves; here rows move with them, by button or by dragging.

function startRanked(list) {
  const rows = [...list.children];
  const selects = rows.map((row) => row.querySelector("select"));
  const most = selects[0].options.length - 1;
  const ranked = { list, rows, most, told: list.parentNode.querySelector(".order-told"), order: orderIn(rows) };
  rows.forEach((row) => {
    const select = row.querySelector("select");
    select.addEventListener("change", () => placeRow(ranked, row, select.value ? select.value - 1 : -1, select));
    row.querySelector(".moves").hidden = false;
    row.querySelectorAll("[data-moves]").forEach((button) => {
      button.addEventListener("click", () => moveRow(ranked, row, Number(button.dataset.moves), button));
    });
    row.addEventListener("pointerdown", (event) => dragRow(ranked, row, event));
  });
  showOrder(ranked);
}

// The rows that have a number, in their order.
function orderIn(rows) {
  const numberOf = (row) => Number(row.querySelector("select").value);
  return rows.filter(numberOf).sort((one, other) => numberOf(one) - numberOf(other));
}

// Up: the next number, then a better one; down: a worse one, and past the last none.
function moveRow(ranked, row, by, button) {
  const at = ranked.order.indexOf(row);
  if (at < 0) return by < 0 ? placeRow(ranked, row, ranked.order.length, button) : null;
  const to = at + by;
  return placeRow(ranked, row, to >= ranked.order.length ? -1 : Math.max(0, to), button);
}

// Gives a row a place counted from 0, or with -1 none; what no number is left for loses its own.
function placeRow(ranked, row, at, focused) {
  const others = ranked.order.filter((one) => one !== row);
  if (at >= 0) others.splice(Math.min(at, others.length), 0, row);
  ranked.order = others.slice(0, ranked.most);
  showOrder(ranked);
  if (focused) focused.focus();
  const { options, selectedIndex } = row.querySelector("select");
  ranked.told.textContent = row.querySelector("label").textContent + ": " + options[selectedIndex].text;
}

function showOrder({ list, rows, order }) {
  rows.forEach((row) => {
    row.querySelector("select").value = order.includes(row) ? order.indexOf(row) + 1 : "";
    row.classList.toggle("has-place", order.includes(row));
  });
  list.append(...order, ...rows.filter((row) => !order.includes(row)));
}

// Dragging by what is no field, button or words of a row that is scrolled by.
function dragRow(ranked, row, event) {
  if (event.button || event.target.closest("select, button") || event.pointerType === "touch") return;
  event.preventDefault();
  const drop = (after) => {
    row.classList.remove("is-dragged");
    removeEventListener("pointermove", move);
    const shown = [...ranked.list.children].filter((one) => one !== row);
    const above = shown.filter((one) => middleOf(one) < after.clientY);
    const isAmong = above.every((one) => ranked.order.includes(one));
    if (Math.abs(after.clientY - event.clientY) > 8) placeRow(ranked, row, isAmong ? above.length : -1, null);
  };
  const move = () => row.classList.add("is-dragged");
  addEventListener("pointermove", move);
  addEventListener("pointerup", drop, { once: true });
}

function middleOf(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
