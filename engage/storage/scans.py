"""Scans of paper: files that came in, the page each sheet is, and how far each form is on its way to an answer.

Pictures lie sealed in the instance's `scans` folder; here stand only their names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime, insert_into
from engage.storage.forms import FormRow

#: `collecting` lacks pages; `review` waits for a person; the others are over.
FORM_STATES = ("collecting", "review", "done", "refused", "spoilt")


class ScanFileRow(Base):
    """One file of scans."""

    __tablename__ = "scan_files"
    __table_args__ = (
        CheckConstraint("source IN ('upload', 'command', 'camera')", name="known_source"),
        CheckConstraint("state IN ('waiting', 'reading', 'done', 'failed')", name="known_state"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    #: As the sender called it.
    name: Mapped[str] = mapped_column(String(200))
    #: SHA-256 of its bytes.
    file_hash: Mapped[str] = mapped_column(HASH, index=True)
    source: Mapped[str] = mapped_column(NAME)
    #: Name of the sealed file in the instance's folder, as long as it has still to be read.
    kept_as: Mapped[str | None] = mapped_column(NAME)
    state: Mapped[str] = mapped_column(NAME, index=True)
    pages: Mapped[int | None]
    #: How many of its pages are in scan_pages: a job that was killed goes on after them.
    pages_read: Mapped[int]
    problem: Mapped[str | None] = mapped_column(NAME)
    job: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    sent_by: Mapped[str] = mapped_column(NAME)
    sent_at: Mapped[datetime] = mapped_column(UtcTime)


class ScannedFormRow(Base):
    """One printed form of which at least one page was scanned."""

    __tablename__ = "scanned_forms"
    __table_args__ = (
        CheckConstraint("state IN ('collecting', 'review', 'done', 'refused', 'spoilt')", name="known_state"),
        CheckConstraint("pages > 0", name="some_pages"),
        Index("ix_scanned_forms_survey_state", "survey", "state"),
    )
    serial: Mapped[str] = mapped_column(ForeignKey("paper_forms.serial"), primary_key=True)
    survey: Mapped[str] = mapped_column(NAME)
    #: Keyed hash of the receipt on the slip, so that its owner can take back what is not stored yet.
    receipt_key: Mapped[str] = mapped_column(HASH, index=True)
    #: How many pages the form was printed on.
    pages: Mapped[int]
    state: Mapped[str] = mapped_column(NAME)
    #: Ids of the questions that a person has to look at.
    review: Mapped[list[str]] = mapped_column(DOCUMENT)
    #: What was read, until it is stored through the door or thrown away.
    answers: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    first_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: Who has it on the screen now.
    held_by: Mapped[str | None] = mapped_column(NAME)
    held_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ScanPageRow(Base):
    """One page of one file."""

    __tablename__ = "scan_pages"
    __table_args__ = (
        CheckConstraint("state IN ('read', 'doubtful', 'duplicate', 'set_aside')", name="known_state"),
        CheckConstraint("(serial IS NULL) = (page IS NULL)", name="page_of_a_form"),
        CheckConstraint("state <> 'set_aside' OR problem IS NOT NULL", name="set_aside_for_a_reason"),
        UniqueConstraint("file", "pdf_page"),
        Index("ix_scan_pages_serial_page", "serial", "page"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    file: Mapped[UUID] = mapped_column(ForeignKey("scan_files.id"))
    #: Counted from 1.
    pdf_page: Mapped[int]
    serial: Mapped[str | None] = mapped_column(NAME)
    page: Mapped[int | None]
    state: Mapped[str] = mapped_column(NAME)
    problem: Mapped[str | None] = mapped_column(NAME)
    #: Name of the sealed picture in the instance's `scans` folder.
    image: Mapped[str | None] = mapped_column(NAME)
    read_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class ScanFile:
    """One file of scans; `kept_as` names the sealed file while it has still to be read."""

    id: UUID
    name: str
    file_hash: str
    source: str
    kept_as: str | None
    sent_by: str
    sent_at: datetime
    state: str = "waiting"
    pages: int | None = None
    pages_read: int = 0
    problem: str | None = None
    job: UUID | None = None


@dataclass(frozen=True)
class ScanPage:
    """One page of one file; `image` names the sealed picture of it, straightened."""

    id: UUID
    file: UUID
    pdf_page: int
    serial: str | None
    page: int | None
    state: str
    problem: str | None
    image: str | None
    read_at: datetime


@dataclass(frozen=True)
class ScannedForm:
    """One form of which pages were scanned; `answers` is what was read as long as it is not stored."""

    serial: str
    survey: str
    receipt_key: str
    pages: int
    first_at: datetime
    state: str = "collecting"
    review: tuple[str, ...] = ()
    answers: dict[str, Any] | None = None
    done_at: datetime | None = None
    held_by: str | None = None
    held_at: datetime | None = None


_FILE = tuple(ScanFile.__dataclass_fields__)
_PAGE = tuple(ScanPage.__dataclass_fields__)
_FORM = tuple(ScannedForm.__dataclass_fields__)


def add_file(session: Session, file: ScanFile) -> bool:
    """Record a file; false when one with its id is there already."""
    statement = insert_into(session, ScanFileRow).values(**{name: getattr(file, name) for name in _FILE})
    statement = statement.on_conflict_do_nothing(index_elements=["id"])
    return session.execute(statement.returning(ScanFileRow.id)).first() is not None


def get_file(session: Session, file_id: UUID) -> ScanFile | None:
    """Return a file by its id."""
    row = session.get(ScanFileRow, file_id)
    return _file(row) if row else None


def files_of_job(session: Session, job: UUID) -> list[ScanFile]:
    """Return the files of a job, in the order they came."""
    found = select(ScanFileRow).where(ScanFileRow.job == job).order_by(ScanFileRow.sent_at, ScanFileRow.name)
    return [_file(row) for row in session.scalars(found)]


def newest_files(session: Session, count: int, sent_by: str | None = None) -> list[ScanFile]:
    """Return the files that came last, of everybody or of one sender."""
    found = select(ScanFileRow).order_by(ScanFileRow.sent_at.desc(), ScanFileRow.name).limit(count)
    found = found.where(ScanFileRow.sent_by == sent_by) if sent_by else found
    return [_file(row) for row in session.scalars(found)]


def files_with_hash(session: Session, file_hash: str) -> list[ScanFile]:
    """Return the files with exactly these bytes."""
    found = select(ScanFileRow).where(ScanFileRow.file_hash == file_hash).order_by(ScanFileRow.sent_at)
    return [_file(row) for row in session.scalars(found)]


def mark_file(session: Session, file: ScanFile) -> None:
    """Write down how far a file is: everything but its id as it stands in `file`."""
    values = {name: getattr(file, name) for name in _FILE if name != "id"}
    session.execute(update(ScanFileRow).where(ScanFileRow.id == file.id).values(**values))


def forget_files(session: Session, sent_before: datetime) -> None:
    """Forget what files were called that came before a moment, and give up those that nobody read since."""
    old = update(ScanFileRow).where(ScanFileRow.sent_at < sent_before)
    left = old.where(ScanFileRow.state.in_(("waiting", "reading")))
    session.execute(left.values(state="failed", problem="unreadable_file", kept_as=None))
    session.execute(old.values(name="scan"))


def names_kept(session: Session) -> set[str]:
    """Return the names of every sealed file that a row leads to."""
    files = select(ScanFileRow.kept_as).where(ScanFileRow.kept_as.is_not(None))
    images = select(ScanPageRow.image).where(ScanPageRow.image.is_not(None))
    return {name for found in (files, images) for name in session.scalars(found) if name}


def add_page(session: Session, page: ScanPage) -> bool:
    """Record a page; false when this page of this file is there already (a job that goes on after a crash)."""
    statement = insert_into(session, ScanPageRow).values(**{name: getattr(page, name) for name in _PAGE})
    statement = statement.on_conflict_do_nothing(index_elements=["file", "pdf_page"])
    return session.execute(statement.returning(ScanPageRow.id)).first() is not None


def get_page(session: Session, page_id: UUID) -> ScanPage | None:
    """Return a page by its id."""
    row = session.get(ScanPageRow, page_id)
    return _page(row) if row else None


def pages_of_file(session: Session, file_id: UUID) -> list[ScanPage]:
    """Return the pages of a file in their order."""
    found = select(ScanPageRow).where(ScanPageRow.file == file_id).order_by(ScanPageRow.pdf_page)
    return [_page(row) for row in session.scalars(found)]


def find_page(session: Session, file_id: UUID, pdf_page: int) -> ScanPage | None:
    """Return a page by its place in its file."""
    row = session.scalar(select(ScanPageRow).where(ScanPageRow.file == file_id, ScanPageRow.pdf_page == pdf_page))
    return _page(row) if row else None


def pages_of_form(session: Session, serial: str) -> list[ScanPage]:
    """Return every scan of a form's pages, by page and then the first scan first."""
    found = select(ScanPageRow).where(ScanPageRow.serial == serial)
    return [_page(row) for row in session.scalars(found.order_by(ScanPageRow.page, ScanPageRow.read_at))]


