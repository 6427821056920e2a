"""Whatever workbook is handed in is a form or a list of faults at their cells: real forms, odd cells, hostile files."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.xlsform import read_xlsform, write_xlsform
from engage.questionnaire.xlsform.cells import LARGEST_UNPACKED
from questionnaire.tiny import every_field
from questionnaire.workbooks import a_workbook, asked

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "xlsforms"
needs_real_forms = pytest.mark.skipif(not REAL.is_dir(), reason="REAL FORMS ABSENT: no ../shared/data/xlsforms here")
#: Real form → its own questions where all of it is taken, or the first cell that is refused.
EXPECTED: dict[str, int | str] = {
    "odk-all-question-types.xlsx": "survey!A30",
    "odk-socio-economic-survey.xlsx": "survey!G6",
    "pyxform-attribute_columns_test.xlsx": "survey!E5",
    "pyxform-bug-bad_calc.xlsx": "survey!D2",
    "pyxform-bug-duplicate_columns.xlsx": "survey!E1",
    "pyxform-group.xlsx": 4,
    "pyxform-or_other.xlsx": "survey!D3",
    "pyxform-specify_other.xlsx": 2,
    "pyxform-survey_no_name.xlsx": 1,
    "pyxform-text_and_integer.xlsx": 2,
    "pyxform-xlsform_spec_test.xlsx": "survey!E5",
    "pyxform-yes_or_no_question.xlsx": 1,
    "unicef-liberia-standardisation.xlsx": "survey!A7",
}
#: Questions that are taken, and cells left out, of those that are not taken whole.
LEFT: dict[str, tuple[int, int]] = {
    "odk-all-question-types.xlsx": (70, 24),
    "odk-socio-economic-survey.xlsx": (11, 2),
    "pyxform-attribute_columns_test.xlsx": (15, 20),
    "pyxform-or_other.xlsx": (2, 1),
    "pyxform-xlsform_spec_test.xlsx": (15, 19),
    "unicef-liberia-standardisation.xlsx": (3, 1),
}


def refused(content: bytes, name: str = "form.xlsx", *, leave_out: bool = False) -> list[str]:
    """Return the cells of the faults of a workbook."""
    with pytest.raises(DefinitionFaulty) as caught:
        read_xlsform(content, name, leave_out=leave_out)
    assert all(fault.detail for fault in caught.value.faults)
    return [fault.path for fault in caught.value.faults]


@needs_real_forms
@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_form_is_taken_or_refused_at_the_cell_a_reader_would_name(name: str) -> None:
    content, expected = (REAL / name).read_bytes(), EXPECTED[name]
    if isinstance(expected, str):
        assert refused(content, name)[0] == expected
    if expected in ("survey!D2", "survey!E1"):
        assert refused(content, name, leave_out=True) == [expected]
        return
    read = read_xlsform(content, name, leave_out=isinstance(expected, str))
    if isinstance(expected, int):
        assert (len(asked(read)), len(read.left_out)) == (expected, 0)
    else:
        assert (len(asked(read)), len(read.left_out)) == LEFT[name]
    questionnaire = parse_definition(read.document)
    again = read_xlsform(write_xlsform(questionnaire), name)
    assert parse_definition(again.document) == questionnaire


@needs_real_forms
def test_every_real_form_is_looked_at() -> None:
    assert {path.name for path in REAL.glob("*.xlsx")} == set(EXPECTED)


@pytest.mark.parametrize(
    "content",
    [b"", b"no workbook", b"PK\x03\x04 nor this", b"\xd0\xcf\x11\xe0" + bytes(600)],
    ids=["", "text", "zip", "ole"],
)
def test_what_is_no_workbook_is_said_to_be_none(content: bytes) -> None:
    assert refused(content) == ["workbook"]


def test_a_workbook_that_unpacks_to_far_more_than_a_form_is_refused() -> None:
    file = io.BytesIO(a_workbook([("type", "name", "label"), ("text", "q", "Q?")]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/bomb", b"\0" * (LARGEST_UNPACKED + 1))
    assert refused(file.getvalue()) == ["workbook"]


def test_a_sheet_that_claims_a_million_rows_and_columns_is_read_at_once() -> None:
    book = load_workbook(io.BytesIO(a_workbook([("type", "name", "label"), ("text", "q", "Q?")])))
    book["survey"].cell(row=15_000, column=16_384).value = "far away"
    file = io.BytesIO()
    book.save(file)
    assert list(asked(read_xlsform(file.getvalue(), "f.xlsx"))) == ["q"]
    book["survey"].cell(row=1_048_576, column=1).value = "further"
    book.save(file := io.BytesIO())
    assert refused(file.getvalue()) == ["survey!A1048576"]


def test_a_row_that_says_it_is_the_thousand_millionth_is_refused_at_once() -> None:
    content = a_workbook([("type", "name", "label"), ("text", "q", "Q?")])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as sent, zipfile.ZipFile(file, "w") as packed:
        for name in sent.namelist():
            packed.writestr(name, sent.read(name).replace(b'<row r="2">', b'<row r="1000000000">'))
    assert refused(file.getvalue()) == ["survey!A1048577"]


def test_a_form_without_its_sheet_or_columns_is_refused() -> None:
    assert refused(a_workbook((), [("list_name", "name")], [("form_title",), ("T",)])) == ["workbook"]
    assert refused(a_workbook([("kind", "label"), ("text", "Q?")]))[0] == "survey!A1"
    assert refused(a_workbook([("type", "name", "label")])) == ["survey!A1"]


def test_cells_say_what_the_sheet_shows_whatever_they_hold() -> None:
    rows = [
        ("type", "name", "label", "required"),
        ("\ufeffselect_one\u00a0yn ", " q ", 7.0, True),
        (None, None, None, None),
        ("text", "r", "Trailing \u00a0", False),
    ]
    choices = [("list_name", "name", "label"), ("yn", 1, "Yes"), ("yn", 0.0, True), ("yn", 2.5, "Half")]
    questions = asked(read_xlsform(a_workbook(rows, choices), "f.xlsx"))
    assert [option["code"] for option in questions["q"]["options"]] == ["1", "0", "2_5"]
    assert questions["q"]["text"] == "7" and questions["r"]["text"] == "Trailing"


def test_dates_errors_and_formulas_never_worked_out_are_faults_at_their_cells() -> None:
    rows: list[tuple[Any, ...]] = [
        ("type", "name", "label"),
        ("text", date(2026, 1, 2), "Q?"),
        ("text", "r", "=1+1"),
        ("text", "s", "#REF!"),
    ]
    assert {"survey!B2", "survey!C3", "survey!C4"} <= set(refused(a_workbook(rows)))


def test_merged_cells_say_what_their_first_one_says() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Survey "
    for row in (("type", "name", "label", "hint"), ("text", "q", "Q?", ""), ("text", "r", "R?", "")):
        sheet.append(row)
    sheet.merge_cells("C2:D2")
    book.save(file := io.BytesIO())
    assert asked(read_xlsform(file.getvalue(), "f.xlsx"))["q"] == {"id": "q", "type": "short_text", "text": "Q?"}


FORM = write_xlsform(parse_definition(every_field()))
SHEETS = load_workbook(io.BytesIO(FORM)).sheetnames
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(["begin group", "end group", "begin repeat", "select_one nowhere", "text", "${q}", "=A1", "#REF!"]),
    st.sampled_from(
        ["engage_routes", "label::Klingon", "label@x::en", "type", "name", "1" * 400, "(" * 400, "not(", "."]
    ),
)


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_form_with_odd_cells_anywhere_is_taken_or_refused_never_an_accident(data: st.DataObject) -> None:
    book = load_workbook(io.BytesIO(FORM))
    for _ in range(data.draw(st.integers(1, 4))):
        sheet = book[data.draw(st.sampled_from(SHEETS))]
        row, column = data.draw(st.integers(1, sheet.max_row + 1)), data.draw(st.integers(1, sheet.max_column + 1))
        cell = sheet.cell(row=row, column=column)
        cell.value = data.draw(ODD)
    book.save(file := io.BytesIO())
    try:
        read = read_xlsform(file.getvalue(), "form.xlsx", leave_out=data.draw(st.booleans()))
    except DefinitionFaulty as faulty:
        str(faulty).encode()
    else:
        assert parse_definition(read.document).questions


@given(st.integers(0, len(FORM) - 1), st.binary(max_size=3), st.integers(0, 40))
@settings(max_examples=25, deadline=None)
def test_a_damaged_workbook_is_taken_or_refused(at: int, put: bytes, lost: int) -> None:
    try:
        read_xlsform(FORM[:at] + put + FORM[at + lost :], "form.xlsx")
    except DefinitionFaulty as faulty:
        str(faulty).encode()
