"""The command line, as people and scripts call it: what it does and how it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from builders import a_submission
from engage.cli import main
from engage.questionnaire.document import to_document
from engage.questionnaire.library import read_library_survey
from questionnaire.workbooks import a_workbook

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a command that works on an instance of this test."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    return others | {"ENGAGE_INSTANCE": str(tmp_path / "instance")}


@pytest.fixture
def engage(tmp_path: Path, surroundings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command line within this process, which saves starting one for each command."""

    def run(*arguments: object, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        words = ["engage", *map(str, arguments)]
        with monkeypatch.context() as changed, CliRunner().isolation(text, surroundings | settings) as (out, err, _):
            changed.chdir(tmp_path)
            changed.setattr(sys, "argv", words)
            with pytest.raises(SystemExit) as end:
                main()
            said = (out.getvalue().decode(), err.getvalue().decode())
        return subprocess.CompletedProcess(words, int(end.value.code or 0), *said)

    return run


@pytest.fixture
def program(tmp_path: Path, surroundings: dict[str, str]) -> Run:
    """Return the installed program."""
    path = Path(sys.executable).with_name("engage")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        words = [path, *map(str, arguments)]
        return subprocess.run(
            words, env=surroundings, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def opened(engage: Run) -> Run:
    assert engage("survey", "import", "feeling-safe").returncode == 0
    assert engage("staff", "add", "owner@example.org", "--role", "coordinator").returncode == 0
    named = engage("survey", "open", "feeling-safe", "--wave", "2026-autumn")
    assert named.returncode == 0 and "owner@example.org answers for what people write" in named.stderr
    return engage


def test_a_survey_opens_by_command_with_its_gaps_named_loudly_and_on_record(engage: Run, tmp_path: Path) -> None:
    assert engage("survey", "import", "feeling-safe").returncode == 0
    listed = engage("survey", "gaps", "feeling-safe")
    assert listed.returncode == 1
    assert "Privacy notice: write the privacy notice" in listed.stdout
    made = engage("survey", "open", "feeling-safe", "--wave", "2026-autumn")
    assert (made.returncode, made.stdout) == (0, "feeling-safe 2026-autumn: open\n")
    assert "OPENS WITH 13 GAPS" in made.stderr
    assert all(f"MISSING  {line}" in made.stderr for line in listed.stdout.splitlines())
    log = tmp_path / "log.jsonl"
    assert engage("audit", "export", "--out", log).returncode == 0
    line = next(json.loads(text) for text in log.read_text().splitlines() if '"wave.open"' in text)
    assert len(line["detail"]["gaps"]) == 13
    assert engage("survey", "gaps", "no-such").returncode == 1


def test_a_wave_of_the_past_comes_in_by_a_mapping_that_was_guessed(engage: Run, tmp_path: Path) -> None:
    assert engage("survey", "import", "feeling-safe").returncode == 0
    rows, by = tmp_path / "old.csv", tmp_path / "map.json"
    rows.write_text("Ward,Age,safe_day\nClifton East,30,Very safe\nNowhere,30,Very safe\n")
    assert engage("responses", "import", rows).returncode == 1
    assert engage("responses", "map", rows, "--survey", "feeling-safe", "--wave", "2019", "--out", by).returncode == 0
    assert "say how it is known" in engage("responses", "import", rows, "--map", by).stderr
    by.write_text(json.dumps(json.loads(by.read_text()) | {"agreed": "a box on the form of 2019"}))
    done = engage("responses", "import", rows, "--map", by, "--wave", "2018", "--report", tmp_path / "report.csv")
    assert (done.returncode, done.stdout) == (1, "1 stored, 1 refused\n")
    assert "row 3, column Ward: no area of this survey" in done.stderr
    assert "2,stored" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert "2018: closed" in engage("survey", "list").stdout


def test_where_nobody_has_an_account_opening_says_that_nobody_looks_after_what_people_write(engage: Run) -> None:
    assert engage("survey", "import", "feeling-safe").returncode == 0
    alone = engage("survey", "open", "feeling-safe", "--wave", "2026-autumn")
    assert alone.returncode == 0 and "NOBODY LOOKS AFTER WHAT PEOPLE WRITE" in alone.stderr
    assert engage("staff", "add", "who@example.org", "--role", "ambassador").returncode == 0
    refused = engage("survey", "open", "feeling-safe", "--wave", "2026-autumn")
    assert refused.returncode == 1 and "name an owner and a duty contact first" in refused.stderr


def test_from_nothing_to_a_published_table(program: Run, tmp_path: Path) -> None:
    engage = opened(program)
    lines = [json.dumps(a_submission({"safe_day": "very_safe"})) for _ in range(60)]
    lines[10:10] = ["{broken", json.dumps(a_submission({"safe_day": "x"}))]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    imported = engage("responses", "import", "in.jsonl")
    assert imported.returncode == 1
    assert "line 11" in imported.stderr
    assert "line 12: question safe_day" in imported.stderr.replace("line 12 question", "line 12: question")
    assert "60 stored" in imported.stdout
    assert engage("results", "publish", "feeling-safe", "--wave", "2026-autumn").returncode == 1
    assert engage("survey", "close", "feeling-safe").returncode == 0
    assert engage("results", "publish", "feeling-safe", "--wave", "2026-autumn").returncode == 0
    release = json.loads(engage("results", "feeling-safe", "--area", "E05012278", "--format", "json").stdout)
    (safe_day,) = (table for table in release["tables"] if table["question"] == "safe_day")
    (row,) = safe_day["rows_shown"]
    assert (row["base"], row["quality"], row["cells"][0]["shown"]) == (60, "ok", "over 90 %")
    assert all(cell["shown"] == "<8" for cell in row["cells"][1:])
    refused = engage("results", "feeling-safe", "--area", "E05012278", "--by", "communities")
    assert refused.returncode == 1
    assert "ward" in refused.stderr
    assert engage("audit", "verify").returncode == 0


def test_a_tampered_log_is_found(engage: Run, tmp_path: Path) -> None:
    import sqlite3

    opened(engage)
    with sqlite3.connect(tmp_path / "instance" / "engage.sqlite") as database:
        database.execute("UPDATE audit_lines SET actor = 'nobody' WHERE number = 1")
    database.close()
    verified = engage("audit", "verify")
    assert verified.returncode == 1
    assert "line 1" in verified.stderr


def test_a_faulty_definition_is_refused_with_the_place_of_every_fault(engage: Run, tmp_path: Path) -> None:
    document = to_document(read_library_survey("feeling-safe"))
    document["questions"][4]["type"] = "telepathy"
    document["questions"][5]["colour"] = "red"
    (tmp_path / "bad.json").write_text(json.dumps(document), encoding="utf-8")
    for command in ("check", "import"):
        done = engage("survey", command, "bad.json")
        assert done.returncode == 1
        assert "questions[4].type" in done.stderr
        assert "questions[5].colour" in done.stderr
    (tmp_path / "broken.yaml").write_text("slug: [\n", encoding="utf-8")
    assert "line" in engage("survey", "check", "broken.yaml").stderr


def test_export_and_import_give_the_same_survey(engage: Run, tmp_path: Path) -> None:
    opened(engage)
    assert engage("survey", "export", "feeling-safe", "--out", "out.json").returncode == 0
    assert "unchanged" in engage("survey", "import", "out.json").stdout
    assert "feeling-safe version 1" in engage("survey", "list").stdout
    assert json.loads(engage("survey", "schema").stdout)["$schema"]


def test_a_survey_goes_out_as_a_form_for_other_tools_and_comes_back_the_same(engage: Run, tmp_path: Path) -> None:
    assert engage("survey", "import", "feeling-safe").returncode == 0
    assert engage("survey", "export", "feeling-safe", "--format", "xlsform").returncode == 2
    assert engage("survey", "export", "feeling-safe", "--format", "xlsform", "--out", "out.xlsx").returncode == 0
    assert "unchanged" in engage("survey", "import", "out.xlsx").stdout
    survey = [("type", "name", "label"), ("text", "q", "Q?"), ("geopoint", "home", "Where?")]
    (tmp_path / "form.xlsx").write_bytes(a_workbook(survey))
    for command in ("check", "import"):
        refused = engage("survey", command, "form.xlsx")
        assert refused.returncode == 1 and "survey!A3" in refused.stderr
    taken = engage("survey", "import", "form.xlsx", "--leave-out")
    assert taken.returncode == 0 and "left out: survey!A3" in taken.stdout and "form version 1: new" in taken.stdout


def test_forms_are_printed_with_the_places_of_their_boxes(engage: Run, tmp_path: Path) -> None:
    opened(engage)
    options = ("--language", "ar", "--style", "standard", "--area", "E05012278", "--count", 2)
    printed = engage("paper", "print", "feeling-safe", *options, "--out", "f.pdf", "--layout-out", "f.json")
    assert printed.returncode == 0, printed.stderr
    layout = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert len({page["serial"] for page in layout["pages"]}) == 2
    boxes = [box for page in layout["pages"] for box in page["boxes"]]
    assert {"question", "option", "x", "y", "w", "h"} <= boxes[0].keys()
    assert {"safe_day", "consent", "age_band", "area_relation"} <= {box["question"] for box in boxes}
    for wrong in (("--language", "xx"), ("--area", "E05999999")):
        refused = engage("paper", "print", "feeling-safe", *wrong, "--out", "g.pdf")
        assert refused.returncode == 1, wrong
        assert not (tmp_path / "g.pdf").exists()


def test_somebody_is_limited_to_areas_surveys_and_languages_and_a_lost_second_step_is_removed(engage: Run) -> None:
    engage("survey", "import", "feeling-safe")
    limits = ("--area", "E06000018", "--area", "E07000170", "--survey", "feeling-safe", "--language", "so")
    added = engage("staff", "add", "t@example.org", "--role", "translator", *limits)
    assert added.returncode == 0 and "/staff/in/" in added.stdout
    for wrong in (("--area", "E99999999"), ("--survey", "none"), ("--wave", "feeling-safe/none"), ("--language", "so")):
        assert engage("staff", "add", "c@example.org", "--role", "coder", *wrong).returncode == 1, wrong
    assert engage("staff", "add", "a@example.org", "--role", "admin", "--area", "E06000018").returncode == 1
    assert engage("staff", "remove-second-step", "t@example.org").returncode == 0
    assert engage("staff", "remove-second-step", "nobody@example.org").returncode == 1


def test_a_conversation_by_text_can_be_tried_and_stores_nothing(engage: Run) -> None:
    opened(engage)
    done = engage("text", "simulate", "feeling-safe", text="LOCAL\nYES\n4\nBulwell\n5\nC\n")
    replies = done.stdout.splitlines()
    assert done.returncode == 0
    assert len(replies) == 6
    assert all(reply.startswith("< Local survey") for reply in replies)
    assert engage("survey", "close", "feeling-safe").returncode == 0
    assert engage("results", "publish", "feeling-safe", "--wave", "2026-autumn").returncode in (0, 1)
    assert engage("staff", "add", "duty@example.org", "--role", "coordinator").returncode == 0
    duty = engage("duty", "feeling-safe", "--email", "duty@example.org", "--name", "Duty lead")
    assert duty.returncode == 0
    assert "owner: owner@example.org" in duty.stdout and "Duty lead <duty@example.org>" in duty.stdout
    made = engage("text", "channel", "add", "json", "--survey", "feeling-safe")
    assert "/sms/json/" in made.stdout
    secret = made.stdout.partition("secret:")[2].strip()
    listed = engage("text", "channel", "list").stdout
    assert "/sms/json/" in listed
    assert secret not in listed


def test_people_and_systems_are_let_in_once(engage: Run) -> None:
    assert "/staff/in/" in engage("staff", "add", "someone@example.org", "--role", "analyst").stdout
    assert engage("staff", "add", "no address", "--role", "analyst").returncode == 1
    assert engage("staff", "add", "someone@example.org", "--role", "king").returncode == 2
    assert engage("api-token", "add", "call centre").returncode == 0
    assert engage("api-token", "add", "call centre").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "settings", "status"),
    [
        (("survey",), {}, 2),
        (("nonsense",), {}, 2),
        (("survey", "open", "nothing"), {}, 1),
        (("results", "nothing"), {}, 1),
        (("worker",), {}, 1),
        (("survey", "list"), {"ENGAGE_COLOUR": "red"}, 3),
        (("survey", "list"), {"ENGAGE_PUBLIC_URL": "example.org"}, 3),
        (("survey", "list"), {"ENGAGE_DATABASE_URL": "mysql://x"}, 3),
        (("survey", "list"), {"ENGAGE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}, 3),
        (("responses", "erase", "XXXX"), {}, 1),
    ],
)
def test_the_exit_status_says_who_was_at_fault(
    engage: Run, arguments: tuple[str, ...], settings: dict[str, str], status: int
) -> None:
    done = engage(*arguments, **settings)
    assert done.returncode == status, done.stderr
    if status == 1:
        assert "Traceback" not in done.stderr


def test_a_rescue_file_is_taken_in_and_each_bundle_listed(engage: Run, tmp_path: Path) -> None:
    from datetime import date

    from engage.sealing import current_key, prepare_keys
    from sealing_device import seal

    opened(engage)
    prepare_keys(tmp_path / "instance" / "sealing-keys", date(2026, 11, 21))
    key = current_key(tmp_path / "instance" / "sealing-keys")
    good, faulty = (seal(key, json.dumps(a_submission({"safe_day": code})).encode()) for code in ("very_safe", "x"))
    rescue = {"format": "engage-rescue/1", "sealed": [good, faulty]}
    (tmp_path / "waiting.json").write_text(json.dumps(rescue), encoding="utf-8")
    first, again = engage("responses", "rescue", "waiting.json"), engage("responses", "rescue", "waiting.json")
    assert (first.returncode, again.returncode) == (0, 0)
    assert f"1  {good['id']}  stored\n" in first.stdout
    assert f"2  {faulty['id']}  held (unknown_option)\n1 stored, 1 held\n" in first.stdout
    assert "1 same, 1 held" in again.stdout
    rescue["sealed"].append({"id": "0" * 32})
    (tmp_path / "waiting.json").write_text(json.dumps(rescue), encoding="utf-8")
    damaged = engage("responses", "rescue", "waiting.json")
    assert (damaged.returncode, "1 could not be read: keep the file" in damaged.stderr) == (1, True)
    (tmp_path / "other.json").write_text("[]", encoding="utf-8")
    other = engage("responses", "rescue", "other.json")
    assert (other.returncode, "engage-rescue/1" in other.stderr) == (1, True)


def test_keys_are_shown_changed_and_copied_but_never_printed_unasked(engage: Run, tmp_path: Path) -> None:
    import stat

    shown = engage("keys")
    secret = json.loads((tmp_path / "instance" / "sealing-keys" / "0001.json").read_text())
    assert shown.returncode == 0
    assert "keys.json" in shown.stdout
    assert f"{secret['id']}  made {secret['made_on']}  in use" in shown.stdout
    assert secret["private"] not in shown.stdout
    rotated = engage("keys", "rotate", "sealing")
    assert rotated.returncode == 0
    assert engage("keys", "rotate", "biscuits").returncode == 2
    after = engage("keys").stdout
    assert f"{secret['id']}  made {secret['made_on']}  opens what was sealed to it" in after
    exported = engage("keys", "export")
    copied = json.loads(exported.stdout)
    assert secret in copied["sealing-keys"]
    assert len(copied["sealing-keys"]) == 2
    assert copied["keys.json"] == json.loads((tmp_path / "instance" / "keys.json").read_text())
    assert "Whoever has this" in exported.stderr
    assert engage("keys", "export", "--out", "copy.json").returncode == 0
    assert json.loads((tmp_path / "copy.json").read_text()) == copied
    assert stat.S_IMODE((tmp_path / "copy.json").stat().st_mode) == 0o600
    assert engage("keys", "export", "--out", "copy.json").returncode == 1
    assert engage("audit", "verify").returncode == 0


def test_a_damaged_sealing_key_is_a_fault_of_the_system_and_named(engage: Run, tmp_path: Path) -> None:
    assert engage("keys").returncode == 0
    (tmp_path / "instance" / "sealing-keys" / "0001.json").write_text("{}", encoding="ascii")
    damaged = engage("keys")
    assert (damaged.returncode, "0001.json" in damaged.stderr) == (3, True)


def test_a_language_waits_until_its_words_are_brought_in(engage: Run, tmp_path: Path) -> None:
    survey = to_document(read_library_survey("feeling-safe"))
    del survey["languages"]["so"]["wording"]["survey.title"]
    (tmp_path / "survey.json").write_text(json.dumps(survey), encoding="utf-8")
    checked = engage("survey", "check", "survey.json")
    assert checked.returncode == 0
    assert "languages.so.wording.survey.title: read in the default language" in checked.stdout
    assert "so" in engage("survey", "import", "survey.json").stdout.partition("prepared, not offered: ")[2]
    refused = engage("survey", "language", "open", "feeling-safe", "so")
    assert refused.returncode == 1
    assert "survey.title" in refused.stderr
    assert engage("survey", "translations", "export", "feeling-safe", "so", "--out", "so.po").returncode == 0
    catalogue = (tmp_path / "so.po").read_text(encoding="utf-8")
    filled = catalogue.replace('msgid "Local survey"\nmsgstr ""', 'msgid "Local survey"\nmsgstr "Su\'aalo"', 1)
    (tmp_path / "so.po").write_text(filled, encoding="utf-8")
    taken = engage("survey", "translations", "import", "feeling-safe", "so", "so.po")
    assert taken.returncode == 0
    assert "survey.title: changed" in taken.stdout
    assert engage("survey", "language", "review", "feeling-safe", "so", "reviewed").returncode == 0
    assert engage("survey", "language", "open", "feeling-safe", "so", "--fallback").returncode == 0
    listed = engage("survey", "language", "list", "feeling-safe").stdout
    assert "questions reviewed" in listed.partition("so: ")[2]
    assert engage("survey", "language", "close", "feeling-safe", "so").returncode == 0
    assert "so: closed" in engage("survey", "language", "list", "feeling-safe").stdout


def test_rows_that_are_not_taken_are_listed_and_the_others_kept(engage: Run, tmp_path: Path) -> None:
    assert engage("survey", "import", "feeling-safe").returncode == 0
    assert engage("survey", "language", "add", "feeling-safe", "rom").returncode == 0
    rows = "\n\n".join(
        f'msgctxt "{key}"\nmsgid "{source}"\nmsgstr "{words}"'
        for key, source, words in (("web.next", "Next", "Maj angle"), ("web.no_such", "x", "y"))
    )
    (tmp_path / "rom.po").write_text(rows + "\n", encoding="utf-8")
    taken = engage("survey", "translations", "import", "interface", "rom", "rom.po")
    assert taken.returncode == 1
    assert "web.no_such: refused: there is no such wording" in taken.stdout
    assert "1 changed, 1 refused" in taken.stdout
    assert engage("survey", "translations", "export", "interface", "rom", "--out", "rom.xlsx").returncode == 0
    assert (tmp_path / "rom.xlsx").read_bytes().startswith(b"PK")
    for arguments, status in (
        (("export", "interface", "so", "--out", "so.csv"), 2),
        (("export", "interface", "en", "--out", "en.po"), 1),
        (("export", "no-such", "so", "--out", "so.po"), 1),
        (("import", "interface", "ar", "rom.xlsx"), 1),
    ):
        assert engage("survey", "translations", *arguments).returncode == status, arguments


def test_a_poster_is_made_for_an_area_of_the_survey_and_no_other(engage: Run, tmp_path: Path) -> None:
    opened(engage)
    poster = ("results", "poster", "feeling-safe", "--out", "poster.pdf", "--venue", "Clifton Library")
    assert engage(*poster, "--area", "E05012278", "--language", "ar").returncode == 0
    assert (tmp_path / "poster.pdf").read_bytes().startswith(b"%PDF")
    refused = engage(*poster, "--area", "E05099999")
    assert refused.returncode == 1
    assert "no area of this survey" in refused.stderr
