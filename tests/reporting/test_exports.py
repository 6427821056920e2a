"""Results as files: CSV that no spreadsheet runs, JSON, HTML; nothing that is not published."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from builders import WARD, with_survey
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Language
from engage.reporting.exports import COLUMNS, FormatRefused, export_tables, write_csv
from engage.reporting.labels import Labels
from engage.storage.instance import Instance
from reporting.answered import (
    FORCE,
    a_released_instance,
    people,
    publish,
    published_tables,
    safe_day,
    take_in,
    to_state,
)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave of made-up answers."""
    groups = [*safe_day(37, 13, 3), people(11, {"communities": ["somali"], "safe_day": "neither"})]
    instance = a_released_instance(tmp_path_factory.mktemp("exports"), groups, is_synthetic=True)
    yield instance
    instance.database.close()


def lines_of(instance: Instance, **asked: str) -> list[dict[str, str]]:
    """Return the lines of the CSV file."""
    published, tables = published_tables(instance, **asked)
    text = write_csv(published, tables, Labels(published.questionnaire, published.ground.tree)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_says_everything_about_its_cell(released: Instance) -> None:
    line = next(line for line in lines_of(released, area=WARD) if line["question"] == "safe_day")
    assert list(line) == list(COLUMNS)
    assert next(iter(line)) == "synthetic"
    assert len(line["release"]) == 64
    del line["release"]
    assert line == {
        "synthetic": "made-up answers",
        "survey": "feeling-safe",
        "wave": "2026-autumn",
        "published": "2026-11-21",
        "question": "safe_day",
        "wording": "How safe do you feel outside in Clifton East in the daytime?",
        "rows": "area",
        "area": "",
        "row": WARD,
        "row_name": "Clifton East",
        "shown_for": WARD,
        "base": "65",
        "quality": "ok",
        "option": "safe",
        "option_wording": "Safe",
        "n": "35",
        "shown": "35",
        "share": "0.54",
        "low": "0.37",
        "high": "0.71",
        "note": "of the people who answered",
    }


def test_hidden_and_zero_look_alike_and_what_is_not_shown_has_one_line(released: Instance) -> None:
    lines = [line for line in lines_of(released, by="community") if line["question"] == "safe_day"]
    somali = {line["option"]: line for line in lines if line["row"] == "somali"}
    assert {option: line["shown"] for option, line in somali.items()} == {
        "safe": "<8",
        "between": "over 90 %",
        "unsafe": "<8",
    }
    figures = ("n", "share", "low", "high")
    assert {line[name] for line in somali.values() for name in figures} == {""}
    [polish] = [line for line in lines if line["row"] == "polish"]
    assert (polish["shown"], polish["quality"], polish["base"]) == ("not enough to show safely", "not_enough", "")
    assert {line["area"] for line in lines} == {FORCE}


def test_the_mark_for_spreadsheets_may_be_left_out(released: Instance) -> None:
    published, tables = published_tables(released, area=WARD)
    labels = Labels(published.questionnaire, published.ground.tree)
    with_mark, without = (write_csv(published, tables, labels, byte_order_mark=mark) for mark in (True, False))
    assert with_mark == b"\xef\xbb\xbf" + without


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(instance: Instance, sign: str) -> None:
    survey = read_library_survey("feeling-safe")
    english = survey.languages[0]
    wording = MappingProxyType({**english.wording, "scale.safety.safe": f"{sign}cmd|'/c calc'!A1"})
    faulty = replace(survey, languages=(Language("en", "source", wording), *survey.languages[1:]))
    with_survey(instance, faulty)
    take_in(instance, safe_day(37, 13, 12))
    to_state(instance, "closed")
    publish(instance)
    cells = {cell for line in lines_of(instance) for cell in line.values()}
    assert any(cell.startswith(f"'{sign}cmd") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_json_is_the_release_document(released: Instance) -> None:
    published, tables = published_tables(released, by="gender")
    written = export_tables("json", published, tables, Labels(published.questionnaire, published.ground.tree))
    document = json.loads(written)
    assert document["tables"] == [table.to_document() for table in tables]


def test_html_says_that_answers_are_made_up(released: Instance) -> None:
    published, tables = published_tables(released, area=WARD)
    written = export_tables("html", published, tables, Labels(published.questionnaire, published.ground.tree))
    assert b"Everything here is made up" in written
    assert b"<svg" in written


@pytest.mark.parametrize("form", ["xlsx", "pdf", "docx", "exe", ""])
def test_a_format_that_is_not_written_is_refused_by_name(released: Instance, form: str) -> None:
    published, tables = published_tables(released, area=WARD)
    with pytest.raises(FormatRefused, match="json, csv, html"):
        export_tables(form, published, tables, Labels(published.questionnaire, published.ground.tree))
