// Prepares the tablet in hand: fetches every page it may need away from the network, keeps what it was prepared for
// with a token of its own making, signs the staff member out and goes to the outreach page.
"use strict";
(() => {
  const form = document.getElementById("prepare-form");
  if (!form) return;
  const fault = document.getElementById("fault");
  const progress = document.getElementById("progress");
  //: Rounds of PBKDF2 over a PIN; it keeps curious fingers out, it does not guard any answer.
  const ROUNDS = 200000;

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const sha256 = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));

  async function pinKey(pin, salt) {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
    return hex(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, key, 256));
  }

  function say(text, field) {
    const target = field && (form.elements[field]?.focus ? form.elements[field] : document.getElementById(field));
    fault.hidden = false;
    fault.textContent = text;
    (target || fault).scrollIntoView({ block: "center" });
    target?.focus?.();
  }

  function tell(text, done, of) {
    progress.hidden = false;
    progress.querySelector("p").textContent = text;
    Object.assign(progress.querySelector("progress"), { value: done, max: of });
  }

  function addressesOf(prepared) {
    const documents = prepared.languages.flatMap(({ tag }) =>
      prepared.styles.flatMap((style) =>
        ["whole", "rest"].map((part) => `/s/${prepared.code}/${part}?${new URLSearchParams({ lang: tag, style })}`)
      )
    );
    return [`/s/${prepared.code}/outreach`, ...documents];
  }

  async function fetchAll(prepared) {
    const addresses = addressesOf(prepared);
    const cache = await caches.open("outreach");
    for (const [at, address] of addresses.entries()) {
      tell(`Fetching ${at + 1} of ${addresses.length}`, at, addresses.length);
      const answer = await fetch(address, { cache: "reload" });
      if (!answer.ok) throw new Error(address);
      const page = answer.clone();
      await cache.put(address, answer);
      for (const asset of await assetsOf(prepared.code, page)) {
        if (!(await cache.match(asset))) await cache.add(asset);
      }
    }
  }

  // The style, scripts, manifest, icon, recordings and maps that a page, or the rest of a survey, names.
  async function assetsOf(code, answer) {
    if (answer.headers.get("Content-Type").startsWith("text/html")) return thingsIn(await answer.text());
    const rest = await answer.json();
    return [...rest.maps.map((district) => `/s/${code}/map/${district}`), ...thingsIn(rest.pages)];
  }

  function thingsIn(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const things = ["link[rel=stylesheet]", "link[rel=manifest]", "link[rel=icon]", "script[src]", "audio[src]"];
    const within = [page, ...[...page.querySelectorAll("template")].map((template) => template.content)];
    const found = within.flatMap((part) => [...part.querySelectorAll(things.join(","))]);
    return found.map((thing) => thing.getAttribute("href") || thing.getAttribute("src")).filter((address) => address.startsWith("/"));
  }

  function keep(tablet) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open("tablet", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const change = opening.result.transaction("kept", "readwrite");
        change.objectStore("kept").put(tablet, "tablet");
        change.oncomplete = () => resolve(opening.result.close());
        change.onerror = () => reject(change.error);
      };
    });
  }

  // Resolves when the worker behind the survey's pages has begun.
  function atWork({ active, installing, waiting }) {
    const worker = active || installing || waiting;
    return new Promise((resolve) => {
      const look = () => worker.state === "activated" && resolve();
      worker.addEventListener("statechange", look);
      look();
    });
  }

  async function prepare() {
    const pin = document.getElementById("pin").value;
    if (pin !== document.getElementById("pin-again").value) return say("The two PINs differ.", "pin-again");
    const token = hex(crypto.getRandomValues(new Uint8Array(32)));
    const sent = new FormData(form);
    sent.append("token_hash", hex(await sha256(token)));
    tell("Asking", 0, 1);
    const answer = await fetch(form.action, { method: "POST", body: sent });
    const prepared = await answer.json();
    if (!answer.ok) return say(`Not prepared: ${prepared.problem}.`, prepared.field);
    await fetchAll(prepared);
    const salt = crypto.getRandomValues(new Uint8Array(16));
    await keep({ ...prepared, token, salt, pin: await pinKey(pin, salt), rounds: ROUNDS, answered: 0, sent: 0 });
    await atWork(await navigator.serviceWorker.register("/s/worker.js", { scope: "/s/" }));
    await atWork(await navigator.serviceWorker.register("/staff/worried/worker.js", { scope: "/staff/worried" }));
    tell("Ready", 1, 1);
    const leaving = new FormData();
    leaving.append("csrf_token", form.elements.csrf_token.value);
    await fetch("/staff/sign-out", { method: "POST", body: leaving });
    location.replace(`/s/${prepared.code}/outreach`);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!isSecureContext || !crypto.subtle || !navigator.serviceWorker) {
      return say("This browser cannot keep answers safely: open this page over https in an up-to-date browser.");
    }
    fault.hidden = true;
    const button = form.querySelector("button:not([type])");
    button.disabled = true;
    try {
      await prepare();
    } catch {
      say("Not prepared: the connection broke. Nothing was lost; try again.");
    } finally {
      button.disabled = false;
      if (!fault.hidden) progress.hidden = true;
    }
  });
})();
