"""The columnar snapshot of a wave: what was ticked, without words and ids, kept in step with the responses.

It is made from the database and holds nothing that is not there; where it is missing it is made again.
"""

import hashlib
import logging
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.results.columns import Column
from engage.storage.base import table_of
from engage.storage.column_files import FOLDER, SNAPSHOTS, ColumnFiles, alone_at, append, places_in, read, remove, write
from engage.storage.responses import RemovalRow, ResponseRow

#: What is known of a response beside its answers.
FIELDS = (
    *("area", "area_relation", "home_district", "age_band"),
    *("channel", "language", "style", "assisted", "batch"),
)
_ANSWER = "answers."
#: Rows fetched at once.
_AT_ONCE = 5000
#: Places in the table behind the newest in which a response may still come in late.
_LATELY = 50_000
#: Ids asked for in one statement.
_SOME = 500

_COLUMNS = table_of(ResponseRow).c
#: Snapshots that this process has found complete, at which mark.
_counted: dict[Path, tuple[int, ...]] = {}
_log = logging.getLogger("engage.snapshots")


@dataclass(frozen=True)
class WaveColumns:
    """The responses that count in a wave, in columns."""

    #: The place of each response in its table, shape (people,).
    sequences: NDArray[np.int64]
    fields: Mapping[str, Column]
    #: By question id.
    answers: Mapping[str, Column]


def of_wave(session: Session, survey: str, wave: str, questions: Collection[str]) -> WaveColumns:
    """Return the responses that count in a wave, as the transaction sees them; the snapshot on disk is brought along.

    `questions` are those whose answers are codes: no words get into a snapshot.
    """
    names = (*FIELDS, *(_ANSWER + question for question in sorted(questions)))
    folder, made_from = _place(session, survey, wave), f"{_database(session)}:{','.join(names)}"
    mark = _mark(session, survey, wave)
    kept = read(folder, made_from)
    if kept is None or kept.mark != mark or not _is_complete(session, survey, wave, folder, kept):
        kept = _in_step(session, survey, wave, names, kept, mark)
        _save(folder, made_from, kept)
    answers = {name.removeprefix(_ANSWER): kept.columns[name] for name in names if name.startswith(_ANSWER)}
    return WaveColumns(kept.sequences, {name: kept.columns[name] for name in FIELDS}, answers)


