"""Review: a person decides on what waited: late answers, second entries, possible copies and more."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from engage.collection.paper import REFUSALS
from engage.collection.receive import ALL_CHANNELS, Arrival, Door, as_response, check_arrival
from engage.collection.rushes import decide_rush
from engage.collection.undoing import SETTING_ASIDE, Before, seal_before
from engage.response.consent import Given
from engage.response.problems import Problem, printable
from engage.response.receipts import tombstone_of
from engage.response.submission import Submission, canonical_body
from engage.settings import Keys
from engage.storage import audit, decisions, forms, responses, tombstones
from engage.storage.database import Session
from engage.storage.responses import Response
from engage.storage.review import RUSH, ReviewItem

#: Kind of item → what may be decided. `accept` stores the held answers, `accept_rest` those among them that stand,
#: `use_second` puts them in the place of the first, `keep_first` and `discard` forget them, `seen` is for notes on a
#: form whose answers are stored. Of two that look alike `keep_both` leaves both, `set_aside` takes the later one out
#: of what counts, `set_aside_all` every later one. Of a rush `count_rush` leaves everything, `set_aside_rush` takes
#: every answer of it out of what counts.
DECISIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "late": ("accept", "discard"),
        "conflict": ("keep_first",),
        "second_entry": ("keep_first", "use_second"),
        "paper_notes": ("seen",),
        "faulty": ("accept_rest", "discard"),
        "duplicate": ("keep_both", "set_aside", "set_aside_all"),
        RUSH: ("count_rush", "set_aside_rush"),
    }
)
#: What may be decided where two people read the agreement on a sheet differently: `keep_entry` leaves what was
#: entered first as it is, `erase` takes it back: at once out of what counts, and for good when nobody can undo it.
DISPUTE_DECISIONS = ("keep_entry", "erase")
#: Decisions that store the held answers.
_STORING = ("accept", "accept_rest", "use_second")
_VERSION = "version"
#: Fields beside the answers without which a submission still stands.
_MAY_BE_LEFT_OUT = frozenset({"area", "area_relation", "home_district", _VERSION})


class DecisionRefused(Exception):
    """A decision that cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Opened:
    """A waiting item with the answers that wait and, beside them, those that are stored or came earlier."""

    item: ReviewItem
    body: Mapping[str, Any]
    stored: Mapping[str, Any] | None


@dataclass(frozen=True)
class Decided:
    """A decision that was carried out; `is_stored` where the held answers now count."""

    item: ReviewItem
    decision: str
    is_stored: bool


def open_item(session: Session, keys: Keys, item_hash: str, by: str, now: datetime) -> Opened | None:
    """Return a waiting item for somebody to read, and write down that they did where it holds answers."""
    item = decisions.waiting_item(session, item_hash)
    if item is None:
        return None
    if item.kind == RUSH:
        return Opened(item, {}, None)
    stored = responses.get(session, item.other_id or item.response_id) if item.body or item.other_id else None
    later = responses.get(session, item.response_id) if item.other_id else None
    body = _body_of(later) if later else item.body
    if body:
        _audit(session, keys, "review.opened", item, by, now)
    return Opened(item, body, _body_of(stored) if stored else None)


def serial_of(session: Session, item: ReviewItem) -> str | None:
    """Return the serial of the form an item is about, None where it is about no form."""
    if item.body:
        serial = item.body.get("serial")
        return serial if isinstance(serial, str) else None
    stored = responses.get(session, item.response_id)
    return stored.serial if stored else None


def is_disputed(item: ReviewItem) -> bool:
    """Say whether two people have read the agreement on a sheet differently."""
    return item.kind == "paper_notes" and any(note["code"] in REFUSALS for note in item.notes)


def decisions_on(item: ReviewItem) -> tuple[str, ...]:
    """Return what may be decided on an item."""
    return DISPUTE_DECISIONS if is_disputed(item) else DECISIONS[item.kind]


