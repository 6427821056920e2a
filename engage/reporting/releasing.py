"""Publishes a wave: counts its responses, lets disclosure control decide, and keeps the tables under their hash."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engage.questionnaire.model import Questionnaire
from engage.reporting.ground import Ground
from engage.reporting.holding import hold_small_changes
from engage.reporting.planning import LANGUAGE, breakdown_rows, is_about_the_person, release_plan, table_questions
from engage.results.plan import AGE_GROUP, AREA, LEVELS, ReleasePlan, age_group
from engage.results.published import RULE, PublishedTable, release_hash, table_from_document
from engage.results.suppression import publish_areas, publish_breakdown
from engage.results.tabulation import Breakdown, Given, GroupCounts, Row, TableQuestion, tabulate
from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, releases, responses, waves
from engage.storage.database import Session
from engage.storage.releases import Release
from engage.storage.responses import Response
from engage.storage.waves import Wave

#: States of a wave that may be published, and why the others may not.
PUBLISHABLE = ("collecting", "closed")
_REFUSALS = {
    "draft": "it has not begun",
    "pilot": "pilot answers are never published",
    "open": "it is still open; figures taken between two answers would show the second",
}

#: Says how many questions of how many are done.
Progress = Callable[[int, int], None]


class ReleaseRefused(Exception):
    """A wave cannot be published; the code and the message say why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class PreparedRelease:
    """What is about to be published."""

    wave: Wave
    tables: tuple[PublishedTable, ...]


def publish_release(
    session: Session, keys: Keys, survey: str, wave: str, *, by: str, now: datetime, progress: Progress | None = None
) -> Release:
    """Publish a wave in the caller's transaction. Raises ReleaseRefused.

    The same figures again are the same release. Where others are asked to wait less for the database,
    `prepare_release` reads in one transaction and `store_release` writes in another.
    """
    prepared = prepare_release(session, survey, wave, on_date=now.date(), progress=progress)
    return store_release(session, keys, prepared, by=by, now=now)


def prepare_release(
    session: Session, survey: str, wave: str, *, on_date: date, progress: Progress | None = None
) -> PreparedRelease:
    """Make the tables of a wave from its responses, those of pilots left out. Raises ReleaseRefused."""
    found = _wave_to_publish(session, survey, wave)
    questionnaire = questionnaires.get(session, survey, found.version)
    assert questionnaire is not None  # noqa: S101 - a wave is always on a stored version
    ground = Ground.of(questionnaire, areas.read_tree(session), on_date)
    plan = release_plan(questionnaire)
    rows = _rows(responses.of_wave(session, survey, found.name), ground, plan)
    counted = tabulate(rows, table_questions(questionnaire), _breakdowns(ground, plan))
    tables = tuple(_tables(questionnaire, ground, counted, progress or _silent))
    before = releases.last(session, survey, found.name)
    return PreparedRelease(found, _held(session, before, tables, counted, ground) if before else tables)


def store_release(session: Session, keys: Keys, prepared: PreparedRelease, *, by: str, now: datetime) -> Release:
    """Keep a prepared release with its audit line; figures that are out already make no second release."""
    wave = _wave_to_publish(session, prepared.wave.survey, prepared.wave.name)
    documents = [table.to_document() for table in prepared.tables]
    release = Release(0, wave.survey, wave.name, release_hash(documents), RULE, wave.synthetic, now, by)
    before = releases.last(session, wave.survey, wave.name)
    if before and before.release_hash == release.release_hash:
        return before
    detail = {"wave": wave.name, "hash": release.release_hash, "tables": len(documents)}
    audit.append(session, keys.audit, at=now, actor=by, action="results.published", subject=wave.survey, detail=detail)
    return releases.add(session, release, documents)


