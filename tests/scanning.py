"""Scanned forms in tests: forms printed with the library's layout, and pages taken in as a reader would hand them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import count
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from builders import WAVE
from engage import jobs
from engage.channels.paper.intake import PageTaken, take_page
from engage.channels.paper.page_reader import PageRead
from engage.collection.paper import issue_forms
from engage.collection.scan_files import remove_scan
from engage.response.serials import response_id_of
from engage.storage import responses, scans
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.responses import Response
from engage.storage.scans import ScanFile, ScannedForm, ScanPage
from engage.worker import WORKS
from marked import library_layout, library_survey
from staffing import csrf_token

_numbers = count(1)


def forms_of_library(instance: Instance, copies: int = 1, style: str = "standard") -> list[str]:
    """Issue forms of the library survey with its layout and return their serials."""
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        issued = issue_forms(
            session, keys, library_layout(style), library_survey(), WAVE, "en", style, None, copies, now, "test"
        )
    return [serial for serial, _ in issued]


def a_file(instance: Instance) -> ScanFile:
    """Record a file that pages come from."""
    file = ScanFile(uuid4(), f"scan-{next(_numbers)}.pdf", "0" * 64, "upload", None, "ambassador", instance.now())
    with instance.database.writing() as session:
        scans.add_file(session, file)
    return file


def a_sending(session: Session, by: str, now: datetime) -> UUID:
    """Record a file of which one page needs a person, one nothing, and one is no page; returns the sending's id."""
    job = uuid4()
    file = ScanFile(uuid4(), "heap.pdf", "0" * 64, "upload", None, by, now, "done", 3, 3, job=job)
    scans.add_file(session, file)
    for number, (serial, state, problem) in enumerate(
        [("7KQM4RTXC", "doubtful", None), ("7KQM4RTXC", "read", None), (None, "set_aside", "no_code")], 1
    ):
        page = ScanPage(uuid4(), file.id, number, serial, number if serial else None, state, problem, None, now)
        scans.add_page(session, page)
    return job


def take(instance: Instance, pages: Iterable[PageRead], serial: str | None = None) -> list[PageTaken]:
    """Take pages in as one file, in this order; with a serial, as pages of that form. Each has a picture."""
    file, taken = a_file(instance), []
    for number, page in enumerate(pages, 1):
        read = replace(page, pdf_page=number, serial=serial or page.serial, straight=page.straight or b"a picture")
        with instance.database.writing() as session:
            done = take_page(session, instance, file, read)
        for name in (*done.kept.unneeded, *(done.finish.unneeded if done.finish else ())):
            remove_scan(instance.settings, name)
        taken.append(done)
    return taken


def send_scans(client: FlaskClient, *files: tuple[bytes, str]) -> TestResponse:
    """Send files from the page for scans."""
    # Made here, as the client's own way leaves a temporary file open.
    upload = [FileStorage(BytesIO(content), filename=name) for content, name in files]
    boundary, body = encode_multipart({"csrf_token": csrf_token(client, "/staff/scans"), "files": upload})
    return client.post("/staff/scans", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def read_scans(instance: Instance, sent: TestResponse) -> UUID:
    """Read what was sent, as the worker does, and return the job's id."""
    job = UUID(sent.headers["Location"].rpartition("/")[2])
    jobs.run(instance, job, WORKS)
    return job


def stored(instance: Instance, serial: str) -> Response | None:
    """Return what is stored of a form."""
    with instance.database.reading() as session:
        return responses.get(session, response_id_of(serial))


def scanned(instance: Instance, serial: str) -> ScannedForm | None:
    """Return how far a scanned form is."""
    with instance.database.reading() as session:
        return scans.get_form(session, serial)


def pictures(instance: Instance) -> Sequence[str]:
    """Return the names of the sealed files that lie in the instance's folder."""
    folder = instance.settings.instance / "scans"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
