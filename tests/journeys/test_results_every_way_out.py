"""One published figure by every way out: pages, easy read, chart, every file, API and command agree."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner, Result
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pptx import Presentation

from builders import WARD, WAVE, with_survey
from engage import jobs
from engage.app import create_app
from engage.cli import commands
from engage.collection.withdrawal import erase_response
from engage.jobs import files_of
from engage.reporting.actions import WrittenAction, write_action
from engage.reporting.community_readings import note_reading
from engage.reporting.exports import FORMATS
from engage.reporting.labels import Labels
from engage.reporting.reading import open_release
from engage.reporting.report import Desk, invite_commenter, move_on, start_report, write_recommendation, write_section
from engage.reporting.words import percent
from engage.results.published import PublishedCell, PublishedTable
from engage.storage import audit, releases
from engage.storage import jobs as stored_jobs
from engage.storage.instance import Instance
from engage.worker import WORKS
from reporting.answered import (
    DISTRICT,
    FAR_WARD,
    FORCE,
    NEIGHBOUR,
    SURVEY,
    a_released_instance,
    people,
    publish,
    published_tables,
    row_of,
    safe_day,
    take_in,
    to_state,
)
from staffing import post, signed_in

#: People of one community, who answer about one ward; no count of theirs is a multiple of five.
SOMALI = [
    people(count, {"safe_day": code, "communities": ["somali"]})
    for code, count in {"very_safe": 137, "neither": 113, "very_unsafe": 127}.items()
]
#: Answers about a ward, its neighbour in the same place, and a ward of another district.
GROUPS = [*SOMALI, *safe_day(4, 4, 4, area=NEIGHBOUR), *safe_day(3, 3, 3, area=FAR_WARD)]
#: What the raw counts of GROUPS are, by ward, place, district and police force area, and none of them rounded.
RAW = (113, 117, 127, 131, 134, 137, 141, 144, 377, 389, 398)
API = f"/api/v1/results/{SURVEY}"
ASKED = {"area": WARD, "question": "safe_day"}
#: Breakdowns by who people are, which have no boundaries.
PEOPLE = ("age", "language", "community")
#: Parts of packed files that hold pictures, or a deck's layouts as its library brings them.
NOT_OURS = re.compile(r"\.(?:png|jpe?g)$|slideLayouts|slideMasters|theme|printerSettings")
#: The fields of a cell.
CELL = ("option", "shown", "share", "low", "high")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave of made-up answers."""
    instance = a_released_instance(tmp_path_factory.mktemp("ways"), GROUPS, is_synthetic=True)
    yield instance
    instance.database.close()


@pytest.fixture(scope="module")
def whole_app(released: Instance) -> Flask:
    """Return the whole application on it."""
    return create_app(released)


@pytest.fixture(scope="module")
def anybody(whole_app: Flask) -> FlaskClient:
    """Return somebody who is not signed in."""
    return whole_app.test_client()


@pytest.fixture(scope="module")
def analyst(whole_app: Flask) -> FlaskClient:
    """Return an analyst."""
    return signed_in(whole_app, "analyst")


def engage(instance: Instance, *words: str, within: str = "engage.cli.results") -> Result:
    """Run a command, which stands in the module `within`, on an instance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module(within), "ready_instance", lambda: instance)
        return CliRunner().invoke(commands, words)


def cells_of(instance: Instance, area: str) -> dict[str, PublishedCell]:
    """Return the published cells of the question about an area by day."""
    return {cell.option: cell for cell in row_of(instance, "safe_day", area, area=area).cells}


def in_document(document: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return the figures in a release's JSON."""
    [table] = [table for table in document["tables"] if table["question"] == "safe_day"]
    [row] = table["rows_shown"]
    return {cell["option"]: (cell["n"], cell["share"], cell["low"], cell["high"]) for cell in row["cells"]}


def in_csv(text: str) -> dict[str, tuple[Any, ...]]:
    """Return the figures in a CSV file."""
    lines = [line for line in csv.DictReader(io.StringIO(text, newline="")) if line["question"] == "safe_day"]
    shares = ("share", "low", "high")
    return {line["option"]: (int(line["n"]), *(float(line[name]) for name in shares)) for line in lines}


