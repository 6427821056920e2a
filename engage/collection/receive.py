"""The one door: every answer from every channel comes in here, is checked at once and is stored once."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from engage.areas import AreaTree
from engage.collection.flags import flag_words
from engage.collection.past_days import PastWave
from engage.questionnaire.model import HOME_ELSEWHERE, Questionnaire
from engage.response import serials
from engage.response.answers import check_answers
from engage.response.consent import consent_problem
from engage.response.durations import duration_band
from engage.response.problems import Problem
from engage.response.receipts import receipt_key, receipt_of, tombstone_of
from engage.response.submission import Submission, canonical_body, parse_submission
from engage.settings import Keys
from engage.storage import areas, audit, batches, forms, questionnaires, responses, review, tombstones, waves
from engage.storage.database import Session
from engage.storage.responses import Response
from engage.storage.review import ReviewItem
from engage.storage.waves import Wave

#: The day an answer came in is the day in this place.
LONDON = ZoneInfo("Europe/London")
PAPER_CHANNELS = frozenset({"paper_keyed", "paper_read"})
#: Channels anybody may send by; the others need a signed-in person, a signed message or a token.
OPEN_CHANNELS = frozenset({"web", "api"})
ALL_CHANNELS = frozenset({"web", "api", "outreach", "paper_keyed", "paper_read", "sms", "phone"})


@dataclass(frozen=True)
class Door:
    """What stands fixed while submissions come in: keys, the moment, who sends and by which channels."""

    keys: Keys
    now: datetime
    actor: str
    channels: frozenset[str] = OPEN_CHANNELS
    #: The session or venue that everything through this door comes from.
    batch: str | None = None
    #: Code of the problem for which nothing new is stored, only held for review.
    hold: str | None = None
    #: What comes through was broken off: it is kept as it is, and marked.
    is_partial: bool = False
    #: What comes through is of this wave: closed already, without serials, under ids made from its rows.
    past: PastWave | None = None
    #: Ids of answers → how much effort came with them, where any did.
    efforts: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: `stored`, `same` (sent before), `held`, `conflict` or `refused`."""

    status: str
    response_id: UUID | None = None
    receipt: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Arrival:
    """A submission that passed every check, with what it was checked against."""

    submission: Submission
    wave: Wave
    notes: tuple[Problem, ...] = field(default=())
    #: The session, venue or print run it comes from.
    batch: str | None = None


def receive_submission(session: Session, door: Door, document: object) -> Outcome:
    """Take in one submission, with its audit line, in the caller's transaction.

    Idempotent by `response_id`: the same body again is `same` and changes nothing; another body is kept for
    review. A refused submission leaves nothing behind.
    """
    outcome = _receive(session, door, check_arrival(session, door, document))
    _audit(session, door, [outcome])
    return outcome


def receive_submissions(session: Session, door: Door, documents: Iterable[object]) -> list[Outcome]:
    """Take in many submissions in one transaction under one audit line; outcomes come in the order given.

    They are stored in the order of their ids, so that two batches with the same ones never wait for each other.
    """
    numbered = sorted(enumerate(documents), key=lambda entry: _sent_id(entry[1]))
    checked = [(at, check_arrival(session, door, document)) for at, document in numbered]
    stored = _store_at_once(session, door, [arrival for _, arrival in checked if isinstance(arrival, Arrival)])
    done = {at: _receive(session, door, arrival, stored) for at, arrival in checked}
    outcomes = [done[at] for at in range(len(done))]
    _audit(session, door, outcomes)
    return outcomes


def check_submission(session: Session, door: Door, document: object) -> Submission | tuple[Problem, ...]:
    """Check a submission as the door would, without storing it."""
    arrival = check_arrival(session, door, document)
    return arrival.submission if isinstance(arrival, Arrival) else arrival


def _store_at_once(session: Session, door: Door, arrivals: Sequence[Arrival]) -> Mapping[UUID, Arrival]:
    """Store what is new, unless somebody has to look at it first; returns it by its id. The rest goes one by one."""
    # Of two with the same id the first counts.
    new = {one.submission.response_id: one for one in reversed(arrivals) if not _reason_to_hold(door, one)}
    erased = _erased_among(session, new)
    rows = [as_response(door, arrival, _body_hash(arrival)) for at, arrival in new.items() if at not in erased]
    added = responses.add_all(session, rows)
    for response_id in (meanwhile := _erased_among(session, added)):
        responses.remove(session, response_id)
    return {response_id: new[response_id] for response_id in added - meanwhile}


def _erased_among(session: Session, response_ids: Iterable[UUID]) -> set[UUID]:
    hashes = {tombstone_of(response_id): response_id for response_id in response_ids}
    return {hashes[id_hash] for id_hash in hashes.keys() - tombstones.missing_among(session, list(hashes))}


