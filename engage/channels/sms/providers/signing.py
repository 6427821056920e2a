"""Compares signatures without saying how far a wrong one was right."""

import hmac
from collections.abc import Mapping


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header whatever its case; empty where there is none."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def is_same(given: str, expected: str) -> bool:
    """Compare in constant time; a signature with other than ASCII letters is simply wrong."""
    if not given.isascii():
        return False
    return hmac.compare_digest(given.encode("ascii"), expected.encode("ascii"))
