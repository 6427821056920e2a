"""What was read on scanned pages, what people decided about it, and what a second person read blind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime, insert_into
from engage.storage.erasure import Gone, delete_file_after
from engage.storage.scans import ScannedFormRow, ScanPageRow

#: `as_read` accepts the reader's view, `chosen` are options, `typed` is what was copied from the sheet, `empty`
#: says that nothing was answered, `illegible` that nobody can tell.
DECISIONS = ("as_read", "chosen", "typed", "empty", "illegible")
#: `chosen` waits for the first reading, `first_read` for the second; `differs` for somebody who compares both.
SECOND_STATES = ("chosen", "first_read", "differs", "agreed", "reconciled", "dropped")


class PageReadRow(Base):
    """What the reader saw on a page."""

    __tablename__ = "page_reads"
    scan_page: Mapped[UUID] = mapped_column(ForeignKey("scan_pages.id"), primary_key=True)
    #: Version of the reader and its weights.
    reader: Mapped[str] = mapped_column(NAME)
    #: Of each box: question, option, state and confidence.
    boxes: Mapped[list[dict[str, Any]]] = mapped_column(DOCUMENT)
    #: Of each space to write in: question and whether there is ink in it.
    spaces: Mapped[list[dict[str, Any]]] = mapped_column(DOCUMENT)


class ScanDecisionRow(Base):
    """What a person decided about one question of a scanned form."""

    __tablename__ = "scan_decisions"
    __table_args__ = (
        CheckConstraint("kind IN ('as_read', 'chosen', 'typed', 'empty', 'illegible')", name="known_kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(ForeignKey("scanned_forms.serial"), index=True)
    question: Mapped[str] = mapped_column(NAME)
    kind: Mapped[str] = mapped_column(NAME)
    #: In coded values, as it would stand in a submission.
    answer: Mapped[Any] = mapped_column(DOCUMENT, nullable=True)
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(UtcTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SecondReadingRow(Base):
    """A form that two people read without seeing what the other one did."""

    __tablename__ = "second_readings"
    __table_args__ = (
        CheckConstraint(
            "state IN ('chosen', 'first_read', 'differs', 'agreed', 'reconciled', 'dropped')", name="known_state"
        ),
        CheckConstraint("second_by IS NULL OR second_by <> first_by", name="two_people"),
        CheckConstraint(
            "(questions IS NULL) = (differing IS NULL) AND (differing IS NULL OR differing BETWEEN 0 AND questions)",
            name="counted_together",
        ),
        Index("ix_second_readings_survey_state", "survey", "state"),
    )
    serial: Mapped[str] = mapped_column(ForeignKey("paper_forms.serial"), primary_key=True)
    survey: Mapped[str] = mapped_column(NAME)
    state: Mapped[str] = mapped_column(NAME)
    chosen_at: Mapped[datetime] = mapped_column(UtcTime)
    first_by: Mapped[str | None] = mapped_column(NAME)
    #: Both readings, as long as they are not compared.
    first: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    second_by: Mapped[str | None] = mapped_column(NAME)
    second_at: Mapped[datetime | None] = mapped_column(UtcTime)
    second: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    #: How many questions were compared, and in how many the two differ: stays when the readings go.
    questions: Mapped[int | None]
    differing: Mapped[int | None]
    reconciled_by: Mapped[str | None] = mapped_column(NAME)
    reconciled_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True)
class StoredRead:
    """What the reader saw on a page, as JSON of its boxes and spaces."""

    scan_page: UUID
    reader: str
    boxes: Sequence[Mapping[str, Any]]
    spaces: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ScanDecision:
    """What a person decided about one question; a later one about the same question stands in its place."""

    serial: str
    question: str
    kind: str
    answer: Any
    by: str
    at: datetime


@dataclass(frozen=True)
class SecondReading:
    """A form that two people read; `first` and `second` are empty once they were compared."""

    serial: str
    survey: str
    chosen_at: datetime
    state: str = "chosen"
    first_by: str | None = None
    first: Mapping[str, Any] | None = None
    second_by: str | None = None
    second_at: datetime | None = None
    second: Mapping[str, Any] | None = None
    questions: int | None = None
    differing: int | None = None
    reconciled_by: str | None = None
    reconciled_at: datetime | None = None


_READ = tuple(StoredRead.__dataclass_fields__)
_DECISION = tuple(ScanDecision.__dataclass_fields__)
_SECOND = tuple(SecondReading.__dataclass_fields__)


def put_read(session: Session, read: StoredRead) -> None:
    """Keep what was read on a page, in the place of what was read before."""
    session.merge(
        PageReadRow(
            scan_page=read.scan_page,
            reader=read.reader,
            boxes=[dict(box) for box in read.boxes],
            spaces=[dict(space) for space in read.spaces],
        )
    )
    session.flush()


def get_read(session: Session, scan_page: UUID) -> StoredRead | None:
    """Return what was read on a page."""
    row = session.get(PageReadRow, scan_page)
    return StoredRead(**{name: getattr(row, name) for name in _READ}) if row else None


def forget_read(session: Session, scan_page: UUID) -> None:
    """Delete what was read on a page."""
    session.execute(delete(PageReadRow).where(PageReadRow.scan_page == scan_page))


def decide(session: Session, decision: ScanDecision) -> None:
    """Keep a decision; one about the same question before it is undone by it."""
    undo(session, decision.serial, decision.question, decision.at)
    session.add(ScanDecisionRow(**{name: getattr(decision, name) for name in _DECISION}))
    session.flush()


def undo(session: Session, serial: str, question: str, at: datetime) -> bool:
    """Take the standing decision on a question back; false when there is none."""
    standing = (
        update(ScanDecisionRow)
        .where(ScanDecisionRow.serial == serial, ScanDecisionRow.question == question)
        .where(ScanDecisionRow.undone_at.is_(None))
    )
    return session.execute(standing.values(undone_at=at).returning(ScanDecisionRow.id)).first() is not None


def decisions_of(session: Session, serial: str) -> list[ScanDecision]:
    """Return the decisions on a form that stand, in the order they were made."""
    found = select(ScanDecisionRow).where(ScanDecisionRow.serial == serial, ScanDecisionRow.undone_at.is_(None))
    rows = session.scalars(found.order_by(ScanDecisionRow.id))
    return [ScanDecision(**{name: getattr(row, name) for name in _DECISION}) for row in rows]


def choose_second(session: Session, reading: SecondReading) -> bool:
    """Choose a form to be read twice; false when it is chosen already."""
    statement = insert_into(session, SecondReadingRow).values(**_second_values(reading))
    statement = statement.on_conflict_do_nothing(index_elements=["serial"])
    return session.execute(statement.returning(SecondReadingRow.serial)).first() is not None


def get_second(session: Session, serial: str) -> SecondReading | None:
    """Return the second reading of a form, if it was chosen for one."""
    row = session.get(SecondReadingRow, serial)
    return _second(row) if row else None


def list_second(session: Session, state: str, survey: str | None = None) -> list[SecondReading]:
    """Return the second readings in a state, the oldest first."""
    found = select(SecondReadingRow).where(SecondReadingRow.state == state)
    found = found.where(SecondReadingRow.survey == survey) if survey else found
    ordered = found.order_by(SecondReadingRow.chosen_at, SecondReadingRow.serial)
    return [_second(row) for row in session.scalars(ordered)]


def mark_second(session: Session, reading: SecondReading) -> None:
    """Write down how far a second reading is: everything but its serial as it stands in `reading`."""
    values = {name: value for name, value in _second_values(reading).items() if name != "serial"}
    session.execute(update(SecondReadingRow).where(SecondReadingRow.serial == reading.serial).values(**values))


def count_compared(session: Session, survey: str) -> tuple[int, int, int]:
    """Return how many forms were compared, how many questions on them, and in how many the two readings differed."""
    sums = (func.sum(SecondReadingRow.questions), func.sum(SecondReadingRow.differing))
    found = select(func.count(), *sums).where(SecondReadingRow.survey == survey)
    forms, questions, differing = session.execute(found.where(SecondReadingRow.questions.is_not(None))).one()
    return forms, questions or 0, differing or 0


def forget_answers(session: Session, serial: str) -> None:
    """Delete everything that tells what stands on a form: reads, decisions and both readings; counts stay."""
    pages = select(ScanPageRow.id).where(ScanPageRow.serial == serial)
    session.execute(delete(PageReadRow).where(PageReadRow.scan_page.in_(pages)))
    session.execute(delete(ScanDecisionRow).where(ScanDecisionRow.serial == serial))
    of_form = update(SecondReadingRow).where(SecondReadingRow.serial == serial)
    session.execute(of_form.values(first={}, second={}))


def erase(session: Session, gone: Gone) -> int:
    """Delete everything that tells what stands on forms that go, pictures too; what comes of them is set aside."""
    forms = list(session.scalars(select(ScannedFormRow.serial).where(ScannedFormRow.serial.in_(gone.serials))))
    pages = list(session.scalars(select(ScanPageRow).where(ScanPageRow.serial.in_(gone.serials))))
    for page in pages:
        if page.image:
            delete_file_after(session, f"scans/{page.image}")
        page.image, page.state, page.problem = None, "set_aside", "withdrawn"
    session.flush()
    for serial in gone.serials:
        forget_answers(session, serial)
    session.execute(delete(ScannedFormRow).where(ScannedFormRow.serial.in_(forms)))
    return len(pages) + len(forms)


def _second_values(reading: SecondReading) -> dict[str, Any]:
    values = {name: getattr(reading, name) for name in _SECOND}
    return values | {"first": dict(reading.first or {}), "second": dict(reading.second or {})}


def _second(row: SecondReadingRow) -> SecondReading:
    return SecondReading(**{name: getattr(row, name) for name in _SECOND})
