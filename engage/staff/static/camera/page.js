// The page that photographs sheets: the camera with its guide, the judgement of each picture, and what became of it.

// Pixels of a picture: the camera is asked for the first, and what it gives is made no larger than the second.
const WANTED = { width: { ideal: 2560 }, height: { ideal: 1920 } };
const LARGEST = { short: 2200, long: 3000 };
const QUALITY = 0.85;
// Bytes of a picture; the server takes somewhat more.
const MOST_BYTES = 4000000;
// How often the live picture is looked at (ms), and how wide (pixels).
const LOOK_EVERY = 350;
const LIVE_WIDTH = 540;

const part = (id) => document.getElementById(id);
const video = part("live");
const taken = part("taken");
const shutter = part("shutter");
const key = { id: part("camera").dataset.key, public_key: part("camera").dataset.publicKey };
let stream = null;

async function openCamera() {
  if (stream || document.hidden) return;
  try {
    const asked = { audio: false, video: { facingMode: { ideal: "environment" }, ...WANTED } };
    stream = await navigator.mediaDevices.getUserMedia(asked);
    video.srcObject = stream;
    await video.play();
    shutter.disabled = false;
    say("hint", "");
    part("no-camera").hidden = true;
  } catch (fault) {
    closeCamera();
    part("no-camera").hidden = false;
    const isRefused = fault && fault.name === "NotAllowedError";
    part("no-camera").querySelector("p").textContent = wordsOf(isRefused ? "camera-refused" : "camera-missing");
  }
}

function closeCamera() {
  if (stream) stream.getTracks().forEach((track) => track.stop());
  stream = null;
  shutter.disabled = true;
}

function wordsOf(name) {
  const found = part("words").content.querySelector(`[data-words="${name}"]`);
  return found ? found.textContent : "";
}

function say(id, text) {
  if (part(id).textContent !== text) part(id).textContent = text;
}

function share(place, whole) {
  return (100 * place) / whole + "%";
}

// While the camera runs, shows which corners of the sheet it sees.
const drawLive = drawer(video);
function look() {
  if (!stream || !video.videoWidth || !part("still").hidden || document.hidden) return;
  const [width, height] = [video.videoWidth, video.videoHeight];
  const picture = greyOf(drawLive(0, 0, width, height, Math.min(LIVE_WIDTH, width)));
  const marks = findMarks(picture);
  const guide = part("guide");
  marks.forEach((mark, number) => {
    const dot = guide.children[number];
    dot.hidden = !mark;
    if (!mark) return;
    Object.assign(dot.style, { left: share(mark.x, picture.width), top: share(mark.y, picture.height) });
  });
  const seen = marks.filter(Boolean).length;
  part("frame").classList.toggle("ready", seen === 4);
  say("hint", wordsOf(seen === 4 ? "ready" : seen ? "some-marks" : "no-marks").replace("{count}", seen));
}

// Takes the picture that the camera shows into the canvas and judges it.
async function take() {
  if (!stream || !video.videoWidth) return;
  const [wide, high] = [video.videoWidth, video.videoHeight];
  const shrink = Math.min(1, LARGEST.short / Math.min(wide, high), LARGEST.long / Math.max(wide, high));
  Object.assign(taken, { width: Math.round(wide * shrink), height: Math.round(high * shrink) });
  taken.getContext("2d").drawImage(video, 0, 0, taken.width, taken.height);
  say("done", "");
  say("hint", "");
  part("still").hidden = false;
  shutter.hidden = true;
  await new Promise((resolve) => setTimeout(resolve, 30));
  const { problem } = judge(taken.width, taken.height, drawer(taken));
  if (!problem) return use();
  say("verdict", wordsOf(problem));
  part("choice").hidden = false;
  part("again").focus();
}

// Seals the picture and keeps it; until that is done nothing of it is outside this page's memory.
async function use() {
  part("choice").hidden = true;
  try {
    await keepSheet(key, jpegOf(taken, QUALITY, MOST_BYTES));
    say("done", wordsOf("kept"));
  } catch (fault) {
    say("done", wordsOf("not-kept"));
  }
  backToCamera();
  await showAll();
  askToKeep();
  sendWaiting(true);
}

function backToCamera() {
  // A canvas given a size is empty.
  Object.assign(taken, { width: 1, height: 1 });
  part("choice").hidden = true;
  part("still").hidden = true;
  shutter.hidden = false;
  shutter.focus();
}

function askToKeep() {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
}

// Shows every sheet: those that wait on this device, and what became of those that were sent.
async function showAll() {
  const waiting = await waitingSheets().catch(() => []);
  const sent = (news && news.sheets) || [];
  const rows = [...waiting].reverse().map(rowOfWaiting).concat(sent.map(rowOfSent));
  part("sheets").replaceChildren(...rows);
  part("forms").replaceChildren(...((news && news.forms) || []).map(rowOfForm));
  part("lacking").hidden = !part("forms").children.length;
  part("none").hidden = rows.length > 0;
  say("counts", countsOf(waiting, sent));
  part("signed-out").hidden = server !== "signed out";
}

function countsOf(waiting, sent) {
  const count = (state) => sent.filter((sheet) => sheet.state === state).length;
  const counts = [
    [waiting.length, waiting.length === 1 ? "waits here" : "wait here"],
    [count("read"), "read"],
    [count("person"), "for a person"],
    [count("wrong"), "not read"],
  ];
  const said = counts.filter(([number]) => number).map(([number, words]) => number + " " + words);
  const where = waiting.length && server === "away" ? wordsOf("no-network") : "";
  return [said.join(", "), where].filter(Boolean).join(". ");
}

function row(heading, tone, words) {
  const made = part("row").content.firstElementChild.cloneNode(true);
  made.querySelector("strong").textContent = heading;
  made.querySelector("span").textContent = words;
  made.querySelector("span").className = "tone-" + tone;
  return made;
}

function rowOfWaiting(sheet) {
  const made = row(timeOf(sheet.at), sheet.problem ? "wrong" : "waits", sheet.problem || wordsOf("waits"));
  if (sheet.problem) {
    const button = part("drop").content.firstElementChild.cloneNode(true);
    button.addEventListener("click", () => dropSheet(sheet.id).then(showAll));
    made.append(button);
  }
  return made;
}

function rowOfSent(sheet) {
  const heading = timeOf(Date.parse(sheet.at)) + (sheet.form ? `: ${sheet.form}, page ${sheet.page}` : "");
  return row(heading, sheet.state, sheet.words);
}

function rowOfForm(form) {
  return row(form.serial, form.tone, form.words);
}

function timeOf(moment) {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(moment);
}

function begin() {
  if (!isSecureContext || !crypto.subtle || !navigator.mediaDevices) {
    part("no-camera").hidden = false;
    part("no-camera").querySelector("p").textContent = wordsOf("no-browser");
    return;
  }
  shutter.addEventListener("click", take);
  part("again").addEventListener("click", backToCamera);
  part("anyway").addEventListener("click", use);
  part("no-camera").querySelector("button").addEventListener("click", openCamera);
  document.addEventListener("visibilitychange", () => (document.hidden ? closeCamera() : openCamera()));
  setInterval(look, LOOK_EVERY);
  openCamera();
  startSending(showAll);
  if (navigator.serviceWorker) navigator.serviceWorker.register(PAGE + "/worker.js", { scope: PAGE }).catch(() => {});
}

begin();
