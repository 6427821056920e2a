"""Publishes a wave: counts its responses, lets disclosure control decide, and keeps the tables under their hash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from engage.reporting.auditing import ReleaseUnsafe
from engage.reporting.batching import BATCH, batch_care, batch_counts, rows_from_one_batch
from engage.reporting.clearing import clear_tables
from engage.reporting.extras import MODE_QUESTION, Making, extras_of, hashed_documents, side_tables
from engage.reporting.ground import Ground
from engage.reporting.mode_effects import mode_breakdown
from engage.reporting.planning import LANGUAGE, coded_questions, release_plan, table_questions
from engage.reporting.residents import Residents
from engage.reporting.themes import settled_themes, with_themes
from engage.response.themes import THEMES
from engage.results.columns import Column, together
from engage.results.modes import MODE, mode_of
from engage.results.plan import AGE_GROUP, LEVELS, ReleasePlan, age_group
from engage.results.published import RULE, PublishedTable, release_hash
from engage.results.tabulation import Breakdown, People, tabulate
from engage.settings import Keys
from engage.storage import areas, audit, erasures, questionnaires, release_extras, releases, snapshots, waves
from engage.storage.database import Session
from engage.storage.release_extras import ReleaseExtra
from engage.storage.releases import Release
from engage.storage.snapshots import WaveColumns
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
    #: What goes with the tables: weighted figures, who answered and how, and what was compared.
    extras: tuple[ReleaseExtra, ...] = ()


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
    questionnaire = with_themes(session, questionnaire, found.name)
    ground = Ground.of(questionnaire, areas.read_tree(session), on_date)
    plan = release_plan(questionnaire)
    residents = Residents(ground, questionnaire)
    columns = snapshots.of_wave(session, survey, found.name, coded_questions(questionnaire))
    themes = _themes(session, survey, found.name, columns.sequences)
    people = _people(columns, ground, plan, residents, themes)
    crossed = _breakdowns(ground, plan)
    breakdowns = [*crossed, *residents.breakdowns(), mode_breakdown(ground)]
    counted = tabulate(people, [*table_questions(questionnaire), MODE_QUESTION], breakdowns)
    batches = batch_counts(people, table_questions(questionnaire), crossed)
    try:
        cleared = clear_tables(session, survey, found.name, questionnaire, ground, counted, progress)
    except ReleaseUnsafe as fault:
        raise ReleaseRefused("gives_a_count_away", str(fault)) from fault
    tables, before = cleared.tables, releases.last(session, survey, found.name)
    one_batch = tuple(rows_from_one_batch(tables, batches))
    making = Making(survey, found.name, questionnaire, ground, counted, residents, tables, before, one_batch)
    extras = extras_of(session, making, side_tables(session, making))
    return PreparedRelease(found, tables, (*extras, batch_care(one_batch), cleared.extra))


def store_release(session: Session, keys: Keys, prepared: PreparedRelease, *, by: str, now: datetime) -> Release:
    """Keep a prepared release with its audit line; figures that are out already make no second release."""
    wave = _wave_to_publish(session, prepared.wave.survey, prepared.wave.name)
    documents = [table.to_document() for table in prepared.tables]
    hash_ = release_hash(hashed_documents(documents, prepared.extras))
    release = Release(0, wave.survey, wave.name, hash_, RULE, wave.synthetic, now, by)
    before = releases.last(session, wave.survey, wave.name)
    if before and before.release_hash == release.release_hash:
        return before
    detail = {"wave": wave.name, "hash": release.release_hash, "tables": len(documents)}
    audit.append(session, keys.audit, at=now, actor=by, action="results.published", subject=wave.survey, detail=detail)
    stored = releases.add(session, release, documents)
    release_extras.add(session, stored, prepared.extras)
    return stored


def _wave_to_publish(session: Session, survey: str, name: str) -> Wave:
    wave = waves.get(session, survey, name)
    if wave is None:
        raise ReleaseRefused("unknown_wave", f"{survey} has no wave {name!r}")
    if wave.state not in PUBLISHABLE:
        raise ReleaseRefused(
            "wave_not_closed", f"wave {name} is {wave.state} and is not published: {_REFUSALS[wave.state]}"
        )
    if erasures.has_ended(session, survey, name):
        raise ReleaseRefused(
            "answers_erased", f"the time to keep the answers of wave {name} is over; its last release stays"
        )
    return wave


def _people(found: WaveColumns, ground: Ground, plan: ReleasePlan, residents: Residents, themes: Column) -> People:
    """Return the responses as they are counted; residents are counted on the way."""
    fields, paths = found.fields, found.fields["area"].mapped(ground.path)
    ways = together(fields["channel"], fields["style"], fields["assisted"])
    answers = {name: fields[name] for name in ("age_band", "area_relation")}
    answers |= {**found.answers, THEMES: themes, MODE: ways.mapped(lambda way: mode_of(*way))}
    people = {name: answers[question_id] for name, question_id in plan.demographics.items() if question_id in answers}
    people |= {LANGUAGE: fields["language"], BATCH: fields["batch"], AGE_GROUP: fields["age_band"].mapped(age_group)}
    people |= residents.take(fields["home_district"], fields["area_relation"], paths, answers)
    return People(paths, people, answers)


def _themes(session: Session, survey: str, wave: str, places: NDArray[np.int64]) -> Column:
    """Return the settled themes of what people wrote, in the order of the responses."""
    settled = settled_themes(session, survey, wave)
    at = {place: settled[response_id] for response_id, place in snapshots.places_of(session, settled).items()}
    return Column.of(at.get(place) for place in places.tolist()) if at else Column.silent(len(places))


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
