"""The chain of the audit log: how each line's code is made, and where lines that were read do not hold together."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from engage.settings import KeyVersions

#: The code before the first line.
BEGINNING = "0" * 64
#: How long processes that began before the key was changed may go on writing under the version before.
CHANGEOVER = timedelta(days=1)


@dataclass(frozen=True)
class AuditLine:
    """One act; `subject` names what it was done to, `detail` never holds an answer."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str | None
    detail: Mapping[str, Any]
    mac: str
    #: Version of the audit key that it is chained under.
    key_version: int = 1

    def to_document(self) -> dict[str, Any]:
        """Return the line as it is exported."""
        return {
            "number": self.number,
            "at": written(self.at),
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "detail": dict(self.detail),
            "key_version": self.key_version,
            "mac": self.mac,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "AuditLine":
        """Return a line that was exported. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            number=int(document["number"]),
            at=datetime.fromisoformat(document["at"]),
            actor=str(document["actor"]),
            action=str(document["action"]),
            subject=document["subject"],
            detail=dict(document["detail"]),
            mac=str(document["mac"]),
            key_version=int(document["key_version"]),
        )


def written(at: datetime) -> str:
    """Return a moment as it goes into a line's code: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat()


def mac_of(key: bytes, before: str, line: AuditLine) -> str:
    """Return a line's code: HMAC-SHA256 (hex) over the line and the code of the line before it.

    What is hashed is JSON with sorted keys, without spaces, of number, at, actor, action, subject, detail and before,
    and of key_version where it is not 1.
    """
    fields: dict[str, Any] = {
        "number": line.number,
        "at": written(line.at),
        "actor": line.actor,
        "action": line.action,
        "subject": line.subject,
        "detail": dict(line.detail),
        "before": before,
    }
    if line.key_version != 1:
        fields["key_version"] = line.key_version
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class Check:
    """Goes through lines in their order and stops at the first that does not hold."""

    def __init__(self, keys: KeyVersions, known: Mapping[int, str] | None = None) -> None:
        """`known` are codes, by the number of the line, that were recorded outside the database."""
        self._keys, self._known = keys, known or {}
        self.number, self.mac = 0, BEGINNING
        self._newest_key, self._changed_at = 1, datetime.min.replace(tzinfo=UTC)

    def fault_in(self, lines: Iterable[AuditLine]) -> str | None:
        """Return what is wrong with the first line that is not as it was written, None where all are."""
        return next(filter(None, map(self._fault, lines)), None)

    def _fault(self, line: AuditLine) -> str | None:
        expected = self.number + 1
        if line.number > expected:
            return f"line {expected} is missing"
        if line.number < expected:
            return f"line {line.number} stands where line {expected} should be"
        key = self._keys.versions.get(line.key_version)
        if key is None:
            return f"line {line.number} is chained under version {line.key_version} of the key, which is not here"
        if self._is_outdated(line) or not hmac.compare_digest(mac_of(key, self.mac, line), line.mac):
            return f"line {line.number} was changed"
        if self._known.get(line.number, line.mac) != line.mac:
            return f"line {line.number} is not the one recorded outside the database"
        self.number, self.mac = line.number, line.mac
        if line.key_version > self._newest_key:
            self._newest_key, self._changed_at = line.key_version, line.at
        return None

    def _is_outdated(self, line: AuditLine) -> bool:
        """Say whether a line is chained under a key that nobody had any more."""
        return line.key_version < self._newest_key and line.at > self._changed_at + CHANGEOVER
