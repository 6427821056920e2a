"""Erased is erased: no table, file, export or restored backup holds the answer, and no late copy brings it back."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest

from builders import NOW, WAVE, a_door, a_submission, an_instance
from engage.collection.coming_back import complete_list, erase_again
from engage.collection.drafts import begin_draft, find_draft, finish_draft
from engage.collection.quoting import propose_quote
from engage.collection.receive import receive_submission
from engage.collection.restoring import back_up, restore
from engage.collection.surveys import set_wave_state
from engage.collection.withdrawal import erase_response
from engage.collection.words import gather_words, warn_duty
from engage.response.receipts import receipt_of, tombstone_of
from engage.response.serials import response_id_of
from engage.settings import add_key_version, load_settings
from engage.storage import audit, erasures, responses, safeguarding, scan_reads, scans, waves, words
from engage.storage.backup_file import BackupUnreadable
from engage.storage.backup_tables import described, lines_of
from engage.storage.backups import RestoreRefused, checksums_of
from engage.storage.instance import Instance
from engage.storage.tables import METADATA
from marked import AGREED, library_layout, seen
from scanning import forms_of_library, take
from wordy import with_words

MARKER = "the blue gate behind the chip shop"
SURVEY = "feeling-safe"


def everything_kept(instance: Instance) -> bytes:
    """Return every byte of every row and of every file of the instance."""
    rows = rows_but(instance)
    files = (path for path in instance.settings.instance.rglob("*") if path.is_file())
    return rows + b"".join(path.read_bytes() for path in files if path.name not in ("keys.json", "backup"))


def rows_but(instance: Instance, *tables: str) -> bytes:
    """Return every row as it stands in a backup, but for some tables."""
    with instance.database.snapshot() as session:
        kept = [kept for kept in described(METADATA) if kept.name not in tables]
        return b"".join(line for each in kept for line in lines_of(session, each))


def holds(instance: Instance, response_id: UUID) -> bool:
    """Say whether anything leads to a response: its words, its id or its receipt."""
    kept = everything_kept(instance)
    traces = (MARKER, str(response_id), response_id.hex, receipt_of(response_id))
    return any(trace.encode() in kept for trace in traces)


def with_marker(instance: Instance) -> dict[str, object]:
    """Take in an answer with the marker, contradict it once, and leave the last page open on the phone."""
    document = a_submission({"safe_day": "very_safe", "say_more": MARKER})
    with instance.database.writing() as session:
        wave = waves.current(session, SURVEY)
        assert wave is not None
        envelope = {"language": "en", "style": "standard", "assisted": "none", "age_band": "25-34"}
        token = begin_draft(session, wave, envelope, NOW)
        receipt = receive_submission(session, a_door(instance), document).receipt
        held = receive_submission(session, a_door(instance), document | {"answers": {"say_more": f"{MARKER}!"}})
        assert held.status == "conflict"
        draft = find_draft(session, token, SURVEY, NOW)
        assert draft is not None
        finish_draft(session, draft, receipt or "", NOW)
    return document


def withdraw(instance: Instance, response_id: UUID) -> bool:
    with instance.database.writing() as session:
        receipt, now = receipt_of(response_id), instance.now()
        return erase_response(session, instance.settings.keys, receipt, actor="respondent", now=now)


def another(instance: Instance, folder: Path) -> Instance:
    """Return an instance that nobody has used, with the keys of the first."""
    return with_keys_of(instance, an_instance(folder))


def with_keys_of(instance: Instance, other: Instance) -> Instance:
    if other is not instance:
        shutil.copy(instance.settings.keys_file, other.settings.instance)
    return Instance(load_settings(environ_of(other)), other.database, instance.now)


def environ_of(instance: Instance) -> dict[str, str]:
    settings = instance.settings
    url = settings.database_url if settings.database_url.startswith("postgresql") else ""
    return {"ENGAGE_INSTANCE": str(settings.instance), "ENGAGE_DATABASE_URL": url}


def test_a_withdrawn_answer_is_nowhere_and_a_retry_or_a_restored_backup_does_not_bring_it_back(
    surveyed: Instance, tmp_path: Path
) -> None:
    document = with_marker(surveyed)
    response_id = UUID(str(document["response_id"]))
    path = surveyed.settings.instance / "backup"
    back_up(surveyed, path, "test")
    assert holds(surveyed, response_id)
    assert MARKER.encode() not in path.read_bytes()
    assert withdraw(surveyed, response_id)
    assert not holds(surveyed, response_id)
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), document).status == "same"
        [record] = erasures.newest(session, 5)
        assert (record.reason, record.responses, record.survey) == ("withdrawn", 1, SURVEY)
        assert record.traces == {"responses": 1, "held answers": 1, "drafts": 1}
    assert not holds(surveyed, response_id)
    assert list(surveyed.database.erasures.read()) == [tombstone_of(response_id)]
    later = another(surveyed, tmp_path / "later")
    with path.open("rb") as file:
        assert restore(later, file, later.database.erasures, "test").erased_again == 0
    assert holds(later, response_id)
    assert erase_again(later, surveyed.database.erasures) == 1
    assert not holds(later, response_id)
    assert (complete_list(later), complete_list(surveyed)) == (0, 0)
    with later.database.writing() as session:
        assert receive_submission(session, a_door(later), document).status == "same"
        outside = later.database.audit_head.read()
        assert outside is not None and outside.restored
        assert audit.find_tampering(session, later.settings.keys.audit, outside) is None
    assert list(later.database.erasures.read()) == [tombstone_of(response_id)]


def test_a_restored_backup_equals_the_original_by_the_checksum_of_every_table(
    surveyed: Instance, tmp_path: Path
) -> None:
    with_marker(surveyed)
    add_key_version(surveyed.settings.keys_file, "backups")
    path = surveyed.settings.instance / "backup"
    made = back_up(surveyed, path, "test")
    with surveyed.database.snapshot() as session:
        now = checksums_of(session)
    assert now == made.checksums
    assert sum(checksum.rows > 0 for checksum in now.values()) > 8
    target = another(surveyed, tmp_path / "copy")
    with path.open("rb") as file:
        restored = restore(target, file, target.database.erasures, "test").backup
    assert restored.checksums == made.checksums
    with target.database.snapshot() as session:
        after = checksums_of(session)
    changed = {name for name in after if after[name] != made.checksums[name]}
    assert changed == {"audit_lines", "audit_head"}  # the line that says it was restored
    receive_again = a_submission()
    with target.database.writing() as session:
        assert receive_submission(session, a_door(target), receive_again).status == "stored"
    with path.open("rb") as file, pytest.raises(RestoreRefused, match="in use"):
        restore(target, file, target.database.erasures, "test")


def test_a_backup_that_was_cut_changed_or_is_anothers_leaves_nothing_behind(surveyed: Instance, tmp_path: Path) -> None:
    with_marker(surveyed)
    path, broken = surveyed.settings.instance / "backup", tmp_path / "broken"
    back_up(surveyed, path, "test")
    whole = path.read_bytes()
    later = another(surveyed, tmp_path / "later")
    for content in (whole[:-1], whole[:200] + b"\x00" + whole[201:], b"x" + whole, b""):
        broken.write_bytes(content)
        with broken.open("rb") as file, pytest.raises(BackupUnreadable):
            restore(later, file, later.database.erasures, "test")
        assert MARKER.encode() not in everything_kept(later)
    strange = an_instance(tmp_path / "strange")
    strange.settings.keys_file.unlink()
    strange = Instance(load_settings(environ_of(strange)), strange.database, strange.now)
    with path.open("rb") as file, pytest.raises(BackupUnreadable, match="key"):
        restore(strange, file, strange.database.erasures, "test")


def test_a_scanned_form_goes_with_its_pictures_before_and_after_it_is_stored(surveyed: Instance) -> None:
    whole, part = forms_of_library(surveyed, 2)
    pages = seen(library_layout(), AGREED | {"safe_day": ["very_safe"]})
    folder = surveyed.settings.instance / "scans"
    for serial, read in ((whole, pages), (part, pages[:1])):
        names = [page.kept.page.image or "" for page in take(surveyed, read, serial)]
        assert names and all((folder / name).is_file() for name in names)
        response_id = response_id_of(serial)
        with surveyed.database.reading() as session:
            assert (responses.get(session, response_id) is not None) == (serial == whole)
        assert withdraw(surveyed, response_id)
        assert not any((folder / name).exists() for name in names)
        with surveyed.database.reading() as session:
            left = scans.pages_of_form(session, serial)
            assert (scans.get_form(session, serial), responses.get(session, response_id)) == (None, None)
            assert {page.problem for page in left} == {"withdrawn"}
            assert not any(scan_reads.get_read(session, page.id) for page in left)
        assert not holds(surveyed, response_id)


def test_a_receipt_stored_under_an_older_key_still_takes_the_answer_back(surveyed: Instance) -> None:
    response_id = UUID(str(with_marker(surveyed)["response_id"]))
    add_key_version(surveyed.settings.keys_file, "receipts")
    again = with_keys_of(surveyed, surveyed)
    assert again.settings.keys.receipts.newest == 2
    assert withdraw(again, response_id)
    assert not holds(again, response_id)


def test_what_was_made_of_own_words_goes_with_them_and_a_warning_stays_without_a_name(surveyed: Instance) -> None:
    response_id = UUID(with_words(surveyed, (f"I want to die, {MARKER}.",))[0])
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        set_wave_state(session, keys, SURVEY, WAVE, "closed", actor="test", now=NOW)
        gather_words(session, SURVEY, WAVE)
        [piece] = [
            piece.id for piece in words.in_state(session, "open", SURVEY, WAVE) if piece.response_id == response_id
        ]
        propose_quote(session, keys, piece, MARKER, "coder@example.org", NOW)
        warn_duty(session, keys, piece, "coder@example.org", NOW)
    assert holds(surveyed, response_id)
    assert withdraw(surveyed, response_id)
    assert not holds(surveyed, response_id)
    assert str(piece).encode() not in rows_but(surveyed, "audit_lines")
    with surveyed.database.reading() as session:
        assert {item.reference for item in safeguarding.open_items(session)} == {"withdrawn"}


def test_a_backup_made_while_people_answer_is_of_one_moment(surveyed: Instance, tmp_path: Path) -> None:
    path, stop = surveyed.settings.instance / "backup", Event()

    def answer() -> int:
        count = 0
        while not stop.is_set() or count < 3:
            with surveyed.database.writing() as session:
                receive_submission(session, a_door(surveyed), a_submission())
            count += 1
        return count

    with ThreadPoolExecutor(2) as people:
        answering = [people.submit(answer) for _ in range(2)]
        back_up(surveyed, path, "test")
        stop.set()
        stored = sum(done.result(30) for done in answering)
    later = another(surveyed, tmp_path / "later")
    with path.open("rb") as file:
        made = restore(later, file, later.database.erasures, "test").backup
    with later.database.snapshot() as session:
        assert audit.find_tampering(session, later.settings.keys.audit, later.database.audit_head.read()) is None
        lines = [line for line in audit.all_lines(session) if line.action == "response.stored"]
    assert len(lines) == made.checksums["responses"].rows <= stored
