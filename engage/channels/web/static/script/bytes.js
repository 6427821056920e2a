// Bytes and the texts they travel as; ids and receipts that a device makes by itself.

// 23 signs without look-alikes, as in engage/response/codes.py.
const SIGNS = "234679CDFGHJKMNPQRTVWXY";
const RECEIPT_LENGTH = 12;

function utf8(text) {
  return new TextEncoder().encode(text);
}

function joinBytes(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

function toBase64url(bytes) {
  let signs = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    signs += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
}

// A UUIDv4: it tells no time, and makes every retry harmless.
function newResponseId() {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// The receipt of a response, such as 7KQM-4RTX-CDF3; twin of engage/response/receipts.py.
async function receiptOf(responseId) {
  const id = fromHex(responseId.replace(/-/g, ""));
  const digest = await crypto.subtle.digest("SHA-256", joinBytes(utf8("engage receipt "), id));
  const digits = lastDigits(new Uint8Array(digest), RECEIPT_LENGTH - 1);
  const check = digits.reduce((sum, digit, at) => sum + (at + 1) * digit, 0) % SIGNS.length;
  return inGroups([...digits, check].map((digit) => SIGNS[digit]).join(""));
}

// The last digits, smallest first, of a number written in as many digits as there are signs.
function lastDigits(number, count) {
  const digits = [];
  const rest = Array.from(number);
  while (digits.length < count) {
    let over = 0;
    for (let at = 0; at < rest.length; at += 1) {
      const value = over * 256 + rest[at];
      rest[at] = Math.floor(value / SIGNS.length);
      over = value % SIGNS.length;
    }
    digits.push(over);
  }
  return digits;
}

function inGroups(code) {
  return code.match(/.{1,4}/g).join("-");
}
