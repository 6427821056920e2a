"""The audit log shows every edit, gap, cut tail and older log in its place, here and to an outsider with the key."""

import csv
import hashlib
import hmac
import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from builders import NOW
from engage.reporting.audit_files import AuditFileFaulty, fault_in_file, read_key, write_log
from engage.settings import add_key_version, load_settings
from engage.storage import audit
from engage.storage.audit_chain import CHANGEOVER
from engage.storage.audit_head import AuditHead, Head
from engage.storage.audit_search import Sought, find_lines
from engage.storage.database import Session
from engage.storage.instance import Instance

#: The default database of an instance.
SQLITE_FILE = "engage.sqlite"


def write(
    instance: Instance,
    *subjects: str,
    actor: str = "amina@example.org",
    action: str = "test.done",
    at: datetime = NOW,
) -> None:
    """Write lines, each in a transaction of its own."""
    for subject in subjects:
        with instance.database.writing() as session:
            key = instance.settings.keys.audit
            audit.append(session, key, at=at, actor=actor, action=action, subject=subject, detail={"ö": [1, 2.5]})


def fault(instance: Instance, session: Session | None = None) -> str | None:
    """Return what `engage audit verify` finds, in a transaction or as it is stored."""
    outside = instance.database.audit_head.read()
    if session:
        return audit.find_tampering(session, instance.settings.keys.audit, outside)
    with instance.database.snapshot() as opened:
        return audit.find_tampering(opened, instance.settings.keys.audit, outside)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (["UPDATE audit_lines SET actor = 'x' WHERE number = 3"], "line 3 was changed"),
        (["UPDATE audit_lines SET detail = '{}' WHERE number = 4"], "line 4 was changed"),
        (["UPDATE audit_lines SET key_version = 2 WHERE number = 2"], "line 2 is chained under version 2"),
        (["DELETE FROM audit_lines WHERE number = 3"], "line 3 is missing"),
        (["DELETE FROM audit_lines WHERE number = 1"], "line 1 is missing"),
        (["DELETE FROM audit_lines WHERE number > 4"], "ends at line 4"),
        (["DELETE FROM audit_lines", "DELETE FROM audit_head"], "ends at line 0"),
        (
            [
                "DELETE FROM audit_lines WHERE number > 4",
                "UPDATE audit_head SET number = 4, mac = (SELECT mac FROM audit_lines WHERE number = 4)",
            ],
            "ends at line 4, but more was written",
        ),
        (
            [
                "UPDATE audit_lines SET number = 99 WHERE number = 3",
                "UPDATE audit_lines SET number = 3 WHERE number = 4",
                "UPDATE audit_lines SET number = 4 WHERE number = 99",
            ],
            "line 3 was changed",
        ),
    ],
)
def test_an_edit_a_gap_a_cut_tail_and_a_changed_order_are_found_at_the_first_bad_line(
    instance: Instance, changes: list[str], found: str
) -> None:
    write(instance, "a", "b", "c", "d", "e", "f")
    assert fault(instance) is None
    with instance.database.reading() as session:
        for change in changes:
            session.execute(text(change))
        assert found in (fault(instance, session) or "")


def test_a_log_that_was_forged_with_the_key_does_not_end_as_it_does_outside(instance: Instance) -> None:
    write(instance, "a", "b", "c")
    outside = instance.database.audit_head.read()
    with instance.database.reading() as session:
        session.execute(text("DELETE FROM audit_lines WHERE number = 3"))
        session.execute(text("UPDATE audit_head SET number = 2, mac = (SELECT mac FROM audit_lines WHERE number = 2)"))
        key = instance.settings.keys.audit
        audit.append(session, key, at=NOW, actor="somebody else", action="test.done", subject="c")
        found = audit.find_tampering(session, key, outside)
    assert found == "line 3 is not the one recorded outside the database"


