"""What the audit log says of the demo: with what each wave was begun, and whether it is filled."""

from collections.abc import Mapping
from typing import Any

from engage.demo.submissions import DemoWave
from engage.storage import audit
from engage.storage.audit_chain import AuditLine
from engage.storage.database import Session
from engage.storage.instance import Instance

#: How the audit log names whoever fills the demo.
ACTOR = "demo"
BEGUN, FILLED = "demo.begun", "demo.filled"


def note(session: Session, instance: Instance, action: str, survey: str, detail: Mapping[str, Any]) -> None:
    """Write a step down, with the name of its wave in the detail."""
    keys, now = instance.settings.keys, instance.now()
    audit.append(session, keys.audit, at=now, actor=ACTOR, action=action, subject=survey, detail=detail)


def noted(session: Session, action: str, survey: str, wave: DemoWave) -> Mapping[str, Any] | None:
    """Return what was written down of a step of a wave, None where it was not made."""
    return next((line.detail for line in audit.lines_about(session, survey) if _is_of(line, action, wave)), None)


def _is_of(line: AuditLine, action: str, wave: DemoWave) -> bool:
    return line.action == action and line.detail.get("wave") == wave.name
