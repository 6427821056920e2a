"""The audit log as staff read it: who saw or changed this, and when; whoever reads it is written down too."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage import jobs
from engage.collection.audit_names import names_of
from engage.collection.receive import LONDON
from engage.reporting.audit_files import write_log
from engage.staff.access import Permission, requires
from engage.staff.audit_check import KIND, restorations
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.storage import audit
from engage.storage.audit_chain import AuditLine
from engage.storage.audit_search import Sought, actions, find_lines
from engage.storage.database import Session

#: Lines on a page, and in a file of what was found.
SHOWN, IN_A_FILE = 50, 100_000
_HASH = re.compile(r"[0-9a-f]{64}")
_FIELDS = ("who", "act", "what", "since", "until")


@dataclass(frozen=True)
class LineShown:
    """A line as its reader sees it, in London time."""

    number: int
    day: str
    time: str
    actor: str
    act: str
    subject: str
    #: The subject as far as anybody reads it.
    subject_shown: str
    detail: str


@staff_pages.get("/staff/audit")
@requires(Permission.READ_AUDIT)
def audit_log() -> ResponseReturnValue:
    """Show what was done, by whom and when, newest first."""
    instance, given = the_instance(), _given()
    before = request.args.get("before", type=int)
    with instance.database.writing() as session:
        _note(session, "audit.read", given)
    with instance.database.reading() as session:
        lines = find_lines(session, _sought(session, given), SHOWN + 1, before)
        known = actions(session)
    shown = [_shown(line) for line in lines[:SHOWN]]
    return render_template(
        "staff/audit.html",
        lines=shown,
        given=given,
        actions=[(action, act_words(action)) for action in known],
        older={**given, "before": shown[-1].number} if len(lines) > SHOWN else None,
        is_first=before is None,
        restored=restorations(instance),
    )


@staff_pages.get("/staff/audit/file")
@requires(Permission.READ_AUDIT)
def audit_file() -> ResponseReturnValue:
    """Hand out what was found as CSV, the newest first."""
    instance, given, text = the_instance(), _given(), StringIO(newline="")
    with instance.database.writing() as session:
        _note(session, "audit.exported", given)
    with instance.database.reading() as session:
        write_log(find_lines(session, _sought(session, given), IN_A_FILE), "csv", text)
    attached = {"Content-Disposition": "attachment; filename=audit.csv"}
    return Response(text.getvalue(), mimetype="text/csv", headers=attached)


@staff_pages.post("/staff/audit/check")
@requires(Permission.READ_AUDIT)
def check_audit() -> ResponseReturnValue:
    """Ask for the whole chain to be gone through and go to the page that says how far that is, and whether it holds."""
    job = jobs.ask(the_instance(), KIND, {}, by=the_account().email)
    return redirect(url_for("staff.job", job_id=job), 303)


def act_words(action: str) -> str:
    """Return an act as a person reads it: `scan.put_back` is "scan: put back"."""
    return action.replace(".", ": ").replace("_", " ")


def _given() -> dict[str, str]:
    return {name: request.args.get(name, "").strip() for name in _FIELDS}


def _sought(session: Session, given: Mapping[str, str]) -> Sought:
    return Sought(
        actor=given["who"],
        action=given["act"],
        subjects=names_of(session, the_instance().settings.keys, given["what"]),
        since=_begin_of(given["since"]),
        until=_begin_of(given["until"], timedelta(days=1)),
    )


def _begin_of(day: str, later: timedelta = timedelta(0)) -> datetime | None:
    """Return when a day, or one so much later, begins in London; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(day) + later, time.min, LONDON)
    except (ValueError, OverflowError):
        return None


def _note(session: Session, action: str, given: Mapping[str, str]) -> None:
    """Write down that the log was read; what was looked for is not repeated, it could be somebody's receipt."""
    detail = {"by": [name for name, text in given.items() if text]}
    keys, now = the_instance().settings.keys.audit, the_instance().now()
    audit.append(session, keys, at=now, actor=the_account().email, action=action, detail=detail)


def _shown(line: AuditLine) -> LineShown:
    at, subject = line.at.astimezone(LONDON), line.subject or ""
    return LineShown(
        line.number,
        at.strftime("%-d %b %Y"),
        at.strftime("%H:%M:%S"),
        line.actor,
        act_words(line.action),
        subject,
        _short(subject),
        ", ".join(f"{name}: {_value(value)}" for name, value in line.detail.items()),
    )


def _short(text: str) -> str:
    """Return the beginning of a hash, any other text as it is."""
    return f"{text[:12]}…" if _HASH.fullmatch(text) else text


def _value(value: object) -> str:
    match value:
        case list() if len(value) > 3:  # noqa: PLR2004 - a list as long as this is counted
            return f"{len(value)} of them"
        case str():
            return _short(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