def mark_page(session: Session, page_id: UUID, *, state: str, problem: str | None = None) -> None:
    """Say what became of a page."""
    session.execute(update(ScanPageRow).where(ScanPageRow.id == page_id).values(state=state, problem=problem))


def forget_images(session: Session, page_ids: Sequence[UUID]) -> list[str]:
    """Take the pictures off pages and return the names of the files to delete once this is committed."""
    found = select(ScanPageRow).where(ScanPageRow.id.in_(page_ids), ScanPageRow.image.is_not(None))
    names: list[str] = []
    for row in session.scalars(found):
        names.extend([row.image] if row.image else [])
        row.image = None
    session.flush()
    return names


def pages_to_forget(session: Session, *, done_before: datetime, read_before: datetime) -> list[UUID]:
    """Return the pages with pictures of forms done before a moment, and of no form but read before a moment."""
    joined = select(ScanPageRow.id).outerjoin(ScannedFormRow, ScannedFormRow.serial == ScanPageRow.serial)
    is_over = (ScannedFormRow.done_at < done_before) | (
        ScannedFormRow.serial.is_(None) & (ScanPageRow.read_at < read_before)
    )
    return list(session.scalars(joined.where(ScanPageRow.image.is_not(None), is_over)))


def add_form(session: Session, form: ScannedForm) -> bool:
    """Record that a form's first page came; false when it is known already."""
    values = {name: getattr(form, name) for name in _FORM} | {
        "review": list(form.review),
        "answers": form.answers or {},
    }
    statement = insert_into(session, ScannedFormRow).values(**values).on_conflict_do_nothing(index_elements=["serial"])
    return session.execute(statement.returning(ScannedFormRow.serial)).first() is not None


