"""Where people are still to be heard, as the first page of whoever goes there says it: a few lines, never counts."""

from engage.reporting.coverage import SHORTFALL_KINDS, find_shortfalls, no_first_place
from engage.staff.access import Permission, may
from engage.staff.blueprint import the_account
from engage.staff.coverage_asked import asked_wave, sees_counts, the_fieldwork
from engage.staff.scope import scope
from engage.storage.database import Session

#: Lines on the first page.
SHOWN = 3
_UNDER_WAY = ("open", "collecting")


def short_here(session: Session) -> list[str]:
    """Return where those who run sessions should go next, within their areas; nothing while no wave is under way."""
    if not may(the_account(), Permission.RUN_SESSIONS):
        return []
    asked = asked_wave(session, {})
    if asked is None or asked.wave.state not in _UNDER_WAY:
        return []
    fieldwork, own = the_fieldwork(session, asked, SHORTFALL_KINDS), scope().areas
    found = find_shortfalls(fieldwork, own)
    if anywhere := no_first_place(fieldwork, found, own):
        return [anywhere]
    return [one.sentence if sees_counts() else one.banded for one in found[:SHOWN]]
