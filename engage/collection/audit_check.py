"""Goes through the instance's own audit log, and notes outside the database when it was found whole."""

from engage.storage import audit
from engage.storage.audit import Progress
from engage.storage.instance import Instance


def check_log(instance: Instance, progress: Progress) -> str | None:
    """Return what does not hold first, None where the whole log does. Raises HeadUnreadable."""
    database = instance.database
    outside = database.audit_head.read()
    with database.snapshot() as session:
        fault = audit.find_tampering(session, instance.settings.keys.audit, outside, progress)
    if fault is None:
        database.audit_head.note_whole(instance.now())
    return fault
