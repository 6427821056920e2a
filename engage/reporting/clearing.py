"""Makes the tables of a wave question by question: disclosure control, figures that stand, and the audit of it all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engage.questionnaire.model import Questionnaire
from engage.reporting.auditing import Cleared, Clearing, Counted
from engage.reporting.former import Former, read_former
from engage.reporting.ground import Ground
from engage.reporting.holding import hold_small_changes
from engage.reporting.planning import breakdown_rows, is_about_the_person, release_plan
from engage.results.audit import Progress
from engage.results.hierarchy import RowKey
from engage.results.plan import AREA, LEVELS
from engage.results.published import PublishedTable, table_from_document
from engage.results.suppression import publish_areas, publish_breakdown
from engage.results.tabulation import Group, TableQuestion
from engage.storage import releases
from engage.storage.database import Session

Documents = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class TableMaking:
    """What the tables of a wave are made of: its raw counts, and the tables of its last release by question."""

    questionnaire: Questionnaire
    ground: Ground
    counted: Counted
    former: Documents

    def make(self, question: TableQuestion, withdrawn: frozenset[RowKey]) -> tuple[PublishedTable, ...]:
        """Return a question's tables, with former figures where too few people came or went."""
        made = tuple(self._made(question, withdrawn))
        if not self.former:
            return made
        areas = [self.ground.table_area(area) for area in self.ground.areas]
        documents = (table.to_document() for table in made)
        held = hold_small_changes(documents, self.former.get(question.id, []), self.counted, areas, withdrawn)
        return tuple(table_from_document(document) for document in held)

    def _made(self, question: TableQuestion, withdrawn: frozenset[RowKey]) -> Iterator[PublishedTable]:
        """Yield the table by area, and those by each breakdown; a question about the person has the first only."""
        plan = release_plan(self.questionnaire)
        asked = self.questionnaire.question(question.id)
        is_personal = asked is not None and is_about_the_person(asked)
        levels = [level for level in LEVELS if plan.breakdowns(level)] if is_personal else LEVELS
        shown = [self.ground.table_area(area) for area in self.ground.at_levels(levels)]
        yield publish_areas(self.counted[question.id, AREA], shown, plan, _groups(withdrawn, AREA))
        if is_personal:
            return
        for area in self.ground.areas:
            table_area = self.ground.table_area(area)
            for name in plan.breakdowns(table_area.level):
                codes = breakdown_rows(self.questionnaire, name)
                counts = self.counted[question.id, name]
                yield publish_breakdown(counts, table_area, codes, plan, _groups(withdrawn, name))


def clear_tables(
    session: Session,
    survey: str,
    wave: str,
    questionnaire: Questionnaire,
    ground: Ground,
    counted: Counted,
    progress: Progress | None = None,
) -> Cleared:
    """Return the tables of a wave that may go out, the rows withdrawn on the way. Raises ReleaseUnsafe."""
    names = (AREA, *release_plan(questionnaire).breakdowns("force"))
    before = releases.last(session, survey, wave)
    documents: dict[str, list[dict[str, Any]]] = {}
    former = Former()
    if before:
        former = read_former(session, survey, wave, names)
        for name in names:
            for document in releases.tables_of(session, before, name):
                documents.setdefault(document["question"], []).append(document)
    making = TableMaking(questionnaire, ground, counted, documents)
    return Clearing(questionnaire, ground, counted, former).clear(making.make, progress)


def _groups(withdrawn: frozenset[RowKey], rows: str) -> frozenset[Group]:
    return frozenset((row.area, row.code) for row in withdrawn if row.rows == rows)
