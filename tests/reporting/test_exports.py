"""Results as files: CSV that no spreadsheet runs, JSON, HTML; nothing that is not published."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pypdfium2
import pytest
from docx import Document
from openpyxl import load_workbook

from builders import WARD, with_survey
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Language
from engage.reporting.care import ONE_BATCH
from engage.reporting.codebook import codebook_csv
from engage.reporting.exports import COLUMNS, FORMATS, FormatRefused, export_tables
from engage.reporting.labels import Labels
from engage.storage import areas, release_extras
from engage.storage.instance import Instance
from engage.storage.release_extras import ReleaseExtra
from reporting.answered import (
    DISTRICT,
    FORCE,
    NEIGHBOUR,
    PLACE,
    a_released_instance,
    people,
    publish,
    published_tables,
    row_of,
    safe_day,
    take_in,
    to_state,
)

#: Signs at which a spreadsheet takes what follows for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave of made-up answers."""
    groups = [*safe_day(37, 13, 3), people(11, {"communities": ["somali"], "safe_day": "neither"})]
    instance = a_released_instance(tmp_path_factory.mktemp("exports"), groups, is_synthetic=True)
    yield instance
    instance.database.close()


def exported(instance: Instance, form: str, *, byte_order_mark: bool = True, **asked: str) -> bytes:
    """Return the tables asked for in a format."""
    published, tables = published_tables(instance, **asked)
    labels = Labels(published.questionnaire, published.ground.tree)
    with instance.database.reading() as session:
        return export_tables(session, form, published, tables, labels, byte_order_mark=byte_order_mark)


def a_reader(instance: Instance) -> Labels:
    """Return the words of the survey's results in English."""
    published, _ = published_tables(instance)
    return Labels(published.questionnaire, published.ground.tree)


def lines_of(instance: Instance, **asked: str) -> list[dict[str, str]]:
    """Return the lines of the CSV file."""
    text = exported(instance, "csv", **asked).decode("utf-8-sig")
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
        "care": "",
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
    with_mark, without = (exported(released, "csv", area=WARD, byte_order_mark=mark) for mark in (True, False))
    assert with_mark == b"\xef\xbb\xbf" + without


def test_no_cell_is_a_formula(instance: Instance) -> None:
    survey = read_library_survey("feeling-safe")
    english = survey.languages[0]
    signs = dict(zip(("safe", "between", "unsafe", "very_safe", "neither", "very_unsafe"), FORMULA_SIGNS, strict=True))
    bad = {f"scale.safety.{code}": f"{sign}cmd|'/c calc'!A1" for code, sign in signs.items()}
    wording = MappingProxyType({**english.wording, **bad})
    with_survey(instance, replace(survey, languages=(Language("en", "source", wording), *survey.languages[1:])))
    take_in(instance, safe_day(37, 13, 12))
    to_state(instance, "closed")
    publish(instance)
    cells = [cell for line in lines_of(instance) for cell in line.values()]
    workbook = load_workbook(io.BytesIO(exported(instance, "xlsx", area=WARD)))
    in_sheets = [cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in in_sheets}
    texts = [cell.value for cell in in_sheets if isinstance(cell.value, str)]
    codebook = csv.reader(io.StringIO(codebook_csv(a_reader(instance)), newline=""))
    for found in (cells, texts, [cell for line in codebook for cell in line]):
        assert sum(cell.startswith("'") and "cmd|" in cell for cell in found) >= 3
        assert not [cell for cell in found if cell.startswith(FORMULA_SIGNS)]


def test_json_is_the_release_document(released: Instance) -> None:
    _, tables = published_tables(released, by="gender")
    document = json.loads(exported(released, "json", by="gender"))
    assert document["tables"] == [table.to_document() for table in tables]


def test_html_says_that_answers_are_made_up(released: Instance) -> None:
    written = exported(released, "html", area=WARD)
    assert b"Everything here is made up" in written
    assert b"<svg" in written


