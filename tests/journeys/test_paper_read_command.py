"""Reading scans from the command line: what others script against, and what a folder of scans becomes."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from builders import an_instance, with_survey
from engage.cli import commands
from engage.questionnaire.definition import parse_definition
from engage.storage.instance import Instance
from questionnaire.tiny import a_document, a_question, options
from scanner import as_jpeg, as_pdf, as_tiff, print_forms_of, scanned_pages
from scanning import stored

TICKS: Mapping[str, list[str]] = {"consent": ["yes"], "age_band": ["25-34"], "assisted": ["none"], "about": ["a_bit"]}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """Return an instance with a survey of one page, which is also the one that commands work on."""
    # On SQLite in every run: a command leaves its connections to the end of its process.
    folder = tmp_path / "instance"
    instance = an_instance(folder, f"sqlite:///{folder / 'engage.sqlite'}")
    monkeypatch.setenv("ENGAGE_INSTANCE", str(folder))
    for name in ("ENGAGE_DATABASE_URL", "ENGAGE_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    questions = (
        a_question("age_band", "age_band"),
        a_question("about", options=options("a_lot", "a_bit", "not")),
        a_question("several", "multiple_choice", options=options("one", "two", "three")),
        a_question("words", "long_text"),
    )
    with_survey(instance, parse_definition(a_document(*questions, slug="small", code="small")))
    return instance


def read(*arguments: object) -> Result:
    return CliRunner().invoke(commands, ["paper", "read", *map(str, arguments)])


def test_what_stands_on_each_page_goes_out_as_json_and_nothing_is_stored(place: Instance, tmp_path: Path) -> None:
    layout, serials, pdf = print_forms_of(place, "small", 2)
    forms = scanned_pages(pdf, layout, [{**TICKS, "several": ["one", "three"]}, {**TICKS, "about": ["a_lot", "not"]}])
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "a.tiff").write_bytes(as_tiff(forms[1]))
    (scans / "b.jpg").write_bytes(as_jpeg(np.rot90(forms[0][0])))
    (scans / "notes.txt").write_text("not looked at", encoding="utf-8")
    done = read(scans, "--out", tmp_path / "read.json")
    assert (done.exit_code, done.stdout) == (0, "")
    document = json.loads((tmp_path / "read.json").read_text(encoding="utf-8"))
    assert [page["file"] for page in document["pages"]] == ["a.tiff", "b.jpg"]
    [first] = [page for page in document["pages"] if page["serial"] == serials[0]]
    assert (first["pdf_page"], first["page"], first["problem"], first["review"]) == (1, 1, None, [])
    assert first["answers"] == {
        "consent": "yes",
        "age_band": "25-34",
        "assisted": "none",
        "about": "a_bit",
        "several": ["one", "three"],
    }
    assert set(first["marks"][0]) == {"question", "option", "state", "confidence"}
    [second] = [page for page in document["pages"] if page["serial"] == serials[1]]
    assert ("about" in second["answers"], second["review"]) == (False, ["about"])
    assert [stored(place, serial) for serial in serials] == [None, None]


def test_what_is_sent_is_stored_where_it_is_certain_and_told_of_each_page(place: Instance, tmp_path: Path) -> None:
    layout, serials, pdf = print_forms_of(place, "small", 2)
    forms = scanned_pages(pdf, layout, [TICKS, {**TICKS, "about": ["a_lot", "not"]}])
    (tmp_path / "scan.pdf").write_bytes(as_pdf([*forms[0], *forms[1]]))
    (tmp_path / "letter.jpg").write_bytes(b"Dear all")
    done = read(tmp_path / "scan.pdf", tmp_path / "letter.jpg", "--submit")
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert [page.get("kept") for page in document["pages"]] == ["read", "doubtful", "set_aside"]
    assert document["pages"][2]["problem"] == "not_an_image"
    states = {form["serial"]: (form["state"], form["reasons"]) for form in document["forms"]}
    assert states == {serials[0]: ("done", {}), serials[1]: ("review", {"about": "two_marks"})}
    assert "letter.jpg, page 1: not_an_image" in done.stderr
    kept = stored(place, serials[0])
    assert kept is not None
    assert (kept.answers, stored(place, serials[1])) == ({"about": "a_bit"}, None)
    again = json.loads(read(tmp_path / "scan.pdf", "--submit").stdout)
    assert [page["kept"] for page in again["pages"]] == ["duplicate", "duplicate"]


def test_where_no_page_could_be_read_the_command_says_so(place: Instance, tmp_path: Path) -> None:
    (tmp_path / "letter.jpg").write_bytes(b"Dear all")
    done = read(tmp_path / "letter.jpg")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["pages"][0]["problem"] == "not_an_image"
    assert read(tmp_path / "nowhere.pdf").exit_code == 2
