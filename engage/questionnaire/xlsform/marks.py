"""Writes and reads yes and no, and lists of names, in one cell."""

import json
from collections.abc import Iterable

_YES = frozenset({"yes", "true", "true()", "1", "y", "x"})


def flag(text: str) -> bool:
    """Say whether a cell says yes."""
    return text.strip().lower() in _YES


def names(text: str) -> list[str]:
    """Return the entries of a list in a cell: with commas between them, or as JSON."""
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(entry, str) for entry in found):
            return list(found)
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def whole(text: str) -> int | str:
    """Return a whole number; the text itself where it is none."""
    longest = 15
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= longest else text


def listed(entries: Iterable[str]) -> str:
    """Return a list as one cell holds it, so that `names` gives it again."""
    written = list(entries)
    text = ", ".join(written)
    return text if names(text) == written else json.dumps(written, ensure_ascii=False)
