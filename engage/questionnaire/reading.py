"""Reads parts of a definition document while collecting every fault with its path."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from engage.questionnaire.faults import Fault

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
#: Codes may begin with a digit and hold the signs of an age band.
CODE = re.compile(r"[a-z0-9][a-z0-9_+-]{0,49}")
SLUG = re.compile(r"[a-z][a-z0-9-]{0,49}")
PUBLIC_CODE = re.compile(r"[a-z0-9]{2,20}")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
#: The largest whole number the database holds, and the largest any number may be (exact in every JSON reader).
LARGEST_WHOLE = 2**31 - 1
LARGEST_NUMBER = 2**53 - 1
#: Signs that neither a page nor an office document can hold (XML 1.0, section 2.2).
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Characters of a wrong value that a fault repeats.
_SHOWN = 60


class Reader:
    """A mapping at a path; every read checks, records a fault and returns something safe to go on with."""

    def __init__(self, value: object, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._read: set[str] = set()
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            self.value: Mapping[str, Any] = value
        else:
            self.value = {}
            self.fault("", "not_a_mapping", "expected named fields here")

    def fault(self, key: str, code: str, detail: str) -> None:
        """Record a fault at a key of this mapping."""
        path = f"{self.path}.{key}" if self.path and key else self.path or key
        self.faults.append(Fault(path if path.isprintable() else ascii(path)[1:-1], code, detail))

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self.value

    def text(self, key: str, pattern: re.Pattern[str] | None = None, default: str | None = None) -> str:
        """Return a text, checked against a pattern."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value.strip():
            in_quotes = isinstance(value, int | float)
            self.fault(key, "text_missing", "expected a text, in quotes" if in_quotes else "expected a text")
            return ""
        self._check_text(key, value, pattern)
        return value

    def optional_text(self, key: str, pattern: re.Pattern[str] | None = None) -> str | None:
        """Return a text, or None where there is none."""
        return self.text(key, pattern) if self._take(key, None) is not None else None

    def whole(self, key: str, default: int | None = None, least: int = 1) -> int:
        """Return a whole number."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST_WHOLE:
            self.fault(key, "number_malformed", f"expected a whole number, {least} to {LARGEST_WHOLE}")
            return least
        return value

    def number(self, key: str) -> float | None:
        """Return a number, whole or not, or None where there is none."""
        value = self._take(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST_NUMBER:
            self.fault(key, "number_malformed", f"expected a number, -{LARGEST_NUMBER} to {LARGEST_NUMBER}")
            return None
        return value

    def day(self, key: str) -> str | None:
        """Return a date in ISO form, or None where there is none."""
        text = self.optional_text(key)
        if text and not is_day(text):
            self.fault(key, "date_malformed", "expected a date such as 2026-11-21")
        return text

    def flag(self, key: str) -> bool:
        """Return true or false; false where there is none."""
        value = self._take(key, False)  # noqa: FBT003 - a default, not an argument with a meaning
        if not isinstance(value, bool):
            self.fault(key, "flag_malformed", "expected true or false")
            return False
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the allowed texts."""
        value = self._take(key, default)
        if value not in allowed:
            self.fault(key, "unknown_value", f"{_shown(value)} is not one of {', '.join(allowed)}")
            return allowed[0]
        return str(value)

    def texts(self, key: str, pattern: re.Pattern[str] | None = None, least: int = 0) -> tuple[str, ...]:
        """Return a list of different texts; empty where there is none and none is needed."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value) or len(value) < least:
            self.fault(key, "list_malformed", f"expected a list of texts{', not empty' if least else ''}")
            return ()
        if len(set(value)) != len(value):
            self.fault(key, "repeated", "the same entry stands twice")
        for index, entry in enumerate(value):
            if entry.strip():
                self._check_text(f"{key}[{index}]", entry, pattern)
            else:
                self.fault(f"{key}[{index}]", "text_missing", "expected a text")
        return tuple(value)

    def each(self, key: str, most: int | None = None) -> Iterator["Reader"]:
        """Yield a reader for every entry of a list of mappings."""
        value = self._take(key, [])
        if not isinstance(value, list) or (most is not None and len(value) > most):
            self.fault(key, "list_malformed", f"expected a list of at most {most}" if most else "expected a list")
            return
        for index, entry in enumerate(value):
            yield Reader(entry, f"{self._path_of(key)}[{index}]", self.faults)

    def named(self, key: str) -> Iterator[tuple[str, "Reader"]]:
        """Yield (name, reader) for every entry of a mapping of mappings."""
        inner = Reader(self._take(key, {}), self._path_of(key), self.faults)
        for name, entry in inner.value.items():
            yield name, Reader(entry, f"{inner.path}.{name}", self.faults)

    def inner(self, key: str) -> "Reader":
        """Return a reader for a mapping, empty where there is none."""
        return Reader(self._take(key, {}), self._path_of(key), self.faults)

    def raw(self, key: str) -> Any:
        """Return whatever stands there, or None."""
        return self._take(key, None)

    def words(self, field: str, into: Callable[[str, str], None], *, is_needed: bool = False) -> None:
        """Pass on a wording field and its variants (`text`, `text@young` …) as (suffix, text)."""
        if is_needed and not self.has(field):
            self.fault(field, "text_missing", "expected a text")
        for key in self.value:
            if key == field or key.startswith(f"{field}@"):
                into(key[len(field) :], self.text(key))

    def finish(self) -> None:
        """Record a fault for every key that nothing read."""
        for key in self.value:
            if key not in self._read:
                self.fault(key, "unknown_field", "no such field")

    def _check_text(self, key: str, text: str, pattern: re.Pattern[str] | None) -> None:
        if pattern is not None and not pattern.fullmatch(text):
            self.fault(key, "text_malformed", f"{_shown(text)} does not fit {pattern.pattern}")
        elif UNWRITABLE.search(text):
            self.fault(key, "text_malformed", "holds a sign that cannot be written, such as a control character")

    def _take(self, key: str, default: Any) -> Any:
        self._read.add(key)
        return self.value.get(key, default)

    def _path_of(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def is_day(text: str) -> bool:
    """Say whether a text is a date in the one form we take, such as 2026-11-21."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _shown(value: object) -> str:
    """Return a wrong value short enough for a message."""
    return repr(value[:_SHOWN]) if isinstance(value, str) else "nothing" if value is None else "this"