def in_html_table(text: str) -> dict[str, list[int]]:
    """Return the whole numbers in the table of an HTML page, by the label of their row."""
    captions = BeautifulSoup(text, "html.parser").find_all("caption")
    [table] = [caption.parent for caption in captions if "in the daytime" in caption.text]
    rows = table.tbody.find_all("tr")
    return {row.th.text: numbers_in(" ".join(cell.text for cell in row.find_all("td"))) for row in rows}


def in_workbook(body: bytes) -> dict[str, tuple[Any, ...]]:
    """Return the figures in a workbook."""
    heads, *lines = load_workbook(io.BytesIO(body))["results"].iter_rows(values_only=True)
    named = [dict(zip(heads, line, strict=True)) for line in lines]
    shares = ("n", "share", "low", "high")
    return {line["option"]: tuple(line[name] for name in shares) for line in named if line["question"] == "safe_day"}


def in_map(body: bytes) -> dict[str, tuple[Any, ...]]:
    """Return the figures of the one area in a GeoJSON file."""
    [feature] = json.loads(body)["features"]
    told, names = feature["properties"], ("n", "share", "low", "high")
    return {option: tuple(told[f"safe_day__{option}__{name}"] for name in names) for option in LABELS}


def in_word_document(body: bytes) -> dict[str, list[int]]:
    """Return the whole numbers in the table about safety by day of a document, by the label of their row."""
    for table in Document(io.BytesIO(body)).tables:
        rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
        if [row[0] for row in rows] == list(LABELS.values()):
            return {row[0]: numbers_in(" ".join(row[1:])) for row in rows}
    raise AssertionError("no such table")


def cells_in_csv(body: bytes) -> list[tuple[Any, ...]]:
    """Return every published cell of a CSV file."""
    lines = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return [
        (
            *(line["question"], line["row"], int(line["base"]), line["option"], line["shown"]),
            *(float(line[name]) if line[name] else None for name in ("share", "low", "high")),
        )
        for line in lines
        if line["option"]
    ]


def cells_in_workbook(body: bytes) -> list[tuple[Any, ...]]:
    """Return every published cell of a workbook."""
    heads, *lines = load_workbook(io.BytesIO(body))["results"].iter_rows(values_only=True)
    names = ("question", "row", "base", "option", "shown", "share", "low", "high")
    named = [dict(zip(heads, line, strict=True)) for line in lines]
    return [tuple(line[name] for name in names) for line in named if line["option"]]


def cells_in_json(body: bytes) -> list[tuple[Any, ...]]:
    """Return every published cell of a release's JSON."""
    return [
        (table["question"], row["row"], row["base"], *(cell[name] for name in CELL))
        for table in json.loads(body)["tables"]
        for row in table["rows_shown"]
        for cell in row["cells"]
    ]