def _receive(
    session: Session, door: Door, arrival: Arrival | tuple[Problem, ...], stored: Mapping[UUID, Arrival] | None = None
) -> Outcome:
    if not isinstance(arrival, Arrival):
        return Outcome("refused", problems=arrival)
    is_stored = stored is not None and stored.get(arrival.submission.response_id) is arrival
    outcome = _stored(session, door, arrival) if is_stored else _take_in(session, door, arrival)
    is_long_over = door.past is not None and door.past.is_long_over(arrival.submission.response_id, door.now)
    if outcome.status != "same" and not is_long_over:
        flag_words(session, door.keys, arrival.submission, door.actor, door.now)
    return outcome


def _take_in(session: Session, door: Door, arrival: Arrival) -> Outcome:
    submission = arrival.submission
    receipt = receipt_of(submission.response_id)
    if tombstones.stands_over(session, tombstone_of(submission.response_id)):
        return Outcome("same", submission.response_id, receipt)
    body_hash = _body_hash(arrival)
    known = responses.get(session, submission.response_id)
    if known is None and (reason := _reason_to_hold(door, arrival)):
        _hold(session, door, arrival, "late", (Problem(reason),))
        return Outcome("held", submission.response_id, receipt, (Problem(reason),))
    if known is None and responses.add(session, as_response(door, arrival, body_hash)):
        if tombstones.stands_over(session, tombstone_of(submission.response_id)):
            responses.remove(session, submission.response_id)  # erased while this one was on its way
            return Outcome("same", submission.response_id, receipt)
        return _stored(session, door, arrival)
    known = known or responses.get(session, submission.response_id)
    if known is None or known.body_hash == body_hash:
        return Outcome("same", submission.response_id, receipt)
    if door.past is not None:
        return Outcome("conflict", submission.response_id, receipt, (Problem("conflict"),))
    on_paper = submission.channel in PAPER_CHANNELS
    _hold(session, door, arrival, "second_entry" if on_paper else "conflict", (Problem("conflict"),))
    return Outcome("held" if on_paper else "conflict", submission.response_id, receipt, (Problem("conflict"),))


def _stored(session: Session, door: Door, arrival: Arrival) -> Outcome:
    if arrival.notes:
        _hold(session, door, arrival, "paper_notes", arrival.notes)
    return Outcome("stored", arrival.submission.response_id, receipt_of(arrival.submission.response_id))


def _reason_to_hold(door: Door, arrival: Arrival) -> str | None:
    return door.hold or ("wave_closed" if arrival.wave.state == "closed" and door.past is None else None)


def _body_hash(arrival: Arrival) -> str:
    return hashlib.sha256(canonical_body(arrival.submission).encode()).hexdigest()


def _sent_id(document: object) -> str:
    return str(document.get("response_id")) if isinstance(document, Mapping) else ""


def check_arrival(session: Session, door: Door, document: object) -> Arrival | tuple[Problem, ...]:
    """Return a submission that passed every check, or all its problems; stores nothing."""
    submission = parse_submission(document)
    if not isinstance(submission, Submission):
        return tuple(submission)
    found = _questionnaire_and_wave(session, submission, door.past)
    if isinstance(found, Problem):
        return (found,)
    questionnaire, wave = found
    refused = consent_problem(questionnaire.consent.rule, submission.consent)
    if refused:
        return (Problem(refused),)
    problems = list(_envelope_problems(session, door, submission, questionnaire))
    from_paper = submission.channel in PAPER_CHANNELS and door.past is None
    checked = check_answers(questionnaire, submission.facts, submission.answers, from_paper=from_paper)
    problems.extend(checked.problems)
    if problems:
        return tuple(problems)
    whole = replace(submission, version=questionnaire.version, wave=wave.name, answers=checked.answers)
    return Arrival(whole, wave, checked.notes, door.batch or batches.origin_of(session, submission.serial))


def _questionnaire_and_wave(
    session: Session, submission: Submission, past: PastWave | None
) -> tuple[Questionnaire, Wave] | Problem:
    if questionnaires.get(session, submission.survey) is None:
        return Problem("unknown_survey")
    if past is not None:
        wave: Wave | None = past.wave
    elif submission.wave is not None:
        wave = waves.get(session, submission.survey, submission.wave)
    else:
        wave = waves.current(session, submission.survey)
    if wave is None:
        return Problem("unknown_wave") if submission.wave is not None else Problem("wave_not_open")
    if wave.state == "draft":
        return Problem("wave_not_open")
    version = submission.version or wave.version
    questionnaire = questionnaires.get(session, submission.survey, version)
    if questionnaire is None or version != wave.version:
        return Problem("unknown_version")
    return questionnaire, wave


