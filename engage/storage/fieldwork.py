"""Counts of printed forms by what became of them; no answers."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engage.storage.forms import FormRow


def count_forms(session: Session, survey: str, wave: str) -> dict[str, int]:
    """Return how many printed forms of a wave are in each state."""
    found = select(FormRow.state, func.count()).where(FormRow.survey == survey, FormRow.wave == wave)
    return {row[0]: row[1] for row in session.execute(found.group_by(FormRow.state))}