def cells_in_map(features: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Yield every published cell of the features of a map."""
    for feature in features:
        told = feature["properties"]
        for name in told:
            question, *rest = name.split("__")
            if rest[1:] == ["shown"]:
                figures = (told[f"{question}__{rest[0]}__{figure}"] for figure in CELL[1:])
                yield (question, feature["id"], told[f"{question}__base"], rest[0], *figures)


def lines_to_read(tables: Sequence[PublishedTable], labels: Labels) -> list[str]:
    """Return what a reader is told in each row that shows figures of its own."""
    own = [(table, row) for table in tables for row in table.rows_shown if row.shown_for in (row.row, table.area)]
    return [
        " ".join([str(labels.row(table.rows, row.row)), str(row.base), *(told_in(cell) for cell in row.cells)])
        for table, row in own
        if row.cells
    ]


def told_in(cell: PublishedCell) -> str:
    """Return what stands in a cell: a count with its share and interval, or words alone."""
    if cell.share is None or cell.low is None or cell.high is None:
        return cell.shown
    return f"{cell.shown} ({percent(cell.share)} %, {percent(cell.low)} to {percent(cell.high)} %)"


def lines_in_word_document(body: bytes) -> str:
    """Return every line of the tables of a document."""
    tables = Document(io.BytesIO(body)).tables
    return "\n".join(" ".join(cell.text for cell in row.cells) for table in tables for row in table.rows)


def lines_in_pdf(body: bytes) -> str:
    """Return the words of a PDF in their order."""
    return " ".join(b" ".join(parts_of(body)).decode().split())


def parts_of(body: bytes) -> list[bytes]:
    """Return what a file holds: of a packed one every part, without the numbers of rows and their heights.

    Pictures are left out: they are drawn from the charts of pages, which are searched; so are a deck's layouts,
    which hold nothing of ours.
    """
    if body.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(body) as document:
            return [page.get_textpage().get_text_bounded().encode() for page in document]
    if not body.startswith(b"PK"):
        return [body]
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        parts = [packed.read(name) for name in packed.namelist() if not NOT_OURS.search(name)]
        plain = [re.sub(rb'<row [^>]*>|\b(?:r|ref|sqref)="[A-Z0-9:$]+"', b"", part) for part in parts]
        inside = [piece for part in parts if part.startswith((b"PK", b"%PDF")) for piece in parts_of(part)]
        return [part for part in plain if not part.startswith((b"PK", b"%PDF"))] + inside


def in_presentation(body: bytes) -> dict[str, list[int]]:
    """Return the whole numbers in the table about safety by day that a deck's recommendation rests on."""
    shapes = [shape for slide in Presentation(io.BytesIO(body)).slides for shape in slide.shapes]
    for table in (shape.table for shape in shapes if shape.has_table):
        rows = [[cell.text for cell in row.cells] for row in list(table.rows)[1:]]
        if [row[0] for row in rows] == list(LABELS.values()):
            return {row[0]: numbers_in(" ".join(row[1:])) for row in rows}
    raise AssertionError("no such table")


def told_in_row(cell: PublishedCell) -> str:
    """Return what stands in a row of a single area's table."""
    share, low, high = shares_in(cell)
    return f"{LABELS[cell.option]} {cell.shown} {share} % {low} to {high} %"


def shares_in(cell: PublishedCell) -> tuple[int, int, int]:
    """Return a cell's share and the ends of its interval, in hundredths."""
    assert cell.share is not None
    assert cell.low is not None
    assert cell.high is not None
    return percent(cell.share), percent(cell.low), percent(cell.high)


def raw_counts_in(written: Iterable[bytes]) -> list[bytes]:
    """Return the unrounded counts that stand somewhere in what was written."""
    raw = re.compile(rb"(?<![\w.#])(?:" + b"|".join(str(count).encode() for count in RAW) + rb")(?![\w.])")
    return [match.group() for text in written for match in raw.finditer(text)]


def on_page(client: FlaskClient, path: str) -> Any:
    """Return the table about safety by day on a public page."""
    return BeautifulSoup(client.get(path).data, "html.parser").find("table", {"aria-labelledby": "safe_day"})


def numbers_in(text: str) -> list[int]:
    """Return the whole numbers in a text."""
    return [int(number) for number in re.findall(r"[0-9]+", text)]


LABELS = {"safe": "Safe", "between": "In between", "unsafe": "Not safe"}


def test_every_way_out_has_the_same_cells(released: Instance, anybody: FlaskClient, analyst: FlaskClient) -> None:
    cells = cells_of(released, WARD)
    expected = {option: (cell.n, cell.share, cell.low, cell.high) for option, cell in cells.items()}
    assert [cell.n for cell in cells.values()] == [135, 115, 125]

    assert in_document(anybody.get(API, query_string={"area": WARD}).json) == expected
    assert in_document(json.loads(engage(released, "results", SURVEY, "--area", WARD).stdout)) == expected
    files = {form: ASKED | {"format": form} for form in FORMATS}
    written = {form: analyst.get("/staff/results/file", query_string=query) for form, query in files.items()}
    assert in_document(json.loads(written["json"].data)) == expected
    assert in_csv(written["csv"].data.decode("utf-8-sig")) == expected
    assert in_csv(engage(released, "results", SURVEY, "--area", WARD, "--format", "csv").stdout) == expected

    assert in_workbook(written["xlsx"].data) == expected
    assert in_map(written["geojson"].data) == expected
    for form, read in (("xlsx", in_workbook), ("geojson", in_map)):
        command = engage(released, "results", SURVEY, "--area", WARD, "--format", form)
        assert read(command.stdout_bytes) == expected

    whole = {LABELS[option]: [n, *(percent(share) for share in shares)] for option, (n, *shares) in expected.items()}
    assert in_html_table(written["html"].get_data(as_text=True)) == whole
    assert in_word_document(written["docx"].data) == whole
    assert (
        in_word_document(engage(released, "results", SURVEY, "--area", WARD, "--format", "docx").stdout_bytes) == whole
    )
    for page in ("/staff/results", "/staff/results/explore"):
        assert in_html_table(analyst.get(page, query_string=ASKED).get_data(as_text=True)) == whole


def test_every_cell_of_every_table_is_the_same_in_every_file(released: Instance, analyst: FlaskClient) -> None:
    """The sealed tables of the release against what each format makes of them, cell by cell, hidden ones too."""
    for query in ({"area": DISTRICT, "by": "ward"}, {"by": "age"}, {"by": "language"}, {"area": DISTRICT, "by": "age"}):
        published, tables = published_tables(released, **query)
        expected = [
            (table.question, row.row, row.base, cell.option, cell.shown, cell.share, cell.low, cell.high)
            for table in tables
            for row in table.rows_shown
            for cell in row.cells
        ]
        files = {
            form: analyst.get("/staff/results/file", query_string={**query, "format": form}).data
            for form in ("csv", "xlsx", "json")
        }
        assert len(expected) > 3
        labels = Labels(published.questionnaire, published.ground.tree)
        for form, read in (("docx", lines_in_word_document), ("pdf", lines_in_pdf)):
            written = read(analyst.get("/staff/results/file", query_string={**query, "format": form}).data)
            assert [line for line in lines_to_read(tables, labels) if line not in written] == []
        assert cells_in_csv(files["csv"]) == expected
        assert cells_in_workbook(files["xlsx"]) == expected
        assert cells_in_json(files["json"]) == expected
        if query["by"] == "ward":
            features = analyst.get("/staff/results/file", query_string={**query, "format": "geojson"}).json["features"]
            assert sorted(cells_in_map(features), key=str) == sorted(expected, key=str)


def test_pages_and_charts_say_the_same_shares(released: Instance, anybody: FlaskClient, analyst: FlaskClient) -> None:
    cells = cells_of(released, WARD)
    rows = on_page(anybody, f"/results/local/{WARD}/all?lang=en").find_all("tr")
    told = [numbers_in(row.find(class_="said").text)[:4] for row in rows]
    assert [row.th.text.strip() for row in rows] == list(LABELS.values())
    assert told == [[percent(cell.share), 100, percent(cell.low), percent(cell.high)] for cell in cells.values()]
    titles = [numbers_in(row.svg.title.text)[0] for row in rows]
    assert titles == [percent(cell.share) for cell in cells.values()]

    staff = BeautifulSoup(analyst.get("/staff/results", query_string=ASKED).data, "html.parser")
    described = staff.find("svg").find("desc").text
    assert numbers_in(described.replace("in 100", "")) == [percent(cell.share) for cell in cells.values()]

    shares = [f"about {percent(cell.share)} in 100" for cell in cells.values() if cell.share is not None]
    beside = {f"about {percent(cell.share)} in 100" for cell in cells_of(released, DISTRICT).values() if cell.share}
    summary = BeautifulSoup(anybody.get(f"/results/local/{WARD}?lang=en").data, "html.parser").main.text
    [*pages] = parts_of(anybody.get(f"/results/local/{WARD}/summary.pdf?lang=en").data)
    for said in (summary, b" ".join(pages).decode()):
        told_there = re.findall(r"about [0-9]+ in 100", " ".join(said.split()))
        assert set(shares) <= set(told_there) <= {*shares, *beside}

    easy = on_page(anybody, f"/results/local/{WARD}/all?lang=en&style=easy_read")
    tenths = [numbers_in(said.strong.text)[0] for said in easy.find_all(class_="said")]
    assert tenths == [4, 3, 3]


def test_no_unrounded_count_stands_in_any_byte(released: Instance, anybody: FlaskClient, analyst: FlaskClient) -> None:
    areas, styles = (WARD, NEIGHBOUR, DISTRICT, FORCE), ("standard", "easy_read")
    filters = ("", "area=" + WARD, "area=" + FORCE, f"by=ward&area={DISTRICT}", "by=age", "by=language", "by=community")
    ways = [f"{area}{page}?style={style}" for area in areas for page in ("", "/all") for style in styles]
    ways += [f"{WARD}/summary.pdf?style={style}" for style in styles]
    paths = ["/results/local", *(f"/results/local/{way}" for way in ways), *(f"{API}?{query}" for query in filters)]
    written = [part for path in paths for part in parts_of(anybody.get(path).data)]
    written += [analyst.get(f"/staff/summaries?area={area}").data for area in areas]
    for query in filters:
        written += [analyst.get(f"/staff/results{page}?{query}").data for page in ("", "/explore")]
        for form in FORMATS:
            file = analyst.get(f"/staff/results/file?{query}&format={form}")
            assert file.status_code == (422 if form == "geojson" and query[3:] in PEOPLE else 200)
            written += parts_of(file.data)
    assert raw_counts_in(written) == []
    assert sum(b"135" in text for text in written) > 15


def test_reports_slides_and_community_pages_have_the_same_cells_and_no_unrounded_count(
    released: Instance, anybody: FlaskClient, analyst: FlaskClient
) -> None:
    cells = cells_of(released, WARD)
    whole = {LABELS[option]: [cell.n, *shares_in(cell)] for option, cell in cells.items()}
    assert anybody.get("/results/local/community/somali/summary.pdf").status_code == 404
    report, link = a_report(released)
    [*files] = [analyst.get(f"/staff/reports/{report}/file?format={form}").data for form in ("html", "docx", "pdf")]
    assert in_html_table(files[0].decode()) == whole
    assert in_word_document(files[1]) == whole
    assert all(told_in_row(cell) in lines_in_pdf(files[2]) for cell in cells.values())

    asked = f"/staff/slides?area={WARD}&report={report}&format="
    decks = {form: analyst.get(f"{asked}{form}").data for form in ("pptx", "pdf", "html")}
    assert in_presentation(decks["pptx"]) == whole
    assert all(told_in_row(cell) in lines_in_pdf(decks["pdf"]) for cell in cells.values())
    for way in ("report", "slides"):
        files.append(by_command(released, way, report))
    assert in_word_document(files[-2]) == in_presentation(files[-1]) == whole

    shares = {
        f"about {percent(cell.share)} in 100" for cell in row_of(released, "safe_day", "somali", by="community").cells
    }
    pages = [anybody.get(f"/results/local/community/somali{way}?lang=en") for way in ("", "/summary.pdf")]
    for page in pages:
        said = b" ".join(parts_of(page.data)).decode()
        assert shares == set(
            re.findall(r"about [0-9]+ in 100", " ".join(BeautifulSoup(said, "html.parser").text.split()))
        )

    others = (f"/staff/reports/{report}", link, "/staff/summaries?community=somali", "/results/local/did?lang=en")
    files += [*decks.values(), *(page.data for page in pages), *(analyst.get(path).data for path in others)]
    files += [page_of_job(released, analyst), *(path.read_bytes() for path in files_of(released).iterdir())]
    assert raw_counts_in(part for file in files for part in parts_of(file)) == []


def a_report(instance: Instance) -> tuple[int, str]:
    """Write a report on the ward and what was done about it; returns its number and a link to comment on it."""
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        desk = Desk(session, keys, "writer@example.org", now)
        report = start_report(desk, SURVEY, None, "How safe it feels")
        write_section(desk, report.id, None, "What we heard", "Many spoke of the dark.")
        evidence = {"question": "safe_day", "breakdown": "area", "area": WARD}
        fields = {"words": "Light the paths.", "owner": "City Council", "layer": "community"}
        write_recommendation(desk, report.id, None, fields | evidence)
        for state in ("draft", "comments"):
            move_on(desk, report.id, state)
        release = releases.last(session, SURVEY)
        assert release is not None
        note_reading(session, keys, open_release(session, release), "somali", "A women's group", "test", now)
        done = WrittenAction(
            SURVEY, "It is dark.", "Lamps were mended.", "City", now.date(), WARD, figure="safe_day:safe"
        )
        write_action(session, keys, replace(done, is_published=True), "test", now)
        return report.id, f"/staff/comments/{invite_commenter(desk, report.id, 'Amina')}"


def page_of_job(instance: Instance, analyst: FlaskClient) -> bytes:
    """Have every district's summary made in one job and return the page that says how it went."""
    form = {"survey": SURVEY, "wave": WAVE, "level": "district", "language": "en", "style": "standard"}
    asked = post(analyst, "/staff/summaries", form)
    with instance.database.reading() as session:
        [waiting] = stored_jobs.in_state(session, "waiting")
    jobs.run(instance, waiting.id, WORKS)
    assert list(files_of(instance).glob("*.zip"))
    return analyst.get(asked.headers["Location"]).data


def by_command(instance: Instance, way: str, report: int) -> bytes:
    """Return the report, or the slides of the ward that end with it, as the command writes them."""
    out = instance.settings.instance / "written"
    words = {
        "report": ["report", str(report)],
        "slides": ["slides", SURVEY, "--area", WARD, "--report", str(report)],
    }
    made = engage(instance, "results", *words[way], "--out", str(out), within="engage.cli.reports")
    assert made.exit_code == 0, made.output
    assert str(out) in made.stdout
    return out.read_bytes()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("report", "9999"), "there is no report 9999"),
        (("slides", "nothing"), "nothing was published of 'nothing'"),
        (("slides", SURVEY, "--area", "E05000000"), "no area of this survey"),
        (("slides", SURVEY, "--indicator", "Rain"), "no indicator is called 'Rain'"),
        (("slides", SURVEY, "--report", "9999"), "there is no report 9999 of 'feeling-safe'"),
    ],
)
def test_a_report_or_slides_that_are_not_there_are_refused_by_the_command(
    released: Instance, words: tuple[str, ...], reason: str
) -> None:
    out = released.settings.instance / "nothing"
    refused = engage(released, "results", *words, "--out", str(out), within="engage.cli.reports")
    assert refused.exit_code == 1
    assert reason in refused.output
    assert not out.exists()


