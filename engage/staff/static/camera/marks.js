// Finds the four registration marks of a printed page in a grey picture, to say at once whether all of it is in view.

// AprilTag 16h5, numbers 0 to 3, as in engage/channels/paper/registration.py: cells inside the black rim, 1 is white.
const PATTERNS = [
  ["1101", "1000", "1100", "0100"],
  ["1010", "0101", "0111", "0100"],
  ["0101", "0110", "0010", "1100"],
  ["1001", "1101", "1010", "0010"],
];
const CELLS = 6;
// Cells of the rim and inside it that may be read wrongly.
const RIM_FAULTS = 2;
const CELL_FAULTS = 1;
// Darker than this share of its surroundings is ink.
const INK = 0.8;
// Sides of a mark: at least these pixels, at most this share of the picture's width.
const SMALLEST_MARK = 9;
const LARGEST_MARK = 0.14;

// {width, height, grey} of the pixels that a canvas gives.
function greyOf({ width, height, data }) {
  const grey = new Uint8ClampedArray(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    grey[at] = (77 * data[from] + 150 * data[from + 1] + 29 * data[from + 2]) >> 8;
  }
  return { width, height, grey };
}

// The marks that can be seen, by number: {x, y} of their middle, null for one that is not there.
function findMarks(picture) {
  const marks = [null, null, null, null];
  const best = [9, 9, 9, 9];
  for (const blot of blotsOf(picture)) {
    const cells = cellsOf(picture, blot);
    const found = cells && numberOf(cells);
    if (found && found.faults < best[found.number]) {
      best[found.number] = found.faults;
      marks[found.number] = middleOf(blot.corners);
    }
  }
  return marks;
}

// Dark spots of the size and shape of a mark, each with its outermost points, clockwise.
function blotsOf(picture) {
  const { width, height } = picture;
  const ink = inkOf(picture);
  const stack = new Int32Array(width * height);
  const blots = [];
  for (let start = 0; start < ink.length; start += 1) {
    if (!ink[start]) continue;
    const blot = takeBlot(ink, width, height, start, stack);
    if (isLikeMark(blot, width)) blots.push(blot);
  }
  return blots;
}

// 1 where a pixel is darker than what lies around it.
function inkOf({ width, height, grey }) {
  const across = width + 1;
  const sums = new Uint32Array(across * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * across + x + 1] = sums[y * across + x + 1] + row;
    }
  }
  const reach = Math.round(width / 16);
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - reach) * across;
    const low = Math.min(height, y + reach + 1) * across;
    const rows = (low - top) / across;
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const around = (sums[low + right] - sums[low + left] - sums[top + right] + sums[top + left]) / (rows * (right - left));
      ink[y * width + x] = grey[y * width + x] < around * INK - 4 ? 1 : 0;
    }
  }
  return ink;
}

// Takes everything that hangs together with a point out of the ink and measures it.
function takeBlot(ink, width, height, start, stack) {
  const corners = [[0, 0, Infinity], [0, 0, -Infinity], [0, 0, -Infinity], [0, 0, Infinity]];
  const blot = { left: width, right: 0, top: height, low: 0, area: 0, corners };
  let waiting = 1;
  stack[0] = start;
  ink[start] = 0;
  while (waiting) {
    waiting -= 1;
    const at = stack[waiting];
    const x = at % width;
    const y = (at - x) / width;
    measure(blot, x, y);
    for (let dy = -1; dy <= 1; dy += 1) {
      for (let dx = -1; dx <= 1; dx += 1) {
        const near = at + dy * width + dx;
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height || !ink[near]) continue;
        ink[near] = 0;
        stack[waiting] = near;
        waiting += 1;
      }
    }
  }
  return blot;
}

function measure(blot, x, y) {
  blot.area += 1;
  if (x < blot.left) blot.left = x;
  if (x > blot.right) blot.right = x;
  if (y < blot.top) blot.top = y;
  if (y > blot.low) blot.low = y;
  const [first, second, third, fourth] = blot.corners;
  if (x + y < first[2]) blot.corners[0] = [x, y, x + y];
  if (x - y > second[2]) blot.corners[1] = [x + 1, y, x - y];
  if (x + y > third[2]) blot.corners[2] = [x + 1, y + 1, x + y];
  if (x - y < fourth[2]) blot.corners[3] = [x, y + 1, x - y];
}

function isLikeMark({ left, right, top, low, area }, width) {
  const wide = right - left + 1;
  const high = low - top + 1;
  const isSize = Math.min(wide, high) >= SMALLEST_MARK && Math.max(wide, high) <= width * LARGEST_MARK;
  return isSize && wide < 1.7 * high && high < 1.7 * wide && area > 0.3 * wide * high;
}

function middleOf(corners) {
  return {
    x: corners.reduce((sum, [x]) => sum + x, 0) / 4,
    y: corners.reduce((sum, [, y]) => sum + y, 0) / 4,
  };
}

// Rows of cells between the outermost points, true where white; null where nothing of it is.
function cellsOf(picture, { corners }) {
  const lights = [];
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      lights.push(lightAt(picture, corners, (column + 0.5) / CELLS, (row + 0.5) / CELLS));
    }
  }
  const lightest = Math.max(...lights);
  const darkest = Math.min(...lights);
  if (lightest - darkest < 30) return null;
  return lights.map((light) => light > (lightest + darkest) / 2);
}

// The mean of the pixels around a place between four corners.
function lightAt({ width, height, grey }, corners, across, down) {
  const weights = [(1 - across) * (1 - down), across * (1 - down), across * down, (1 - across) * down];
  const x = Math.floor(weights.reduce((sum, weight, at) => sum + weight * corners[at][0], 0));
  const y = Math.floor(weights.reduce((sum, weight, at) => sum + weight * corners[at][1], 0));
  let sum = 0;
  for (let dy = -1; dy <= 1; dy += 1) {
    for (let dx = -1; dx <= 1; dx += 1) {
      const row = Math.min(Math.max(y + dy, 0), height - 1);
      sum += grey[row * width + Math.min(Math.max(x + dx, 0), width - 1)] * (dx || dy ? 1 : 4);
    }
  }
  return sum / 12;
}

// Which mark these cells are, in whichever direction it lies: {number, faults}, null for none.
function numberOf(cells) {
  const isRim = (at) => at % CELLS === 0 || at % CELLS === CELLS - 1 || at < CELLS || at >= CELLS * (CELLS - 1);
  if (cells.filter((light, at) => light && isRim(at)).length > RIM_FAULTS) return null;
  let inner = cells.filter((light, at) => !isRim(at));
  let found = null;
  for (let turn = 0; turn < 4; turn += 1) {
    PATTERNS.forEach((rows, number) => {
      const pattern = rows.join("");
      const faults = inner.filter((light, at) => light !== (pattern[at] === "1")).length;
      if (faults <= CELL_FAULTS && (!found || faults < found.faults)) found = { number, faults };
    });
    inner = inner.map((light, at) => inner[(3 - (at % 4)) * 4 + Math.floor(at / 4)]);
  }
  return found;
}
