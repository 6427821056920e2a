// Says of a picture of a sheet whether it can be read: light, sharpness, glare, the whole sheet in view, near enough.

// Pixels across, of the copy that marks are looked for in.
const LOOKED_AT = 900;
// Between the middles of the upper two marks (mm): the sheet's 210 less what lies outside them.
const BETWEEN_MARKS = 185;
// Pixels for a millimetre of the sheet: fewer in the picture and small ticks are lost; sharpness is judged at the second.
const NEAR_ENOUGH = 3.3;
const SHARPNESS_SCALE = 4;
// Squares (pixels) that a picture is judged by, and how many hundredths of them may be in glare.
const TILE = 24;
const MOST_GLARE = 1.2;
// Grey values: paper below this is too dark, and from that on it is as white as can be.
const DARK_PAPER = 60;
const WHITE = 251;
// A picture with less between its light and dark shows no form.
const LEAST_CONTRAST = 40;
// Variance of the Laplacian, in the direction in which it is less, in the sharpest tenth of the squares, by the square
// of the contrast: a hand that shakes blurs one direction only.
const SHARP = 0.0135;

// {problem, marks, scale}: problem is null or dark, blurred, glare, no_form, cut or far, the gravest first. `draw` gives
// the pixels of the picture, or of a part of it, at a width.
function judge(width, height, draw) {
  const looked = greyOf(draw(0, 0, width, height, Math.min(LOOKED_AT, width)));
  const marks = findMarks(looked);
  const scale = (apart(marks) / BETWEEN_MARKS) * (width / looked.width);
  const part = partWithin(marks, looked);
  const levels = levelsOf(cut(looked, part));
  const measures = { marks: marks.filter(Boolean).length, scale, ...levels, sharpness: 0 };
  measures.sharpness = sharpnessOf(greyOf(drawSheet(draw, part, width / looked.width, scale)), levels);
  return { problem: problemOf(measures, looked), marks, measures };
}

function problemOf(measures, looked) {
  if (measures.paper < DARK_PAPER) return "dark";
  if (!measures.marks && measures.paper - measures.ink < LEAST_CONTRAST) return "no_form";
  if (measures.sharpness < SHARP) return "blurred";
  if (measures.glare > MOST_GLARE) return "glare";
  if (measures.marks < 4) return measures.marks || runsOver(looked, measures.paper) ? "cut" : "no_form";
  return measures.scale < NEAR_ENOUGH ? "far" : null;
}

// The longest of what lies between neighbouring marks, were it the upper edge (pixels); 0 where none are neighbours.
function apart(marks) {
  const between = (one, other) => (one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0);
  return Math.max(between(marks[0], marks[1]), between(marks[3], marks[2]));
}

// Where the sheet lies, as far as marks tell; else all of the picture but its rim.
function partWithin(marks, { width, height }) {
  const seen = marks.filter(Boolean);
  if (seen.length < 3) return { x: 0.06 * width, y: 0.06 * height, w: 0.88 * width, h: 0.88 * height };
  const xs = seen.map((mark) => mark.x);
  const ys = seen.map((mark) => mark.y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
}

function cut({ width, grey }, part) {
  const [x, y, w, h] = [part.x, part.y, part.w, part.h].map(Math.floor);
  const inside = new Uint8ClampedArray(w * h);
  for (let row = 0; row < h; row += 1) {
    inside.set(grey.subarray((y + row) * width + x, (y + row) * width + x + w), row * w);
  }
  return { width: w, height: h, grey: inside };
}

// The part with the sheet, at a scale at which sharpness means the same for every camera.
function drawSheet(draw, part, shrunk, scale) {
  const wide = part.w * shrunk;
  const to = scale ? Math.min(1, SHARPNESS_SCALE / scale) : Math.min(1, 760 / wide);
  return draw(part.x * shrunk, part.y * shrunk, wide, part.h * shrunk, Math.round(wide * to));
}

// Grey of paper and of ink, and how many hundredths of the squares are washed out while others are not.
function levelsOf({ width, height, grey }) {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] += 1;
  const below = (share) => {
    let sum = 0;
    return counts.findIndex((count) => (sum += count) >= share * grey.length);
  };
  const paper = below(0.75);
  let [washed, all] = [0, 0];
  for (const square of squares(width, height)) {
    all += 1;
    washed += shareOf(grey, width, square, (value) => value >= WHITE) > 0.9;
  }
  const share = (100 * washed) / Math.max(1, all);
  // Paper that is white all over is lit evenly; glare is a spot on it.
  return { paper, ink: below(0.01), glare: paper >= WHITE - 1 ? 0 : share };
}

function* squares(width, height) {
  for (let y = 0; y + TILE <= height; y += TILE) {
    for (let x = 0; x + TILE <= width; x += TILE) yield { x, y };
  }
}

function shareOf(grey, width, { x, y }, holds) {
  let count = 0;
  for (let row = y; row < y + TILE; row += 2) {
    for (let column = x; column < x + TILE; column += 2) count += holds(grey[row * width + column]);
  }
  return count / (TILE / 2) ** 2;
}

function sharpnessOf(picture, { paper, ink }) {
  return Math.min(bends(picture, 1), bends(picture, picture.width)) / Math.max(20, paper - ink) ** 2;
}

// The mean over the sharpest tenth of the squares of how much the grey bends in one direction.
function bends({ width, height, grey }, step) {
  const found = [];
  for (const { x, y } of squares(width - 2, height - 2)) {
    found.push(varianceOf(grey, (y + 1) * width + x + 1, width, step));
  }
  found.sort((one, other) => other - one);
  const sharpest = found.slice(0, Math.max(1, Math.round(found.length / 10)));
  return sharpest.reduce((sum, value) => sum + value, 0) / sharpest.length || 0;
}

// Variance of the second difference in the square that begins at a pixel.
function varianceOf(grey, start, width, step) {
  let [sum, squared] = [0, 0];
  for (let row = start; row < start + TILE * width; row += width) {
    for (let at = row; at < row + TILE; at += 1) {
      const bend = grey[at - step] + grey[at + step] - 2 * grey[at];
      sum += bend;
      squared += bend * bend;
    }
  }
  return squared / TILE ** 2 - (sum / TILE ** 2) ** 2;
}

// Whether something as light as paper lies along much of one side of the picture.
function runsOver({ width, height, grey }, paper) {
  const light = (at) => grey[at] > 0.85 * paper;
  const sides = [
    [width, (at) => at],
    [width, (at) => (height - 1) * width + at],
    [height, (at) => at * width],
    [height, (at) => at * width + width - 1],
  ];
  return sides.some(([length, place]) => {
    let count = 0;
    for (let at = 0; at < length; at += 1) count += light(place(at));
    return count > 0.4 * length;
  });
}
