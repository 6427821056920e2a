"""The step to paper that comes back: forms that were there go on, and it can be taken back with everything in it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from builders import NOW, WAVE
from engage.storage import batches, forms, scan_reads, scans
from engage.storage.batches import Batch, Rules
from engage.storage.database import Session
from engage.storage.forms import Form
from engage.storage.instance import Instance
from engage.storage.scan_reads import ScanDecision, SecondReading, StoredRead
from engage.storage.scans import ScanFile, ScannedForm, ScanPage

SURVEY = "feeling-safe"
STATES = {"printed": "printed", "handed_out": "printed", "returned": "printed", "entered": "entered", "read": "entered"}
TABLES = {"paper_rules", "paper_batches", "scan_files", "scanned_forms", "scan_pages", "page_reads", "scan_decisions"}


def a_batch(code: str = "K7M2", **changes: object) -> Batch:
    batch = Batch(uuid4(), code, SURVEY, 1, WAVE, "so", "easy_read", None, "Base 51", "abdi@x.org", 7, "ann@x.org", NOW)
    return replace(batch, **changes)


def a_form(serial: str, state: str = "printed", **more: object) -> Form:
    return replace(Form(serial, SURVEY, 1, WAVE, "so", "easy_read", None, "hash", NOW, state), **more)


def with_forms(session: Session) -> Batch:
    batch = a_batch()
    forms.put_layout(session, "hash", {"pages": []})
    batches.add(session, batch)
    for state in STATES:
        forms.add(session, a_form(f"F-{state}", state, batch=batch.id))
    forms.add(session, a_form("F-spoilt", "spoilt", batch=batch.id, spoilt_because="torn", destroyed_on=NOW.date()))
    forms.add(session, a_form("F-refused", "refused"))
    return batch


def with_scans(session: Session) -> ScanPage:
    file = ScanFile(uuid4(), "club.pdf", "a" * 64, "upload", "x.sealed", "ann@x.org", NOW, job=uuid4())
    form = ScannedForm("F-read", SURVEY, "k" * 64, 3, NOW, "review", ("safe_day",), {"safe_day": "safe"})
    page = ScanPage(uuid4(), file.id, 1, "F-read", 1, "doubtful", None, "p.sealed", NOW)
    assert scans.add_file(session, file)
    assert scans.add_form(session, form)
    assert scans.add_page(session, page)
    box = {"question": "safe_day", "option": "safe", "state": "doubtful", "confidence": 0.6}
    scan_reads.put_read(session, StoredRead(page.id, "1", [box], []))
    scan_reads.decide(session, ScanDecision("F-read", "safe_day", "chosen", "safe", "ann@x.org", NOW))
    scan_reads.choose_second(session, SecondReading("F-read", SURVEY, NOW, first={"safe_day": "safe"}))
    return page


def test_printed_forms_go_on_through_the_step_and_its_way_back(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        batch = with_forms(session)
        with_scans(session)
        batches.put_rules(session, SURVEY, Rules(10, 30))
    surveyed.database.downgrade("0006")
    assert not TABLES & set(inspect(surveyed.database.engine).get_table_names())
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        for state, before in STATES.items():
            assert forms.get(session, f"F-{state}") == a_form(f"F-{state}", before)
        for serial in ("F-spoilt", "F-refused"):
            assert forms.get(session, serial) == a_form(serial, "refused")
        assert batches.get(session, batch.id) is None


def test_a_batch_counts_its_forms_by_what_became_of_them(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        batch = with_forms(session)
        forms.move_batch(session, batch.id, "returned")
        batches.keep(session, replace(batch, state="returned", returned_on=NOW.date(), destroy_by=date(2027, 1, 1)))
    with surveyed.database.reading() as session:
        counts = batches.count_forms(session, [batch.id])
        assert counts == {batch.id: {"returned": 3, "entered": 1, "read": 1, "spoilt": 1}}
        assert [found.code for found in batches.list_of(session, SURVEY, WAVE)] == ["K7M2"]
        assert batches.of_form(session, "F-read").origin == "Base 51"
        assert batches.of_form(session, "F-refused") is None
        assert batches.overdue(session, date(2027, 1, 1)) == []
        assert len(batches.overdue(session, date(2027, 1, 2))) == 1


@pytest.mark.parametrize(("state", "because"), [("spoilt", None), ("entered", "torn"), ("spoilt", "boring")])
def test_a_spoilt_form_has_a_reason_and_no_other_form_has(surveyed: Instance, state: str, because: str | None) -> None:
    with surveyed.database.writing() as session:
        forms.put_layout(session, "hash", {"pages": []})
        forms.add(session, a_form("F-1", state, spoilt_because=because))
        with pytest.raises(IntegrityError, match="spoilt_for_a_reason"):
            session.flush()
        session.rollback()


def test_what_is_over_stays_over(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        with_forms(session)
        assert forms.mark(session, "F-handed_out", state="spoilt", by="ann@x.org", at=NOW, because="torn")
        assert not forms.mark(session, "F-handed_out", state="entered", by="ann@x.org", at=NOW)
        assert not forms.mark(session, "F-unknown", state="entered", by="ann@x.org", at=NOW)


def test_a_page_of_a_file_comes_once_and_pictures_go_when_their_time_is_over(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        with_forms(session)
        page = with_scans(session)
        assert not scans.add_page(session, replace(page, id=uuid4()))
        astray = replace(page, id=uuid4(), pdf_page=2, serial=None, page=None, state="set_aside", problem="no_code")
        assert scans.add_page(session, astray)
        later = NOW + timedelta(days=1)
        assert scans.pages_to_forget(session, done_before=later, read_before=later) == [astray.id]
        form = scans.get_form(session, "F-read", lock=True)
        scans.mark_form(session, replace(form, state="done", answers=None, review=(), done_at=NOW))
        over = scans.pages_to_forget(session, done_before=later, read_before=NOW)
        assert scans.forget_images(session, over) == ["p.sealed"]
        assert scans.pages_to_forget(session, done_before=later, read_before=NOW) == []


def test_a_decision_stands_until_the_next_and_answers_can_be_forgotten(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        with_forms(session)
        page = with_scans(session)
        scan_reads.decide(session, ScanDecision("F-read", "safe_day", "empty", None, "bo@x.org", NOW))
        assert [(one.kind, one.answer) for one in scan_reads.decisions_of(session, "F-read")] == [("empty", None)]
        assert scan_reads.undo(session, "F-read", "safe_day", NOW)
        assert not scan_reads.undo(session, "F-read", "safe_day", NOW)
        reading = scan_reads.get_second(session, "F-read")
        scan_reads.mark_second(session, replace(reading, state="agreed", questions=20, differing=1))
        scan_reads.forget_answers(session, "F-read")
        assert scan_reads.get_read(session, page.id) is None
        assert scan_reads.get_second(session, "F-read").first == {}
        assert scan_reads.count_compared(session, SURVEY) == (1, 20, 1)


def test_nobody_reads_a_form_twice(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        with_forms(session)
        scan_reads.choose_second(session, SecondReading("F-read", SURVEY, NOW, first_by="ann@x.org"))
        again = replace(scan_reads.get_second(session, "F-read"), second_by="ann@x.org")
        with pytest.raises(IntegrityError, match="two_people"):
            scan_reads.mark_second(session, again)
        session.rollback()
