"""Waves of the past: files as offices keep them, mapped, checked row by row and brought in once."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from builders import WARD
from engage.collection.past_waves import (
    FileFaulty,
    Mapped,
    guess_columns,
    import_past_wave,
    look_over,
    read_mapping,
    read_rows,
)
from engage.collection.past_waves.importing import PastRefused, Report
from engage.storage import areas, audit, questionnaires, responses, review, waves
from engage.storage.instance import Instance

HEADS = ["ID", "Ward", "Age", "safe_day", "What, if anything, makes you feel unsafe here?", "say_more", "Date"]
ROWS = [
    [
        "1",
        "Clifton East",
        "19",
        "Very safe",
        "Dark or empty places; People who threaten or bother me",
        "",
        "21/11/2019",
    ],
    ["2", "E05012279", "14", "Quite safe", "", "too dark – é", "2019-11-22"],
    ["3", "Nowhere", "33", "Very safe", "", "", "2019-11-22"],
    ["4", "Clifton West", "11", "Very safe", "", "", "2019-11-22"],
]


def a_csv(path: Path, rows: list[list[str]] = ROWS, encoding: str = "utf-8-sig", sign: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=sign).writerows([HEADS, *rows])
    return path


def a_workbook(path: Path, change: Callable[[Any], None] = lambda _: None) -> Path:
    book = Workbook()
    for row in [HEADS, *ROWS[:1], [], ["2", WARD, 14, "Quite safe", None, None, date(2019, 11, 22)]]:
        book.active.append(row)
    change(book.active)
    book.save(path)
    return path


def mapped(instance: Instance, path: Path) -> Mapped:
    with instance.database.reading() as session:
        asked = questionnaires.get(session, "feeling-safe")
        tree = areas.read_tree(session)
    assert asked is not None
    columns = guess_columns(asked, look_over(path).columns, tree)
    return Mapped("feeling-safe", asked.version, "2019-autumn", columns, agreed="a box on the form of 2019")


def brought_in(instance: Instance, path: Path, by: Mapped | None = None) -> tuple[Report, list[dict[str, str]]]:
    out = io.StringIO()
    report = import_past_wave(instance, path, by or mapped(instance, path), "ann", out)
    return report, list(csv.DictReader(io.StringIO(out.getvalue())))


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-16", "\t")])
def test_a_file_comes_in_whatever_program_saved_it_and_every_bad_row_is_named(
    surveyed: Instance, tmp_path: Path, encoding: str, sign: str
) -> None:
    report, lines = brought_in(surveyed, a_csv(tmp_path / "a.csv", encoding=encoding, sign=sign))
    assert report.counts == {"stored": 2, "refused": 2}
    assert [(line["row"], line["column"]) for line in lines if line["outcome"] == "refused"] == [
        ("4", "Ward"),
        ("5", ""),
    ]
    with surveyed.database.reading() as session:
        stored = {row.received_on: row for row in responses.of_wave(session, "feeling-safe", "2019-autumn")}
        wave = waves.get(session, "feeling-safe", "2019-autumn")
        assert waves.current(session, "feeling-safe") == waves.list_of(session, "feeling-safe")[-1] != wave
        (begun,) = [line for line in audit.lines_about(session, "feeling-safe") if line.action == "wave.import_begun"]
    first, second = stored[date(2019, 11, 21)], stored[date(2019, 11, 22)]
    assert (first.area, first.age_band, first.answers["unsafe_reasons"]) == (WARD, "18-24", ["threats", "dark"])
    assert second.answers["say_more"] == "too dark – é"
    assert wave is not None
    assert (wave.state, wave.imported, wave.closed_on) == ("closed", True, surveyed.now().date())
    assert begun.detail["agreed"] == "a box on the form of 2019"


def test_the_same_file_twice_changes_nothing_and_other_answers_under_a_known_number_are_refused(
    surveyed: Instance, tmp_path: Path
) -> None:
    path = a_csv(tmp_path / "a.csv", [*ROWS[:2]])
    brought_in(surveyed, path)
    again, _ = brought_in(surveyed, path)
    assert again.counts == {"same": 2}
    changed, lines = brought_in(surveyed, a_csv(path, [[*ROWS[0][:3], "Very unsafe", *ROWS[0][4:]]]))
    assert changed.counts == {"conflict": 1}
    assert "other answers" in lines[0]["outcome"]
    with surveyed.database.reading() as session:
        assert review.count_waiting(session) == 0


def test_rows_without_a_number_that_are_alike_are_different_people_each_time(
    surveyed: Instance, tmp_path: Path
) -> None:
    path = a_csv(tmp_path / "a.csv", [["", *ROWS[0][1:]], ["", *ROWS[0][1:]]])
    assert brought_in(surveyed, path)[0].counts == {"stored": 2}
    assert brought_in(surveyed, path)[0].counts == {"same": 2}


def test_a_workbook_comes_in_with_its_days_and_without_its_empty_rows(surveyed: Instance, tmp_path: Path) -> None:
    report, lines = brought_in(surveyed, a_workbook(tmp_path / "a.xlsx").rename(tmp_path / "whatever its name"))
    assert report.counts == {"stored": 2}
    assert [line["row"] for line in lines] == ["2", "4"]


def test_a_formula_is_named_by_its_cell_and_merged_cells_stop_the_file(surveyed: Instance, tmp_path: Path) -> None:
    def formula(sheet: Any) -> None:
        sheet["D2"] = '=CONCATENATE("Very"," safe")'

    report, lines = brought_in(surveyed, a_workbook(tmp_path / "a.xlsx", formula))
    assert (report.counts["refused"], lines[0]["column"]) == (1, "safe_day")
    assert "formula" in lines[0]["reason"]
    with pytest.raises(FileFaulty, match="A2:B2"):
        look_over(a_workbook(tmp_path / "b.xlsx", lambda sheet: sheet.merge_cells("A2:B2")))


@pytest.mark.parametrize("end", [b"J", b"\x00\xd8\n\x00"], ids=["cut off", "half a sign"])
def test_a_file_that_begins_as_utf_16_and_is_none_is_refused(tmp_path: Path, end: bytes) -> None:
    (tmp_path / "a.csv").write_bytes("Ward,Age\n".encode("utf-16") + end)
    with pytest.raises(FileFaulty, match="UTF-16"):
        list(read_rows(tmp_path / "a.csv"))


def test_a_cell_far_out_in_a_workbook_is_named(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Ward", "Age"])
    for _ in range(100):
        sheet.append([*[None] * 16_000, "far"])
    book.save(tmp_path / "a.xlsx")
    rows = list(read_rows(tmp_path / "a.xlsx"))
    assert len(rows) == 100
    assert all(row.problems == {2: "there are more cells than headings"} for row in rows)


def test_the_report_of_a_file_holds_no_formula_whatever_its_headings_say(surveyed: Instance, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Ward,safe_day\nBulwell,nobody knows\n")
    by = mapped(surveyed, path)
    path.write_text("Ward,=1+1\nBulwell,nobody knows\n")
    columns = {"Ward": by.columns["Ward"], "=1+1": by.columns["safe_day"]}
    _, lines = brought_in(surveyed, path, replace(by, columns=columns))
    assert [line["column"] for line in lines] == ["'=1+1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no headings"),
        (b"a,b,a\n1,2,3\n", "column C: the heading 'a' stands twice"),
        (b"a,,c\n", "column B: there is no heading"),
        (b"a,b\n\x81,2\n", "line 2: neither UTF-8"),
        (b'a,b\n"1,2\n', "line 2"),
        (b"\xd0\xcf\x11\xe0old", "old .xls"),
        (b"PK\x03\x04broken", "not an XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(FileFaulty, match=said):
        look_over(path)


def test_a_ward_is_meant_where_a_place_has_its_name_too(surveyed: Instance, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Ward,safe_day\nBulwell,Very safe\nE05012278,Very safe\n")
    brought_in(surveyed, path)
    with surveyed.database.reading() as session:
        told = {row.area for row in responses.of_wave(session, "feeling-safe", "2019-autumn")}
    assert told == {"E05012275", WARD}


def test_columns_that_are_ticked_one_by_one_become_one_answer(surveyed: Instance, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("unsafe_reasons/dark,unsafe_reasons/threats,ward\n1,1,Clifton East\n0,1,Clifton East\n")
    brought_in(surveyed, path)
    with surveyed.database.reading() as session:
        answers = [row.answers for row in responses.of_wave(session, "feeling-safe", "2019-autumn")]
    assert sorted(map(json.dumps, answers)) == [
        '{"unsafe_reasons": ["threats", "dark"]}',
        '{"unsafe_reasons": ["threats"]}',
    ]


def test_what_nobody_would_be_asked_today_is_refused_or_left_out_as_chosen(surveyed: Instance, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Age,safe_day,safe_town_night\n14,Quite safe,Very safe\n")
    by = mapped(surveyed, path)
    refused, lines = brought_in(surveyed, path, by)
    assert (refused.counts, lines[0]["column"]) == ({"refused": 1}, "safe_town_night")
    kept, lines = brought_in(surveyed, path, replace(by, unasked="leave_out"))
    assert (kept.counts, kept.left_out, lines[0]["column"]) == ({"stored": 1}, 1, "safe_town_night")


def test_nothing_comes_in_without_saying_how_people_agreed_nor_into_a_wave_of_our_own(
    surveyed: Instance, tmp_path: Path
) -> None:
    path = a_csv(tmp_path / "a.csv")
    by = mapped(surveyed, path)
    for wrong, said in ((replace(by, agreed=""), "agreed"), (replace(by, wave="2026-autumn"), "wave of this instance")):
        with pytest.raises(PastRefused, match=said):
            brought_in(surveyed, path, wrong)


def test_a_mapping_reads_back_as_it_was_written(surveyed: Instance, tmp_path: Path) -> None:
    by = mapped(surveyed, a_csv(tmp_path / "a.csv"))
    assert read_mapping(json.loads(json.dumps(by.to_document()))) == by
