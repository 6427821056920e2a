"""Sending scans: who may, what is told of every page, and that nothing of a file stays behind."""

from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from channels.paper.bad_files import drawing_pdf
from engage import jobs
from engage.staff.scanning import MOST_FILES
from engage.storage import audit, scans
from engage.storage.instance import Instance
from engage.worker import WORKS
from scanning import pictures, read_scans, send_scans
from staffing import signed_in, text_of

LETTER = b"Dear all, this is a letter and no picture."


@pytest.fixture
def ambassador(app: Flask) -> FlaskClient:
    return signed_in(app, "ambassador")


def test_every_page_that_was_sent_says_what_became_of_it(surveyed: Instance, ambassador: FlaskClient) -> None:
    sent = send_scans(ambassador, (LETTER, "letter.pdf"), (b"%PDF-1.7 broken", "scan.pdf"))
    assert sent.status_code == 303
    before = text_of(ambassador.get(sent.headers["Location"]))
    assert "letter.pdf: waits to be read" in before
    read_scans(surveyed, sent)
    page = text_of(ambassador.get(sent.headers["Location"]))
    assert "No picture: send PDF, TIFF, JPEG, PNG or HEIC." in page
    assert "damaged or locked" in page
    assert "2 pages read" in page
    assert "letter.pdf and 1 more" in text_of(ambassador.get("/staff/scans"))


def test_nothing_of_a_file_stays_once_it_is_read(surveyed: Instance, ambassador: FlaskClient) -> None:
    sent = send_scans(ambassador, (LETTER, "letter.pdf"))
    [sealed] = pictures(surveyed)
    assert LETTER not in (surveyed.settings.instance / "scans" / sealed).read_bytes()
    job = read_scans(surveyed, sent)
    assert pictures(surveyed) == []
    with surveyed.database.reading() as session:
        [file] = scans.files_of_job(session, job)
        actions = [line.action for line in audit.lines_about(session, str(file.id))]
    assert (file.state, file.kept_as, actions) == ("done", None, ["scan.sent", "scan.read"])


def test_without_a_file_or_the_token_of_the_page_nothing_is_taken(surveyed: Instance, ambassador: FlaskClient) -> None:
    empty = send_scans(ambassador)
    assert (empty.status_code, "Choose the files to send" in text_of(empty)) == (422, True)
    many = send_scans(ambassador, *[(LETTER, f"{number}.pdf") for number in range(MOST_FILES + 1)])
    assert (many.status_code, "at most 200 files" in text_of(many)) == (422, True)
    forged = ambassador.post("/staff/scans", data={"csrf_token": "x", "files": (BytesIO(LETTER), "a.pdf")})
    assert forged.status_code == 400
    assert pictures(surveyed) == []


def test_more_than_may_be_sent_at_once_is_refused_before_it_is_read(
    surveyed: Instance, ambassador: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.staff.scans.LARGEST_SENDING", 1000)
    assert send_scans(ambassador, (b"x" * 2000, "large.pdf")).status_code == 413
    monkeypatch.setattr("engage.staff.scans.LARGEST_SENDING", 10_000)
    monkeypatch.setattr("engage.channels.paper.intake.LARGEST_FILE", 500)
    sent = send_scans(ambassador, (b"x" * 600, "large.pdf"))
    assert "Too large to be read" in text_of(ambassador.get(sent.headers["Location"]))
    assert pictures(surveyed) == []


def test_somebody_elses_scans_are_seen_by_whoever_reviews_and_nobody_else(app: Flask, ambassador: FlaskClient) -> None:
    coordinator = signed_in(app, "coordinator")
    own, theirs = send_scans(ambassador, (LETTER, "own.pdf")), send_scans(coordinator, (LETTER, "theirs.pdf"))
    assert ambassador.get(theirs.headers["Location"]).status_code == 404
    assert coordinator.get(own.headers["Location"]).status_code == 200
    assert "theirs.pdf" not in text_of(ambassador.get("/staff/scans"))


def test_a_drawing_without_end_is_refused_in_words_and_the_next_file_read(
    surveyed: Instance, ambassador: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.channels.paper.pdf_apart.MOST_SECONDS", 0.5)
    sent = send_scans(ambassador, (drawing_pdf(20_000, 1), "lines.pdf"), (LETTER, "next.pdf"))
    read_scans(surveyed, sent)
    page = text_of(ambassador.get(sent.headers["Location"]))
    assert page.count("The file is damaged or locked. Save or scan it again.") == 2
    assert "lines.pdf: read, 2 pages" in page
    assert "next.pdf: read, 1 page" in page


def test_a_file_at_which_reading_broke_off_twice_is_given_up_and_the_next_one_read(
    surveyed: Instance, ambassador: FlaskClient
) -> None:
    sent = send_scans(ambassador, (LETTER, "deadly.pdf"), (LETTER, "next.pdf"))
    job = UUID(sent.headers["Location"].rpartition("/")[2])
    with surveyed.database.writing() as session:
        [deadly] = [file for file in scans.files_of_job(session, job) if file.name == "deadly.pdf"]
        assert deadly.kept_as
        scans.mark_file(session, type(deadly)(**{**vars(deadly), "state": "reading", "problem": "interrupted"}))
    jobs.run(surveyed, job, WORKS)
    page = text_of(ambassador.get(sent.headers["Location"]))
    assert "deadly.pdf: could not be read" in page
    assert "next.pdf: read, 1 page" in page
    assert pictures(surveyed) == []