def _wave_to_publish(session: Session, survey: str, name: str) -> Wave:
    wave = waves.get(session, survey, name)
    if wave is None:
        raise ReleaseRefused("unknown_wave", f"{survey} has no wave {name!r}")
    if wave.state not in PUBLISHABLE:
        raise ReleaseRefused(
            "wave_not_closed", f"wave {name} is {wave.state} and is not published: {_REFUSALS[wave.state]}"
        )
    return wave


def _rows(found: Iterable[Response], ground: Ground, plan: ReleasePlan) -> Iterator[Row]:
    """Yield the responses as they are counted."""
    paths: dict[str | None, tuple[str, ...]] = {}
    for response in found:
        if response.area not in paths:
            paths[response.area] = ground.path(response.area)
        answers = {question_id: _given(value) for question_id, value in response.answers.items()}
        answers |= {"age_band": response.age_band, "area_relation": response.area_relation}
        people = {name: answers.get(question_id) for name, question_id in plan.demographics.items()}
        people |= {LANGUAGE: response.language, AGE_GROUP: age_group(response.age_band)}
        yield Row(paths[response.area], people, answers)


def _given(value: object) -> Given:
    """Return the codes of a stored answer; a community in own words counts as one that is not listed."""
    if isinstance(value, list):
        return tuple(entry if isinstance(entry, str) else next(iter(entry)) for entry in value)
    return value if isinstance(value, str) else None


def _breakdowns(ground: Ground, plan: ReleasePlan) -> list[Breakdown]:
    """Return what is counted: answers by area, and each breakdown where the plan has it."""
    by_level = {level: plan.breakdowns(level) for level in LEVELS}
    names = dict.fromkeys(name for names in by_level.values() for name in names)
    crossed = []
    for name in names:
        shown_at = {level for level, names_there in by_level.items() if name in names_there}
        codes = frozenset(area.code for area in ground.at_levels(shown_at))
        crossed.append(Breakdown(name, plan.parts(name), codes))
    return [Breakdown(), *crossed]


def _tables(
    questionnaire: Questionnaire,
    ground: Ground,
    counted: Mapping[tuple[str, str], GroupCounts],
    progress: Progress,
) -> Iterator[PublishedTable]:
    questions = table_questions(questionnaire)
    for done, question in enumerate(questions, start=1):
        yield from _tables_of_question(questionnaire, ground, question, counted)
        progress(done, len(questions))


def _tables_of_question(
    questionnaire: Questionnaire,
    ground: Ground,
    question: TableQuestion,
    counted: Mapping[tuple[str, str], GroupCounts],
) -> Iterator[PublishedTable]:
    """Yield the question's table by area, and those by each breakdown; one about the person has the first only."""
    plan = release_plan(questionnaire)
    asked = questionnaire.question(question.id)
    is_personal = asked is not None and is_about_the_person(asked)
    levels = [level for level in LEVELS if plan.breakdowns(level)] if is_personal else LEVELS
    shown = [ground.table_area(area) for area in ground.at_levels(levels)]
    yield publish_areas(counted[question.id, AREA], shown, plan)
    if is_personal:
        return
    for area in ground.areas:
        table_area = ground.table_area(area)
        for name in plan.breakdowns(table_area.level):
            codes = breakdown_rows(questionnaire, name)
            yield publish_breakdown(counted[question.id, name], table_area, codes, plan)


def _held(
    session: Session,
    before: Release,
    tables: Iterable[PublishedTable],
    counted: Mapping[tuple[str, str], GroupCounts],
    ground: Ground,
) -> tuple[PublishedTable, ...]:
    """Return the tables with figures of the release before where too few people came or went."""
    names = dict.fromkeys(breakdown for _, breakdown in counted)
    former = (document for name in names for document in releases.tables_of(session, before, name))
    documents = (table.to_document() for table in tables)
    held = hold_small_changes(documents, former, counted, [ground.table_area(area) for area in ground.areas])
    return tuple(table_from_document(document) for document in held)


def _silent(_done: int, _total: int) -> None:
    """Report to nobody."""
