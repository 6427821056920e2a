"""Taking in: the one door, drafts, printed serials, review, withdrawal and retention."""
