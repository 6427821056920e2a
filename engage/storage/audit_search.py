"""Looks into the audit log: who saw or changed this, and when, newest first and page by page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, or_, select
from sqlalchemy.orm import Session

from engage.storage.audit import AuditRow, line_of
from engage.storage.audit_chain import AuditLine


@dataclass(frozen=True)
class Sought:
    """What is looked for; what is empty is not asked about."""

    actor: str = ""
    action: str = ""
    #: Every name that what was seen or changed goes by in the log.
    subjects: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def find_lines(session: Session, sought: Sought, most: int, before: int | None = None) -> list[AuditLine]:
    """Return lines, newest first, those in front of a number where one is given."""
    found = select(AuditRow).where(*_conditions(sought)).order_by(AuditRow.number.desc()).limit(most)
    found = found.where(AuditRow.number < before) if before else found
    return [line_of(row) for row in session.scalars(found)]


def actions(session: Session) -> list[str]:
    """Return every kind of act that there are lines of."""
    return sorted(session.scalars(select(AuditRow.action).distinct()))


def _conditions(sought: Sought) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sought.actor:
        conditions.append(AuditRow.actor == sought.actor)
    if sought.action:
        conditions.append(AuditRow.action == sought.action)
    if sought.subjects:
        detail = cast(AuditRow.detail, Text)
        inside = (detail.contains(json.dumps(name), autoescape=True) for name in sought.subjects)
        conditions.append(or_(AuditRow.subject.in_(sought.subjects), *inside))
    if sought.since:
        conditions.append(AuditRow.at >= sought.since)
    if sought.until:
        conditions.append(AuditRow.at < sought.until)
    return conditions
