"""The life of a report: begun on a release, written, moved on, commented, frozen; each step is in the audit log."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.reading import last_release, refusal_reason
from engage.reporting.report.content import (
    TableMissing,
    content_hash,
    find_evidence,
    find_release,
    make_content,
    open_report_release,
)
from engage.results.plan import BreakdownRefused
from engage.settings import Keys
from engage.storage import audit, reports
from engage.storage.database import Session
from engage.storage.reports import LAYERS, Report

#: From each state to those it may move on, or back, to.
MOVES = {"emergent": ("draft",), "draft": ("comments", "emergent"), "comments": ("final", "draft"), "final": ()}
#: How long somebody invited may comment.
COMMENT_LIFE = timedelta(days=21)
#: Characters of a title, heading, name or owner; of a section; of a recommendation, comment or answer.
LONGEST_LINE, LONGEST_BODY, LONGEST_WORDS = 100, 20_000, 4_000
#: Parts of one report.
MOST_PARTS = 60


class ReportRefused(Exception):
    """A report cannot be changed as asked; the message says why."""


@dataclass(frozen=True)
class Desk:
    """Who works on reports, and when."""

    session: Session
    keys: Keys
    by: str
    now: datetime

    def note(self, action: str, report: int, **detail: object) -> None:
        """Write a step down."""
        audit.append(
            self.session,
            self.keys.audit,
            at=self.now,
            actor=self.by,
            action=f"report.{action}",
            subject=f"report {report}",
            detail=detail,
        )

    def writing(self, report: int) -> Report:
        """Return a report that may still be written, or raise ReportRefused."""
        found = reports.get(self.session, report, to_change=True)
        if found is None:
            raise ReportRefused("there is no such report")
        if found.state == "final":
            raise ReportRefused("a final report is frozen")
        return found


def start_report(desk: Desk, survey: str, wave: str | None, title: str) -> Report:
    """Begin a report on the last release of a wave. Raises ReportRefused."""
    release = last_release(desk.session, survey, wave)
    if release is None:
        raise ReportRefused("nothing is published of this wave")
    line = read_line(title, "a title")
    made = reports.add(desk.session, survey, release.wave, release.release_hash, line, by=desk.by, at=desk.now)
    desk.note("started", made.id, survey=survey, wave=release.wave, release=release.release_hash)
    return made


def write_head(desk: Desk, report: int, title: str, practitioners: str) -> None:
    """Change the title, and the release in which practitioners were asked the same. Raises ReportRefused.

    `practitioners` is a survey and the hash of its release with a colon between, or empty.
    """
    desk.writing(report)
    if practitioners:
        survey, _, release_hash = practitioners.rpartition(":")
        if find_release(desk.session, survey, release_hash) is None:
            raise ReportRefused("there is no such release of practitioners' answers")
    line = read_line(title, "a title")
    reports.change(desk.session, report, title=line, practitioners=practitioners or None)
    desk.note("head_written", report)


def read_newest_release(desk: Desk, report: int) -> None:
    """Take every table from the newest release of the wave instead. Raises ReportRefused."""
    found = desk.writing(report)
    newest = last_release(desk.session, found.survey, found.wave)
    assert newest is not None  # noqa: S101 - the report was begun on a release of this wave
    reports.change(desk.session, report, release_hash=newest.release_hash)
    desk.note("release_renewed", report, before=found.release_hash, release=newest.release_hash)


def write_section(desk: Desk, report: int, section: int | None, heading: str, body: str) -> None:
    """Write a section, a new one at the end. Raises ReportRefused."""
    desk.writing(report)
    if section is None:
        _check_room(len(reports.sections_of(desk.session, report)))
    line, text = read_line(heading, "a heading"), read_text(body, LONGEST_BODY)
    _check_found(is_found=reports.put_section(desk.session, report, section, line, text))
    desk.note("section_written", report, section=section)


def raise_section(desk: Desk, report: int, section: int) -> None:
    """Put a section before the one above it. Raises ReportRefused."""
    desk.writing(report)
    if reports.raise_section(desk.session, report, section):
        desk.note("section_raised", report, section=section)


def remove_section(desk: Desk, report: int, section: int) -> None:
    """Take a section out. Raises ReportRefused."""
    desk.writing(report)
    _check_found(is_found=reports.remove_section(desk.session, report, section))
    desk.note("section_removed", report, section=section)


def write_recommendation(desk: Desk, report: int, recommendation: int | None, fields: dict[str, str]) -> None:
    """Write a recommendation: its words, owner, layer, and the question, breakdown and area of its table.

    Raises ReportRefused, also where the release may not show that table.
    """
    found = desk.writing(report)
    if recommendation is None:
        _check_room(len(reports.recommendations_of(desk.session, report)))
    if fields["layer"] not in LAYERS:
        raise ReportRefused(f"the layer is one of {', '.join(LAYERS)}")
    published = open_report_release(desk.session, found)
    try:
        find_evidence(desk.session, published, fields["question"], fields["breakdown"], fields["area"])
    except (BreakdownRefused, AreaNotInSurvey) as refusal:
        raise ReportRefused(f"this table is not shown: {refusal_reason(refusal)}") from refusal
    except TableMissing as missing:
        raise ReportRefused(str(missing)) from missing
    kept = fields | {
        "words": read_text(fields["words"], LONGEST_WORDS),
        "owner": read_line(fields["owner"], "an owner"),
    }
    _check_found(is_found=reports.put_recommendation(desk.session, report, recommendation, kept))
    desk.note("recommendation_written", report, recommendation=recommendation, layer=kept["layer"])


def remove_recommendation(desk: Desk, report: int, recommendation: int) -> None:
    """Take a recommendation out. Raises ReportRefused."""
    desk.writing(report)
    _check_found(is_found=reports.remove_recommendation(desk.session, report, recommendation))
    desk.note("recommendation_removed", report, recommendation=recommendation)


def move_on(desk: Desk, report: int, state: str) -> None:
    """Take a report to its next state, or back; a final one is frozen with its hash. Raises ReportRefused."""
    found = desk.writing(report)
    if state not in MOVES[found.state]:
        raise ReportRefused(f"a report that is {found.state} does not become {state}")
    fields: dict[str, Any] = {"state": state}
    if state == "comments":
        _check_worth_reading(desk, report)
    if state == "final":
        still_open = [one for one in reports.comments_of(desk.session, report) if one.state == "open"]
        if still_open:
            raise ReportRefused(f"{len(still_open)} of its comments are still open")
        _check_worth_reading(desk, report)
        fields["content"] = make_content(desk.session, found)
        fields["content_hash"] = content_hash(fields["content"])
    reports.change(desk.session, report, **fields)
    desk.note("moved", report, before=found.state, state=state, hash=fields.get("content_hash"))


def invite_commenter(desk: Desk, report: int, name: str) -> str:
    """Invite somebody to comment and return the token of their link. Raises ReportRefused.

    The link opens this one report while it waits for comments, for three weeks at most; it is no account.
    """
    desk.writing(report)
    _check_room(len(reports.commenters_of(desk.session, report)))
    token = secrets.token_urlsafe(32)
    line = read_line(name, "a name")
    made = reports.add_commenter(desk.session, report, line, token_hash(token), desk.now + COMMENT_LIFE)
    desk.note("commenter_invited", report, commenter=made.id)
    return token


def withdraw_invitation(desk: Desk, report: int, commenter: int) -> None:
    """Take somebody's link back; what they have said stays. Raises ReportRefused."""
    desk.writing(report)
    _check_found(is_found=reports.end_commenter(desk.session, report, commenter, desk.now))
    desk.note("invitation_withdrawn", report, commenter=commenter)


