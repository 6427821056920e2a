// Reads a page aloud, when asked: recordings where there are any, else a voice of the device in that very language.

const SAID = "h1, h2, .hint, .note, .promises li, .told p, .choice > span:last-child";
// What is being read now: its button, and the recording that plays.
let reading = null;
let hasListened = false;

addEventListener("keydown", (event) => event.key === "Escape" && stopReading());
addEventListener("pagehide", stopReading);
document.addEventListener("visibilitychange", () => document.hidden && stopReading());

// Shows the button that reads this part of a page, where something can be heard; voices may come late.
function offerReadAloud(root) {
  stopReading();
  const button = root.querySelector(".listen");
  if (!button) return;
  const show = () => {
    button.hidden = !partsOf(root).length;
    for (const player of root.querySelectorAll(".recording, .recordings")) player.hidden = !button.hidden;
    showListening(button, button.hasAttribute("data-on"));
  };
  button.onclick = () => (button.hasAttribute("data-on") ? stopReading() : readParts(button, partsOf(root)));
  if (self.speechSynthesis) speechSynthesis.onvoiceschanged = show;
  show();
}

// Falls silent at once.
function stopReading() {
  if (!reading) return;
  const { button, sound } = reading;
  reading = null;
  if (sound) sound.pause();
  if (self.speechSynthesis) speechSynthesis.cancel();
  for (const part of document.querySelectorAll(".said")) part.classList.remove("said");
  showListening(button, false);
}

// What can be heard, in the order of the page: a recording, or words that the device has a voice for.
function partsOf(root) {
  const sounds = new Map();
  for (const player of root.querySelectorAll("audio")) {
    const said = root.querySelector("#" + CSS.escape(player.getAttribute("aria-labelledby")));
    if (said) sounds.set(said.closest(SAID) || said, player.src);
  }
  const recorded = [...sounds.keys()];
  return [...root.querySelectorAll(SAID + ", .promises, .told")]
    .filter((part) => part.offsetParent && (sounds.has(part) || part.matches(SAID)))
    .filter((part) => !recorded.some((whole) => whole !== part && whole.contains(part)))
    .map((part) => {
      const language = (part.querySelector("[lang]") || part.closest("[lang]")).lang;
      const text = part.textContent.replace(/\s+/g, " ").trim();
      return { part, text, language, sound: sounds.get(part), voice: voiceFor(language) };
    })
    .filter((said) => said.text && (said.sound || said.voice));
}

// A voice of the device itself: others would send the words to somebody's server. Never that of another language,
// nor of the same language as it is spoken where another script is written.
function voiceFor(language) {
  const kind = (tag) => {
    const locale = new Intl.Locale(tag).maximize();
    return locale.language + locale.script;
  };
  const tagOf = (voice) => voice.lang.replace(/_/g, "-");
  const alike = (self.speechSynthesis ? speechSynthesis.getVoices() : []).filter((voice) => {
    try {
      return voice.localService && kind(tagOf(voice)) === kind(language);
    } catch {
      return false;
    }
  });
  const exact = (tag) => alike.find((voice) => tagOf(voice) === tag);
  return exact(language) || exact(navigator.language) || alike[0];
}

async function readParts(button, parts) {
  stopReading();
  const mine = (reading = { button, sound: null });
  hasListened = true;
  showListening(button, true);
  for (const said of parts) {
    said.part.classList.add("said");
    said.part.scrollIntoView({ block: "nearest" });
    const isHeard = said.sound && (await played(mine, said.sound));
    if (reading === mine && !isHeard && said.voice) await spoken(mine, said);
    said.part.classList.remove("said");
    if (reading !== mine) return;
  }
  stopReading();
}

// Plays a recording to its end, and says whether it could be heard.
function played(mine, address) {
  return new Promise((done) => {
    const sound = (mine.sound = new Audio(address));
    sound.onpause = sound.onended = () => done(true);
    sound.onerror = () => done(false);
    sound.play().catch(() => done(false));
  });
}

function spoken(mine, said) {
  return new Promise((done) => {
    // Held on to: some browsers forget words that nothing points to, and never say that they are over.
    const words = (mine.words = new SpeechSynthesisUtterance(said.text));
    words.lang = said.language;
    words.voice = said.voice;
    words.onend = words.onerror = done;
    speechSynthesis.speak(words);
  });
}

// The warning that others can hear stands there until somebody has listened once.
function showListening(button, isOn) {
  const [listen, stop] = button.querySelectorAll("span");
  button.toggleAttribute("data-on", isOn);
  listen.hidden = isOn;
  stop.hidden = !isOn;
  button.querySelector("small").hidden = hasListened;
}
