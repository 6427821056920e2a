"""Takes scans in: each page of a file is read, kept and put with the rest of its form, one page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from engage.channels.paper.answers_read import read_marks
from engage.channels.paper.forms_read import Finish, finish_form, layout_of
from engage.channels.paper.layout import Layout
from engage.channels.paper.page_reader import PageRead, read_page
from engage.channels.paper.sheets import open_sheets
from engage.collection.scan_files import ScanUnreadable, SealedFile, TooLarge, remove_scan, seal_scan, unsealed
from engage.collection.scan_pages import PageFound, PageKept, keep_page
from engage.settings import Keys
from engage.storage import audit, forms, questionnaires, scans
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.scans import ScanFile

#: Version of the reader, kept with every page it read.
READER = "engage-reader/1"
#: Bytes of one file that is sent: 300 pages in grey at 200 dpi are some 150 million.
LARGEST_FILE = 200_000_000
#: Characters of a file's name that are kept.
_LONGEST_NAME = 200
#: What a file is marked with when reading it broke off; a second time at the same page, it is given up.
_INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class PageTaken:
    """One page of a file: what was read, how it was kept and what became of its form by it."""

    read: PageRead
    kept: PageKept
    finish: Finish | None = None


def receive_file(
    instance: Instance,
    name: str,
    content: IO[bytes],
    *,
    source: str,
    by: str,
    job: UUID | None = None,
    file_id: UUID | None = None,
) -> UUID:
    """Seal a file that was sent, for a job to read, and return its id; one that is too large is only recorded.

    Sending it again under the same `file_id` changes nothing.
    """
    kept_as = f"{uuid4().hex}.file"
    try:
        sealed = seal_scan(instance.settings, kept_as, content, most=LARGEST_FILE)
        file = replace(_file(instance, name, sealed, source=source, by=by), kept_as=kept_as, job=job)
    except TooLarge as fault:
        file = _file(instance, name, SealedFile(0, fault.content_hash), source=source, by=by)
        file = replace(file, state="failed", problem="too_large", job=job)
    file = replace(file, id=file_id or file.id)
    with instance.database.writing() as session:
        is_new = _record(session, instance.settings.keys, file)
    if not is_new:
        remove_scan(instance.settings, kept_as)
    return file.id


def record_file(instance: Instance, name: str, sealed: SealedFile, *, by: str) -> ScanFile:
    """Record a file that is read where it lies and never copied."""
    file = _file(instance, name, sealed, source="command", by=by)
    with instance.database.writing() as session:
        _record(session, instance.settings.keys, file)
    return file


def take_sealed(instance: Instance, file_id: UUID, *, tell: Callable[[int, int], None]) -> None:
    """Read a file that was sent, going on behind the pages that were kept before.

    `tell` hears after each page how many are read and how many there are, as far as that is known. When the file
    is read, or cannot be, nothing is left of it but its pages.
    """
    with instance.database.reading() as session:
        file = scans.get_file(session, file_id)
    if file is None or file.kept_as is None or file.state in ("done", "failed"):
        return
    if file.state == "reading" and file.problem == _INTERRUPTED:
        _close(instance, replace(file, state="failed", problem="unreadable_file"))
        return
    file = replace(file, problem=_INTERRUPTED if file.state == "reading" else None, state="reading")
    _mark(instance, file)
    try:
        with unsealed(instance.settings, file.kept_as or "") as path:
            for taken in take_pages(instance, file, path):
                tell(taken.read.pdf_page, taken.read.pages)
    except ScanUnreadable:
        _close(instance, replace(file, state="failed", problem="unreadable_file"))
    else:
        _close(instance, replace(file, state="done", problem=None))


def take_pages(instance: Instance, file: ScanFile, path: Path) -> Iterator[PageTaken]:
    """Read the pages of a file that are not kept yet and keep each in a transaction of its own."""
    for read in read_pages(instance, path, name=file.name, after=file.pages_read):
        with instance.database.writing() as session:
            taken = take_page(session, instance, file, read)
            done = replace(file, state="reading", problem=None, pages=read.pages, pages_read=read.pdf_page)
            scans.mark_file(session, done)
        for name in (*taken.kept.unneeded, *(taken.finish.unneeded if taken.finish else ())):
            remove_scan(instance.settings, name)
        yield taken


def take_page(session: Session, instance: Instance, file: ScanFile, read: PageRead) -> PageTaken:
    """Keep a page in the caller's transaction, and store its form where this page makes it whole.

    What `PageTaken` names as unneeded is to be removed once the transaction is committed.
    """
    kept = keep_page(session, instance.settings, file, _found(session, read), instance.now())
    finish = None
    if kept.is_news and kept.page.serial:
        keys, by, now = instance.settings.keys, file.sent_by, instance.now()
        finish = finish_form(session, keys, kept.page.serial, by=by, now=now)
    return PageTaken(without_pictures(read), kept, finish)


def read_pages(instance: Instance, path: Path, *, name: str, after: int = 0) -> Iterator[PageRead]:
    """Read the pages of a file behind the first so many; stores nothing."""

    def printed_layout(serial: str) -> Layout | None:
        with instance.database.reading() as session:
            return layout_of(session, serial)

    for sheet in open_sheets(path, name=name):
        if sheet.pdf_page > after:
            yield read_page(sheet, printed_layout)


def without_pictures(read: PageRead) -> PageRead:
    """Return a page as read without its pictures, which take most of the memory."""
    spaces = tuple(replace(space, crop=b"") for space in read.spaces)
    return replace(read, straight=None, spaces=spaces)


def _found(session: Session, read: PageRead) -> PageFound:
    form = forms.get(session, read.serial) if read.serial and not read.problem else None
    questionnaire = questionnaires.get(session, form.survey, form.version) if form else None
    return PageFound(
        pdf_page=read.pdf_page,
        serial=read.serial,
        page=read.page,
        problem=read.problem,
        boxes=[_box(box.question, box.option, box.state, box.confidence) for box in read.boxes],
        spaces=[{"question": space.question, "has_ink": space.has_ink} for space in read.spaces],
        picture=read.straight,
        reader=READER,
        is_doubtful=bool(questionnaire and read_marks(questionnaire, [read]).reasons),
    )


def _box(question: str, option: str, state: str, confidence: float) -> dict[str, Any]:
    return {"question": question, "option": option, "state": state, "confidence": round(float(confidence), 4)}


def _file(instance: Instance, name: str, sealed: SealedFile, *, source: str, by: str) -> ScanFile:
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)[-_LONGEST_NAME:] or "scan"
    return ScanFile(uuid4(), shown, sealed.content_hash, source, None, by, instance.now())


def _record(session: Session, keys: Keys, file: ScanFile) -> bool:
    """Record a file with its audit line; false when it is known already."""
    if not scans.add_file(session, file):
        return False
    detail = {"hash": file.file_hash, "source": file.source}
    _audit(session, keys, file, "scan.sent", detail, file.sent_at)
    return True


def _mark(instance: Instance, file: ScanFile) -> None:
    with instance.database.writing() as session:
        scans.mark_file(session, file)


def _close(instance: Instance, file: ScanFile) -> None:
    close_file(instance, file)
    if file.kept_as:
        remove_scan(instance.settings, file.kept_as)


def close_file(instance: Instance, file: ScanFile) -> None:
    """Write down that a file is read to its end, or cannot be, with what became of its pages."""
    with instance.database.writing() as session:
        pages = scans.pages_of_file(session, file.id)
        closed = replace(file, pages=len(pages), pages_read=len(pages), kept_as=None)
        scans.mark_file(session, closed)
        detail = {"state": file.state, "pages": len(pages), "set_aside": _count(pages, "set_aside")}
        _audit(session, instance.settings.keys, file, "scan.read", detail, instance.now())


def _count(pages: Sequence[scans.ScanPage], state: str) -> int:
    return sum(page.state == state for page in pages)


def _audit(session: Session, keys: Keys, file: ScanFile, action: str, detail: dict[str, Any], at: datetime) -> None:
    audit.append(session, keys.audit, at=at, actor=file.sent_by, action=action, subject=str(file.id), detail=detail)