def settle_comment(desk: Desk, report: int, comment: int, state: str, answer: str) -> None:
    """Say what became of a comment: open again, taken up, or answered with words. Raises ReportRefused."""
    desk.writing(report)
    if state not in reports.COMMENT_STATES:
        raise ReportRefused(f"a comment is one of {', '.join(reports.COMMENT_STATES)}")
    if state == "answered" and not answer.strip():
        raise ReportRefused("an answer needs words")
    text = read_text(answer, LONGEST_WORDS) if answer.strip() else None
    _check_found(is_found=reports.settle_comment(desk.session, report, comment, state, text))
    desk.note("comment_settled", report, comment=comment, state=state)


def token_hash(token: str) -> str:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_line(text: str, what: str) -> str:
    """Return one line of text, trimmed. Raises ReportRefused."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST_LINE or not line.isprintable():
        raise ReportRefused(f"{what} has 1 to {LONGEST_LINE} characters")
    return line


def read_text(text: str, longest: int) -> str:
    """Return text of several lines, trimmed. Raises ReportRefused."""
    lines = "\n".join(line.rstrip() for line in text.replace("\r", "").strip().split("\n"))
    if not lines or len(lines) > longest:
        raise ReportRefused(f"a text has 1 to {longest:,} characters")
    return lines


def _check_worth_reading(desk: Desk, report: int) -> None:
    if not reports.sections_of(desk.session, report) or not reports.recommendations_of(desk.session, report):
        raise ReportRefused("a report needs a section and a recommendation before others read it")


def _check_room(count: int) -> None:
    if count >= MOST_PARTS:
        raise ReportRefused(f"there are {MOST_PARTS} already")


def _check_found(*, is_found: bool) -> None:
    if not is_found:
        raise ReportRefused("this part of the report is not there any more")