def test_every_printed_count_is_hidden_or_a_multiple_of_five(anybody: FlaskClient) -> None:
    for query in ("", "by=ward", "by=age", "by=community", f"by=gender&area={DISTRICT}"):
        for table in anybody.get(f"{API}?{query}").json["tables"]:
            for row in table["rows_shown"]:
                assert row["base"] is None or row["base"] % 5 == 0
                assert all(cell["n"] is None or cell["n"] % 5 == 0 for cell in row["cells"])


def test_a_small_ward_says_by_every_way_whose_figures_it_has(
    released: Instance, anybody: FlaskClient, analyst: FlaskClient
) -> None:
    [row] = [
        row
        for table in anybody.get(API, query_string={"area": NEIGHBOUR}).json["tables"]
        for row in table["rows_shown"]
        if table["question"] == "safe_day"
    ]
    assert (row["row"], row["shown_for"]) == (NEIGHBOUR, "place:clifton")
    assert "place:clifton" in engage(released, "results", SURVEY, "--area", NEIGHBOUR, "--format", "csv").stdout
    sentence = "Clifton West alone"
    assert sentence in BeautifulSoup(anybody.get(f"/results/local/{NEIGHBOUR}?lang=en").data, "html.parser").main.text
    assert sentence in analyst.get(f"/staff/results?area={NEIGHBOUR}&question=safe_day").get_data(as_text=True)


