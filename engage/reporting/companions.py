"""Gives out what goes with a release's tables: weighted figures, who answered and how, and every comparison."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.reporting.comparing import mode_effects, weighted_figures, who_answered
from engage.reporting.reading import Published
from engage.results.modes import MODE
from engage.results.plan import AREA
from engage.results.published import PublishedTable, table_from_document
from engage.results.weighted import ALL, RESIDENTS
from engage.storage import release_extras
from engage.storage.database import Session

#: Whose answers stand beside the census.
_WHO_NOTES = {
    RESIDENTS: "of the people who live here and answered; census: of all who live here",
    ALL: "of the people who answered, few of whom live elsewhere; census: of all who live here",
}
EFFECT_NOTE = "people of the same broad ages in the force area gave this answer more or less often than on a screen"
COMPARED_NOTE = (
    "low to high: this share less the other, at 95 % and whatever counts were rounded; higher or lower only where "
    "neither chance (5 % over the release) nor rounding explains it"
)

#: What goes with tables, by its name in files and in the interface; each entry has a note of its own.
Companions = dict[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class _Asked:
    """What the tables asked for are of."""

    session: Session
    published: Published
    questions: frozenset[str]
    #: Codes of the areas in tables by area.
    places: tuple[str, ...]
    #: Breakdown, area and row of every row.
    rows: frozenset[tuple[str, str | None, str]]

    @property
    def wide(self) -> Iterator[str]:
        """Yield those of the areas that have figures beside the census: districts and police force areas."""
        shown = {area.code for area in self.published.ground.at_levels({"district", "force"})}
        return (code for code in self.places if code in shown)

    def of_kind(self, kind: str) -> Iterator[release_extras.ReleaseExtra]:
        """Yield what was stored with the release; of one area alone where only one was asked for."""
        only = self.places[0] if len(self.places) == 1 else None
        return release_extras.of_release(self.session, self.published.release, kind, area=only)


def find_companions(session: Session, published: Published, tables: Sequence[PublishedTable]) -> Companions:
    """Return what goes with the rows of some tables of a release, by name; only published figures and verdicts."""
    by_area = [row.row for table in tables if table.rows == AREA for row in table.rows_shown]
    rows = frozenset((table.rows, table.area, row.row) for table in tables for row in table.rows_shown)
    questions = frozenset(table.question for table in tables)
    asked = _Asked(session, published, questions, tuple(dict.fromkeys(by_area)), rows)
    return {name: tuple(read(asked)) for name, read in COMPANIONS.items()}


def _weighted(asked: _Asked) -> Iterator[dict[str, Any]]:
    for code in asked.wide:
        for question, figures in weighted_figures(asked.session, asked.published, code).items():
            if question in asked.questions:
                yield figures.to_document() | {"effect": figures.effect, "quality": figures.quality}


def _who_answered(asked: _Asked) -> Iterator[dict[str, Any]]:
    names = ("option", "shown", "share", "low", "high", "census", "verdict")
    for code in asked.wide:
        for who in who_answered(asked.session, asked.published, code):
            if who.question in asked.questions:
                head = {"question": who.question, "area": code, "whose": who.whose, "base": who.base}
                cells = [{name: getattr(cell, name) for name in names} for cell in who.cells]
                yield {**head, "quality": who.quality, "note": _WHO_NOTES[who.whose], "cells": cells}


def _ways(asked: _Asked) -> Iterator[dict[str, Any]]:
    """Yield by which ways people answered about each area."""
    for extra in release_extras.of_release(asked.session, asked.published.release, "mode", question=MODE):
        rows = [row for row in extra.document["rows_shown"] if row["row"] in asked.places]
        table = table_from_document({**extra.document, "rows_shown": rows})
        for row in table.rows_shown:
            document = row.to_document()
            yield {"question": MODE, "area": document.pop("row"), "note": table.note, **document}


def _mode_effects(asked: _Asked) -> Iterator[dict[str, Any]]:
    for force in asked.published.ground.at_levels({"force"}):
        if any(force.code in (code, *_above(asked, code)) for code in asked.places):
            for question, effects in mode_effects(asked.session, asked.published, force.code).items():
                cells = [{"mode": each.mode, "option": each.option, "verdict": each.verdict} for each in effects]
                if question in asked.questions:
                    yield {"question": question, "area": force.code, "note": EFFECT_NOTE, "cells": cells}


def _compared(asked: _Asked) -> Iterator[dict[str, Any]]:
    """Yield each area's, and each community's, answers beside those of the rest of the survey's ground."""
    for extra in asked.of_kind("against_rest"):
        document = extra.document
        within = None if document["rows"] == AREA else extra.area
        if (document["rows"], within, document["row"]) in asked.rows:
            head = {"area": extra.area, "rows": document["rows"], "row": document["row"], "note": COMPARED_NOTE}
            yield head | {"cells": _of_questions(asked, document["cells"])}


def _changed(asked: _Asked) -> Iterator[dict[str, Any]]:
    """Yield each area's answers beside those of the wave before."""
    for extra in asked.of_kind("change"):
        if extra.area in asked.places:
            head = {name: extra.document[name] for name in ("wave", "release", "how")}
            cells = _of_questions(asked, extra.document["cells"])
            yield {"area": extra.area, "before": head, "note": COMPARED_NOTE, "cells": cells}


def _of_questions(asked: _Asked, cells: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [cell for cell in cells if cell["question"] in asked.questions]


def _above(asked: _Asked, code: str) -> tuple[str, ...]:
    return tuple(area.code for area in asked.published.ground.above(code))


#: Each by its name, and what reads it.
COMPANIONS: Mapping[str, Callable[[_Asked], Iterator[dict[str, Any]]]] = {
    "weighted": _weighted,
    "who_answered": _who_answered,
    "ways": _ways,
    "mode_effects": _mode_effects,
    "compared": _compared,
    "changed": _changed,
}
