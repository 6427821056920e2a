"""Translations as files: what is written is read back, whatever program saved it in between."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from babel.messages.pofile import read_po
from openpyxl import Workbook, load_workbook

from engage.phrases import SHIPPED, languages_with_phrases, plural_categories, source_forms
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.translation_files import WRITERS, read_translation_file
from engage.questionnaire.translation_rows import LARGEST_FILE, FileRow, Heading, TranslationFileFaulty, examples
from engage.questionnaire.translation_rows import shown_sources as sources_beside
from engage.questionnaire.translations import Entry, interface_entries, survey_entries

SURVEY = read_library_survey("feeling-safe")
LANGUAGES = [tag for tag in languages_with_phrases() if tag != "en"]
#: One plain wording, one that counts in Arabic, one without words.
SOME = (
    Entry("web.next", "Survey pages", "Next", "التالي", "reviewed"),
    Entry(
        "web.waiting",
        "Survey pages",
        ("{count} answer", "{count} answers"),
        ("صفر", "واحد", "اثنان", "{count} قليل", "{count} كثير", "{count} غير"),
        "machine_drafted",
    ),
    Entry("web.back", "Survey pages", "Back", None, "missing"),
)


def written(ending: str, entries: tuple[Entry, ...], tag: str = "ar") -> bytes:
    return WRITERS[ending](Heading(tag, "interface"), entries)


def read(ending: str, content: bytes, tag: str = "ar") -> dict[str, FileRow]:
    return {row.key: row for row in read_translation_file(f"words.{ending}", content, tag).rows}


def a_workbook(*rows: tuple[Any, ...], heads: tuple[str, ...] = ("key", "source", "translation", "state")) -> bytes:
    """Return a workbook as a spreadsheet program might save it: typed cells, one sheet, no mark."""
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (heads, *rows):
        sheet.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("ending", ["po", "xlsx"])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_shipped_language_comes_back_as_it_went_out(ending: str, tag: str) -> None:
    language = SURVEY.language(tag)
    parts = [interface_entries(source_forms(), SHIPPED.words(tag), {})]
    parts += [survey_entries(SURVEY, language.wording, {})] if language else []
    for entries in parts:
        found = read(ending, written(ending, entries, tag), tag)
        assert list(found) == [entry.key for entry in entries] or set(found) == {entry.key for entry in entries}
        for entry in entries:
            row = found[entry.key]
            assert row.words == entry.words, entry.key
            assert row.source in (entry.source, sources_beside(entry.source, tag)), entry.key
            assert (row.mark, row.problem) == (entry.mark, None)


@pytest.mark.parametrize("ending", ["po", "xlsx"])
def test_a_file_says_what_it_is_of_and_what_is_reviewed(ending: str) -> None:
    file = read_translation_file(f"a.{ending}", written(ending, SOME), "ar")
    assert (file.language, file.catalogue) == ("ar", "interface")
    rows = {row.key: row for row in file.rows}
    assert rows["web.next"].is_reviewed and not rows["web.waiting"].is_reviewed
    assert rows["web.back"].words is None
    assert rows["web.next"].mark and rows["web.next"].mark.endswith("r")


def test_what_is_not_reviewed_is_fuzzy_to_every_po_program() -> None:
    catalogue = read_po(io.BytesIO(written("po", SOME)))
    assert {message.context: message.fuzzy for message in catalogue if message.id} == {
        "web.next": False,
        "web.waiting": True,
        "web.back": False,
    }
    assert catalogue.num_plurals == 6
    assert [message.pluralizable for message in catalogue if message.context == "web.waiting"] == [True]


def test_a_sheet_of_a_right_to_left_language_reads_from_the_right() -> None:
    sheet = load_workbook(io.BytesIO(written("xlsx", SOME)))["words"]
    assert sheet.sheet_view.rightToLeft
    assert not load_workbook(io.BytesIO(written("xlsx", SOME[:1], "pl")))["words"].sheet_view.rightToLeft


def test_a_sheet_has_a_row_for_each_category_of_number_with_an_example() -> None:
    rows = list(load_workbook(io.BytesIO(written("xlsx", SOME)))["words"].iter_rows(values_only=True))
    counted = [row for row in rows if str(row[0]).startswith("web.waiting")]
    assert [row[0] for row in counted] == [f"web.waiting [{name}]" for name in plural_categories("ar")]
    assert [row[2] for row in counted][:3] == ["{count} answers", "{count} answer", "{count} answers"]
    assert "numbers such as 3, 4, 5" in str(counted[3][1])


@pytest.mark.parametrize("text", ["=1+1", "+44 800", "-5", "@sum", '=HYPERLINK("http://x")'])
def test_no_cell_is_ever_a_formula(text: str) -> None:
    content = written("xlsx", (Entry("k", "Note", text, text, "machine_drafted"),))
    cells = [cell for row in load_workbook(io.BytesIO(content))["words"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")
    assert read("xlsx", content)["k"].words == text


def test_a_sheet_that_a_spreadsheet_saved_with_words_in_the_cells_is_read() -> None:
    head = "".join(f'<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>' for column, name in HEADS)
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1">{head}</row><row r="2"><c r="A2" t="inlineStr"><is><t>web.next</t></is></c>'
        '<c r="B2" t="inlineStr"><is><r><t>Ne</t></r><r><t>xt</t></r></is></c>'
        '<c r="C2" t="inlineStr"><is><t xml:space="preserve"> التالي&#13;\n الآن </t></is></c></row>'
        "</sheetData></worksheet>"
    )
    original, file = a_workbook(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            after.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else before.read(name))
    row = read("xlsx", file.getvalue())["web.next"]
    assert (row.source, row.words, row.mark) == ("Next", "التالي\n الآن", None)


HEADS = (("A", "key"), ("B", "source"), ("C", "translation"))


def test_numbers_that_were_typed_as_numbers_are_read_as_they_were_typed() -> None:
    found = read("xlsx", a_workbook(("a", "1", 1, ""), ("b", "2.5", 2.5, ""), ("c", "3", 3.0, "reviewed")))
    assert {key: (row.source, row.words) for key, row in found.items()} == {
        "a": ("1", "1"),
        "b": ("2.5", "2.5"),
        "c": ("3", "3"),
    }
    assert found["c"].is_reviewed


def test_what_a_spreadsheet_made_of_the_words_is_named() -> None:
    found = read(
        "xlsx", a_workbook(("a", "1/2", date(2026, 2, 1), ""), ("b", "x", "=A1", ""), ("c", "y", "#NAME?", ""))
    )
    assert {key: row.problem for key, row in found.items()} == {
        "a": "cell_is_a_date",
        "b": "cell_is_a_formula",
        "c": "cell_is_an_error",
    }


def test_columns_may_stand_in_any_order_and_rows_without_a_key_are_nothing() -> None:
    content = a_workbook(("Haa", "Yes", "k"), ("", "", ""), (None, "x", None), heads=("Translation", "SOURCE", "Key"))
    assert list(read("xlsx", content).items()) == [("k", FileRow("row 2", "k", "Yes", "Haa", is_reviewed=False))]


def test_a_form_that_is_missing_or_stands_twice_is_seen() -> None:
    content = a_workbook(("k [one]", "one", "hal", ""), ("k [one]", "one", "mid", ""))
    rows = read_translation_file("a.xlsx", content, "so").rows
    assert [(row.key, row.words, row.problem) for row in rows] == [
        ("k [one]", "mid", "repeated"),
        ("k", ("hal", ""), None),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("words.txt", b"x"),
        ("words.po", b'msgctxt "a"\nmsgid "b"\nmsgstr "c'),
        ("words.po", b"\xff\xfe\x00m"),
        ("words.po", b'msgid ""\nmsgstr "Content-Type: text/plain; charset=no-such\\n"\n\nmsgid "a"\nmsgstr "b"\n'),
        ("words.po", b"x" * (LARGEST_FILE + 1)),
        ("words.xlsx", b"not a workbook"),
        ("words.xlsx", b"PK\x05\x06" + b"\x00" * 18),
        ("words.xlsx", a_workbook(heads=("one", "two"))),
    ],
)
def test_a_file_that_cannot_be_read_says_so(name: str, content: bytes) -> None:
    with pytest.raises(TranslationFileFaulty):
        read_translation_file(name, content, "so")


def test_a_workbook_that_unpacks_to_far_more_is_not_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    with pytest.raises(TranslationFileFaulty, match="too large"):
        read_translation_file("a.xlsx", file.getvalue(), "so")


@pytest.mark.parametrize(
    ("language", "category", "numbers"),
    [("ar", "two", "2"), ("ar", "zero", "0"), ("pl", "few", "2, 3, 4"), ("pl", "other", "1.5"), ("en", "one", "1")],
)
def test_a_category_is_told_by_numbers(language: str, category: str, numbers: str) -> None:
    assert examples(language, category) == numbers