def test_a_ward_by_community_is_refused_alike_by_command_interface_and_page(
    released: Instance, anybody: FlaskClient, analyst: FlaskClient
) -> None:
    query = {"area": WARD, "by": "community"}
    refused = anybody.get(API, query_string=query)
    [problem] = refused.json["problems"]
    assert (refused.status_code, problem["code"]) == (422, "ward_by_demographic")
    command = engage(released, "results", SURVEY, "--area", WARD, "--by", "community")
    assert command.exit_code == 1
    assert problem["detail"] in command.stderr
    page = analyst.get("/staff/results", query_string=query).get_data(as_text=True)
    assert problem["detail"] in page
    assert "<svg" not in page
    file = analyst.get("/staff/results/file", query_string=query | {"format": "csv"})
    assert file.status_code == 422
    assert problem["detail"] in file.get_data(as_text=True)


def test_a_ward_by_community_by_age_is_refused_alike_by_command_interface_and_every_page(
    released: Instance, anybody: FlaskClient, analyst: FlaskClient
) -> None:
    for by, code in (("community,age", "two_demographics"), ("community_by_age", "community_by_age_below_force")):
        [problem] = anybody.get(API, query_string={"area": WARD, "by": by}).json["problems"]
        assert problem["code"] == code
        command = engage(released, "results", SURVEY, "--area", WARD, "--by", by, "--format", "xlsx")
        assert (command.exit_code, command.stdout) == (1, "")
        by_wards = engage(released, "results", SURVEY, "--by", f"ward,{by}")
        first, _, second = by.partition(",")
        query = {"area": WARD, "by": first, "also": second, "question": "safe_day"}
        page = analyst.get("/staff/results/explore", query_string=query).get_data(as_text=True)
        reason = problem["detail"].partition(" (")[0]
        assert all(reason in said for said in (command.stderr, by_wards.stderr, page))
        assert "<svg" not in page
        for form in FORMATS:
            refused = analyst.get("/staff/results/file", query_string={"area": WARD, "by": by, "format": form})
            assert refused.status_code == 422
            assert reason in refused.get_data(as_text=True)


