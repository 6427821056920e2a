"""Organisations that helped people to take part: where they meet, who they are, and whether they may be named."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base


class OrganisationRow(Base):
    """A club, a school, a faith group, a charity: an organisation and not a person."""

    __tablename__ = "organisations"
    __table_args__ = (CheckConstraint("(is_named IS TRUE) = (agreed_on IS NOT NULL)", name="named_on_a_day"),)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)
    #: They said yes to being named in public.
    is_named: Mapped[bool]
    #: Day in Europe/London on which they said so.
    agreed_on: Mapped[date | None]


@dataclass(frozen=True)
class Organisation:
    """An organisation that helped or may help; it is named in public only where it said yes, on that day."""

    id: UUID
    name: str
    agreed_on: date | None = None

    @property
    def is_named(self) -> bool:
        """Say whether it may be named in public."""
        return self.agreed_on is not None


def put(session: Session, organisation: Organisation) -> None:
    """Store an organisation, or what changed of it."""
    session.merge(
        OrganisationRow(
            id=organisation.id,
            name=organisation.name,
            is_named=organisation.is_named,
            agreed_on=organisation.agreed_on,
        )
    )
    session.flush()


def get(session: Session, organisation_id: UUID) -> Organisation | None:
    """Return an organisation by its id."""
    row = session.get(OrganisationRow, organisation_id)
    return _organisation(row) if row else None


def find(session: Session, name: str) -> Organisation | None:
    """Return the organisation of a name, however it is capitalised."""
    return next((one for one in list_all(session) if one.name.casefold() == name.casefold()), None)


def list_all(session: Session, only: Collection[UUID] | None = None) -> list[Organisation]:
    """Return every organisation, or only these, by name."""
    found = select(OrganisationRow).order_by(OrganisationRow.name)
    rows = session.scalars(found if only is None else found.where(OrganisationRow.id.in_(only)))
    return [_organisation(row) for row in rows]


def _organisation(row: OrganisationRow) -> Organisation:
    return Organisation(row.id, row.name, row.agreed_on)
