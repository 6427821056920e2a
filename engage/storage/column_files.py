"""Keeps columns of numbers as files of a folder: they open at once, however many people, and grow at the end."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from engage.results.columns import Column, kind_of

#: Folder of the instance in which snapshots lie; nothing in it is backed up, all of it can be made again.
SNAPSHOTS = "snapshots"
#: Under this a session knows the instance folder.
FOLDER = "instance_folder"
#: How columns are written; another way reads none of the old ones.
FORMAT = 2
_HEAD, _SEQUENCES = "head.json", "sequence"
#: Places in the table are whole numbers of eight bytes, answers of as few as their number of values needs.
_PLACES = np.dtype("<i8")


@dataclass(frozen=True)
class ColumnFiles:
    """Columns as they lie in a folder; `mark` says up to where they are in step with what they were made from."""

    #: The place of each person's response in its table.
    sequences: NDArray[np.int64]
    columns: Mapping[str, Column]
    mark: tuple[int, ...] = ()


def read(folder: Path, made_from: str) -> ColumnFiles | None:
    """Return the columns of a folder, or None where there are none or they were made from something else."""
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        if (head["format"], head["made_from"]) != (FORMAT, made_from):
            return None
        within, people = folder / head["generation"], head["people"]
        sequences = _open(within / _SEQUENCES, _PLACES, people)
        columns = {
            name: Column(_open(within / name, _kind(values), people), tuple(map(_value, values)))
            for name, values in head["values"].items()
        }
    except (OSError, ValueError, KeyError):
        return None
    return ColumnFiles(sequences, columns, tuple(head["mark"]))


def places_in(folder: Path) -> NDArray[np.int64] | None:
    """Return the places of the responses in a folder's columns, whatever they were made from; None if unreadable."""
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
        return _open(folder / head["generation"] / _SEQUENCES, _PLACES, head["people"])
    except (OSError, ValueError, KeyError):
        return None


def write(folder: Path, made_from: str, kept: ColumnFiles) -> None:
    """Write columns in the place of those in a folder; whoever reads the old ones reads on."""
    generation = uuid4().hex
    within = folder / generation
    within.mkdir(parents=True, mode=0o700)
    _write_all(within, kept, 0)
    _put_head(folder, made_from, generation, kept)
    for old in folder.iterdir():
        if old.is_dir() and old != within:
            shutil.rmtree(old, ignore_errors=True)


def append(folder: Path, made_from: str, kept: ColumnFiles, already: int) -> None:
    """Write what stands in columns behind the people who lie in the folder already."""
    generation = json.loads((folder / _HEAD).read_text(encoding="utf-8"))["generation"]
    _write_all(folder / generation, kept, already)
    _put_head(folder, made_from, generation, kept)


def is_beginning(lying: ColumnFiles, kept: ColumnFiles) -> bool:
    """Say whether what lies in a folder only needs what stands in columns behind it, in numbers of the same size."""
    already = len(lying.sequences)
    return bool(
        already
        and np.array_equal(lying.sequences, kept.sequences[:already])
        and all(_is_beginning(column, kept.columns[name]) for name, column in lying.columns.items())
    )


@contextmanager
def alone_at(folder: Path) -> Iterator[None]:
    """Wait until no other process of this machine changes a folder."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove(folder: Path) -> None:
    """Delete one snapshot."""
    shutil.rmtree(folder, ignore_errors=True)


def forget_all(instance_folder: Path) -> None:
    """Delete every snapshot: something in one of them was erased, and all can be made again."""
    shutil.rmtree(instance_folder / SNAPSHOTS, ignore_errors=True)


def _is_beginning(lying: Column, kept: Column) -> bool:
    return _kind(lying.values) == _kind(kept.values) and lying.values == kept.values[: len(lying.values)]


def _kind(values: Sequence[Any]) -> np.dtype[Any]:
    return kind_of(values).newbyteorder("<")


def _open(path: Path, kind: np.dtype[Any], people: int) -> NDArray[Any]:
    if not people:
        return np.zeros(0, kind)
    with path.open("rb") as file:
        return np.frombuffer(mmap(file.fileno(), people * kind.itemsize, access=ACCESS_READ), kind)


def _write_all(within: Path, kept: ColumnFiles, already: int) -> None:
    _write_behind(within / _SEQUENCES, kept.sequences.astype(_PLACES), already)
    for name, column in kept.columns.items():
        _write_behind(within / name, column.numbers.astype(_kind(column.values)), already)


def _write_behind(path: Path, numbers: NDArray[Any], already: int) -> None:
    """Write the numbers behind those already there; what an interrupted write left behind them goes."""
    with path.open("r+b" if already else "wb") as file:
        file.truncate(already * numbers.itemsize)
        file.seek(0, os.SEEK_END)
        file.write(numbers[already:].tobytes())
        file.flush()
        os.fsync(file.fileno())


def _put_head(folder: Path, made_from: str, generation: str, kept: ColumnFiles) -> None:
    head = {
        "format": FORMAT,
        "made_from": made_from,
        "generation": generation,
        "people": len(kept.sequences),
        "mark": kept.mark,
        "values": {name: column.values for name, column in kept.columns.items()},
    }
    new = folder / f"{_HEAD}.new"
    new.write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
    new.replace(folder / _HEAD)


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
