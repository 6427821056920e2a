"""Indicators of other suppliers by area and period: recorded offences, ambulance calls, admissions to hospital."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.areas import IndicatorFigure, IndicatorHead
from engage.storage.base import NAME, Base


class IndicatorRow(Base):
    """One measure of one supplier."""

    __tablename__ = "indicators"
    __table_args__ = (UniqueConstraint("name", "source"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    source: Mapped[str] = mapped_column(NAME)
    licence: Mapped[str] = mapped_column(NAME)
    #: What is counted and of whom, in the supplier's words.
    definition: Mapped[str] = mapped_column(Text)
    #: The value is the numerator over the denominator, times this (1 for a share, 1000 for a rate per 1,000).
    per: Mapped[float]


class IndicatorFigureRow(Base):
    """The figure of one area in one period; none where the supplier shows none."""

    __tablename__ = "indicator_figures"
    __table_args__ = (
        CheckConstraint("NOT is_suppressed OR (value IS NULL AND numerator IS NULL)", name="suppressed_has_no_figure"),
    )
    indicator: Mapped[int] = mapped_column(ForeignKey("indicators.id"), primary_key=True)
    area: Mapped[str] = mapped_column(NAME, primary_key=True)
    period: Mapped[str] = mapped_column(NAME, primary_key=True)
    value: Mapped[float | None]
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    is_suppressed: Mapped[bool]
    #: Why it cannot be compared with periods before, such as a new way of recording; empty where it can.
    recording_break: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Indicator:
    """One measure as it is stored."""

    id: int
    head: IndicatorHead


def put(session: Session, head: IndicatorHead, figures: Iterable[IndicatorFigure]) -> int:
    """Store an indicator, replacing its figures of the same areas and periods; returns how many were given."""
    row = session.scalar(select(IndicatorRow).where(IndicatorRow.name == head.name, IndicatorRow.source == head.source))
    if row is None:
        row = IndicatorRow(name=head.name, source=head.source)
        session.add(row)
    row.licence, row.definition, row.per = head.licence, head.definition, head.per
    session.flush()
    count = 0
    for figure in figures:
        place = (IndicatorFigureRow.area == figure.area, IndicatorFigureRow.period == figure.period)
        session.execute(delete(IndicatorFigureRow).where(IndicatorFigureRow.indicator == row.id, *place))
        session.add(IndicatorFigureRow(indicator=row.id, **{name: getattr(figure, name) for name in _FIELDS}))
        count += 1
    session.flush()
    return count


def list_all(session: Session) -> list[Indicator]:
    """Return every indicator by name and source."""
    found = session.scalars(select(IndicatorRow).order_by(IndicatorRow.name, IndicatorRow.source))
    return [Indicator(row.id, _head(row)) for row in found]


def periods_of(session: Session, indicator: int) -> list[str]:
    """Return the periods an indicator has figures of, newest first."""
    found = select(IndicatorFigureRow.period).where(IndicatorFigureRow.indicator == indicator).distinct()
    return sorted(session.scalars(found), reverse=True)


def figures_of(session: Session, indicator: int, period: str, areas: Sequence[str]) -> dict[str, IndicatorFigure]:
    """Return area code → figure of one period, for those of the areas that have one."""
    wanted = frozenset(areas)
    found = select(IndicatorFigureRow).where(
        IndicatorFigureRow.indicator == indicator, IndicatorFigureRow.period == period
    )
    rows = (row for row in session.scalars(found) if row.area in wanted)
    return {row.area: IndicatorFigure(**{name: getattr(row, name) for name in _FIELDS}) for row in rows}


_FIELDS = tuple(IndicatorFigure.__dataclass_fields__)


def _head(row: IndicatorRow) -> IndicatorHead:
    return IndicatorHead(row.name, row.source, row.licence, row.definition, row.per)
