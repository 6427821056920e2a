"""A submission: one person's answers as they arrive, the same value from every channel."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, CHANNELS, MOST_QUESTIONS, SHORT_AGE_BANDS, STYLES, Facts
from engage.response.consent import GUARDIAN_WORDS, Given
from engage.response.problems import Problem, printable

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_CONSENT_FIELDS = frozenset({"version", "given", "age_band", "guardian"})
_LONGEST_NAME = 100
_MOST_RELATIONS = 10
#: Unknown fields that are named; a hostile body has thousands.
_MOST_NAMED = 20


@dataclass(frozen=True)
class Submission:
    """One response on its way in; `interfaces` of the README names every field."""

    response_id: UUID
    survey: str
    channel: str
    language: str
    consent: Given
    answers: Mapping[str, Any]
    version: int | None = None
    wave: str | None = None
    style: str = "standard"
    assisted: str = "none"
    area: str | None = None
    area_relation: tuple[str, ...] = ()
    home_district: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    serial: str | None = None
    keyed_by: str | None = None

    @property
    def facts(self) -> Facts:
        """Return what routing may ask about this respondent."""
        return Facts(
            channel=self.channel,
            language=self.language,
            style=self.style,
            assisted=self.assisted,
            age_band=self.consent.age_band,
            area_relation=self.area_relation,
        )

    def to_document(self) -> dict[str, Any]:
        """Return the submission as JSON, times left out: what makes two bodies the same."""
        return {
            "response_id": str(self.response_id),
            "survey": self.survey,
            "version": self.version,
            "wave": self.wave,
            "channel": self.channel,
            "language": self.language,
            "style": self.style,
            "assisted": self.assisted,
            "area": self.area,
            "area_relation": sorted(self.area_relation),
            "home_district": self.home_district,
            "consent": self.consent.to_document(),
            "serial": self.serial,
            "answers": dict(self.answers),
        }


def parse_submission(document: object) -> Submission | list[Problem]:
    """Return the submission in a parsed JSON document, or every problem with its shape."""
    if not isinstance(document, Mapping):
        return [Problem("not_an_object")]
    problems = [
        Problem("unknown_field", detail=printable(name))
        for name in islice((name for name in map(str, document) if name not in FIELDS), _MOST_NAMED)
    ]
    fields: dict[str, Any] = {}
    for name, read in _FIELDS.items():
        value = document.get(name)
        if value is None:
            if name in _NEEDED:
                problems.append(Problem("field_missing", detail=name))
            continue
        fields[name] = read(value)
        if fields[name] is None:
            problems.append(Problem("field_malformed", detail=name))
    return problems or Submission(**fields)


def read_uuid(value: object) -> UUID | None:
    """Return the id in a field, None where there is none."""
    return UUID(value) if isinstance(value, str) and _UUID.fullmatch(value) else None


def read_name(value: object) -> str | None:
    """Return the name in a field, None where it is none that is printed or stored."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable() else None


def _one_of(*allowed: str) -> Callable[[object], str | None]:
    return lambda value: value if isinstance(value, str) and value in allowed else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None


def _names(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > _MOST_RELATIONS:
        return None
    names = tuple(read_name(entry) or "" for entry in value)
    return names if all(names) and len(set(names)) == len(names) else None


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time is not None and time.tzinfo is not None else None


def read_consent(value: object) -> Given | None:
    """Return the consent in a field, None where it cannot be read."""
    if not isinstance(value, Mapping) or set(value) - _CONSENT_FIELDS:
        return None
    version, given = _number(value.get("version")), value.get("given")
    age_band, guardian = value.get("age_band"), value.get("guardian")
    if version is None or not isinstance(given, bool):
        return None
    if age_band not in (None, *AGE_BANDS, *SHORT_AGE_BANDS) or guardian not in (None, *GUARDIAN_WORDS):
        return None
    return Given(version, given, age_band, guardian)


def _answers(value: object) -> Mapping[str, Any] | None:
    if not isinstance(value, Mapping) or len(value) > MOST_QUESTIONS:
        return None
    return value if all(isinstance(key, str) for key in value) else None


_FIELDS: dict[str, Callable[[object], Any]] = {
    "response_id": read_uuid,
    "survey": read_name,
    "version": _number,
    "wave": read_name,
    "channel": _one_of(*CHANNELS),
    "language": read_name,
    "style": _one_of(*STYLES),
    "assisted": _one_of(*ASSISTANCE),
    "area": read_name,
    "area_relation": _names,
    "home_district": read_name,
    "consent": read_consent,
    "started_at": _time,
    "finished_at": _time,
    "serial": read_name,
    "keyed_by": read_name,
    "answers": _answers,
}
#: The names of every field.
FIELDS = frozenset(_FIELDS)
_NEEDED = frozenset({"response_id", "survey", "channel", "language", "consent", "answers"})


def canonical_body(submission: Submission) -> str:
    """Return the text two equal submissions share; times do not count, nor who keyed a form or that it was scanned."""
    document = submission.to_document()
    if submission.channel == "paper_read":
        document["channel"] = "paper_keyed"
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
