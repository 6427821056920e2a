"""A wave with many answers in it, published and read back; the library survey in Nottinghamshire."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from builders import WARD, WAVE, a_door, a_submission, an_instance, with_survey
from engage.collection.receive import receive_submissions
from engage.collection.surveys import set_wave_state
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.reporting.releasing import publish_release
from engage.results.published import PublishedRow, PublishedTable
from engage.storage import waves
from engage.storage.instance import Instance
from engage.storage.releases import Release

SURVEY = "feeling-safe"
FORCE = "E23000019"
DISTRICT = "E06000018"
#: The named place that Clifton East lies in, and the other ward there.
PLACE, NEIGHBOUR = "place:clifton", "E05012279"
#: A ward of Ashfield, and Ashfield.
FAR_WARD, FAR_DISTRICT = "E05010690", "E07000170"

#: How many people gave an answer, and the answers and fields they all share.
Group = tuple[int, dict[str, Any]]


def a_released_instance(folder: Path, groups: Sequence[Group], *, is_synthetic: bool = False) -> Instance:
    """Return an instance of its own with one published wave, for tests that only read."""
    instance = an_instance(folder)
    with_survey(instance)
    if is_synthetic:
        mark_synthetic(instance)
    take_in(instance, groups)
    to_state(instance, "closed")
    publish(instance)
    return instance


def people(count: int, answers: dict[str, Any] | None = None, **fields: Any) -> Group:
    """Return so many people who all answer alike."""
    return count, {"answers": answers, **fields}


def safe_day(very_safe: int, neither: int, very_unsafe: int, **fields: Any) -> list[Group]:
    """Return people who say how safe they feel by day."""
    codes = {"very_safe": very_safe, "neither": neither, "very_unsafe": very_unsafe}
    return [people(count, {"safe_day": code}, **fields) for code, count in codes.items()]


def take_in(instance: Instance, groups: Sequence[Group], *, wave: str = WAVE) -> list[str]:
    """Take everybody's answers in and return their receipts."""
    documents = [a_submission(wave=wave, **shared) for count, shared in groups for _ in range(count)]
    with instance.database.writing() as session:
        outcomes = receive_submissions(session, a_door(instance), documents)
    assert {outcome.status for outcome in outcomes} <= {"stored"}, outcomes[0]
    return [str(outcome.receipt) for outcome in outcomes]


def to_state(instance: Instance, state: str, *, wave: str = WAVE) -> None:
    """Take the wave to a state."""
    with instance.database.writing() as session:
        set_wave_state(session, instance.settings.keys, SURVEY, wave, state, actor="test", now=instance.now())


def mark_synthetic(instance: Instance, *, wave: str = WAVE) -> None:
    """Say that the wave's answers are made up."""
    with instance.database.writing() as session:
        known = waves.get(session, SURVEY, wave)
        assert known is not None
        waves.put(session, replace(known, synthetic=True))


def publish(instance: Instance, *, wave: str = WAVE) -> Release:
    """Publish the wave as it is."""
    with instance.database.writing() as session:
        return publish_release(session, instance.settings.keys, SURVEY, wave, by="test", now=instance.now())


def published_tables(instance: Instance, **asked: Any) -> tuple[Published, tuple[PublishedTable, ...]]:
    """Return the last release and the tables of it that are asked for."""
    with instance.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        published = open_release(session, release)
        return published, find_tables(session, published, **asked)


def table_of(instance: Instance, question: str, **asked: Any) -> PublishedTable:
    """Return one question's published table."""
    _, tables = published_tables(instance, **asked)
    return next(table for table in tables if table.question == question)


def row_of(instance: Instance, question: str, code: str = WARD, **asked: Any) -> PublishedRow:
    """Return one published row of a question, by area unless asked otherwise."""
    return next(row for row in table_of(instance, question, **asked).rows_shown if row.row == code)


def counts_in(row: PublishedRow) -> dict[str, int | None]:
    """Return what a row shows for each answer."""
    return {cell.option: cell.n for cell in row.cells}
