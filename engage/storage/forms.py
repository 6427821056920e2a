"""Printed forms: every serial with the layout it was printed from, and the layouts, never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime

#: What becomes of a form. Somebody agreed and the answers are in: `entered` by hand or `read` by the scanner.
#: `refused` is a form whose person did not agree; `spoilt` one that nobody can use.
STATES = ("printed", "handed_out", "returned", "entered", "read", "spoilt", "refused")
#: States of a form that nobody has looked at yet.
WAITING = ("printed", "handed_out", "returned")
#: Why a form cannot be used.
SPOILT_REASONS = ("torn", "unreadable", "misprinted", "withdrawn", "other")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class LayoutRow(Base):
    """Where every box of a printed version is, in millimetres."""

    __tablename__ = "paper_layouts"
    layout_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)


class FormRow(Base):
    """One printed form."""

    __tablename__ = "paper_forms"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(STATES)})", name="known_state"),
        CheckConstraint(
            "(state = 'spoilt') = (spoilt_because IS NOT NULL) AND (spoilt_because IS NULL OR "
            f"spoilt_because IN ({_listed(SPOILT_REASONS)}))",
            name="spoilt_for_a_reason",
        ),
    )
    serial: Mapped[str] = mapped_column(NAME, primary_key=True)
    survey: Mapped[str] = mapped_column(NAME)
    version: Mapped[int]
    wave: Mapped[str] = mapped_column(NAME)
    language: Mapped[str] = mapped_column(NAME)
    style: Mapped[str] = mapped_column(NAME)
    area: Mapped[str | None] = mapped_column(NAME)
    layout_hash: Mapped[str] = mapped_column(ForeignKey("paper_layouts.layout_hash"))
    printed_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(NAME)
    entered_by: Mapped[str | None] = mapped_column(NAME)
    entered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    batch: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("paper_batches.id", name="fk_paper_forms_batch"), index=True
    )
    spoilt_because: Mapped[str | None] = mapped_column(NAME)
    #: A day in Europe/London.
    destroyed_on: Mapped[date | None]


@dataclass(frozen=True)
class Form:
    """One printed form; `area` is where it was printed for, not what the person tells about."""

    serial: str
    survey: str
    version: int
    wave: str
    language: str
    style: str
    area: str | None
    layout_hash: str
    printed_at: datetime
    state: str = "printed"
    entered_by: str | None = None
    entered_at: datetime | None = None
    batch: UUID | None = None
    spoilt_because: str | None = None
    destroyed_on: date | None = None


_FIELDS = tuple(Form.__dataclass_fields__)


def put_layout(session: Session, layout_hash: str, document: dict[str, Any]) -> None:
    """Keep a layout; one that is there already is never touched."""
    if session.get(LayoutRow, layout_hash) is None:
        session.add(LayoutRow(layout_hash=layout_hash, document=document))
        session.flush()


def get_layout(session: Session, layout_hash: str) -> dict[str, Any] | None:
    """Return a layout's document."""
    row = session.get(LayoutRow, layout_hash)
    return row.document if row else None


def add(session: Session, form: Form) -> None:
    """Record a printed form."""
    session.add(FormRow(**{name: getattr(form, name) for name in _FIELDS}))


def get(session: Session, serial: str) -> Form | None:
    """Return a form by its serial."""
    row = session.get(FormRow, serial)
    return _form(row) if row else None


def mark(session: Session, serial: str, *, state: str, by: str, at: datetime, because: str | None = None) -> bool:
    """Record what became of a form, unless somebody did so before; says whether it was recorded."""
    row = session.get(FormRow, serial)
    if row is None or row.state not in WAITING:
        return False
    row.state, row.entered_by, row.entered_at, row.spoilt_because = state, by, at, because
    session.flush()
    return True


def wait_again(session: Session, serial: str, state: str) -> None:
    """Take it back that a form is spoilt: it waits again, in one of the states of WAITING."""
    values = {"state": state, "entered_by": None, "entered_at": None, "spoilt_because": None}
    spoilt = update(FormRow).where(FormRow.serial == serial, FormRow.state == "spoilt")
    session.execute(spoilt.values(**values))


def entered_by(session: Session, batch: UUID) -> set[str]:
    """Return who has keyed or judged forms of a batch; whoever only scanned them has not."""
    found = select(FormRow.entered_by).where(FormRow.batch == batch, FormRow.state != "read").distinct()
    return {name for name in session.scalars(found) if name}


def move_batch(session: Session, batch: UUID, state: str) -> None:
    """Take those forms of a batch that nobody has looked at yet to another state of waiting."""
    waiting = update(FormRow).where(FormRow.batch == batch, FormRow.state.in_(WAITING))
    session.execute(waiting.values(state=state))


def destroy_batch(session: Session, batch: UUID, on: date, states: Sequence[str]) -> None:
    """Write down the day on which the paper of those forms of a batch was destroyed that are in some states."""
    gone = update(FormRow).where(FormRow.batch == batch, FormRow.state.in_(states))
    session.execute(gone.values(destroyed_on=on))


def newest(session: Session, survey: str, count: int) -> list[Form]:
    """Return the forms printed last."""
    found = select(FormRow).where(FormRow.survey == survey).order_by(FormRow.printed_at.desc(), FormRow.serial)
    return [_form(row) for row in session.scalars(found.limit(count))]


def _form(row: FormRow) -> Form:
    return Form(**{name: getattr(row, name) for name in _FIELDS})
