// Asks the browser for a passkey where it knows them; without this script there is the password.
"use strict";
(() => {
  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const read = (question) => {
    const options = { ...question, challenge: bytes(question.challenge) };
    if (question.user) options.user = { ...question.user, id: bytes(question.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (question[list]) options[list] = question[list].map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return options;
  };

  const told = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response,
    });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    for (const other of document.querySelectorAll(".no-passkeys")) other.hidden = true;
    const problem = form.querySelector("[role=alert]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      problem.textContent = "";
      const publicKey = read(JSON.parse(form.dataset.question));
      try {
        const ask = form.dataset.passkey === "make" ? "create" : "get";
        form.elements.answer.value = told(await navigator.credentials[ask]({ publicKey }));
        form.submit();
      } catch {
        problem.textContent = "Nothing was taken. Try again, or use another way.";
      }
    });
  }
})();