def places_of(session: Session, response_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the places of responses in their table."""
    ids, asked = list(response_ids), select(_COLUMNS.response_id, _COLUMNS.sequence)
    found: dict[UUID, int] = {}
    for first in range(0, len(ids), _SOME):
        some = session.execute(asked.where(_COLUMNS.response_id.in_(ids[first : first + _SOME])))
        found |= {row.response_id: row.sequence for row in some}
    return found


def forget_stale(session: Session) -> int:
    """Delete the snapshots on this machine that hold a response which is gone; returns how many."""
    deleted = 0
    for folder in sorted(Path(session.info[FOLDER]).joinpath(SNAPSHOTS).glob("*/")):
        places = places_in(folder)
        if places is None or not _all_there(session, places):
            remove(folder)
            deleted += 1
    return deleted


def _in_step(
    session: Session, survey: str, wave: str, names: Sequence[str], kept: ColumnFiles | None, mark: tuple[int, ...]
) -> ColumnFiles:
    """Return the columns as the responses are now: without those that are gone, with the new ones behind."""
    now = _sequences(session, survey, wave)
    if kept is None:
        kept = ColumnFiles(np.zeros(0, np.int64), {name: Column.of(()) for name in names})
    stays = np.isin(kept.sequences, now)
    if not stays.all():
        columns = {name: column.where(stays).used() for name, column in kept.columns.items()}
        kept = ColumnFiles(kept.sequences[stays], columns)
    new = np.setdiff1d(now, kept.sequences)
    if not len(new):
        return ColumnFiles(kept.sequences, kept.columns, mark)
    wanted = None if new[0] > kept.sequences.max(initial=0) else set(new.tolist())
    growing = {name: _Growing(column) for name, column in kept.columns.items()}
    sequences = array("q")
    for place, given in _rows(session, survey, wave, names, int(new[0])):
        if wanted is None or place in wanted:
            sequences.append(place)
            for value, column in zip(given, growing.values(), strict=True):
                column.add(value)
    grown = {name: column.whole() for name, column in growing.items()}
    return ColumnFiles(np.concatenate([kept.sequences, np.array(sequences, np.int64)]), grown, mark)


class _Growing:
    """A column to which answers are added one by one."""

    def __init__(self, column: Column) -> None:
        self.before = column.numbers
        self.known = {value: place for place, value in enumerate(column.values)}
        self.numbers = array("i")

    def add(self, value: Any) -> None:
        self.numbers.append(self.known.setdefault(value, len(self.known)))

    def whole(self) -> Column:
        return Column(np.concatenate([self.before, np.array(self.numbers, np.int32)]), tuple(self.known))


def _rows(
    session: Session, survey: str, wave: str, names: Sequence[str], least: int
) -> Iterable[tuple[int, list[Any]]]:
    """Yield the place and what is in each column of the responses that count in a wave, from a place on."""
    found = select(_COLUMNS.sequence, *(_COLUMNS[name] for name in FIELDS), _COLUMNS.answers)
    found = _counting(found, survey, wave).where(_COLUMNS.sequence >= least).order_by(_COLUMNS.sequence)
    questions = [name.removeprefix(_ANSWER) for name in names[len(FIELDS) :]]
    for place, *fields, answers in session.connection().execute(found.execution_options(yield_per=_AT_ONCE)):
        yield place, [*map(_codes, fields), *(_codes(answers.get(question)) for question in questions)]


def _codes(value: Any) -> Any:
    """Return the codes of a stored answer; what somebody wrote themselves counts as its code alone."""
    if isinstance(value, list):
        return tuple(entry if isinstance(entry, str) else next(iter(entry)) for entry in value)
    return value if isinstance(value, str) else None


def _save(folder: Path, made_from: str, kept: ColumnFiles) -> None:
    """Write the snapshot; where that cannot be done, the next one who asks makes it again."""
    try:
        with alone_at(folder):
            lying = read(folder, made_from)
            already = len(lying.sequences) if lying else 0
            if lying and already and np.array_equal(lying.sequences, kept.sequences[:already]):
                append(folder, made_from, kept, already)
            else:
                write(folder, made_from, kept)
    except OSError as error:
        _log.warning("a snapshot could not be kept: %s", type(error).__name__)


def _mark(session: Session, survey: str, wave: str) -> tuple[int, ...]:
    """Return numbers that change when a response comes or goes; the last ones alone are counted, so it costs little.

    Places are given out in order, but not always committed in order: so more than the last one is looked at.
    """
    removals = session.scalar(select(RemovalRow.number)) or 0
    newest = session.scalar(_counting(select(func.max(_COLUMNS.sequence)), survey, wave)) or 0
    lately = _counting(select(func.count()), survey, wave).where(_COLUMNS.sequence > newest - _LATELY)
    return removals, newest, session.scalar(lately) or 0


def _is_complete(session: Session, survey: str, wave: str, folder: Path, kept: ColumnFiles) -> bool:
    """Say whether the snapshot has as many responses as the database; a process counts them once for each mark."""
    if _counted.get(folder) != kept.mark:
        if session.scalar(_counting(select(func.count()), survey, wave)) != len(kept.sequences):
            return False
        _counted[folder] = kept.mark
    return True


def _sequences(session: Session, survey: str, wave: str) -> NDArray[np.int64]:
    found = _counting(select(_COLUMNS.sequence), survey, wave).order_by(_COLUMNS.sequence)
    rows = session.connection().execute(found.execution_options(yield_per=_AT_ONCE))
    return np.fromiter((row[0] for row in rows), np.int64)


def _all_there(session: Session, sequences: NDArray[np.int64]) -> bool:
    """Say whether every one of the responses is still there."""
    if not len(sequences):
        return True
    between = _COLUMNS.sequence.between(int(sequences.min()), int(sequences.max()))
    rows = session.connection().execute(select(_COLUMNS.sequence).where(between).execution_options(yield_per=_AT_ONCE))
    return bool(np.isin(sequences, np.fromiter((row[0] for row in rows), np.int64)).all())


def _counting(found: Any, survey: str, wave: str) -> Any:
    return found.where(_COLUMNS.survey == survey, _COLUMNS.wave == wave, _COLUMNS.is_pilot.is_(False))


def _place(session: Session, survey: str, wave: str) -> Path:
    name = hashlib.sha256(f"{survey}/{wave}".encode()).hexdigest()[:20]
    return Path(session.info[FOLDER]) / SNAPSHOTS / name


def _database(session: Session) -> str:
    return session.get_bind().engine.url.render_as_string(hide_password=True)