@pytest.mark.parametrize("form", ["exe", "", "microdata"])
def test_a_format_that_is_not_written_is_refused_by_name(released: Instance, form: str) -> None:
    with pytest.raises(FormatRefused, match=", ".join(FORMATS)):
        exported(released, form, area=WARD)


def test_a_workbook_has_notes_every_cell_of_the_csv_and_the_codebook(released: Instance) -> None:
    workbook = load_workbook(io.BytesIO(exported(released, "xlsx", by="community")))
    assert workbook.sheetnames == ["notes", "results", "codebook"]
    heads, *lines = workbook["results"].iter_rows(values_only=True)
    assert list(heads) == list(COLUMNS)
    as_text = [["" if value is None else str(value) for value in line] for line in lines]
    numbers = {COLUMNS.index(name) for name in ("share", "low", "high")}
    expected = [
        [str(float(value)) if place in numbers and value else value for place, value in enumerate(line.values())]
        for line in lines_of(released, by="community")
    ]
    assert as_text == expected
    notes = dict(workbook["notes"].iter_rows(values_only=True))
    assert "made-up answers" in notes["Made up"]
    assert len(notes["Release"]) == 64
    codes = {(line[0], line[7]): line[8:] for line in workbook["codebook"].iter_rows(values_only=True)}
    assert codes["safe_day", "very_safe"] == ("Very safe", "safe")
    assert not {question for question, _ in codes} & {"say_more", "age_band"}


def put_boundary(instance: Instance, code: str, west: float) -> None:
    """Give an area a square boundary."""
    corners = [(west, 52.9), (west + 0.01, 52.9), (west + 0.01, 52.91), (west, 52.91), (west, 52.9)]
    with instance.database.writing() as session:
        area = areas.read_tree(session)[code]
        square = {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}
        areas.put(session, [areas.StoredArea(area, square)])


def test_a_map_has_each_area_with_its_boundary_and_the_published_figures(released: Instance) -> None:
    for place, ward in enumerate((WARD, NEIGHBOUR)):
        put_boundary(released, ward, place / 100 - 1.2)
    document = json.loads(exported(released, "geojson", by="place"))
    assert document["type"] == "FeatureCollection"
    assert document["synthetic"] is True
    features = {feature["id"]: feature for feature in document["features"]}
    clifton = features[PLACE]
    assert clifton["geometry"]["type"] == "MultiPolygon"
    assert len(clifton["geometry"]["coordinates"]) == 2
    row = row_of(released, "safe_day", PLACE, by="place")
    properties = clifton["properties"]
    assert (properties["name"], properties["level"]) == ("Clifton and Wilford", "place")
    assert (properties["safe_day__base"], properties["safe_day__shown_for"]) == (row.base, PLACE)
    for cell in row.cells:
        for name in ("n", "shown", "share", "low", "high"):
            assert properties[f"safe_day__{cell.option}__{name}"] == getattr(cell, name)
    others = [feature for code, feature in features.items() if code != PLACE]
    assert others
    assert {feature["geometry"] for feature in others} == {None}
    [ward] = json.loads(exported(released, "geojson", area=WARD))["features"]
    assert ward["geometry"]["type"] == "Polygon"


def test_people_have_no_boundaries(released: Instance) -> None:
    with pytest.raises(FormatRefused, match="groups of people have no boundaries"):
        exported(released, "geojson", by="community")


