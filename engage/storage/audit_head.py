"""Keeps the head of the audit chain in a file outside the database, so that a cut tail shows."""

import fcntl
import json
import os
from pathlib import Path
from typing import NamedTuple


class Head(NamedTuple):
    """The last link of the chain: its number and its code."""

    number: int
    mac: str


class AuditHead:
    """The head file; only ever moves forward."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, head: Head | None) -> None:
        """Write a head that was committed, unless a later one is there already."""
        if head is None:
            return
        with self.path.open("a+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = _read(file.fileno())
            if known is None or known.number < head.number:
                os.ftruncate(file.fileno(), 0)
                os.pwrite(file.fileno(), json.dumps({"number": head.number, "mac": head.mac}).encode(), 0)

    def read(self) -> Head | None:
        """Return the head that was written last."""
        try:
            with self.path.open("rb") as file:
                return _read(file.fileno())
        except FileNotFoundError:
            return None


def _read(descriptor: int) -> Head | None:
    text = os.pread(descriptor, 4096, 0)
    if not text:
        return None
    stored = json.loads(text)
    return Head(int(stored["number"]), str(stored["mac"]))
