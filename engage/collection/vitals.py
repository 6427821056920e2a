"""What whoever runs an instance watches: how much came in, what waits, what is late; counts and ages, no answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engage.storage import audit, jobs, outbox, responses, safeguarding
from engage.storage.instance import Instance

#: The audit line that a backup leaves.
BACKED_UP = "instance.backed_up"


@dataclass(frozen=True)
class Vitals:
    """Counts, and ages in seconds; None where the thing never was."""

    responses: Mapping[str, int]
    jobs: Mapping[str, int]
    text_waits: float
    duty_overdue: int
    backup_age: float | None
    audit_checked_age: float | None


def take_vitals(instance: Instance) -> Vitals:
    """Read what is to be watched, in one transaction."""
    now, checked = instance.now(), instance.database.audit_head.last_whole()
    with instance.database.reading() as session:
        backups = audit.last_of(session, BACKED_UP, 1)
        late = sum(1 for item in safeguarding.open_items(session) if not item.acknowledged_at and item.due_at < now)
        return Vitals(
            responses=responses.count_everywhere(session),
            jobs=jobs.count_by_state(session),
            text_waits=_age(outbox.longest_due(session, now), now) or 0.0,
            duty_overdue=late,
            backup_age=_age(backups[0].at if backups else None, now),
            audit_checked_age=_age(checked, now),
        )


def _age(since: datetime | None, now: datetime) -> float | None:
    return max(now - since, timedelta(0)).total_seconds() if since else None
