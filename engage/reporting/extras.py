"""Makes what goes with a release's tables: weighted figures, who answered and how, and every comparison of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engage.questionnaire.model import Questionnaire
from engage.reporting.differences import RowName, Wave, against_rest, change_since
from engage.reporting.ground import Ground
from engage.reporting.holding import hold_small_changes
from engage.reporting.mode_effects import mode_effects
from engage.reporting.planning import is_opinion, release_plan, table_questions
from engage.reporting.residents import Residents
from engage.reporting.weighing import (
    Counted,
    hold_weighted,
    resident_tables,
    weighted_figures,
    who_answered,
)
from engage.results.modes import MODE, MODES
from engage.results.plan import AREA, ReleasePlan
from engage.results.published import PublishedTable, table_from_document
from engage.results.suppression import publish_areas
from engage.results.tabulation import TableQuestion
from engage.storage import questionnaires, release_extras, releases, waves
from engage.storage.database import Session
from engage.storage.release_extras import ReleaseExtra
from engage.storage.releases import Release

#: How people answered, tabulated like a question.
MODE_QUESTION = TableQuestion(MODE, MODES)
#: It says nothing of who people are, so wards have it too, though no other question is crossed with it there.
_MODE_PLAN = ReleasePlan({})


@dataclass(frozen=True)
class Making:
    """A release in the making: its wave's questionnaire and ground, the raw counts, and the tables that go out."""

    survey: str
    wave: str
    questionnaire: Questionnaire
    ground: Ground
    counted: Counted
    residents: Residents
    tables: Sequence[PublishedTable]
    #: The wave's last release, whose figures stand where few people came or went.
    before: Release | None
    #: Rows of which half or more came from one batch.
    batch: Collection[RowName] = ()


@dataclass(frozen=True)
class SideTables:
    """Tables that go out beside those of the plan: how people answered by area, and who of the residents did."""

    mode: PublishedTable
    residents: tuple[PublishedTable, ...]


def side_tables(session: Session, making: Making) -> SideTables:
    """Return the side tables of a release in the making; the counts behind them are in `making`."""
    plan, former = release_plan(making.questionnaire), _former(session, making, "who_answered")
    return SideTables(_mode_table(session, making), tuple(resident_tables(session, making.residents, plan, former)))


def extras_of(session: Session, making: Making, sides: SideTables) -> tuple[ReleaseExtra, ...]:
    """Return what goes with the tables of a release in the making, worked out in one order every time."""
    questions = [question for question in table_questions(making.questionnaire) if _is_opinion(making, question.id)]
    made = weighted_figures(session, making.residents, questions, making.counted)
    weighted = hold_weighted(made, _former(session, making, "weighted"), making.residents, making.counted)
    who = who_answered(session, making.residents, sides.residents, making.tables)
    wave = Wave(making.tables, sides.mode, making.batch)
    rest = against_rest(wave, making.ground, {question.id for question in questions})
    change = _change(session, making, wave, questions)
    mode = ReleaseExtra("mode", sides.mode.to_document(), None, MODE)
    effects = _mode_effects(session, making, sides.mode, questions)
    return (mode, *effects, *who, *weighted, *rest, *change)


def batch_rows(extras: Sequence[ReleaseExtra]) -> frozenset[RowName]:
    """Return the names of rows of which half or more came from one batch."""
    return frozenset(
        (row["question"], row["rows"], row.get("area"), row["row"])
        for extra in extras
        if extra.kind == "batch_care"
        for row in extra.document["rows"]
    )


def hashed_documents(tables: Sequence[Mapping[str, object]], extras: Sequence[ReleaseExtra]) -> list[dict[str, object]]:
    """Return what a release's hash is over: its tables, and what goes with them besides how its audit ran."""
    besides: list[dict[str, object]] = [
        {"kind": extra.kind, "area": extra.area, "question": extra.question, "document": extra.document}
        for extra in sorted(extras, key=lambda extra: extra.kind)
        if extra.kind != "audit"
    ]
    return [*map(dict, tables), *besides]


def _mode_table(session: Session, making: Making) -> PublishedTable:
    areas = [making.ground.table_area(area) for area in making.ground.areas]
    counts = making.counted[MODE, AREA]
    made = publish_areas(counts, areas, _MODE_PLAN).to_document()
    former = [extra.document for extra in _former(session, making, "mode") if extra.question == MODE]
    (held,) = hold_small_changes([made], former, {(MODE, AREA): counts}, areas)
    return table_from_document(held)


def _mode_effects(
    session: Session, making: Making, mode: PublishedTable, questions: Sequence[TableQuestion]
) -> Iterable[ReleaseExtra]:
    """Return what differs by the way of answering; as it stood where the table of the ways stands as it was."""
    former = _former(session, making, "mode")
    if mode.to_document() in [extra.document for extra in former]:
        return [extra for extra in former if extra.question != MODE]
    return mode_effects(making.questionnaire, making.ground, questions, making.counted)


def _former(session: Session, making: Making, kind: str) -> list[ReleaseExtra]:
    return list(release_extras.of_release(session, making.before, kind)) if making.before else []


def _is_opinion(making: Making, question_id: str) -> bool:
    question = making.questionnaire.question(question_id)
    return question is not None and is_opinion(question)


def _change(session: Session, making: Making, wave: Wave, questions: Sequence[TableQuestion]) -> Iterator[ReleaseExtra]:
    """Yield what changed since the last wave before this one that was published, of questions both asked alike."""
    found = _earlier(session, making)
    if found is None:
        return
    release, asked = found
    documents = (*releases.tables_of(session, release, AREA), *releases.tables_of(session, release, MODE))
    modes = [extra.document for extra in release_extras.of_release(session, release, "mode", question=MODE)]
    batch = batch_rows(list(release_extras.of_release(session, release, "batch_care")))
    tables = [table_from_document(document) for document in documents]
    before = Wave(tables, table_from_document(modes[0]) if modes else None, batch)
    alike = {question.id for question in questions if question in asked}
    head = {"wave": release.wave, "release": release.release_hash}
    yield from change_since(wave, before, making.ground, alike, head)


def _earlier(session: Session, making: Making) -> tuple[Release, tuple[TableQuestion, ...]] | None:
    names = [wave.name for wave in waves.list_of(session, making.survey)]
    for wave in reversed(waves.list_of(session, making.survey)[: names.index(making.wave)]):
        release = releases.last(session, making.survey, wave.name)
        questionnaire = questionnaires.get(session, making.survey, wave.version)
        if release and questionnaire:
            return release, table_questions(questionnaire)
    return None
