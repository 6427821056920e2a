"""One published figure by every way out: pages, easy read, chart, every file, API and command agree."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
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

from builders import WARD, WAVE, with_survey
from engage import jobs
from engage.app import create_app
from engage.cli import commands
from engage.collection.withdrawal import erase_response
from engage.reporting.exports import FORMATS
from engage.reporting.labels import Labels
from engage.reporting.words import percent
from engage.results.published import PublishedCell, PublishedTable
from engage.storage import audit, releases
from engage.storage.instance import Instance
from engage.worker import WORKS
from reporting.answered import (
    DISTRICT,
    FAR_WARD,
    FORCE,
    NEIGHBOUR,
    SURVEY,
    a_released_instance,
    publish,
    published_tables,
    row_of,
    safe_day,
    take_in,
    to_state,
)
from staffing import post, signed_in

#: Answers about a ward, its neighbour in the same place, and a ward of another district.
GROUPS = [*safe_day(137, 113, 127), *safe_day(4, 4, 4, area=NEIGHBOUR), *safe_day(3, 3, 3, area=FAR_WARD)]
#: What the raw counts of GROUPS are, by ward, place, district and police force area, and none of them rounded.
RAW = (113, 117, 127, 131, 134, 137, 141, 144, 377, 389, 398)
API = f"/api/v1/results/{SURVEY}"
ASKED = {"area": WARD, "question": "safe_day"}
#: Breakdowns by who people are, which have no boundaries.
PEOPLE = ("age", "language", "community")
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


def engage(instance: Instance, *words: str) -> Result:
    """Run a command on an instance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("engage.cli.results"), "ready_instance", lambda: instance)
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
    """Return what a file holds: of a packed one every part, without the numbers of rows and their heights."""
    if body.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(body) as document:
            return [page.get_textpage().get_text_bounded().encode() for page in document]
    if not body.startswith(b"PK"):
        return [body]
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return [
            re.sub(rb'<row [^>]*>|\b(?:r|ref|sqref)="[A-Z0-9:$]+"', b"", packed.read(name))
            for name in packed.namelist()
        ]


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
    raw = re.compile(rb"(?<![\w.#])(?:" + b"|".join(str(count).encode() for count in RAW) + rb")(?![\w.])")
    found = [match.group() for text in written for match in raw.finditer(text)]
    assert found == []
    assert sum(b"135" in text for text in written) > 15


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
        [waiting] = jobs.jobs.waiting(session)
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