@pytest.mark.parametrize("written_on", [0, 1, 5])
def test_an_older_log_put_back_is_found_before_and_after_it_has_grown_again(
    tmp_path: Path, instance: Instance, written_on: int
) -> None:
    if instance.database.engine.dialect.name != "sqlite":
        pytest.skip("puts a file back")
    write(instance, "a", "b")
    instance.database.shrink()
    shutil.copyfile(tmp_path / SQLITE_FILE, tmp_path / "older")
    write(instance, "c", "d")
    instance.database.close()
    for name in (SQLITE_FILE, f"{SQLITE_FILE}-wal", f"{SQLITE_FILE}-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "older", tmp_path / SQLITE_FILE)
    write(instance, *("e" * written_on))
    assert fault(instance) is not None
    if written_on > 2:
        assert fault(instance) == "line 4 is not the one recorded outside the database"


def test_heads_that_come_late_or_after_a_gap_are_no_break(tmp_path: Path) -> None:
    outside = AuditHead(tmp_path / "head.json")
    for heads in ([Head(0, "0"), Head(1, "a")], [Head(2, "b"), Head(3, "c")], [Head(1, "a"), Head(2, "b")]):
        outside.record(heads)
    outside.record([Head(7, "g"), Head(9, "i")])
    known = outside.read()
    assert known is not None
    assert (known.head, known.breaks) == (Head(9, "i"), ())
    outside.record([Head(8, "h"), Head(9, "other"), Head(10, "j")])
    outside.record([Head(10, "j"), Head(11, "k")])
    known = outside.read()
    assert known is not None
    assert (known.head, known.breaks) == (Head(11, "k"), (Head(9, "i"),))
    outside.go_on_from(Head(4, "d"), NOW)
    known = outside.read()
    assert known is not None
    assert [(entry.after, entry.was) for entry in known.restored] == [(4, 11)]


def test_lines_under_a_new_key_go_on_from_those_under_the_old_one(instance: Instance) -> None:
    write(instance, "a", "b")
    add_key_version(instance.settings.keys_file, "audit")
    settings = load_settings({"ENGAGE_INSTANCE": str(instance.settings.instance)})
    rotated = Instance(settings, instance.database, instance.now)
    write(rotated, "c")
    assert fault(rotated) is None
    assert "which is not here" in (fault(instance) or "")
    with rotated.database.reading() as session:
        session.execute(text("UPDATE audit_lines SET subject = 'z' WHERE number = 3"))
        assert fault(rotated, session) == "line 3 was changed"


def test_a_process_that_began_before_the_key_was_changed_may_write_for_a_day(instance: Instance) -> None:
    add_key_version(instance.settings.keys_file, "audit")
    rotated = replace(instance, settings=load_settings({"ENGAGE_INSTANCE": str(instance.settings.instance)}))
    write(instance, "before")
    write(rotated, "new")
    write(instance, "by one not started again", at=NOW + CHANGEOVER)
    write(rotated, "new")
    assert fault(rotated) is None
    write(instance, "long after", at=NOW + CHANGEOVER + timedelta(seconds=1))
    assert fault(rotated) == "line 5 was changed"


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_outsider_with_the_key_checks_a_copy_of_the_log(instance: Instance, tmp_path: Path, form: str) -> None:
    write(instance, "a", "=1+1", "c")
    copy, key = tmp_path / f"log.{form}", tmp_path / "key.json"
    with instance.database.snapshot() as session, copy.open("w", encoding="utf-8", newline="") as file:
        assert write_log(audit.all_lines(session), form, file) == 3
    key.write_text(json.dumps({"audit": {"1": instance.settings.keys.audit.current.hex()}}))
    assert fault_in_file(copy, read_key(key)) is None
    lines = copy.read_text(encoding="utf-8").splitlines(keepends=True)
    for changed, found in (
        (lines[:-2] + lines[-1:], "line 2 is missing"),
        ([line.replace("amina", "omar") for line in lines], "line 1 was changed"),
        (lines[:-2] + lines[-1:] + lines[-2:-1], "line 2 is missing"),
    ):
        copy.write_text("".join(changed), encoding="utf-8")
        assert fault_in_file(copy, read_key(key)) == found
    copy.write_text("number,at\n1,now\n", encoding="utf-8")
    with pytest.raises(AuditFileFaulty, match="entry 1"):
        fault_in_file(copy, read_key(key))


def test_the_code_of_a_line_is_made_as_the_readme_says(instance: Instance, tmp_path: Path) -> None:
    write(instance, "a", "b")
    copy, before = tmp_path / "log.csv", "0" * 64
    with instance.database.snapshot() as session, copy.open("w", encoding="utf-8", newline="") as file:
        write_log(audit.all_lines(session), "csv", file)
    with copy.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = {name: row[name] for name in ("at", "actor", "action", "subject")}
            line |= {"number": int(row["number"]), "detail": json.loads(row["detail"]), "before": before}
            told = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            before = hmac.new(instance.settings.keys.audit.current, told.encode(), hashlib.sha256).hexdigest()
            assert row["mac"] == before


def test_the_log_is_searched_by_person_act_subject_and_day(instance: Instance) -> None:
    write(instance, "a", "b")
    write(instance, "a", actor="omar@example.org", action="scan.opened")
    with instance.database.writing() as session:
        key, detail = instance.settings.keys.audit, {"of": ["a", "ab%c"]}
        audit.append(session, key, at=NOW, actor="retention", action="responses.erased", detail=detail)
    with instance.database.reading() as session:

        def found(most: int = 10, before: int | None = None, **sought: object) -> list[int]:
            return [line.number for line in find_lines(session, Sought(**sought), most, before)]

        assert found() == [4, 3, 2, 1]
        assert found(most=2, before=3) == [2, 1]
        assert found(actor="omar@example.org") == [3]
        assert found(action="test.done") == [2, 1]
        assert found(subjects=("a",)) == [4, 3, 1]
        assert found(subjects=("ab%c",)) == [4]
        assert found(subjects=("ab_c",)) == []
        assert found(since=NOW, until=NOW) == []
