"""What goes with a release's tables, read back out of every file and the interface."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from openpyxl import load_workbook

from engage.app import create_app
from engage.reporting.exports import export_tables
from engage.reporting.labels import Labels
from engage.storage.instance import Instance
from reporting.answered import SURVEY, published_tables

Cell = tuple[Any, ...]


def exported(instance: Instance, form: str, *, part: str = "", **asked: str) -> bytes:
    """Return the release, or a part of it, in a format."""
    published, tables = published_tables(instance, **asked)
    labels = Labels(published.questionnaire, published.ground.tree)
    with instance.database.reading() as session:
        return export_tables(session, form, published, tables, labels, part=part)


def ways_out(instance: Instance, kinds: Iterable[str], **asked: str) -> dict[str, list[list[Cell]]]:
    """Return the cells of each kind as JSON, interface, CSV and workbook have them."""
    document = json.loads(exported(instance, "json", **asked))
    reader = create_app(instance).test_client()
    interface = reader.get(f"/api/v1/results/{SURVEY}", query_string=asked).get_json()
    book = load_workbook(io.BytesIO(exported(instance, "xlsx", **asked)), read_only=True)
    found = {}
    for kind in kinds:
        text = exported(instance, "csv", part=kind, **asked).decode("utf-8-sig")
        heads, *lines = [[str(value or "") for value in line] for line in book[kind].iter_rows(values_only=True)]
        in_csv = _lines(list(csv.DictReader(io.StringIO(text, newline=""))))
        in_book = _lines([dict(zip(heads, line, strict=True)) for line in lines])
        found[kind] = [_cells(document[kind]), _cells(interface[kind]), in_csv, in_book]
    return found


def _cells(entries: list[dict[str, Any]]) -> list[Cell]:
    """Return area, question, answer and what is said of it of each cell in a release's JSON."""
    return [
        (entry["area"], (entry | cell)["question"], cell["option"], cell.get("share"), cell.get("verdict"))
        for entry in entries
        for cell in entry["cells"]
    ]


def _lines(lines: list[dict[str, str]]) -> list[Cell]:
    return [
        (
            *(line["area"], line.get("question", "mode"), line["option"]),
            *(float(line["share"]) if line.get("share") else None, line.get("verdict") or None),
        )
        for line in lines
    ]
