// Shows how far a job is without loading the page anew; without this script the page loads itself again.
"use strict";
(() => {
  const seconds = 2;

  async function lookAgain() {
    const shown = document.getElementById("job");
    if (!shown || !shown.dataset.open) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById("job");
      if (answer.ok && now) {
        const next = document.importNode(now, true);
        shown.replaceWith(next);
        document.title = page.title;
        document.getElementById("news").textContent = next.dataset.open ? "" : next.querySelector("p").textContent;
      }
    } catch {
      // The network is away for a moment; the next look may find it.
    }
    setTimeout(lookAgain, seconds * 1000);
  }

  setTimeout(lookAgain, seconds * 1000);
})();
