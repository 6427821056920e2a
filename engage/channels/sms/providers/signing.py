"""Compares signatures without saying how far a wrong one was right; reads what providers sign."""

import hmac
import re
from collections.abc import Mapping
from datetime import datetime

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header whatever its case; empty where there is none."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def is_same(given: str, expected: str) -> bool:
    """Compare in constant time; a signature with other than ASCII letters is simply wrong."""
    if not given.isascii():
        return False
    return hmac.compare_digest(given.encode("ascii"), expected.encode("ascii"))


def readable(text: str) -> str:
    """Return a text without halves of characters, which no database takes."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text).replace("\0", "")


def time_in(value: object) -> datetime | None:
    """Return a time such as `2026-11-21T10:00:00Z`; None where there is none, or it has no time zone."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time is not None and time.tzinfo is not None else None
