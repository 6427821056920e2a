// The ways to "leave this page": its link, and a key that every keyboard has.

// Shift pressed three times within this time (ms) leaves too.
const SHIFTS_WITHIN = 2000;
let shifts = [];

function leaveByKeys(event) {
  if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey) shifts = [];
  else if (!event.repeat) shifts = [...shifts.filter((at) => event.timeStamp - at < SHIFTS_WITHIN), event.timeStamp];
  if (shifts.length === 3) leave();
}

function leaveByLink(event) {
  if (!event.target.closest("a.leave")) return;
  event.preventDefault();
  leave();
}
