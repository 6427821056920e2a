// Seals finished answers to the survey's server, so that nobody who finds the phone can read them: HPKE (RFC 9180), base
// mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, with nothing but what browsers bring.

const SEAL_INFO = "engage sealed answers 1";
// Answers are filled up to a multiple of these bytes, so that their length tells little.
const PADDED_TO = 512;
const HASH_BYTES = 32;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

// One bundle as the server takes it; `sealing` is its public key: {id, public_key}.
async function sealAnswers(sealing, submission) {
  const { enc, ciphertext } = await sealTo(fromBase64url(sealing.public_key), utf8(SEAL_INFO), paddedBytes(submission));
  return {
    id: toHex(randomBytes(16)),
    key: sealing.id,
    enc: toBase64url(enc),
    ciphertext: toBase64url(ciphertext),
  };
}

function paddedBytes(submission) {
  const text = utf8(JSON.stringify(submission, (name, value) => (typeof value === "string" ? wellFormed(value) : value)));
  const whole = new Uint8Array(Math.ceil(text.length / PADDED_TO) * PADDED_TO).fill(32);
  whole.set(text);
  return whole;
}

// Text with half a sign in it, such as an emoji cut in two, cannot be written down anywhere: the half is marked.
function wellFormed(text) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(utf8(text));
}

// Seals bytes to a public key (an uncompressed point). A pair and additional data are given only by tests.
async function sealTo(publicKey, info, plaintext, pair = null, additionalData = new Uint8Array()) {
  const ephemeral = pair || (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ephemeral.publicKey));
  const shared = await sharedSecret(ephemeral.privateKey, publicKey, enc);
  const { key, nonce } = await keySchedule(shared, info);
  const cipher = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData, tagLength: 128 };
  return { enc, ciphertext: new Uint8Array(await crypto.subtle.encrypt(how, cipher, plaintext)) };
}

// Encap of DHKEM (RFC 9180, section 4.1).
async function sharedSecret(privateKey, publicKey, enc) {
  const suite = joinBytes(utf8("KEM"), [0, 16]);
  const theirs = await crypto.subtle.importKey("raw", publicKey, CURVE, false, []);
  const agreed = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, privateKey, 256);
  const extracted = await labeledExtract(suite, [], "eae_prk", new Uint8Array(agreed));
  return labeledExpand(suite, extracted, "shared_secret", joinBytes(enc, publicKey), HASH_BYTES);
}

// KeySchedule of base mode (RFC 9180, section 5.1).
async function keySchedule(shared, info) {
  const suite = joinBytes(utf8("HPKE"), [0, 16, 0, 1, 0, 2]);
  const idHash = await labeledExtract(suite, [], "psk_id_hash", []);
  const infoHash = await labeledExtract(suite, [], "info_hash", info);
  const context = joinBytes([0], idHash, infoHash);
  const secret = await labeledExtract(suite, shared, "secret", []);
  const key = await labeledExpand(suite, secret, "key", context, KEY_BYTES);
  const nonce = await labeledExpand(suite, secret, "base_nonce", context, NONCE_BYTES);
  return { key, nonce };
}

function labeledExtract(suite, salt, label, material) {
  return hmac(salt, joinBytes(utf8("HPKE-v1"), suite, utf8(label), material));
}

// Never more than one block is asked for.
async function labeledExpand(suite, secret, label, info, length) {
  const labeled = joinBytes([0, length], utf8("HPKE-v1"), suite, utf8(label), info);
  return (await hmac(secret, joinBytes(labeled, [1]))).slice(0, length);
}

// Browsers refuse an empty key, which means the same as zeros.
async function hmac(secret, bytes) {
  const raw = secret.length ? secret : new Uint8Array(HASH_BYTES);
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes));
}
