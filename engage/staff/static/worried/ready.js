// Keeps the page “I am worried about someone” on this device, so that its button works without a network too.
"use strict";
(async () => {
  if (!navigator.serviceWorker) return;
  try {
    const { active } = await navigator.serviceWorker.register("/staff/worried/worker.js", { scope: "/staff/worried" });
    // A worker that began on a bad line may not have the page yet.
    if (active) active.postMessage("keep");
  } catch (fault) {
    // Without a network there is nothing to renew; what is kept stays.
  }
})();
