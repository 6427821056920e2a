"""Organisations that helped: written down, and named in public only where they said yes."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from engage.collection.receive import LONDON
from engage.settings import Keys
from engage.storage import audit, organisations
from engage.storage.database import Session
from engage.storage.organisations import Organisation

#: Characters of a name.
LONGEST_NAME = 100


class OrganisationRefused(Exception):
    """An organisation cannot be written down as asked; the message says why."""


def add_organisation(session: Session, keys: Keys, name: str, *, agreed: bool, by: str, now: datetime) -> Organisation:
    """Write an organisation down. Raises OrganisationRefused."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise OrganisationRefused(f"write a name of at most {LONGEST_NAME} characters")
    if organisations.find(session, plain):
        raise OrganisationRefused(f"{plain} is there already")
    day = now.astimezone(LONDON).date() if agreed else None
    return _keep(session, keys, Organisation(uuid4(), plain, day), "organisation.added", by, now)


def let_be_named(
    session: Session, keys: Keys, organisation_id: UUID, *, agreed: bool, by: str, now: datetime
) -> Organisation:
    """Write down that an organisation may be named in public, or may no longer. Raises OrganisationRefused."""
    known = organisations.get(session, organisation_id)
    if known is None:
        raise OrganisationRefused("there is no such organisation")
    if known.is_named == agreed:
        return known
    changed = replace(known, agreed_on=now.astimezone(LONDON).date() if agreed else None)
    return _keep(session, keys, changed, "organisation.named" if agreed else "organisation.unnamed", by, now)


def _keep(session: Session, keys: Keys, one: Organisation, action: str, by: str, now: datetime) -> Organisation:
    organisations.put(session, one)
    detail = {"is_named": one.is_named}
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=str(one.id), detail=detail)
    return one
