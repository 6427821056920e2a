"""Keeps the head of the audit chain in a file outside the database, so that a cut tail or an older log shows."""

import fcntl
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

#: Under this a transaction remembers the links it added, the one it began at first.
HEADS = "audit_heads"
#: Breaks that are kept; one is enough to know.
_MOST_BREAKS = 20

_log = logging.getLogger("engage.audit")


class Head(NamedTuple):
    """The last link of the chain: its number and its code."""

    number: int
    mac: str


class HeadUnreadable(Exception):
    """The head file is there but does not hold a head."""


@dataclass(frozen=True)
class Restored:
    """A backup was brought back with the operator's knowledge: the log goes on from its end."""

    #: ISO 8601, UTC.
    at: str
    #: Where the log of the backup ended.
    after: int
    #: How far the log reached before, as far as it was known outside.
    was: int


@dataclass(frozen=True)
class Outside:
    """What is known of the chain outside the database."""

    head: Head
    #: Links that were once written and that the log then went on without: an older log was put back.
    breaks: tuple[Head, ...] = ()
    restored: tuple[Restored, ...] = ()


class AuditHead:
    """The head file; only ever moves forward, and is replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, heads: Sequence[Head]) -> None:
        """Write down the links that a transaction committed, the one it went on from first.

        Where the one known outside is among them with another code, the log was taken back to an older one: that
        is kept for good. The commit stands whatever happens here, so a fault is logged, never raised.
        """
        if not heads:
            return
        try:
            with self.path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._move_on(heads)
        except OSError as error:
            _log.error("audit head not written: %s", error.strerror)

    def read(self) -> Outside | None:
        """Return what was written last. Raises HeadUnreadable."""
        try:
            return _outside(json.loads(self.path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise HeadUnreadable(str(self.path)) from error

    def note_whole(self, now: datetime) -> None:
        """Write down that the whole log was checked and found as it was written."""
        self._checked.write_text(now.isoformat(timespec="seconds"), encoding="ascii")

    def last_whole(self) -> datetime | None:
        """Return when the whole log was last found as it was written, None where it never was."""
        try:
            return datetime.fromisoformat(self._checked.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    @property
    def _checked(self) -> Path:
        return self.path.with_name("audit-checked")

    def go_on_from(self, head: Head, now: datetime) -> None:
        """Record that a restored log is the one to go on from, and how far the one before it reached."""
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self._known()
            was = known.head.number if known else head.number
            restored = Restored(now.isoformat(timespec="seconds"), head.number, was)
            before = known or Outside(head)
            self._write(replace(before, head=head, restored=(*before.restored, restored)))

    def _move_on(self, heads: Sequence[Head]) -> None:
        known = self._known()
        if known is None:
            self._write(Outside(heads[-1]))
            return
        rival = next((head for head in heads if head.number == known.head.number), None)
        breaks = known.breaks
        if rival is not None and rival.mac != known.head.mac and len(breaks) < _MOST_BREAKS:
            _log.error("the audit log goes on without line %s as it was written", known.head.number)
            breaks = (*breaks, known.head)
        if known.head.number < heads[-1].number or breaks != known.breaks:
            self._write(replace(known, head=max(known.head, heads[-1], key=lambda head: head.number), breaks=breaks))

    def _known(self) -> Outside | None:
        try:
            return self.read()
        except HeadUnreadable:
            _log.error("audit head unreadable, written anew")
            return None

    def _write(self, outside: Outside) -> None:
        document: dict[str, Any] = outside.head._asdict()
        if outside.breaks:
            document["breaks"] = [head._asdict() for head in outside.breaks]
        if outside.restored:
            document["restored"] = [vars(entry) for entry in outside.restored]
        draft = self.path.with_suffix(".new")
        draft.write_text(json.dumps(document), encoding="ascii")
        draft.replace(self.path)


def _outside(stored: Mapping[str, Any]) -> Outside:
    return Outside(
        _head(stored),
        tuple(_head(entry) for entry in stored.get("breaks", ())),
        tuple(
            Restored(str(entry["at"]), int(entry["after"]), int(entry["was"])) for entry in stored.get("restored", ())
        ),
    )


def _head(stored: Mapping[str, Any]) -> Head:
    return Head(int(stored["number"]), str(stored["mac"]))
