"""Takes in answers that devices sealed while they had no network: opened, then through the one door."""

import hashlib
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from engage.collection.flags import flag_held
from engage.collection.receive import Door, Outcome, receive_submissions
from engage.response.consent import consent_problem
from engage.response.problems import Problem
from engage.response.receipts import receipt_key, receipt_of, tombstone_of
from engage.response.submission import read_consent, read_name, read_uuid
from engage.sealing import ENC_BYTES, SealingKey, find_key, read_keys
from engage.storage import audit, questionnaires, review, tombstones
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.review import ReviewItem

#: Channels by which sealed answers come; a device of ours makes no others.
SEALED_CHANNELS = frozenset({"web", "outreach"})
#: Bundles taken in under one transaction.
LARGEST_BATCH = 100
#: Bytes of one opened submission.
LARGEST_SUBMISSION = 1_000_000
#: What a rescue file says of itself.
RESCUE_FORMAT = "engage-rescue/1"
#: Why a bundle could not be read; it stays on the device.
SEALED_PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "bundle_malformed": "not a sealed bundle: id, key, enc and ciphertext",
        "unknown_sealing_key": "sealed to a key that this instance does not have",
        "cannot_be_opened": "not sealed to this key, or changed on its way",
        "no_submission_inside": "what was sealed is no submission",
    }
)
#: Levels of lists and objects in a submission; far above any real one.
_DEEPEST = 20
_ID = re.compile(r"[0-9a-f]{32}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_BUNDLE_FIELDS = frozenset({"id", "key", "enc", "ciphertext"})


class RescueFileFaulty(Exception):
    """What was given is no rescue file; the message says why."""


class BundleOutcome(NamedTuple):
    """What became of a bundle; a status of its own is `unreadable`: it stays on the device."""

    id: str | None
    outcome: Outcome


@dataclass(frozen=True)
class OpenedBundle:
    """A bundle as it came: with the submission that was inside, or what kept it from being read."""

    id: str | None
    document: Mapping[str, Any] | None = None
    problem: Problem | None = None


def open_bundles(keys: Sequence[SealingKey], documents: Sequence[object]) -> list[OpenedBundle]:
    """Open bundles with the instance's keys; one that cannot be read leaves the others alone."""
    return [_open(keys, document) for document in documents]


def receive_bundles(session: Session, door: Door, bundles: Sequence[OpenedBundle]) -> list[BundleOutcome]:
    """Take opened bundles in through the one door, in the caller's transaction; outcomes come in the order given.

    What the door refuses for another reason than consent is held for a person to look at: it was collected in
    good faith on a device that nobody can ask again. Without consent, or under age, nothing is kept.
    """
    inside = [bundle.document for bundle in bundles if bundle.document is not None]
    received = iter(receive_submissions(session, door, inside))
    outcomes = [
        _keep_or_refuse(session, door, bundle, next(received)) if bundle.document is not None else _unreadable(bundle)
        for bundle in bundles
    ]
    _audit(session, door, outcomes)
    return [BundleOutcome(bundle.id, outcome) for bundle, (outcome, _) in zip(bundles, outcomes, strict=True)]


def import_rescue_file(instance: Instance, door: Door, content: bytes) -> list[BundleOutcome]:
    """Take in the bundles of a rescue file, the same way as from the device; harmless when done before.

    Raises RescueFileFaulty.
    """
    documents = _rescued(content)
    keys = read_keys(instance.settings.sealing_keys)
    outcomes: list[BundleOutcome] = []
    for at in range(0, len(documents), LARGEST_BATCH):
        bundles = open_bundles(keys, documents[at : at + LARGEST_BATCH])
        with instance.database.writing() as session:
            outcomes += receive_bundles(session, door, bundles)
    return outcomes


def _rescued(content: bytes) -> list[object]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RescueFileFaulty("the file is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != RESCUE_FORMAT:
        raise RescueFileFaulty(f"the file does not say that it is of the format {RESCUE_FORMAT}")
    sealed = document.get("sealed")
    if not isinstance(sealed, list):
        raise RescueFileFaulty("the file has no list of sealed answers")
    return sealed


def _open(keys: Sequence[SealingKey], document: object) -> OpenedBundle:
    if not isinstance(document, Mapping):
        return _not_read(None, "bundle_malformed")
    found, named = document.get("id"), document.get("key")
    bundle_id = found if isinstance(found, str) and _ID.fullmatch(found) else None
    enc, ciphertext = _bytes(document.get("enc")), _bytes(document.get("ciphertext"))
    is_whole = bundle_id is not None and isinstance(named, str) and document.keys() == _BUNDLE_FIELDS
    if not is_whole or enc is None or len(enc) != ENC_BYTES or not ciphertext:
        return _not_read(bundle_id, "bundle_malformed")
    key = find_key(keys, str(named))
    if key is None:
        return _not_read(bundle_id, "unknown_sealing_key")
    opened = key.open(enc, ciphertext)
    if opened is None:
        return _not_read(bundle_id, "cannot_be_opened")
    inside = _submission_inside(opened)
    return _not_read(bundle_id, "no_submission_inside") if inside is None else OpenedBundle(bundle_id, inside)


def _not_read(bundle_id: str | None, code: str) -> OpenedBundle:
    return OpenedBundle(bundle_id, problem=Problem(code, detail=SEALED_PROBLEMS[code]))


def _bytes(value: object) -> bytes | None:
    """Return the bytes of base64url without padding."""
    if not isinstance(value, str) or not _BASE64URL.fullmatch(value) or len(value) % 4 == 1:
        return None
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _submission_inside(opened: bytes) -> Mapping[str, Any] | None:
    if len(opened) > LARGEST_SUBMISSION:
        return None
    try:
        document = json.loads(opened, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and _can_be_kept(document, _DEEPEST) else None


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise ValueError(name)


def _can_be_kept(value: object, levels: int) -> bool:
    """Say whether a value is shallow enough, and its numbers small enough, to be written down as JSON."""
    if isinstance(value, float):
        return isfinite(value)
    if not isinstance(value, dict | list):
        return True
    below = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_can_be_kept(entry, levels - 1) for entry in below)


class _Kept(NamedTuple):
    """An outcome, and whether it was held here and not by the door."""

    outcome: Outcome
    is_held_here: bool = False


def _unreadable(bundle: OpenedBundle) -> _Kept:
    return _Kept(Outcome("unreadable", problems=(bundle.problem,) if bundle.problem else ()))


def _keep_or_refuse(session: Session, door: Door, bundle: OpenedBundle, outcome: Outcome) -> _Kept:
    document = bundle.document
    if outcome.status != "refused" or document is None or read_name(document.get("channel")) not in SEALED_CHANNELS:
        return _Kept(outcome)
    if refused := _consent_refusal(session, document):
        return _Kept(replace(outcome, problems=(refused,)))
    response_id = read_uuid(document.get("response_id")) or UUID(bundle.id)
    receipt = receipt_of(response_id)
    if tombstones.stands_over(session, tombstone_of(response_id)):
        return _Kept(Outcome("same", response_id, receipt))
    problems = (*outcome.problems, Problem(door.hold)) if door.hold else outcome.problems
    if is_new := _hold(session, door, response_id, document, problems):
        flag_held(session, door.keys, response_id, document, door.actor, door.now)
    return _Kept(Outcome("held", response_id, receipt, problems), is_new)


def _consent_refusal(session: Session, document: Mapping[str, Any]) -> Problem | None:
    """Return why these answers may not be kept, whatever else is wrong with them."""
    given = read_consent(document.get("consent"))
    if given is None:
        return Problem("consent_missing")
    survey = read_name(document.get("survey"))
    questionnaire = questionnaires.get(session, survey) if survey else None
    # Of a survey nobody knows, what holds for every survey; its own rule is asked when somebody accepts.
    code = consent_problem(questionnaire.consent.rule if questionnaire else "own", given)
    return Problem(code) if code else None


def _hold(
    session: Session, door: Door, response_id: UUID, document: Mapping[str, Any], problems: Sequence[Problem]
) -> bool:
    """Put what cannot be stored as it is before a person; false when it is there already."""
    body = {name: value for name, value in document.items() if name not in ("started_at", "finished_at")}
    text = json.dumps(["faulty", str(response_id), body], sort_keys=True)
    item = ReviewItem(
        kind="faulty",
        response_id=response_id,
        survey=read_name(document.get("survey")) or "",
        item_hash=hashlib.sha256(text.encode()).hexdigest(),
        receipt_key=receipt_key(receipt_of(response_id), door.keys.receipts.current),
        body=body,
        notes=[problem.to_document() for problem in problems],
        at=door.now,
    )
    return review.add(session, item)


def _audit(session: Session, door: Door, outcomes: Sequence[_Kept]) -> None:
    """Write one line for what was held here; the door has written its own for the rest."""
    held = [entry.outcome.response_id for entry in outcomes if entry.is_held_here]
    references = [tombstone_of(response_id) for response_id in held if response_id]
    if references:
        audit.append(
            session,
            door.keys.audit,
            at=door.now,
            actor=door.actor,
            action="responses.held",
            detail={"held": references},
        )
