"""What a release holds besides its tables: weighted figures, who answered, how, what was compared, and its audit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import DOCUMENT, NAME, Base
from engage.storage.releases import Release

#: What an extra may be: figures weighted to the census; residents who answered beside the census; by which channel
#: and style people answered; an area against the rest; change since the wave before; rows of which half came from
#: one batch; and what the release audit proved.
KINDS = ("weighted", "who_answered", "mode", "against_rest", "change", "batch_care", "audit")


class ReleaseExtraRow(Base):
    """One document of a release that is no table by area or breakdown."""

    __tablename__ = "release_extras"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="known_kind"),
        Index("ix_release_extras_place", "release_id", "kind", "area"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    kind: Mapped[str] = mapped_column(NAME)
    area: Mapped[str | None] = mapped_column(NAME)
    question: Mapped[str | None] = mapped_column(NAME)
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)


@dataclass(frozen=True)
class ReleaseExtra:
    """One document of a release, of one of KINDS, and the area and question it is about where it is about one."""

    kind: str
    document: dict[str, Any]
    area: str | None = None
    question: str | None = None


def add(session: Session, release: Release, extras: Sequence[ReleaseExtra]) -> None:
    """Store what goes with a release."""
    session.add_all(
        ReleaseExtraRow(
            release_id=release.id,
            kind=extra.kind,
            area=extra.area,
            question=extra.question,
            document=extra.document,
        )
        for extra in extras
    )
    session.flush()


def of_release(
    session: Session, release: Release, kind: str, *, area: str | None = None, question: str | None = None
) -> Iterator[ReleaseExtra]:
    """Yield a release's extras of one kind in the order they were stored, all or those of an area or question."""
    found = select(ReleaseExtraRow).where(ReleaseExtraRow.release_id == release.id, ReleaseExtraRow.kind == kind)
    if area is not None:
        found = found.where(ReleaseExtraRow.area == area)
    if question is not None:
        found = found.where(ReleaseExtraRow.question == question)
    for row in session.scalars(found.order_by(ReleaseExtraRow.id)):
        yield ReleaseExtra(row.kind, row.document, row.area, row.question)
