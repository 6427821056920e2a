// Begins what is drawn or put into an order on a page, once for each.

function startByHand(root) {
  root.querySelectorAll(".sheet, .ranked").forEach((part) => {
    if (part.dataset.started) return;
    part.dataset.started = "yes";
    if (part.matches(".sheet")) startSheet(part);
    else startRanked(part);
  });
}

self.startByHand = startByHand;
startByHand(document);
