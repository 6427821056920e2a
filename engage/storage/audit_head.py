"""Keeps the head of the audit chain in a file outside the database, so that a cut tail shows."""

import fcntl
import json
import logging
from pathlib import Path
from typing import NamedTuple

_log = logging.getLogger("engage.audit")


class Head(NamedTuple):
    """The last link of the chain: its number and its code."""

    number: int
    mac: str


class HeadUnreadable(Exception):
    """The head file is there but does not hold a head."""


class AuditHead:
    """The head file; only ever moves forward, and is replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, head: Head | None) -> None:
        """Write a head that was committed, unless a later one is there already.

        The commit stands whatever happens here, so a fault is logged, never raised.
        """
        if head is None:
            return
        try:
            with self.path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._replace(head)
        except OSError as error:
            _log.error("audit head not written: %s", error.strerror)

    def read(self) -> Head | None:
        """Return the head that was written last. Raises HeadUnreadable."""
        try:
            stored = json.loads(self.path.read_text(encoding="ascii"))
            return Head(int(stored["number"]), str(stored["mac"]))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise HeadUnreadable(str(self.path)) from error

    def _replace(self, head: Head) -> None:
        try:
            known = self.read()
        except HeadUnreadable:
            _log.error("audit head unreadable, written anew at line %s", head.number)
            known = None
        if known is None or known.number < head.number:
            draft = self.path.with_suffix(".new")
            draft.write_text(json.dumps({"number": head.number, "mac": head.mac}), encoding="ascii")
            draft.replace(self.path)
