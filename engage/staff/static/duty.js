// Says on the open duty page when something new waits. It asks for a number only, so asking is no look.
"use strict";
(() => {
  const seconds = 20;
  const news = document.getElementById("news");
  if (!news) return;

  async function ask() {
    try {
      const answer = await fetch(news.dataset.address, { cache: "no-store", redirect: "error" });
      const { waiting } = await answer.json();
      if (answer.ok && waiting > Number(news.dataset.waiting)) {
        news.dataset.waiting = waiting;
        news.className = "rule";
        news.textContent = "Something new waits. ";
        const again = document.createElement("a");
        again.href = "/staff/duty";
        again.textContent = "Show it";
        news.append(again);
        document.title = "Something new waits: Duty";
      }
    } catch {
      // The network is away for a moment; the next question may go through.
    }
    setTimeout(ask, seconds * 1000);
  }

  setTimeout(ask, seconds * 1000);
})();