def get_form(session: Session, serial: str, *, lock: bool = False) -> ScannedForm | None:
    """Return a scanned form; `lock` keeps others from changing it until the transaction ends."""
    found = select(ScannedFormRow).where(ScannedFormRow.serial == serial)
    row = session.scalar(found.with_for_update() if lock else found)
    return _form(row) if row else None


def serials_of(session: Session, receipt_keys: Sequence[str]) -> list[str]:
    """Return the serials of scanned forms whose slips have receipts with these keyed hashes."""
    return list(session.scalars(select(ScannedFormRow.serial).where(ScannedFormRow.receipt_key.in_(receipt_keys))))


def serials_of_wave(session: Session, survey: str, wave: str) -> list[str]:
    """Return the serials of forms printed for a wave of which something was scanned."""
    found = select(ScannedFormRow.serial).join(FormRow, FormRow.serial == ScannedFormRow.serial)
    return list(session.scalars(found.where(FormRow.survey == survey, FormRow.wave == wave)))


def all_serials(session: Session) -> list[str]:
    """Return the serial of every form of which something was scanned."""
    return list(session.scalars(select(ScannedFormRow.serial)))


def list_forms(session: Session, state: str, survey: str | None = None) -> list[ScannedForm]:
    """Return the scanned forms in a state, the oldest first."""
    found = select(ScannedFormRow).where(ScannedFormRow.state == state)
    found = found.where(ScannedFormRow.survey == survey) if survey else found
    return [_form(row) for row in session.scalars(found.order_by(ScannedFormRow.first_at, ScannedFormRow.serial))]


def forms_with_pictures(session: Session, survey: str, state: str) -> list[ScannedForm]:
    """Return the forms in a state of which pictures are still kept."""
    pictured = select(ScanPageRow.serial).where(ScanPageRow.image.is_not(None))
    found = select(ScannedFormRow).where(ScannedFormRow.survey == survey, ScannedFormRow.state == state)
    return [_form(row) for row in session.scalars(found.where(ScannedFormRow.serial.in_(pictured)))]


def count_forms(session: Session, survey: str | None = None) -> dict[str, int]:
    """Return how many scanned forms are in each state (fieldwork, not answers)."""
    found = select(ScannedFormRow.state, func.count()).group_by(ScannedFormRow.state)
    found = found.where(ScannedFormRow.survey == survey) if survey else found
    return {row[0]: row[1] for row in session.execute(found)}


def mark_form(session: Session, form: ScannedForm) -> None:
    """Write down how far a form is: everything but its serial as it stands in `form`."""
    values = {name: getattr(form, name) for name in _FORM if name != "serial"}
    values |= {"review": list(form.review), "answers": form.answers or {}}
    session.execute(update(ScannedFormRow).where(ScannedFormRow.serial == form.serial).values(**values))


def remove_form(session: Session, serial: str) -> None:
    """Delete a scanned form; its pages, reads and decisions go before (scan_reads.forget)."""
    session.execute(delete(ScannedFormRow).where(ScannedFormRow.serial == serial))


def _file(row: ScanFileRow) -> ScanFile:
    return ScanFile(**{name: getattr(row, name) for name in _FILE})


def _page(row: ScanPageRow) -> ScanPage:
    return ScanPage(**{name: getattr(row, name) for name in _PAGE})


def _form(row: ScannedFormRow) -> ScannedForm:
    form = ScannedForm(**{name: getattr(row, name) for name in _FORM})
    return replace(form, review=tuple(row.review))
