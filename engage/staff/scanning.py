"""Scans as staff follow them: sent in one go, read by one job, and listed page by page with what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID, uuid4

from engage import jobs
from engage.channels.paper.intake import receive_file, take_sealed
from engage.collection.scan_pages import Unfinished, list_unfinished, missing_pages
from engage.jobs import Progress
from engage.response.serials import spoken
from engage.staff.scan_words import FORMS, HARMLESS, PAGES, PROBLEMS
from engage.storage import scans
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.scans import ScanFile, ScanPage

KIND = "paper.read"
#: Files sent at once.
MOST_FILES = 200
#: Files looked through for what was sent last, and how often something was sent that is shown.
_LOOKED_THROUGH, _SHOWN = 400, 10


class NothingSent(Exception):
    """Nothing that could be read was sent; the message says why."""


@dataclass(frozen=True)
class PageShown:
    """One page of a file in words; `tone` is `fine`, `person` or `wrong`."""

    number: int
    form: str | None
    page: int | None
    became: str
    tone: str


@dataclass(frozen=True)
class FormShown:
    """A form of which pages came, in words, with the pages that are missing."""

    serial: str
    state: str
    became: str
    missing: tuple[int, ...]


@dataclass(frozen=True)
class Sending:
    """Files that were sent together: how far they are read."""

    job: UUID
    files: tuple[ScanFile, ...]

    @property
    def is_open(self) -> bool:
        """Say whether something of it is still to be read."""
        return any(file.state in ("waiting", "reading") for file in self.files)

    @property
    def pages(self) -> int:
        """Return how many pages there are to read, as far as is known."""
        return sum(max(file.pages or 1, file.pages_read) for file in self.files)

    @property
    def done(self) -> int:
        """Return how many pages were read."""
        return sum(file.pages_read for file in self.files)


def send_files(instance: Instance, files: Iterable[tuple[str, IO[bytes]]], *, source: str, by: str) -> UUID:
    """Seal the files that somebody sent and ask for them to be read; returns the job's id. Raises NothingSent."""
    job, listed = uuid4(), list(files)
    if not listed:
        raise NothingSent("Choose the files to send.")
    if len(listed) > MOST_FILES:
        raise NothingSent(f"Send at most {MOST_FILES} files at once; nothing was taken of these {len(listed)}.")
    for name, content in listed:
        receive_file(instance, name, content, source=source, by=by, job=job)
    return jobs.ask(instance, KIND, {"sending": str(job)}, by=by, job_id=job)


def read_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> None:
    """Read the files of one sending; begun again after a crash, it goes on behind the last page that was kept."""
    with instance.database.reading() as session:
        files = scans.files_of_job(session, UUID(parameters["sending"]))
    counts = {file.id: (file.pages_read, file.pages or 1) for file in files}
    for file in files:

        def tell(done: int, pages: int, file_id: UUID = file.id) -> None:
            counts[file_id] = (done, max(done, pages))
            progress(sum(done for done, _ in counts.values()), sum(pages for _, pages in counts.values()))

        take_sealed(instance, file.id, tell=tell)


def sendings(session: Session, sent_by: str | None) -> list[Sending]:
    """Return what was sent last, of everybody or of one sender, the newest first."""
    found: dict[UUID, list[ScanFile]] = {}
    for file in scans.newest_files(session, _LOOKED_THROUGH, sent_by):
        if file.job is not None:
            found.setdefault(file.job, []).append(file)
    shown = list(found.items())[:_SHOWN]
    return [Sending(job, tuple(sorted(files, key=lambda file: (file.sent_at, file.name)))) for job, files in shown]


def find_sending(session: Session, job: UUID) -> Sending | None:
    """Return what one job reads."""
    files = scans.files_of_job(session, job)
    return Sending(job, tuple(files)) if files else None


def pages_shown(session: Session, file: ScanFile) -> list[PageShown]:
    """Return the pages of a file in words."""
    pages = scans.pages_of_file(session, file.id)
    return [_page(page, is_alone=len(pages) == 1) for page in pages]


def forms_shown(session: Session, files: Sequence[ScanFile]) -> list[FormShown]:
    """Return the forms of which files brought pages, those first with which something is to be done."""
    serials = {
        page.serial: None
        for file in files
        for page in scans.pages_of_file(session, file.id)
        if page.serial and page.state != "set_aside"
    }
    found = [form for serial in serials if (form := scans.get_form(session, serial))]
    shown = [
        FormShown(
            spoken(form.serial),
            form.state,
            FORMS[form.state],
            missing_pages(session, form.serial) if form.state == "collecting" else (),
        )
        for form in found
    ]
    order = ("collecting", "review", "refused", "spoilt", "done")
    return sorted(shown, key=lambda form: (order.index(form.state), form.serial))


def unfinished(session: Session) -> list[Unfinished]:
    """Return every form that lacks pages."""
    return list_unfinished(session)


def _page(page: ScanPage, *, is_alone: bool) -> PageShown:
    """Return a page in words; a blank back is nothing to look at, a blank photograph is."""
    if page.state == "set_aside":
        became = PROBLEMS.get(page.problem or "", "Set aside.")
        tone = "fine" if page.problem in HARMLESS and not is_alone else "wrong"
    else:
        became, tone = PAGES[page.state], "person" if page.state == "doubtful" else "fine"
        became = PROBLEMS[page.problem] if page.problem else f"{became[0].upper()}{became[1:]}."
    form = spoken(page.serial) if page.serial else None
    return PageShown(page.pdf_page, form, page.page, became, tone)
