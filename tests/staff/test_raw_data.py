"""Raw data on the staff pages and by command: for whoever may, with a reason, and the page says who took some."""

import csv
import io
import stat
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from builders import WAVE
from engage.app import create_app
from engage.cli import commands
from engage.reporting.microdata import AREA_DETAILS, FORMATS
from engage.staff.raw_data import AREA_WORDS, FORMAT_WORDS
from engage.storage import audit
from engage.storage.instance import Instance
from reporting.answered import SURVEY, safe_day, take_in
from staffing import post, signed_in, text_of

PAGE = "/staff/raw-data"
REASON = "Weights for the <b>annual</b> needs assessment"


def engage(instance: Instance, *words: str) -> Result:
    """Run a command on an instance."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("responses", "surveys"):
            patch.setattr(import_module(f"engage.cli.{module}"), "ready_instance", lambda: instance)
        return CliRunner().invoke(commands, words)


def test_an_admin_takes_rows_for_a_reason_and_the_page_says_so(surveyed: Instance) -> None:
    take_in(surveyed, safe_day(4, 3, 2))
    admin = signed_in(create_app(surveyed), "admin")
    form = {"wave": f"{SURVEY}/{WAVE}", "form": "csv", "areas": "district"}
    refused = post(admin, PAGE, form | {"reason": "why not"})
    assert refused.status_code == 422
    assert "say what it is for" in text_of(refused)
    assert "Taken so far" not in text_of(admin.get(PAGE))

    file = post(admin, PAGE, form | {"reason": REASON})
    assert file.headers["Content-Disposition"] == f"attachment; filename={SURVEY}-{WAVE}-rows.csv"
    assert file.headers["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 9
    file.close()
    page = admin.get(PAGE)
    assert f"admin@example.org {SURVEY}, {WAVE}, csv, by district 9 {REASON}" in text_of(page)
    assert "<b>annual" not in page.get_data(as_text=True)
    codebook = admin.get(f"{PAGE}/codebook?wave={SURVEY}/{WAVE}").data.decode("utf-8-sig")
    assert {line["variable"] for line in csv.DictReader(io.StringIO(codebook, newline=""))} == set(rows[0])
    assert admin.get(f"{PAGE}/codebook?wave=nothing/1").status_code == 404


def test_every_format_and_detail_has_words() -> None:
    assert set(FORMAT_WORDS) == set(FORMATS)
    assert set(AREA_WORDS) == set(AREA_DETAILS)


def test_the_command_writes_rows_for_its_owner_alone_and_leaves_a_line_in_the_log(
    surveyed: Instance, tmp_path: Path
) -> None:
    take_in(surveyed, safe_day(4, 3, 2))
    out = tmp_path / "rows.jsonl"
    asked = ("responses", "export", SURVEY, "--wave", WAVE, "--format", "jsonl", "--out", str(out))
    refused = engage(surveyed, *asked)
    assert (refused.exit_code, out.exists()) == (1, False)
    assert "say what it is for" in refused.stderr
    done = engage(surveyed, *asked, "--reason", REASON)
    assert done.exit_code == 0
    assert "9 rows, as many as the database has" in done.stderr
    assert out.read_bytes().count(b"\n") == 9
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with surveyed.database.reading() as session:
        [line] = audit.last_of(session, "microdata.handed_out", 5)
    assert line.actor.startswith("command line")
    assert (line.detail["rows"], line.detail["reason"]) == (9, REASON)


def test_codebooks_need_no_reason(surveyed: Instance, tmp_path: Path) -> None:
    out = tmp_path / "codebook.csv"
    assert engage(surveyed, "responses", "export", SURVEY, "--format", "codebook", "--out", str(out)).exit_code == 0
    assert "number_in_sav" in out.read_text(encoding="utf-8-sig")
    printed = engage(surveyed, "survey", "export", SURVEY, "--format", "codebook", "--language", "so").stdout
    assert printed.startswith("question,wording,type")
    assert "very_safe" in printed
    with surveyed.database.reading() as session:
        assert audit.last_of(session, "microdata.handed_out", 5) == []