def decide(session: Session, keys: Keys, item_hash: str, decision: str, by: str, now: datetime) -> Decided:
    """Carry a decision out; what was held is gone once it can no longer be undone. Raises DecisionRefused."""
    item = decisions.waiting_item(session, item_hash)
    if item is None:
        raise DecisionRefused("somebody has decided on this already, or the person has taken the answers back")
    if decision not in decisions_on(item):
        raise DecisionRefused(f"{decision!r} cannot be decided on this")
    if item.kind == RUSH:
        decide_rush(session, keys, item, decision, by, now)
        return Decided(item, decision, is_stored=False)
    if decision == "set_aside_all" and item.other_id:
        for copy in decisions.waiting_copies(session, item.other_id):
            _decide_one(session, keys, copy, decision, by, now)
        return Decided(item, decision, is_stored=False)
    return Decided(item, decision, _decide_one(session, keys, item, decision, by, now))


def _decide_one(session: Session, keys: Keys, item: ReviewItem, decision: str, by: str, now: datetime) -> bool:
    """Carry out a decision on one item with what it takes to undo it; say whether the held answers now count."""
    before = responses.get(session, item.response_id)
    is_stored = decision in _STORING and _store(session, keys, item, now)
    if decision in SETTING_ASIDE:
        responses.remove(session, item.response_id)
        tombstones.raise_over(session, (tombstone_of(item.response_id),))
    after = responses.get(session, item.response_id)
    undo_sealed = seal_before(keys, Before(item, before, after.body_hash if after else None))
    decisions.decide(session, item.item_hash, decision, by, now, undo_sealed)
    _audit(session, keys, f"review.{decision}", item, by, now)
    return is_stored


def _store(session: Session, keys: Keys, item: ReviewItem, now: datetime) -> bool:
    """Store held answers with the door's own checks; false where the person has taken them back since."""
    if tombstones.stands_over(session, tombstone_of(item.response_id)):
        return False
    door = Door(keys, now, "review", ALL_CHANNELS)
    arrival = check_arrival(session, door, item.body)
    if not isinstance(arrival, Arrival) and item.kind == "faulty":
        arrival = _check_rest(session, door, item.body, arrival)
    if not isinstance(arrival, Arrival):
        raise DecisionRefused("these answers no longer pass the checks: " + ", ".join(p.code for p in arrival))
    first = responses.get(session, item.response_id) if item.kind == "second_entry" else None
    if first:
        responses.remove(session, item.response_id)
    body_hash = hashlib.sha256(canonical_body(arrival.submission).encode()).hexdigest()
    form = forms.get(session, arrival.submission.serial) if arrival.submission.serial else None
    keyed_by = form.entered_by if form and item.kind == "late" else None
    arrival = replace(arrival, submission=replace(arrival.submission, keyed_by=keyed_by))
    response = as_response(door, arrival, body_hash)
    # What was answered in a pilot stays a pilot's answer, though the wave may have opened since.
    if not responses.add(session, replace(response, is_pilot=first.is_pilot) if first else response):
        raise DecisionRefused("answers of this person are stored already")
    return True


def _check_rest(
    session: Session, door: Door, body: Mapping[str, Any], problems: tuple[Problem, ...]
) -> Arrival | tuple[Problem, ...]:
    """Check held answers again without the ones a problem names; leaving one out may leave others unasked."""
    while True:
        named = {problem.question for problem in problems} | {_VERSION for p in problems if p.code == "unknown_version"}
        answers = body.get("answers")
        kept = {key: value for key, value in body.items() if key not in named.intersection(_MAY_BE_LEFT_OUT)}
        if isinstance(answers, Mapping):
            kept["answers"] = {key: value for key, value in answers.items() if printable(key) not in named}
        if kept == body:
            return problems
        body, arrival = kept, check_arrival(session, door, kept)
        if isinstance(arrival, Arrival):
            return arrival
        problems = arrival


def _body_of(response: Response) -> Mapping[str, Any]:
    """Return a stored response as the submission it came from, as far as it is kept."""
    submission = Submission(
        response_id=response.response_id,
        survey=response.survey,
        version=response.version,
        wave=response.wave,
        channel=response.channel,
        language=response.language,
        style=response.style,
        assisted=response.assisted,
        area=response.area,
        area_relation=response.area_relation,
        home_district=response.home_district,
        consent=Given(response.consent_version, given=True, age_band=response.age_band, guardian=response.guardian),
        serial=response.serial,
        answers=response.answers,
    )
    return submission.to_document()


def _audit(session: Session, keys: Keys, action: str, item: ReviewItem, by: str, now: datetime) -> None:
    subject = tombstone_of(item.response_id)
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=subject, detail={"kind": item.kind})
