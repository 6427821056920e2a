// Effort: while somebody answers, the page looks for a number that takes about a second to find. It goes along with the
// answers and shows that they did not come by the thousand from a script: twin of engage/response/effort.py.

const ZERO_BITS = 16;
// How long one slice may take (ms), so that nobody feels it.
const SLICE = 8;
const BETWEEN_SLICES = 30;
const [FIRST_STATE, ROUND_KEYS] = primeRoots();

// Looks for the person's number, once.
function beginEffort(survey) {
  if (!survey || survey.isPractice || survey.channel !== "web" || survey.person.response_id) return;
  const { person } = survey;
  person.response_id = newResponseId();
  lookFor(person, 0);
}

function lookFor(person, number) {
  const ends = performance.now() + SLICE;
  do {
    if (firstWord(person.response_id + " " + number) >>> (32 - ZERO_BITS) === 0) {
      person.effort = String(number);
      return;
    }
    number += 1;
  } while (number % 64 || performance.now() < ends);
  const go = () => lookFor(person, number);
  if (self.requestIdleCallback) requestIdleCallback(go, { timeout: 1000 });
  else setTimeout(go, BETWEEN_SLICES);
}

// The first 32 bits of the SHA-256 (FIPS 180-4) of a short plain text: one block.
function firstWord(text) {
  const w = new Int32Array(64);
  for (let at = 0; at < text.length; at += 1) w[at >> 2] |= text.charCodeAt(at) << (24 - 8 * (at & 3));
  w[text.length >> 2] |= 128 << (24 - 8 * (text.length & 3));
  w[15] = text.length * 8;
  let [a, b, c, d, e, f, g, h] = FIRST_STATE;
  for (let at = 0; at < 64; at += 1) {
    if (at > 15) {
      const x = w[at - 15];
      const y = w[at - 2];
      const near = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
      w[at] = w[at - 16] + near + w[at - 7] + (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10));
    }
    const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUND_KEYS[at] + w[at];
    const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  return (FIRST_STATE[0] + a) | 0;
}

function turned(word, by) {
  return (word >>> by) | (word << (32 - by));
}

// The constants of SHA-256: bits behind the point of the square and cube roots of the first primes.
function primeRoots() {
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  const behindPoint = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  return [primes.slice(0, 8).map((prime) => behindPoint(Math.sqrt(prime))), primes.map((prime) => behindPoint(Math.cbrt(prime)))];
}
