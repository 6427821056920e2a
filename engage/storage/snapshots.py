"""The columnar snapshot of a wave: what was ticked, without words and ids, kept in step with the responses.

It is made from the database and holds nothing that is not there; where it is missing it is made again.
"""

import hashlib
import logging
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.results.columns import Column, kind_of
from engage.storage.base import table_of
from engage.storage.column_files import (
    FOLDER,
    SNAPSHOTS,
    ColumnFiles,
    alone_at,
    append,
    is_beginning,
    places_in,
    read,
    remove,
    write,
)
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
#: New responses that are read anew each time, before they are written behind the others.
UNWRITTEN = 1000
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
    stored = _Stored(session, survey, wave, names)
    folder, made_from = _place(session, survey, wave), f"{_database(session)}:{','.join(names)}"
    mark = stored.mark()
    lying = read(folder, made_from)
    kept = _grown(stored, lying, mark) if lying else None
    if kept is None or len(kept.sequences) != _total(stored, folder, mark):
        kept = _in_step(stored, lying, mark)
        _save(folder, made_from, kept)
    elif lying and len(kept.sequences) > len(lying.sequences) + UNWRITTEN:
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


class _Mark(NamedTuple):
    """Numbers that change when a response comes or goes; the last ones alone are counted, so it costs little.

    Places are given out in order, but not always committed in order: so more than the last one is looked at.
    """

    removals: int
    newest: int
    #: How many responses have one of the last _LATELY places.
    lately: int


@dataclass(frozen=True)
class _Stored:
    """The responses that count in a wave, as they stand in the database."""

    session: Session
    survey: str
    wave: str
    #: The columns of a snapshot.
    names: Sequence[str]

    def mark(self) -> _Mark:
        """Return the mark of the responses as they are."""
        removals = self.session.scalar(select(RemovalRow.number)) or 0
        newest = self.session.scalar(self._counting(select(func.max(_COLUMNS.sequence)))) or 0
        return _Mark(removals, newest, self.count(newest - _LATELY, newest))

    def stands(self, mark: _Mark, now: _Mark) -> bool:
        """Say whether since a mark nothing went and nothing came but behind its newest."""
        if mark == now:
            return True
        return mark.removals == now.removals and mark.lately == self.count(mark.newest - _LATELY, mark.newest)

    def count(self, after: int, up_to: int) -> int:
        """Return how many there are behind a place, up to another."""
        found = self._counting(select(func.count()))
        return self.session.scalar(found.where(_COLUMNS.sequence > after, _COLUMNS.sequence <= up_to)) or 0

    def sequences(self) -> NDArray[np.int64]:
        """Return the place of each."""
        found = self._counting(select(_COLUMNS.sequence)).order_by(_COLUMNS.sequence)
        rows = self.session.connection().execute(found.execution_options(yield_per=_AT_ONCE))
        return np.fromiter((row[0] for row in rows), np.int64)

    def rows(self, first: int, last: int) -> Iterator[tuple[int, list[Any]]]:
        """Yield the place and what is in each column of the responses between two places."""
        found = self._counting(select(_COLUMNS.sequence, *(_COLUMNS[name] for name in FIELDS), _COLUMNS.answers))
        found = found.where(_COLUMNS.sequence.between(first, last)).order_by(_COLUMNS.sequence)
        questions = [name.removeprefix(_ANSWER) for name in self.names[len(FIELDS) :]]
        for place, *fields, answers in self.session.connection().execute(found.execution_options(yield_per=_AT_ONCE)):
            given = (*fields, *map(answers.get, questions))
            yield place, [one if one is None or isinstance(one, str) else _codes(one) for one in given]

    def _counting(self, found: Any) -> Any:
        return found.where(_COLUMNS.survey == self.survey, _COLUMNS.wave == self.wave, _COLUMNS.is_pilot.is_(False))


#: Snapshots of which this process knows how many people they hold when complete, and at which mark.
_totals: dict[Path, tuple[_Mark, int]] = {}


