"""Brings a wave of the past in: row by row through the one door, into a closed wave that says it was imported."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Protocol
from uuid import UUID

from engage.collection.past_days import PastWave
from engage.collection.past_waves.files import Row, read_heads, read_rows
from engage.collection.past_waves.mapping import Mapped, faults_in
from engage.collection.past_waves.rows import RowProblem, RowRead, RowReader
from engage.collection.receive import ALL_CHANNELS, LONDON, Door, check_arrival, receive_submissions
from engage.questionnaire.model import Questionnaire
from engage.response.problems import PROBLEM_CODES, Problem
from engage.spreadsheets import safe_text
from engage.storage import areas, audit, questionnaires, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.waves import Wave

#: Rows taken in under one transaction.
BATCH = 500
#: Rows that a page checks before they are brought in.
MOST_CHECKED = 5000
#: Problems that a report holds in memory; the file has every one.
MOST_KEPT = 1000
#: What is said of a row by what became of it.
STATES = {
    "stored": "stored",
    "same": "was here already",
    "conflict": "refused: it was brought in before with other answers",
    "refused": "refused",
    "held": "kept for a person to look at",
}

#: Says how far it is: (rows done, rows there are).
Progress = Callable[[int, int], None]


class _Lines(Protocol):
    """Writes lines of a report."""

    def writerows(self, rows: Iterable[Iterable[object]], /) -> object:
        """Write lines."""


class PastRefused(Exception):
    """A wave of the past cannot be brought in as asked; the message says why."""


@dataclass
class Report:
    """What became of the rows: counts, and what was wrong, the first of it."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: list[RowProblem] = field(default_factory=list)
    #: Problems there are, more than are kept.
    found: int = 0
    left_out: int = 0

    @property
    def is_good(self) -> bool:
        """Say whether no row was refused."""
        return not self.counts["refused"] and not self.counts["conflict"]

    def note(self, problem: RowProblem) -> None:
        """Take in one problem."""
        self.found += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)


def check_past_wave(
    session: Session, instance: Instance, path: Path, mapped: Mapped, actor: str
) -> tuple[Report, list[RowRead]]:
    """Return what would become of the first rows, and the first few as they would be stored; stores nothing.

    Raises PastRefused or FileFaulty.
    """
    ground = _Ground.of(session, instance, path, mapped)
    report = Report()
    first: list[RowRead] = []
    door = ground.door(instance, actor, {})
    for read in islice(map(ground.reader.read, read_rows(path, mapped.sheet)), MOST_CHECKED):
        problems = [*read.problems]
        if read.document is not None:
            checked = check_arrival(session, door, read.document)
            problems += _told(ground.reader, read, checked) if isinstance(checked, tuple) else []
        report.counts["refused" if problems else "good"] += 1
        report.left_out += len(read.left_out)
        for problem in problems:
            report.note(problem)
        if len(first) < 5 and not problems:  # noqa: PLR2004 - as many as a page shows
            first.append(read)
    return report, first


def import_past_wave(
    instance: Instance,
    path: Path,
    mapped: Mapped,
    actor: str,
    out: IO[str],
    expected: int = 0,
    progress: Progress | None = None,
) -> Report:
    """Bring every good row in and write a line about each row; the same file again changes nothing.

    `expected` is how many rows there seem to be, where somebody has looked before.
    Rows before a fault of the file stay. Raises PastRefused or FileFaulty.
    """
    with instance.database.writing() as session:
        ground = _Ground.of(session, instance, path, mapped)
        _begin(session, instance, ground, actor)
    lines, report, done = csv.writer(out), Report(), 0
    lines.writerow(("row", "outcome", "column", "reason"))
    rows = read_rows(path, mapped.sheet)
    while some := list(islice(rows, BATCH)):
        _take_in(instance, ground, actor, some, report, lines)
        done += len(some)
        if progress:
            progress(done, max(done, expected))
    with instance.database.writing() as session:
        _note(session, instance, actor, "wave.imported", mapped, {"rows": dict(report.counts)})
    return report


