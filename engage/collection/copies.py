"""Looks every minute at what came in for answers that may have come twice, and puts them before a person."""

import hashlib
from datetime import datetime, timedelta

from engage.response.duplicates import Arrived, Copy, find_copies
from engage.response.own_words import own_words
from engage.response.receipts import receipt_key, receipt_of
from engage.settings import Keys
from engage.storage import arrivals, questionnaires, responses, review, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.responses import Response
from engage.storage.review import ReviewItem

#: Answers so far apart are no copies, or nobody could tell.
WINDOW = timedelta(minutes=10)
#: How long a mark of how far the responses had come is kept.
_MARK_LIFE = timedelta(hours=1)
#: Responses looked at in one round; of a larger rush the newest.
_MOST = 5000


def look_for_copies(instance: Instance) -> int:
    """Put what may be copies into the review queue, each pair once; returns how many were new to it.

    A response has no time of its own: what came in the last minutes is what stands behind the marks of these
    minutes. The first round of all only leaves a mark. Nobody who sends waits for the comparing.
    """
    now, keys = instance.now(), instance.settings.keys
    with instance.database.reading() as session:
        last, newest = arrivals.last_mark(session), responses.newest_sequence(session)
        items = _items(session, keys, last, now) if last is not None and newest > last else []
    if newest == last:
        return 0
    with instance.database.writing() as session:
        arrivals.mark(session, now, newest)
        arrivals.forget_marks(session, now - _MARK_LIFE)
        return sum(review.add(session, item) for item in items)


def _items(session: Session, keys: Keys, last: int, now: datetime) -> list[ReviewItem]:
    """Return an item for everything behind the last mark that looks like something of the last minutes."""
    since = arrivals.mark_before(session, now - WINDOW)
    found = responses.arrived_after(session, min(last, since if since is not None else last), _MOST)
    past = {(wave.survey, wave.name) for wave in waves.imported(session)}
    counted = [
        (sequence, response)
        for sequence, response in found
        if not response.is_pilot and (response.survey, response.wave) not in past
    ]
    by_id = {response.response_id: response for _, response in counted}
    before = [_arrived(session, response) for sequence, response in counted if sequence <= last]
    new = [_arrived(session, response) for sequence, response in counted if sequence > last]
    return [_item(by_id[copy.later], copy, keys, now) for copy in find_copies(before, new)]


def _arrived(session: Session, response: Response) -> Arrived:
    questionnaire = questionnaires.get(session, response.survey, response.version)
    return Arrived(
        response_id=response.response_id,
        survey=response.survey,
        wave=response.wave,
        area=response.area,
        age_band=response.age_band,
        batch=response.batch,
        answers=response.answers,
        words=tuple(text for _, text in own_words(response.answers, questionnaire)),
    )


def _item(later: Response, copy: Copy, keys: Keys, now: datetime) -> ReviewItem:
    pair = "|".join(sorted((str(copy.later), str(copy.earlier))))
    return ReviewItem(
        kind="duplicate",
        response_id=copy.later,
        survey=later.survey,
        item_hash=hashlib.sha256(f"duplicate|{pair}".encode()).hexdigest(),
        receipt_key=receipt_key(receipt_of(copy.later), keys.receipts.current),
        body={},
        notes=[{"code": copy.reason, "question": None, "detail": None}],
        at=now,
        other_id=copy.earlier,
    )
