"""Scanned pages put together: each is kept once with what was read on it, however and in whatever order it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from engage.collection.scan_files import seal_scan
from engage.response.receipts import receipt_key, receipt_of, tombstone_of
from engage.response.serials import response_id_of
from engage.settings import Keys, Settings
from engage.storage import forms, scan_reads, scans, tombstones
from engage.storage.database import Session
from engage.storage.forms import Form
from engage.storage.scan_reads import StoredRead
from engage.storage.scans import ScanFile, ScannedForm, ScanPage

#: States of a page that counts for its form.
STANDING = ("read", "doubtful")
#: Bytes of the picture of one page; a straightened A4 page has some 400,000.
LARGEST_PICTURE = 20_000_000
_UNSURE = ("doubtful", "unreadable")
_UNTICKED = ("empty", "corrected")


@dataclass(frozen=True)
class PageFound:
    """What a reader found on one page of a file; the boxes and spaces as JSON, the picture straightened."""

    pdf_page: int
    serial: str | None = None
    page: int | None = None
    problem: str | None = None
    boxes: Sequence[Mapping[str, Any]] = ()
    spaces: Sequence[Mapping[str, Any]] = ()
    picture: bytes | None = field(default=None, repr=False)
    #: Version of the reader.
    reader: str = ""
    #: A person has to look at something on it.
    is_doubtful: bool = False


@dataclass(frozen=True)
class PageKept:
    """A page as it stands in the database, and the sealed pictures to delete once that is committed."""

    page: ScanPage
    unneeded: tuple[str, ...] = ()
    #: The page now stands for its form, or contradicts what does.
    is_news: bool = False


@dataclass(frozen=True)
class Unfinished:
    """A form of which pages are missing."""

    serial: str
    survey: str
    here: tuple[int, ...]
    missing: tuple[int, ...]
    first_at: datetime


@dataclass(frozen=True)
class _Pages:
    """The pages of a layout, and those on which something can be ticked or filled in."""

    printed: tuple[int, ...]
    needed: tuple[int, ...]


#: Pages by the hash of the layout, which never changes.
_known: dict[str, _Pages] = {}
_MOST_KNOWN = 256


def keep_page(session: Session, settings: Settings, file: ScanFile, found: PageFound, now: datetime) -> PageKept:
    """Keep a page of a file in the caller's transaction; one that is there already stays as it is.

    A page that came before is a duplicate, and the better of both stands. Where the two have different ticks both
    stay, for a person to compare: the sheet may have been copied and handed to two people.
    """
    if before := scans.find_page(session, file.id, found.pdf_page):
        return PageKept(before)
    problem = found.problem or _problem_of(session, found)
    if problem or found.serial is None or found.page is None:
        return PageKept(_add(session, file, found, now, "set_aside", problem or "no_code"))
    begin_form(session, settings.keys, found.serial, now)
    rivals = [page for page in scans.pages_of_form(session, found.serial) if _rivals(page, found)]
    if not rivals:
        return PageKept(_keep(session, settings, file, found, now), is_news=True)
    return _keep_beside(session, settings, file, found, rivals, now)


def begin_form(session: Session, keys: Keys, serial: str, now: datetime) -> None:
    """Record that something of a printed form was scanned, and let nobody else work on it meanwhile."""
    form = forms.get(session, serial)
    if form is not None:
        key = receipt_key(receipt_of(response_id_of(serial)), keys.receipts.current)
        count = max(1, len(_pages_of(session, form).printed))
        scans.add_form(session, ScannedForm(serial, form.survey, key, count, first_at=now))
        known = scans.get_form(session, serial, lock=True)
        if known and known.state == "spoilt":  # somebody took it back that it is
            scans.mark_form(session, replace(known, state="collecting", done_at=None))


def reads_of(session: Session, serial: str) -> dict[int, list[tuple[ScanPage, StoredRead]]]:
    """Return page → what was read on it, twice where two scans of a page contradict each other."""
    reads: dict[int, list[tuple[ScanPage, StoredRead]]] = {}
    for page in scans.pages_of_form(session, serial):
        read = scan_reads.get_read(session, page.id) if page.state in STANDING else None
        if read is not None and page.page is not None:
            reads.setdefault(page.page, []).append((page, read))
    return reads


def missing_pages(session: Session, serial: str) -> tuple[int, ...]:
    """Return the pages with something to tick or to fill in that have not come."""
    form = forms.get(session, serial)
    needed = _pages_of(session, form).needed if form else ()
    here = {page.page for page in scans.pages_of_form(session, serial) if page.state in STANDING}
    return tuple(page for page in needed if page not in here)


def list_unfinished(session: Session, survey: str | None = None) -> list[Unfinished]:
    """Return the forms that lack pages and that nobody has keyed or given up meanwhile, the oldest first."""
    return [
        Unfinished(form.serial, form.survey, here, missing, form.first_at)
        for form in scans.list_forms(session, "collecting", survey)
        if _is_open(session, form.serial)
        and (missing := missing_pages(session, form.serial))
        and (here := _here(session, form.serial))
    ]


def give_up_scans(session: Session, serial: str, now: datetime) -> None:
    """Delete what was scanned of a form of which nothing may be kept, whoever found that out."""
    form = scans.get_form(session, serial)
    if form is not None:
        forget_scans(session, serial)
        scans.mark_form(session, replace(form, state="refused", review=(), answers={}, done_at=now))


def spoil_scans(session: Session, serial: str, now: datetime) -> tuple[str, ...]:
    """Delete what was scanned of a form that nobody can use; returns the sealed pictures to delete once committed."""
    form = scans.get_form(session, serial)
    if form is None:
        return ()
    names = forget_scans(session, serial)
    for page in scans.pages_of_form(session, serial):
        scans.mark_page(session, page.id, state="set_aside", problem="form_spoilt")
    over = replace(form, state="spoilt", review=(), answers={}, done_at=now, held_by=None, held_at=None)
    scans.mark_form(session, over)
    return names


def forget_scans(session: Session, serial: str) -> tuple[str, ...]:
    """Delete everything that tells what stands on a form; returns the sealed pictures to delete once committed."""
    pages = [page.id for page in scans.pages_of_form(session, serial)]
    names = scans.forget_images(session, pages)
    scan_reads.forget_answers(session, serial)
    return tuple(names)


def _problem_of(session: Session, found: PageFound) -> str | None:
    """Return why nothing on a page is taken although it could be read, None where it is."""
    form = forms.get(session, found.serial) if found.serial else None
    if form is None:
        return None if found.serial is None else "unknown_form"
    if tombstones.stands_over(session, tombstone_of(response_id_of(form.serial))):
        return "withdrawn"
    if form.state in ("refused", "spoilt"):
        return f"form_{form.state}"
    return None if found.page in _pages_of(session, form).printed else "unknown_form"


def _pages_of(session: Session, form: Form) -> _Pages:
    """Return the pages of a form's layout, which are known by its hash once they were looked up."""
    known = _known.get(form.layout_hash)
    if known is None:
        document = forms.get_layout(session, form.layout_hash) or {"pages": ()}
        known = _Pages(
            tuple(page["page"] for page in document["pages"]),
            tuple(page["page"] for page in document["pages"] if page["boxes"] or page["spaces"]),
        )
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[form.layout_hash] = known
    return known


