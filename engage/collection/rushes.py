"""Looks every minute for rushes: many answers about one place that nothing shows a person took the time for.

Nothing is ever left out for it: a rush is one item that a person decides on, and can be taken back for a day.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from types import MappingProxyType
from uuid import NAMESPACE_OID, UUID, uuid5

from engage.collection.receive import LONDON, OPEN_CHANNELS
from engage.collection.undoing import Before, seal_before
from engage.response.receipts import receipt_key, receipt_of, tombstone_of
from engage.settings import Keys
from engage.storage import arrivals, audit, decisions, responses, review, rushes, tombstones, waves
from engage.storage.database import Session
from engage.storage.decisions import DecidedItem
from engage.storage.erasure import Gone
from engage.storage.instance import Instance
from engage.storage.responses import Response
from engage.storage.review import RUSH, ReviewItem
from engage.storage.rushes import Counted, Place

#: Within so many minutes at least so many answers are a rush, if they are also more than usually come in a day.
WINDOWS: Mapping[int, int] = MappingProxyType({10: 20, 60: 60})
#: Days whose answers say what is usual about a place.
USUAL_DAYS = 14
#: Answers looked at in one round at most: of more, the newest.
_MOST = 100_000
#: Answers set aside with one statement.
_TOGETHER = 500
_CHANNELS = tuple(sorted(OPEN_CHANNELS))
#: The decision that takes a rush out of what counts.
SET_ASIDE = "set_aside_rush"
COUNT = "count_rush"


def look_for_rushes(instance: Instance) -> int:
    """Put each rush into the review queue, once, and follow those that go on; returns how many were new.

    Goes by the marks that the search for copies leaves, so it comes before it in a round.
    """
    now, keys = instance.now(), instance.settings.keys
    with instance.database.reading() as session:
        found: dict[Place, ReviewItem] = {}
        for minutes in WINDOWS:
            for item in _rushes_within(session, keys, minutes, now):
                found.setdefault(place_of(item), item)
    if not found:
        return 0
    with instance.database.writing() as session:
        return sum(_add_or_follow(session, item) for item in found.values())


def place_of(item: ReviewItem) -> Place:
    """Return what a rush is about."""
    return Place(item.survey, item.body["wave"], item.body["area"])


def decide_rush(session: Session, keys: Keys, item: ReviewItem, decision: str, by: str, now: datetime) -> None:
    """Count a rush, or set every answer of it aside with what it takes to undo that."""
    going: list[Response] = []
    if decision == SET_ASIDE:
        going = rushes.between(session, _CHANNELS, place_of(item), item.body["first"], item.body["last"])
    for at in range(0, len(going), _TOGETHER):
        _set_aside(session, keys, item, going[at : at + _TOGETHER], by, now)
    decisions.decide(session, item.item_hash, decision, by, now, seal_before(keys, Before(item, None, None)), item.body)
    detail = {
        "kind": RUSH,
        "survey": item.survey,
        "wave": item.body["wave"],
        "of": [tombstone_of(one.response_id) for one in going],
    }
    subject = tombstone_of(item.response_id)
    audit.append(session, keys.audit, at=now, actor=by, action=f"review.{decision}", subject=subject, detail=detail)


def _rushes_within(session: Session, keys: Keys, minutes: int, now: datetime) -> list[ReviewItem]:
    last = arrivals.last_mark(session)
    if last is None:
        return []
    since = arrivals.mark_before(session, now - timedelta(minutes=minutes))
    after = max(min(last, since if since is not None else last), responses.newest_sequence(session) - _MOST)
    past = {(wave.survey, wave.name) for wave in waves.imported(session)}
    known = review.rushes(session)
    return [
        item
        for counted in rushes.counted_after(session, _CHANNELS, after, WINDOWS[minutes])
        if counted.place[:2] not in past and (item := _item(session, keys, counted, after, known, minutes, now))
    ]


def _item(
    session: Session,
    keys: Keys,
    counted: Counted,
    after: int,
    known: Sequence[tuple[ReviewItem, str | None]],
    minutes: int,
    now: datetime,
) -> ReviewItem | None:
    """Return the item for what came about a place, None where it is no rush; what was decided on is left out."""
    here = [(item, decision) for item, decision in known if place_of(item) == counted.place]
    decided = [item for item, decision in here if decision]
    over = max([after, *(item.body["last"] for item in decided)])
    if over > after:
        again = rushes.counted_after(session, _CHANNELS, over, WINDOWS[minutes], counted.place)
        if not again:
            return None
        counted = again[0]
    usual = _usual(session, counted.place, now)
    accepted = max([0, *(item.body["count"] for item, decision in here if decision == COUNT)])
    if counted.number < max(usual, accepted):
        return None
    waits = next((item for item, decision in here if decision is None), None)
    return _followed(session, waits, counted) if waits else _new(session, keys, counted, after, usual, minutes, now)


def _usual(session: Session, place: Place, now: datetime) -> float:
    """Return how many such answers a day brings, by the middle one of the last days on which there were any."""
    today = now.astimezone(LONDON).date()
    days = rushes.of_days(session, _CHANNELS, place, today - timedelta(days=USUAL_DAYS), today)
    return median(days) if days else 0


def _new(
    session: Session, keys: Keys, counted: Counted, after: int, usual: float, minutes: int, now: datetime
) -> ReviewItem:
    place, number, first, last = counted
    name = "|".join((RUSH, place.survey, place.wave, place.area or "", str(first)))
    item_hash = hashlib.sha256(name.encode()).hexdigest()
    stands_for = uuid5(NAMESPACE_OID, item_hash)
    others = rushes.others_between(session, place, after, last)
    numbers = {"after": after, "first": first, "last": last, "count": number, "others": others, "usual": round(usual)}
    return ReviewItem(
        kind=RUSH,
        response_id=stands_for,
        survey=place.survey,
        item_hash=item_hash,
        receipt_key=_receipt_key(keys, stands_for),
        body={"wave": place.wave, "area": place.area, "minutes": minutes, **numbers},
        notes=[],
        at=now,
    )


def _followed(session: Session, waits: ReviewItem, counted: Counted) -> ReviewItem:
    """Return a rush that waits with what has come since."""
    first, last = min(waits.body["first"], counted.first), max(waits.body["last"], counted.last)
    count = rushes.count_between(session, _CHANNELS, counted.place, first, last)
    others = rushes.others_between(session, counted.place, waits.body["after"], last)
    body = {**waits.body, "first": first, "last": last, "count": count, "others": others}
    return ReviewItem(**{**vars(waits), "body": body})


def _add_or_follow(session: Session, item: ReviewItem) -> bool:
    place = place_of(item)
    is_there = any(place_of(known) == place for known, decision in review.rushes(session) if decision is None)
    if not is_there:
        return review.add(session, item)
    review.replace_body(session, item.item_hash, item.body)
    return False


def _set_aside(
    session: Session, keys: Keys, rush: ReviewItem, going: Sequence[Response], by: str, now: datetime
) -> None:
    parts = [_part(keys, rush, response, by, now) for response in going]
    decisions.add_parts(session, parts)
    ids = tuple(response.response_id for response in going)
    hashes = tuple(map(tombstone_of, ids))
    responses.erase(session, Gone(ids, hashes, (), (), ()))
    tombstones.raise_over(session, hashes)


def _part(keys: Keys, rush: ReviewItem, response: Response, by: str, now: datetime) -> DecidedItem:
    item = ReviewItem(
        kind=RUSH,
        response_id=response.response_id,
        survey=rush.survey,
        item_hash=hashlib.sha256(f"{RUSH}|{rush.item_hash}|{response.response_id}".encode()).hexdigest(),
        receipt_key=response.receipt_key,
        body={},
        notes=[],
        at=now,
        other_id=rush.response_id,
    )
    return DecidedItem(item, SET_ASIDE, by, now, seal_before(keys, Before(item, response, None)))


def _receipt_key(keys: Keys, stands_for: UUID) -> str:
    return receipt_key(receipt_of(stands_for), keys.receipts.current)
