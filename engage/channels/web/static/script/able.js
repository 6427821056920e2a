// Whether this browser can answer in the page: seal the answers and keep them.

function canSeal() {
  return Boolean(self.isSecureContext && self.crypto && crypto.subtle && self.indexedDB);
}