def _envelope_problems(
    session: Session, door: Door, submission: Submission, questionnaire: Questionnaire
) -> Iterable[Problem]:
    if submission.channel not in door.channels:
        yield Problem("channel_needs_token")
    if questionnaire.language(submission.language) is None:
        yield Problem("unknown_language", detail="language")
    if submission.style not in questionnaire.styles:
        yield Problem("unknown_style", detail="style")
    relation = questionnaire.question("area_relation")
    offered = {option.code for option in relation.options} if relation else set()
    if set(submission.area_relation) - offered:
        yield Problem("unknown_option", "area_relation")
    yield from _area_problems(areas.read_tree(session), submission, questionnaire)
    if door.past is None:
        yield from _serial_problems(session, submission)


def _area_problems(tree: AreaTree, submission: Submission, questionnaire: Questionnaire) -> Iterable[Problem]:
    if submission.area is not None and not any(tree.is_within(submission.area, root) for root in questionnaire.areas):
        yield Problem("unknown_area", "area")
    home = submission.home_district
    if home not in (None, HOME_ELSEWHERE):
        district = tree.get(home)
        if district is None or district.level != "district":
            yield Problem("unknown_area", "home_district")


def _serial_problems(session: Session, submission: Submission) -> Iterable[Problem]:
    on_paper = submission.channel in PAPER_CHANNELS
    if on_paper != (submission.serial is not None):
        yield Problem("field_missing" if on_paper else "field_malformed", detail="serial")
        return
    if submission.serial is None:
        if submission.response_id.version != 4:  # noqa: PLR2004 - UUID version 4, which tells no time
            yield Problem("field_malformed", detail="response_id")
        return
    form = forms.get(session, submission.serial)
    if form is None or form.survey != submission.survey:
        yield Problem("unknown_serial", detail="serial")
    elif submission.response_id != serials.response_id_of(submission.serial):
        yield Problem("field_malformed", detail="response_id")


def as_response(door: Door, arrival: Arrival, body_hash: str) -> Response:
    """Return the response that a checked submission becomes: no times, a day and a band instead."""
    submission, today = arrival.submission, door.now.astimezone(LONDON).date()
    return Response(
        response_id=submission.response_id,
        survey=submission.survey,
        version=arrival.wave.version,
        wave=arrival.wave.name,
        is_pilot=arrival.wave.state == "pilot",
        channel=submission.channel,
        language=submission.language,
        style=submission.style,
        assisted=submission.assisted,
        area=submission.area,
        area_relation=submission.area_relation,
        home_district=submission.home_district,
        consent_version=submission.consent.version,
        age_band=submission.consent.age_band,
        guardian=submission.consent.guardian,
        serial=submission.serial,
        keyed_by=submission.keyed_by,
        batch=arrival.batch,
        is_partial=door.is_partial,
        answers=dict(submission.answers),
        received_on=door.past.day_of(submission.response_id, today) if door.past else today,
        duration=duration_band(submission.started_at, submission.finished_at),
        body_hash=body_hash,
        receipt_key=receipt_key(receipt_of(submission.response_id), door.keys.receipts.current),
        effort=door.efforts.get(submission.response_id, "none" if door.channels <= OPEN_CHANNELS else "vouched"),
    )


def _hold(session: Session, door: Door, arrival: Arrival, kind: str, notes: Sequence[Problem]) -> None:
    submission = arrival.submission
    body = submission.to_document() if kind != "paper_notes" else {}
    text = json.dumps([kind, str(submission.response_id), body], sort_keys=True)
    item = ReviewItem(
        kind=kind,
        response_id=submission.response_id,
        survey=submission.survey,
        item_hash=hashlib.sha256(text.encode()).hexdigest(),
        receipt_key=receipt_key(receipt_of(submission.response_id), door.keys.receipts.current),
        body=body,
        notes=[note.to_document() for note in notes],
        at=door.now,
    )
    review.add(session, item)


def _audit(session: Session, door: Door, outcomes: Sequence[Outcome]) -> None:
    """Write one line for what was stored or held; sameness and refusals change nothing and leave no line."""
    changed = [outcome for outcome in outcomes if outcome.status in ("stored", "held", "conflict")]
    references = [tombstone_of(outcome.response_id) for outcome in changed if outcome.response_id]
    if not references:
        return
    single = len(outcomes) == 1
    audit.append(
        session,
        door.keys.audit,
        at=door.now,
        actor=door.actor,
        action=f"response.{changed[0].status}" if single else "responses.received",
        subject=references[0] if single else None,
        detail={} if single else {"stored": references},
    )
