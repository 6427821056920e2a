"""The record of a survey: what was decided before it opened, item by item, with who signed it and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base, UtcTime


class RecordRow(Base):
    """One item of a survey's record."""

    __tablename__ = "survey_record"
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    item: Mapped[str] = mapped_column(NAME, primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    signed_by: Mapped[str] = mapped_column(NAME)
    signed_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Signed:
    """What was decided about an item; the audit log has what stood there before."""

    document: Mapping[str, Any]
    signed_by: str
    signed_at: datetime


def put(session: Session, survey: str, item: str, signed: Signed) -> None:
    """Store what was decided about an item, in the place of what stood there."""
    session.merge(
        RecordRow(
            survey=survey,
            item=item,
            document=dict(signed.document),
            signed_by=signed.signed_by,
            signed_at=signed.signed_at,
        )
    )
    session.flush()


def of_survey(session: Session, survey: str) -> Mapping[str, Signed]:
    """Return item → what was decided about it."""
    rows = session.scalars(select(RecordRow).where(RecordRow.survey == survey))
    return {row.item: Signed(row.document, row.signed_by, row.signed_at) for row in rows}
