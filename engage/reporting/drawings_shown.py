"""Finds the drawings that results may show: agreed to by whoever drew them, looked at, and of a district or wider."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engage.questionnaire.model import QuestionType
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.reading import Published, find_tables
from engage.response.drawings import may_be_shown
from engage.results.bounds import LEAST_BASE
from engage.storage import drawings, responses
from engage.storage.database import Session
from engage.storage.drawings import Drawing

#: Drawings on one page.
MOST_SHOWN = 24
#: Levels of area about which drawings are shown; a ward or a named place would say too much of who drew them.
_LEVELS = ("district", "county", "force")


@dataclass(frozen=True)
class QuestionDrawn:
    """A question with the drawings that answer it."""

    question_id: str
    drawings: tuple[Mapping[str, Any], ...]


def shown_drawings(session: Session, published: Published, area: str) -> tuple[QuestionDrawn, ...]:
    """Return the drawings about an area, in an order that says nothing of whose they are; none below a base of 10.

    They are read from the responses each time and stand in no release: taken back, a drawing is gone at once.
    Raises AreaNotInSurvey.
    """
    by_question = {
        question: tuple(islice(_about(session, published, area, found), MOST_SHOWN))
        for question, found in _shown_of(session, published, area).items()
    }
    return tuple(QuestionDrawn(question, drawn) for question, drawn in by_question.items() if drawn)


def has_drawings(session: Session, published: Published, area: str) -> bool:
    """Say whether there is a drawing to be shown about an area."""
    try:
        found = _shown_of(session, published, area)
    except AreaNotInSurvey:
        return False
    return any(True for some in found.values() for _ in _about(session, published, area, some))


def _shown_of(session: Session, published: Published, area: str) -> Mapping[str, list[Drawing]]:
    """Return the drawings of the release's wave that staff let be shown, by question, where an area may have any."""
    asked = [one.id for one in published.questionnaire.questions if one.type is QuestionType.DRAWING]
    if not asked or published.ground.level(area) not in _LEVELS or not _has_base(session, published, area):
        return {}
    found = drawings.in_state(session, published.release.survey, published.release.wave, "shown")
    return {question: [one for one in found if one.question == question] for question in asked}


def _has_base(session: Session, published: Published, area: str) -> bool:
    """Say whether the release shows anything about the area itself: its own rows have 10 people or more."""
    rows = (table.rows_shown[0] for table in find_tables(session, published, area=area))
    return any(row.shown_for == row.row and (row.base or 0) >= LEAST_BASE for row in rows)


def _about(session: Session, published: Published, area: str, found: list[Drawing]) -> Iterator[Mapping[str, Any]]:
    for drawing in found:
        response = responses.get(session, drawing.response_id)
        answer = response.answers.get(drawing.question) if response and not response.is_pilot else None
        if (
            response
            and isinstance(answer, Mapping)
            and may_be_shown(answer)
            and area in published.ground.path(response.area)
        ):
            yield answer