def test_hidden_and_zero_look_alike_by_every_way(instance: Instance) -> None:
    with_survey(instance)
    take_in(instance, [*safe_day(60, 0, 40), *safe_day(60, 7, 40, area=FAR_WARD)])
    to_state(instance, "closed")
    publish(instance)
    app = create_app(instance)
    anybody, analyst = app.test_client(), signed_in(app, "analyst")

    def written(code: str, names: str) -> list[str]:
        pages = [
            on_page(anybody, f"/results/local/{code}/all?lang=en&style={style}") for style in ("standard", "easy_read")
        ]
        rows = [str(page.find_all("tr")[1]) for page in pages]
        rows += [str(figure) for figure in in_document(anybody.get(f"{API}?area={code}").json)["between"]]
        query = f"area={code}&question=safe_day"
        lines = analyst.get(f"/staff/results/file?format=csv&{query}").get_data(as_text=True).splitlines()
        rows += [line.partition(",between,")[2] for line in lines if ",between," in line]
        rows.append(str(in_html_table(analyst.get(f"/staff/results?{query}").get_data(as_text=True))["In between"]))
        return [re.sub(names, "here", row) for row in rows]

    zero, seven = written(WARD, "Clifton East|Nottingham"), written(FAR_WARD, "Skegby|Ashfield")
    assert zero == seven
    assert "fewer than 8 people" in zero[0]