def _is_open(session: Session, serial: str) -> bool:
    form = forms.get(session, serial)
    return form is not None and form.state in forms.WAITING


def _here(session: Session, serial: str) -> tuple[int, ...]:
    pages = {page.page for page in scans.pages_of_form(session, serial) if page.state in STANDING}
    return tuple(sorted(page for page in pages if page is not None))


def _rivals(page: ScanPage, found: PageFound) -> bool:
    return page.page == found.page and page.state in STANDING


def _keep_beside(
    session: Session,
    settings: Settings,
    file: ScanFile,
    found: PageFound,
    rivals: Sequence[ScanPage],
    now: datetime,
) -> PageKept:
    """Keep a page that came before: in its place where it is better, beside it where its ticks are others."""
    reads = [(page, scan_reads.get_read(session, page.id)) for page in rivals]
    if any(read and _contradict(read.boxes, found.boxes) for _, read in reads):
        if any(read and not _contradict(read.boxes, found.boxes) for _, read in reads):
            return PageKept(_add(session, file, found, now, "duplicate"))  # both views of the page are here
        return PageKept(_keep(session, settings, file, found, now, "two_sheets"), is_news=True)
    stands = next((page for page, read in reads if read and _doubts(read.boxes) > _doubts(found.boxes)), None)
    form = scans.get_form(session, rivals[0].serial or "")
    if stands is None or len(rivals) > 1 or (form and form.state == "done"):
        return PageKept(_add(session, file, found, now, "duplicate"))
    scan_reads.forget_read(session, stands.id)
    names = scans.forget_images(session, [stands.id])
    scans.mark_page(session, stands.id, state="duplicate")
    return PageKept(_keep(session, settings, file, found, now), tuple(names), is_news=True)


def _contradict(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a box is certainly ticked on one scan and certainly not on the other."""
    states = {(box["question"], box["option"]): box["state"] for box in first}
    return any(contradict(states.get((box["question"], box["option"])), box["state"]) for box in second)


def contradict(first: str | None, second: str) -> bool:
    """Say whether two states of one box cannot both be right."""
    return {first, second} <= {"marked", *_UNTICKED} and (first == "marked") != (second == "marked")


def _doubts(boxes: Sequence[Mapping[str, Any]]) -> int:
    return sum(box["state"] in _UNSURE for box in boxes)


def _keep(
    session: Session,
    settings: Settings,
    file: ScanFile,
    found: PageFound,
    now: datetime,
    problem: str | None = None,
) -> ScanPage:
    """Keep a page with its picture and what was read on it."""
    page_id = uuid4()
    image = f"{page_id.hex}.page" if found.picture else None
    if image and found.picture:
        seal_scan(settings, image, BytesIO(found.picture), most=LARGEST_PICTURE)
    state = "doubtful" if found.is_doubtful or problem else "read"
    page = _add(session, file, found, now, state, problem, page_id, image)
    scan_reads.put_read(session, StoredRead(page_id, found.reader, found.boxes, found.spaces))
    return page


def _add(
    session: Session,
    file: ScanFile,
    found: PageFound,
    now: datetime,
    state: str,
    problem: str | None = None,
    page_id: UUID | None = None,
    image: str | None = None,
) -> ScanPage:
    has_both = found.serial is not None and found.page is not None
    serial, number = (found.serial, found.page) if has_both else (None, None)
    page = ScanPage(page_id or uuid4(), file.id, found.pdf_page, serial, number, state, problem, image, now)
    scans.add_page(session, page)
    return page
