"""Makes the tables of a wave question by question: disclosure control, and former figures that stand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engage.questionnaire.model import Questionnaire
from engage.reporting.ground import Ground
from engage.reporting.holding import hold_small_changes
from engage.reporting.planning import breakdown_rows, is_about_the_person, release_plan, table_questions
from engage.results.plan import AREA, LEVELS
from engage.results.published import PublishedTable, table_from_document
from engage.results.suppression import publish_areas, publish_breakdown
from engage.results.tabulation import GroupCounts, TableQuestion
from engage.storage import releases
from engage.storage.database import Session
from engage.storage.releases import Release

#: Raw counts by question id and breakdown name.
Counted = Mapping[tuple[str, str], GroupCounts]
#: Says how many questions of how many are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class TableMaking:
    """What the tables of a wave are made of: its questions, its ground and its raw counts."""

    questionnaire: Questionnaire
    ground: Ground
    counted: Counted

    def make(self, question: TableQuestion) -> Iterator[PublishedTable]:
        """Yield the table by area, and those by each breakdown; a question about the person has the first only."""
        plan = release_plan(self.questionnaire)
        asked = self.questionnaire.question(question.id)
        is_personal = asked is not None and is_about_the_person(asked)
        levels = [level for level in LEVELS if plan.breakdowns(level)] if is_personal else LEVELS
        shown = [self.ground.table_area(area) for area in self.ground.at_levels(levels)]
        yield publish_areas(self.counted[question.id, AREA], shown, plan)
        if is_personal:
            return
        for area in self.ground.areas:
            table_area = self.ground.table_area(area)
            for name in plan.breakdowns(table_area.level):
                codes = breakdown_rows(self.questionnaire, name)
                yield publish_breakdown(self.counted[question.id, name], table_area, codes, plan)

    def hold(self, session: Session, before: Release, tables: tuple[PublishedTable, ...]) -> tuple[PublishedTable, ...]:
        """Return the tables with figures of the release before where too few people came or went."""
        names = (AREA, *release_plan(self.questionnaire).breakdowns("force"))
        former = (document for name in names for document in releases.tables_of(session, before, name))
        documents = (table.to_document() for table in tables)
        areas = [self.ground.table_area(area) for area in self.ground.areas]
        return tuple(table_from_document(held) for held in hold_small_changes(documents, former, self.counted, areas))


def make_tables(
    session: Session, making: TableMaking, before: Release | None, progress: Progress | None = None
) -> tuple[PublishedTable, ...]:
    """Return the tables of a wave that may go out after the release before it."""
    questions = table_questions(making.questionnaire)
    tables: list[PublishedTable] = []
    for done, question in enumerate(questions, start=1):
        tables += making.make(question)
        if progress:
            progress(done, len(questions))
    return making.hold(session, before, tuple(tables)) if before else tuple(tables)
