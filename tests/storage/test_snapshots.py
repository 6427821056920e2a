"""The columnar snapshot says of every response that counts what the database says, whatever came and went."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import update

from builders import WARD, WAVE
from engage.collection.withdrawal import erase_response
from engage.housekeeping import keep_house
from engage.results.columns import Column, count_in, together
from engage.storage import column_files, responses, snapshots
from engage.storage.column_files import SNAPSHOTS, ColumnFiles, is_beginning, write
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from engage.storage.snapshots import WaveColumns
from reporting.answered import FAR_WARD, SURVEY, people, take_in

QUESTIONS = ("safe_day", "unsafe_reasons", "communities")
TOLD = [
    people(3, {"safe_day": "very_safe", "unsafe_reasons": ["dark", "threats"]}),
    people(2, {"safe_day": "very_unsafe", "communities": ["somali", {"other": "Wolof speakers"}]}, area=FAR_WARD),
    people(1, {"say_more": "nobody else wrote this sentence"}, style="easy_read"),
]


def read(instance: Instance) -> WaveColumns:
    with instance.database.snapshot() as session:
        return snapshots.of_wave(session, SURVEY, WAVE, QUESTIONS)


def files(instance: Instance) -> list[Path]:
    return [path for path in (instance.settings.instance / SNAPSHOTS).rglob("*") if path.suffix != ".lock"]


def heads(instance: Instance) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in files(instance) if path.name == "head.json"}


def given(column: Column) -> list[object]:
    return [column.values[number] for number in column.numbers]


def told(columns: WaveColumns) -> Counter[object]:
    """Return every response as it stands in the columns."""
    listed = [*columns.fields.values(), *(columns.answers[question] for question in QUESTIONS)]
    return Counter(zip(*map(given, listed), strict=True))


def stored(instance: Instance) -> Counter[object]:
    """Return every response as it stands in the database."""

    def codes(value: object) -> object:
        if isinstance(value, list | tuple):
            return tuple("other" if isinstance(entry, dict) else entry for entry in value)
        return value

    with instance.database.reading() as session:
        return Counter(
            tuple(codes(getattr(response, name)) for name in snapshots.FIELDS)
            + tuple(codes(response.answers.get(question)) for question in QUESTIONS)
            for response in responses.of_wave(session, SURVEY, WAVE)
        )


def test_a_snapshot_grows_by_what_came_and_loses_what_went(surveyed: Instance) -> None:
    receipts = take_in(surveyed, TOLD)
    assert told(read(surveyed)) == stored(surveyed)
    before = heads(surveyed)
    assert told(read(surveyed)) == stored(surveyed)
    assert heads(surveyed) == before, "nothing came, so nothing was written"
    receipts += take_in(surveyed, TOLD[:1])
    assert told(read(surveyed)) == stored(surveyed)
    assert {path.parent for path in heads(surveyed)} == {path.parent for path in before}
    with surveyed.database.writing() as session:
        session.execute(update(ResponseRow).where(ResponseRow.sequence == 2).values(sequence=5000))
    assert told(read(surveyed)) == stored(surveyed)
    with surveyed.database.writing() as session:  # as when an earlier place is committed later
        session.execute(update(ResponseRow).where(ResponseRow.sequence == 5000).values(sequence=2))
        session.execute(update(ResponseRow).where(ResponseRow.sequence == 4).values(area=None, sequence=6000))
    assert told(read(surveyed)) == stored(surveyed)
    assert len(read(surveyed).sequences) == len(receipts)


def test_what_came_is_written_behind_the_others_or_read_anew_until_it_is_much(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(surveyed, TOLD)
    assert told(read(surveyed)) == stored(surveyed)
    before = heads(surveyed)
    take_in(surveyed, TOLD[1:])
    assert told(read(surveyed)) == stored(surveyed)
    assert heads(surveyed) == before
    monkeypatch.setattr(snapshots, "UNWRITTEN", 0)
    assert told(read(surveyed)) == stored(surveyed)
    written = heads(surveyed)
    assert {path.parent for path in written} == {path.parent for path in before}
    assert written != before
    assert told(read(surveyed)) == stored(surveyed)


def test_a_column_has_room_for_more_answers_than_a_byte_can_tell_apart(tmp_path: Path) -> None:
    def kept(people: int) -> ColumnFiles:
        return ColumnFiles(np.arange(people), {"q": Column.of(f"code {number}" for number in range(people))}, (people,))

    write(tmp_path, "here", kept(256))
    few = column_files.read(tmp_path, "here")
    assert few is not None
    assert is_beginning(few, kept(256))
    assert not is_beginning(few, kept(300))
    write(tmp_path, "here", kept(300))
    many = column_files.read(tmp_path, "here")
    assert many is not None
    assert given(many.columns["q"]) == given(kept(300).columns["q"])


def test_what_is_erased_is_in_no_snapshot_from_then_on(surveyed: Instance) -> None:
    receipts = take_in(surveyed, TOLD)
    read(surveyed)
    assert files(surveyed)
    with surveyed.database.writing() as session:
        erase_response(session, surveyed.settings.keys, receipts[0], actor="test", now=surveyed.now())
    assert files(surveyed) == []
    assert told(read(surveyed)) == stored(surveyed)


def test_another_machine_s_snapshot_goes_with_the_next_round_of_housekeeping(surveyed: Instance) -> None:
    take_in(surveyed, TOLD)
    read(surveyed)
    keep_house(surveyed)
    assert files(surveyed)
    with surveyed.database.writing() as session:
        found = responses.some_of_wave(session, SURVEY, WAVE, 0, 1)
        responses.remove(session, found[0][1].response_id)
    keep_house(surveyed)
    assert files(surveyed) == []


def test_no_words_and_no_ids_stand_in_a_snapshot(surveyed: Instance) -> None:
    take_in(surveyed, TOLD)
    read(surveyed)
    with surveyed.database.reading() as session:
        ids: list[UUID] = list(responses.all_ids(session))
    kept = b"".join(path.read_bytes() for path in files(surveyed) if path.is_file())
    assert b"somali" in kept
    for secret in (b"Wolof", b"sentence", *(one.bytes for one in ids), *(str(one).encode() for one in ids)):
        assert secret not in kept


@pytest.mark.parametrize("damage", ["cut", "longer", "no head", "not ours"])
def test_a_damaged_snapshot_is_made_again(surveyed: Instance, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "UNWRITTEN", 0)
    take_in(surveyed, TOLD)
    read(surveyed)
    (column,) = [path for path in files(surveyed) if path.name == "answers.safe_day"]
    head = column.parent.parent / "head.json"
    match damage:
        case "cut":
            column.write_bytes(column.read_bytes()[:-3])
        case "longer":  # a write that was cut off before its head was put
            column.write_bytes(column.read_bytes() + b"\x07\x00\x00")
        case "no head":
            head.unlink()
        case _:
            head.write_text("{}")
    take_in(surveyed, TOLD[1:])
    assert told(read(surveyed)) == stored(surveyed)
    assert told(read(surveyed)) == stored(surveyed)


def test_where_nothing_can_be_written_figures_are_right_all_the_same(surveyed: Instance) -> None:
    take_in(surveyed, TOLD)
    (surveyed.settings.instance / SNAPSHOTS).write_text("a file where the folder should be")
    assert told(read(surveyed)) == stored(surveyed)


def test_pairs_are_counted_alike_however_many_there_could_be(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Column.of([WARD, None, WARD, "b", "b", WARD]), Column.of(["x", "y", "x", None, "z", "y"])
    counts_in = np.eye(len(other.values), dtype=np.bool_)
    counted = [count_in(one, other.numbers, counts_in).tolist(), given(together(one, other))]
    assert counted[0] == [[2, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]]
    monkeypatch.setattr("engage.results.columns.MOST_PAIRS", 0)
    assert [count_in(one, other.numbers, counts_in).tolist(), given(together(one, other))] == counted
    assert given(together(one, other)) == list(zip(given(one), given(other), strict=True))
