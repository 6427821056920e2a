// A sheet to draw on with a finger, a pen or a mouse. What is drawn is lines of small whole numbers, never a picture;
// limits are those of engage/response/drawings.py.

const WIDTH = 600;
const HEIGHT = 450;
const PEN = 6;
const MOST_POINTS = 3000;
const MOST_LINES = 400;
// A point nearer than this to the line without it is left out.
const NEAR = 1.5;

function startSheet(part) {
  const field = part.querySelector("[name=drawing]");
  const canvas = part.querySelector("canvas");
  const sheet = { field, canvas, full: part.querySelector(".full span"), lines: linesIn(field.value), line: null };
  canvas.addEventListener("pointerdown", (event) => beginLine(sheet, event));
  canvas.addEventListener("pointermove", (event) => drawOn(sheet, event));
  for (const sign of ["pointerup", "pointercancel"]) canvas.addEventListener(sign, () => endLine(sheet));
  part.querySelector("[data-draws=undo]").addEventListener("click", () => keep(sheet, sheet.lines.slice(0, -1)));
  part.querySelector("[data-draws=clear]").addEventListener("click", () => keep(sheet, []));
  part.hidden = false;
  showLines(sheet);
}

function linesIn(text) {
  try {
    const lines = JSON.parse(text || "[]");
    return Array.isArray(lines) ? lines.filter((line) => Array.isArray(line)) : [];
  } catch (fault) {
    return [];
  }
}

function beginLine(sheet, event) {
  if (event.button || sheet.line) return;
  event.preventDefault();
  if (isFull(sheet)) return;
  sheet.canvas.setPointerCapture(event.pointerId);
  sheet.line = pointOf(sheet, event);
  showLines(sheet);
}

function drawOn(sheet, event) {
  if (!sheet.line) return;
  event.preventDefault();
  const moves = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const move of moves.length ? moves : [event]) sheet.line.push(...pointOf(sheet, move));
  showLines(sheet);
}

function endLine(sheet) {
  if (!sheet.line) return;
  const line = thinned(sheet.line);
  sheet.line = null;
  keep(sheet, [...sheet.lines, line]);
}

function isFull({ lines }) {
  return lines.length >= MOST_LINES || pointsIn(lines) >= MOST_POINTS;
}

function pointsIn(lines) {
  return lines.reduce((sum, line) => sum + line.length / 2, 0);
}

// A line too long for what is left of the sheet ends where it is full.
function keep(sheet, lines) {
  const last = lines[lines.length - 1];
  const over = pointsIn(lines) - MOST_POINTS;
  if (over > 0) last.splice(last.length - 2 * over);
  sheet.lines = lines.filter((line) => line.length);
  sheet.field.value = sheet.lines.length ? JSON.stringify(sheet.lines) : "";
  sheet.full.hidden = !isFull(sheet);
  showLines(sheet);
}

function pointOf({ canvas }, { clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const within = (at, most) => Math.max(0, Math.min(most, Math.round(at * most)));
  return [within((clientX - left) / width, WIDTH), within((clientY - top) / height, HEIGHT)];
}

// The line without the points that it goes through anyway (Ramer, Douglas and Peucker).
function thinned(line) {
  const points = [];
  for (let at = 0; at < line.length; at += 2) points.push([line[at], line[at + 1]]);
  const kept = new Set([0, points.length - 1]);
  const spans = [[0, points.length - 1]];
  while (spans.length) {
    const [first, last] = spans.pop();
    let far = NEAR;
    let middle = 0;
    for (let at = first + 1; at < last; at += 1) {
      const off = distance(points[at], points[first], points[last]);
      if (off > far) [far, middle] = [off, at];
    }
    if (middle) {
      kept.add(middle);
      spans.push([first, middle], [middle, last]);
    }
  }
  const [start, end] = [points[0], points[points.length - 1]];
  if (kept.size === 2 && start[0] === end[0] && start[1] === end[1]) return start;
  return points.filter((point, at) => kept.has(at)).flat();
}

function distance([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = dx || dy ? Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

function showLines({ canvas, lines, line }) {
  const pen = canvas.getContext("2d");
  pen.setTransform(canvas.width / WIDTH, 0, 0, canvas.height / HEIGHT, 0, 0);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  for (const one of line ? [...lines, line] : lines) {
    pen.beginPath();
    pen.moveTo(one[0], one[1]);
    for (let at = 2; at < one.length; at += 2) pen.lineTo(one[at], one[at + 1]);
    // A line without any length would not be drawn.
    if (one.length === 2) pen.lineTo(one[0] + 0.1, one[1]);
    pen.stroke();
  }
}