def test_an_analyst_publishes_and_the_page_shows_it(surveyed: Instance) -> None:
    take_in(surveyed, safe_day(60, 40, 30))
    app = create_app(surveyed)
    analyst, anybody = signed_in(app, "analyst"), app.test_client()
    form = {"survey": SURVEY, "wave": WAVE}
    open_still = post(analyst, "/staff/results/publish", form)
    assert open_still.status_code == 422
    assert anybody.get(API).status_code == 404
    assert engage(surveyed, "results", "publish", SURVEY, "--wave", WAVE).exit_code == 1
    to_state(surveyed, "collecting")
    asked = post(analyst, "/staff/results/publish", form)
    assert asked.status_code == 303
    with surveyed.database.reading() as session:
        [waiting] = stored_jobs.in_state(session, "waiting")
    jobs.run(surveyed, waiting.id, WORKS)
    assert "done" in analyst.get(asked.headers["Location"]).get_data(as_text=True)
    assert cells_of(surveyed, WARD)["safe"].n == 60
    with surveyed.database.reading() as session:
        release = releases.last(session, SURVEY)
        assert release is not None
        [line] = [line for line in audit.lines_about(session, SURVEY) if line.action == "results.published"]
    assert (line.actor, line.detail["hash"]) == ("analyst@example.org", release.release_hash)
    assert release.release_hash in engage(surveyed, "results", "publish", SURVEY, "--wave", WAVE).stdout


@pytest.mark.parametrize("role", ["coordinator", "ambassador"])
def test_others_neither_read_nor_publish(surveyed: Instance, role: str) -> None:
    client = signed_in(create_app(surveyed), role)
    assert client.get("/staff/results").status_code == 403
    assert client.get("/staff/results/file?format=csv").status_code == 403
    assert post(client, "/staff/results/publish", {"survey": SURVEY, "wave": WAVE}).status_code == 403


def test_taking_answers_back_leaves_the_page_as_it_was_until_the_next_release(surveyed: Instance) -> None:
    receipts = take_in(surveyed, safe_day(60, 40, 30))
    to_state(surveyed, "closed")
    publish(surveyed)
    anybody = create_app(surveyed).test_client()
    before = anybody.get(f"/results/local/{WARD}?lang=en").data
    with surveyed.database.writing() as session:
        for receipt in receipts[:25]:
            erase_response(session, surveyed.settings.keys, receipt, actor="test", now=surveyed.now())
    assert anybody.get(f"/results/local/{WARD}?lang=en").data == before
    publish(surveyed)
    after = anybody.get(f"/results/local/{WARD}?lang=en").data
    assert after != before
    assert published_tables(surveyed, area=WARD)[0].release.id == 2