@dataclass(frozen=True)
class _Ground:
    """What rows are read and checked on."""

    mapped: Mapped
    questionnaire: Questionnaire
    reader: RowReader
    wave: Wave

    @classmethod
    def of(cls, session: Session, instance: Instance, path: Path, mapped: Mapped) -> "_Ground":
        """Return the ground for a file and a mapping. Raises PastRefused."""
        questionnaire = questionnaires.get(session, mapped.survey, mapped.version)
        if questionnaire is None:
            raise PastRefused(f"there is no survey {mapped.survey!r} version {mapped.version}")
        heads = read_heads(path, mapped.sheet)
        if faults := faults_in(mapped, questionnaire, heads):
            raise PastRefused("; ".join(faults))
        today = instance.now().astimezone(LONDON).date()
        known = waves.get(session, mapped.survey, mapped.wave)
        if known is not None and not known.imported:
            raise PastRefused(f"{mapped.wave} is a wave of this instance already: choose another name")
        if known is not None and known.version != mapped.version:
            raise PastRefused(f"{mapped.wave} was brought in on version {known.version}: choose another name")
        new = Wave(
            mapped.survey, mapped.wave, mapped.version, "closed", synthetic=False, closed_on=today, imported=True
        )
        reader = RowReader(mapped, questionnaire, areas.read_tree(session), heads, today)
        return cls(mapped, questionnaire, reader, known or new)

    def door(self, instance: Instance, actor: str, days: dict[UUID, date]) -> Door:
        """Return the door as it stands open for rows of the past."""
        return Door(instance.settings.keys, instance.now(), actor, ALL_CHANNELS, past=PastWave(self.wave, days))


def _begin(session: Session, instance: Instance, ground: _Ground, actor: str) -> None:
    waves.put(session, ground.wave)
    detail = {"agreed": ground.mapped.agreed, "version": ground.mapped.version, "unasked": ground.mapped.unasked}
    _note(session, instance, actor, "wave.import_begun", ground.mapped, detail)


def _take_in(instance: Instance, ground: _Ground, actor: str, rows: list[Row], report: Report, lines: _Lines) -> None:
    read = list(map(ground.reader.read, rows))
    good = [each for each in read if each.document is not None]
    days = {UUID(str((each.document or {})["response_id"])): each.day for each in good if each.day is not None}
    with instance.database.writing() as session:
        door = ground.door(instance, actor, days)
        outcomes = iter(receive_submissions(session, door, [each.document for each in good]))
    for each in read:
        problems, state = list(each.problems), "refused"
        if each.document is not None:
            outcome = next(outcomes)
            state = outcome.status
            problems += _told(ground.reader, each, outcome.problems) if state == "refused" else []
        report.counts[state] += 1
        report.left_out += len(each.left_out)
        for problem in problems:
            report.note(problem)
        lines.writerows(_lines(each, state, problems))


def _lines(read: RowRead, state: str, problems: list[RowProblem]) -> Iterator[tuple[object, ...]]:
    noted = [*problems, *read.left_out]
    for problem in noted:
        yield read.number, STATES[state], safe_text(problem.column), safe_text(problem.reason)
    if not noted:
        yield read.number, STATES[state], "", ""


def _told(reader: RowReader, read: RowRead, problems: tuple[Problem, ...]) -> list[RowProblem]:
    """Put the problems that the door has with a row beside the columns they come from."""
    return [
        RowProblem(read.number, reader.column_of(problem.question), problem.detail or PROBLEM_CODES[problem.code])
        for problem in problems
    ]


def _note(
    session: Session, instance: Instance, actor: str, action: str, mapped: Mapped, detail: dict[str, object]
) -> None:
    audit.append(
        session,
        instance.settings.keys.audit,
        at=instance.now(),
        actor=actor,
        action=action,
        subject=mapped.survey,
        detail={"wave": mapped.wave} | detail,
    )