def _total(stored: _Stored, folder: Path, now: _Mark) -> int:
    """Return how many responses count; a process counts all of them once, then only what came."""
    mark, people = _totals.get(folder, (None, 0))
    if mark and stored.stands(mark, now):
        people += stored.count(mark.newest, now.newest)
    else:
        people = stored.count(0, now.newest)
    _totals[folder] = now, people
    return people


def _grown(stored: _Stored, lying: ColumnFiles, now: _Mark) -> ColumnFiles | None:
    """Return the columns with what came behind them; None where something went or came in between."""
    mark = _Mark(*lying.mark)
    if not stored.stands(mark, now):
        return None
    return lying if mark == now else _with_rows(lying, stored.rows(mark.newest + 1, now.newest), now)


def _in_step(stored: _Stored, lying: ColumnFiles | None, now: _Mark) -> ColumnFiles:
    """Return the columns as the responses are now: without those that are gone, with the new ones behind."""
    places = stored.sequences()
    kept = lying or ColumnFiles(np.zeros(0, np.int64), {name: Column.of(()) for name in stored.names})
    stays = np.isin(kept.sequences, places)
    if not stays.all():
        columns = {name: column.where(stays).used() for name, column in kept.columns.items()}
        kept = ColumnFiles(kept.sequences[stays], columns)
    new = np.setdiff1d(places, kept.sequences)
    rows = stored.rows(int(new[0]), int(new[-1])) if len(new) else ()
    if len(new) and new[0] <= kept.sequences.max(initial=0):
        wanted = set(new.tolist())
        rows = (row for row in rows if row[0] in wanted)
    return _with_rows(kept, rows, now)


def _with_rows(kept: ColumnFiles, rows: Iterable[tuple[int, list[Any]]], now: _Mark) -> ColumnFiles:
    growing = {name: _Growing(column) for name, column in kept.columns.items()}
    sequences = array("q")
    remaining = iter(rows)
    while some := list(islice(remaining, _AT_ONCE)):
        sequences.extend(place for place, _ in some)
        for column, values in zip(growing.values(), zip(*(given for _, given in some), strict=True), strict=True):
            column.add(values)
    columns = {name: column.whole() for name, column in growing.items()}
    return ColumnFiles(np.concatenate([kept.sequences, np.array(sequences, np.int64)]), columns, now)


class _Growing:
    """A column to which answers are added."""

    def __init__(self, column: Column) -> None:
        self.before = column.numbers
        self.known = {value: place for place, value in enumerate(column.values)}
        self.numbers = array("i")

    def add(self, values: Iterable[Any]) -> None:
        known = self.known
        self.numbers.extend([known.setdefault(value, len(known)) for value in values])

    def whole(self) -> Column:
        values = tuple(self.known)
        numbers = [self.before, np.array(self.numbers, np.int32)]
        return Column(np.concatenate(numbers, dtype=kind_of(values), casting="unsafe"), values)


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
            if lying and is_beginning(lying, kept):
                append(folder, made_from, kept, len(lying.sequences))
            else:
                write(folder, made_from, kept)
    except OSError as error:
        _log.warning("a snapshot could not be kept: %s", type(error).__name__)


def _all_there(session: Session, sequences: NDArray[np.int64]) -> bool:
    """Say whether every one of the responses is still there."""
    if not len(sequences):
        return True
    between = _COLUMNS.sequence.between(int(sequences.min()), int(sequences.max()))
    rows = session.connection().execute(select(_COLUMNS.sequence).where(between).execution_options(yield_per=_AT_ONCE))
    return bool(np.isin(sequences, np.fromiter((row[0] for row in rows), np.int64)).all())


def _place(session: Session, survey: str, wave: str) -> Path:
    name = hashlib.sha256(f"{survey}/{wave}".encode()).hexdigest()[:20]
    return Path(session.info[FOLDER]) / SNAPSHOTS / name


def _database(session: Session) -> str:
    return session.get_bind().engine.url.render_as_string(hide_password=True)