def test_a_document_has_a_table_for_each_question_with_the_published_cells(released: Instance) -> None:
    document = Document(io.BytesIO(exported(released, "docx", area=WARD)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "How safe do you feel outside in Clifton East in the daytime?" in text
    assert "made-up answers for demonstration" in text
    first = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    row = row_of(released, "safe_day", WARD)
    tables = [[[cell.text for cell in line.cells] for line in table.rows] for table in document.tables]
    assert first[0] == ["Answer", "People", "Share", "Likely between"]
    safe = row.cells[0]
    assert ["Safe", safe.shown, "54 %", "37 to 71 %"] in [line for table in tables for line in table]
    wide = Document(io.BytesIO(exported(released, "docx", by="community")))
    lines = [[cell.text for cell in line.cells] for table in wide.tables for line in table.rows]
    assert ["Polish", "not enough to show safely", "", "", ""] in lines
    assert ["Somali", "10", "<8", "over 90 %", "<8"] in lines


def test_a_chart_in_a_document_has_words_for_who_does_not_see_it(released: Instance) -> None:
    document = Document(io.BytesIO(exported(released, "docx", area=WARD)))
    described = [picture._inline.docPr.get("descr") for picture in document.inline_shapes]
    assert "Safe, about 54 in 100; In between, about 38 in 100; Not safe, fewer than 8 people." in described
    assert all(shape.height < document.sections[0].page_height * 0.7 for shape in document.inline_shapes)


def test_a_pdf_can_be_read_aloud_and_has_every_published_cell(released: Instance) -> None:
    written = exported(released, "pdf", area=WARD)
    assert b"pdfuaid:part" in written
    with pypdfium2.PdfDocument(written) as document:
        text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    assert "How safe do you feel outside in Clifton East in the daytime? Clifton East: 65 people" in text
    assert "Answer People Share Likely between Safe 35 54 % 37 to 71 %" in text
    assert "made-up answers for demonstration" in text
    assert written == exported(released, "pdf", area=WARD)


def test_the_codebook_of_a_survey_has_every_question_and_says_what_never_leaves(released: Instance) -> None:
    labels = a_reader(released)
    lines = list(csv.DictReader(io.StringIO(codebook_csv(labels), newline="")))
    asked = {question.id for question in labels.questionnaire.questions if question.type != "note"}
    assert {line["question"] for line in lines} == asked
    published = {line["question"]: line["published"] for line in lines}
    assert (published["say_more"], published["safe_day"]) == ("never", "every level of area")
    assert published["gender"] == "districts and wider"
    folded = {line["code"]: line["folds_to"] for line in lines if line["question"] == "safe_day"}
    assert folded["very_unsafe"] == "unsafe"
    assert folded["dk"] == ""
    assert [line["asked_if"] for line in lines if line["question"] == "home_district"] == [
        '{"not": {"fact": "area_relation", "is": ["live"]}}'
    ]


def test_every_file_says_which_figures_came_mostly_from_one_session(released: Instance) -> None:
    published, _ = published_tables(released)
    row = {"question": "safe_day", "rows": "area", "row": WARD}
    with released.database.writing() as session:
        release_extras.add(session, published.release, [ReleaseExtra("batch_care", {"rows": [row]})])
    marked = {(line["question"], line["row"]) for line in lines_of(released) if line["care"]}
    assert marked == {("safe_day", WARD)}
    [listed] = json.loads(exported(released, "json"))["care"]
    assert (listed["question"], listed["row"], listed["care"]) == ("safe_day", WARD, ONE_BATCH)
    [feature] = json.loads(exported(released, "geojson", area=WARD))["features"]
    assert {name for name, value in feature["properties"].items() if value == ONE_BATCH} == {"safe_day__care"}
    assert f"Clifton East: {ONE_BATCH}" in exported(released, "html", area=WARD).decode()
    document = Document(io.BytesIO(exported(released, "docx", area=WARD)))
    assert sum(ONE_BATCH[5:] in paragraph.text for paragraph in document.paragraphs) == 1
    by_ward = Document(io.BytesIO(exported(released, "docx", area=DISTRICT, by="ward")))
    heads = [line.cells[0].text for table in by_ward.tables for line in table.rows]
    assert [head for head in heads if ONE_BATCH in head] == [f"Clifton East\n{ONE_BATCH}"]
    assert [head for head in heads if head == "Clifton East"]
