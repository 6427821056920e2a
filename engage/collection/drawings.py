"""Drawings before a person: looked at one at a time, shown or kept back, and every look and decision written down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from engage.collection.flags import READER_WORRIED, reference_of_response
from engage.collection.receive import LONDON
from engage.collection.safeguarding import Danger, raise_once
from engage.response.drawings import is_drawn, may_be_shown
from engage.settings import Keys
from engage.storage import areas, audit, drawings, responses
from engage.storage.database import Session
from engage.storage.drawings import Drawing
from engage.storage.responses import Response

#: Why a drawing is kept back, by its code; `danger` tells whoever is on duty at once.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "person": "A name, or a face that shows who somebody is",
        "place": "A place by which somebody can be found: a house number, a school badge",
        "signs": "Signs of a gang, or words against people",
        "danger": "Somebody may be in danger, or hurts themselves",
        "other": "Something else",
    }
)


#: Why a drawing is kept back of which there is nothing to note, where its owner did not agree to show it.
NOT_AGREED = "not_agreed"


class DrawingGone(Exception):
    """There is no such drawing, or no longer: its owner has taken it back, or its time is over."""


class NotAllowed(Exception):
    """Whoever drew it did not agree that others see it."""


@dataclass(frozen=True)
class DrawingSeen:
    """A drawing with what is needed to decide on it."""

    drawing: Drawing
    answer: Mapping[str, Any]
    version: int
    channel: str
    style: str
    age_band: str | None

    @property
    def may_be_shown(self) -> bool:
        """Say whether whoever drew it agreed that others see it."""
        return may_be_shown(self.answer)


def find_drawing(session: Session, reference: str, question: str) -> DrawingSeen:
    """Return a drawing without anybody seeing it yet. Raises DrawingGone."""
    drawing = drawings.find(session, reference, question)
    response = responses.get(session, drawing.response_id) if drawing else None
    if drawing is None or response is None or not is_drawn(response.answers.get(question)):
        raise DrawingGone(reference)
    return _seen(drawing, response)


def look_at(session: Session, keys: Keys, reference: str, question: str, by: str, now: datetime) -> DrawingSeen:
    """Return a drawing for somebody to see, and write down that they did. Raises DrawingGone."""
    seen = find_drawing(session, reference, question)
    _audit(session, keys, "drawing.opened", seen.drawing, by, now)
    return seen


def show(session: Session, keys: Keys, reference: str, question: str, by: str, now: datetime) -> None:
    """Let a drawing be shown in results. Raises DrawingGone, or NotAllowed where its owner did not agree."""
    seen = find_drawing(session, reference, question)
    if not seen.may_be_shown:
        raise NotAllowed(reference)
    _decide(session, keys, replace(seen.drawing, state="shown", reason=None), by, now)


def keep_back(session: Session, keys: Keys, reference: str, question: str, reason: str, by: str, now: datetime) -> None:
    """Keep a drawing back for a reason; one that may mean danger goes to whoever is on duty. Raises DrawingGone."""
    seen = find_drawing(session, reference, question)
    _decide(session, keys, replace(seen.drawing, state="kept_back", reason=reason), by, now)
    if reason == "danger":
        response = responses.get(session, seen.drawing.response_id)
        assert response is not None  # noqa: S101 - its drawing was found just now
        raise_once(session, keys, _danger(session, response, question), by, now)


def take_back(session: Session, keys: Keys, reference: str, question: str, by: str, now: datetime) -> None:
    """Let a drawing wait again, whatever was decided. Raises DrawingGone."""
    drawing = find_drawing(session, reference, question).drawing
    drawings.decide(session, replace(drawing, state="waiting", reason=None, decided_by=None, decided_on=None))
    _audit(session, keys, "drawing.waiting", drawing, by, now)


def _decide(session: Session, keys: Keys, drawing: Drawing, by: str, now: datetime) -> None:
    decided = replace(drawing, decided_by=by, decided_on=now.astimezone(LONDON).date())
    drawings.decide(session, decided)
    _audit(session, keys, f"drawing.{decided.state}", decided, by, now)


def _seen(drawing: Drawing, response: Response) -> DrawingSeen:
    answer = response.answers[drawing.question]
    return DrawingSeen(drawing, answer, response.version, response.channel, response.style, response.age_band)


def _danger(session: Session, response: Response, question: str) -> Danger:
    tree = areas.read_tree(session)
    district = tree.district_of(response.area) if response.area and response.area in tree else None
    return Danger(
        survey=response.survey,
        channel=response.channel,
        reference=reference_of_response(response.response_id),
        language=response.language,
        list_code=READER_WORRIED,
        response_id=response.response_id,
        question=question,
        area=district.code if district else None,
    )


def _audit(session: Session, keys: Keys, action: str, drawing: Drawing, by: str, now: datetime) -> None:
    detail = {"question": drawing.question} | ({"reason": drawing.reason} if drawing.reason else {})
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=drawing.reference, detail=detail)
