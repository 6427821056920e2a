"""Printed forms: every serial with the layout it was printed from, and the layouts, never edited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime


class LayoutRow(Base):
    """Where every box of a printed version is, in millimetres."""

    __tablename__ = "paper_layouts"
    layout_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)


class FormRow(Base):
    """One printed form."""

    __tablename__ = "paper_forms"
    __table_args__ = (CheckConstraint("state IN ('printed', 'entered', 'refused')", name="known_state"),)
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


def mark(session: Session, serial: str, *, state: str, by: str, at: datetime) -> None:
    """Record what became of a form, unless somebody did so before."""
    row = session.get(FormRow, serial)
    if row is not None and row.state == "printed":
        row.state, row.entered_by, row.entered_at = state, by, at
        session.flush()


def newest(session: Session, survey: str, count: int) -> list[Form]:
    """Return the forms printed last."""
    found = select(FormRow).where(FormRow.survey == survey).order_by(FormRow.printed_at.desc(), FormRow.serial)
    return [_form(row) for row in session.scalars(found.limit(count))]


def _form(row: FormRow) -> Form:
    return Form(**{name: getattr(row, name) for name in _FIELDS})
