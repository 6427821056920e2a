"""Comments of invited stakeholders: what a link opens, for how long, and what may be said with it."""

from dataclasses import replace
from datetime import datetime

from engage.reporting.report.life import LONGEST_WORDS, Desk, ReportRefused, read_line, read_text, token_hash
from engage.storage import reports
from engage.storage.database import Session
from engage.storage.reports import Commenter, Report

#: Comments with one link.
MOST_COMMENTS = 50


def usable_commenter(session: Session, token: str, now: datetime) -> tuple[Commenter, Report] | None:
    """Return who a link is for and the report it opens; None once it ended or the report takes no comments."""
    commenter = reports.commenter_of(session, token_hash(token))
    if commenter is None or commenter.ended_at is not None or commenter.expires_at < now:
        return None
    report = reports.get(session, commenter.report)
    return (commenter, report) if report and report.state == "comments" else None


def add_comment(desk: Desk, token: str, about: str, words: str) -> None:
    """Take a comment in. Raises ReportRefused."""
    commenter, report, desk = _sit_down(desk, token)
    if len(reports.comments_of(desk.session, report.id, commenter.id)) >= MOST_COMMENTS:
        raise ReportRefused(f"there are {MOST_COMMENTS} comments with this link already")
    text = read_text(words, LONGEST_WORDS)
    number = reports.add_comment(desk.session, commenter, read_line(about[:100], "a heading"), text, desk.now)
    desk.note("commented", report.id, comment=number, commenter=commenter.id)


def finish_commenting(desk: Desk, token: str) -> None:
    """End a link at its holder's word. Raises ReportRefused."""
    commenter, report, desk = _sit_down(desk, token)
    reports.end_commenter(desk.session, report.id, commenter.id, desk.now)
    desk.note("commenter_done", report.id, commenter=commenter.id)


def _sit_down(desk: Desk, token: str) -> tuple[Commenter, Report, Desk]:
    """Return whose link it is, the report, and the desk with the audit log's name for them."""
    found = usable_commenter(desk.session, token, desk.now)
    if found is None:
        raise ReportRefused("this link does not work any more")
    commenter, report = found
    desk.writing(report.id)
    return commenter, report, replace(desk, by=f"commenter {commenter.id}")
