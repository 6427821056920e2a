"""Reports and their life: text, recommendations with their tables, invited stakeholders and their comments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import HASH, NAME, WORDING_KEY, Base, UtcTime

#: The life of a report, in order.
STATES = ("emergent", "draft", "comments", "final")
#: Whom a recommendation acts on, from one person to everybody (the ecological model of violence prevention).
LAYERS = ("individual", "relationship", "organisation", "community", "society")
COMMENT_STATES = ("open", "taken_up", "answered")


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ReportRow(Base):
    """One report about one release."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="known_state"),
        CheckConstraint(
            "(state = 'final') = (content_hash IS NOT NULL) AND (content_hash IS NULL) = (content IS NULL)",
            name="frozen_when_final",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[str] = mapped_column(NAME)
    wave: Mapped[str] = mapped_column(NAME)
    #: The release that every table in it comes from.
    release_hash: Mapped[str] = mapped_column(HASH)
    #: A survey in which practitioners were asked the same and the hash of its release, with a colon between.
    practitioners: Mapped[str | None] = mapped_column(WORDING_KEY)
    title: Mapped[str] = mapped_column(NAME)
    state: Mapped[str] = mapped_column(NAME)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    created_by: Mapped[str] = mapped_column(NAME)
    #: What a final report says, and its SHA-256.
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    content_hash: Mapped[str | None] = mapped_column(HASH)


class SectionRow(Base):
    """One part of a report's text."""

    __tablename__ = "report_sections"
    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(NAME)
    body: Mapped[str] = mapped_column(Text)


class RecommendationRow(Base):
    """Something to do, who owns it, and the published table it rests on."""

    __tablename__ = "report_recommendations"
    __table_args__ = (CheckConstraint(_one_of("layer", LAYERS), name="known_layer"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(NAME)
    layer: Mapped[str] = mapped_column(NAME)
    question: Mapped[str] = mapped_column(NAME)
    breakdown: Mapped[str] = mapped_column(NAME)
    area: Mapped[str] = mapped_column(NAME)


class CommenterRow(Base):
    """Somebody invited to comment on one report; the link is kept as its hash."""

    __tablename__ = "report_commenters"
    __table_args__ = (UniqueConstraint("token_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    name: Mapped[str] = mapped_column(NAME)
    token_hash: Mapped[str] = mapped_column(HASH)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    #: When they said that they are done, or staff took the link back.
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CommentRow(Base):
    """What an invited stakeholder said, and what became of it."""

    __tablename__ = "report_comments"
    __table_args__ = (
        CheckConstraint(_one_of("state", COMMENT_STATES), name="known_state"),
        CheckConstraint("state <> 'answered' OR answer IS NOT NULL", name="answered_with_words"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    commenter: Mapped[int] = mapped_column(ForeignKey("report_commenters.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    #: The heading it is about, as it stood then.
    about: Mapped[str] = mapped_column(NAME)
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(NAME)
    answer: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Report:
    """The head of a report; `content` and `content_hash` are there once it is final."""

    id: int
    survey: str
    wave: str
    release_hash: str
    practitioners: str | None
    title: str
    state: str
    created_at: datetime
    created_by: str
    content: dict[str, Any] | None = None
    content_hash: str | None = None


@dataclass(frozen=True)
class Section:
    """One part of a report's text."""

    id: int
    heading: str
    body: str


@dataclass(frozen=True)
class Recommendation:
    """Something to do, its owner, its layer, and the question, breakdown and area of its table."""

    id: int
    words: str
    owner: str
    layer: str
    question: str
    breakdown: str
    area: str


@dataclass(frozen=True)
class Commenter:
    """Somebody invited to comment."""

    id: int
    report: int
    name: str
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Comment:
    """What somebody said about a report, and what became of it."""

    id: int
    by: str
    at: datetime
    about: str
    words: str
    state: str
    answer: str | None


def add(session: Session, survey: str, wave: str, release_hash: str, title: str, *, by: str, at: datetime) -> Report:
    """Store a new report, which is emergent."""
    row = ReportRow(
        survey=survey, wave=wave, release_hash=release_hash, title=title, state="emergent", created_at=at, created_by=by
    )
    session.add(row)
    session.flush()
    return _report(row)


def get(session: Session, report: int, *, to_change: bool = False) -> Report | None:
    """Return a report; `to_change` keeps others from changing it until the transaction ends."""
    row = session.get(ReportRow, report, with_for_update=to_change or None)
    return _report(row) if row else None


def list_all(session: Session) -> list[Report]:
    """Return every report, newest first."""
    return [_report(row) for row in session.scalars(select(ReportRow).order_by(ReportRow.id.desc()))]


def change(session: Session, report: int, **fields: Any) -> None:
    """Change fields of a report's head."""
    row = session.get_one(ReportRow, report)
    for name, value in fields.items():
        setattr(row, name, value)
    session.flush()


def sections_of(session: Session, report: int) -> list[Section]:
    """Return a report's sections in order."""
    found = select(SectionRow).where(SectionRow.report == report).order_by(SectionRow.position, SectionRow.id)
    return [Section(row.id, row.heading, row.body) for row in session.scalars(found)]


def put_section(session: Session, report: int, section: int | None, heading: str, body: str) -> bool:
    """Store a section, a new one at the end; false where the report has no such section."""
    if section is None:
        last = session.scalar(select(func.max(SectionRow.position)).where(SectionRow.report == report))
        session.add(SectionRow(report=report, position=(last or 0) + 1, heading=heading, body=body))
        session.flush()
        return True
    row = _part(session, SectionRow, report, section)
    if row is None:
        return False
    row.heading, row.body = heading, body
    session.flush()
    return True


def raise_section(session: Session, report: int, section: int) -> bool:
    """Put a section before the one above it; false where there is none above."""
    rows = list(session.scalars(select(SectionRow).where(SectionRow.report == report).order_by(SectionRow.position)))
    place = next((place for place, row in enumerate(rows) if row.id == section), 0)
    if place == 0:
        return False
    upper, lower = rows[place - 1], rows[place]
    upper.position, lower.position = lower.position, upper.position
    session.flush()
    return True


def recommendations_of(session: Session, report: int) -> list[Recommendation]:
    """Return a report's recommendations in the order they were made."""
    found = select(RecommendationRow).where(RecommendationRow.report == report).order_by(RecommendationRow.id)
    return [Recommendation(**_fields(row, Recommendation)) for row in session.scalars(found)]


def put_recommendation(session: Session, report: int, recommendation: int | None, fields: dict[str, str]) -> bool:
    """Store a recommendation; false where the report has no such one."""
    row = _part(session, RecommendationRow, report, recommendation) if recommendation is not None else None
    if recommendation is not None and row is None:
        return False
    if row is None:
        row = RecommendationRow(report=report)
        session.add(row)
    for name, value in fields.items():
        setattr(row, name, value)
    session.flush()
    return True


def remove_section(session: Session, report: int, section: int) -> bool:
    """Take a section out; false where the report has no such one."""
    return _remove(session, _part(session, SectionRow, report, section))


def remove_recommendation(session: Session, report: int, recommendation: int) -> bool:
    """Take a recommendation out; false where the report has no such one."""
    return _remove(session, _part(session, RecommendationRow, report, recommendation))


def add_commenter(session: Session, report: int, name: str, token_hash: str, expires_at: datetime) -> Commenter:
    """Store somebody invited to comment."""
    row = CommenterRow(report=report, name=name, token_hash=token_hash, expires_at=expires_at)
    session.add(row)
    session.flush()
    return _commenter(row)


def commenters_of(session: Session, report: int) -> list[Commenter]:
    """Return whoever was invited to comment on a report."""
    found = select(CommenterRow).where(CommenterRow.report == report).order_by(CommenterRow.id)
    return [_commenter(row) for row in session.scalars(found)]


def commenter_of(session: Session, token_hash: str) -> Commenter | None:
    """Return whose link this is."""
    row = session.scalar(select(CommenterRow).where(CommenterRow.token_hash == token_hash))
    return _commenter(row) if row else None


def end_commenter(session: Session, report: int, commenter: int, at: datetime) -> bool:
    """End somebody's link; false where the report has no such one, or it ended before."""
    row = _part(session, CommenterRow, report, commenter)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = at
    session.flush()
    return True


def add_comment(session: Session, commenter: Commenter, about: str, words: str, at: datetime) -> int:
    """Store an open comment and return its number."""
    row = CommentRow(
        report=commenter.report, commenter=commenter.id, at=at, about=about, words=words, state="open", answer=None
    )
    session.add(row)
    session.flush()
    return row.id


def comments_of(session: Session, report: int, commenter: int | None = None) -> list[Comment]:
    """Return the comments on a report, oldest first; all, or those of one commenter."""
    found = select(CommentRow, CommenterRow.name).join(CommenterRow, CommentRow.commenter == CommenterRow.id)
    found = found.where(CommentRow.report == report).order_by(CommentRow.id)
    if commenter is not None:
        found = found.where(CommentRow.commenter == commenter)
    return [
        Comment(row.id, name, row.at, row.about, row.words, row.state, row.answer)
        for row, name in session.execute(found)
    ]


def settle_comment(session: Session, report: int, comment: int, state: str, answer: str | None) -> bool:
    """Say what became of a comment; false where the report has no such one."""
    row = _part(session, CommentRow, report, comment)
    if row is None:
        return False
    row.state, row.answer = state, answer
    session.flush()
    return True


def _part(session: Session, table: type[Any], report: int, number: int) -> Any:
    """Return a row that belongs to a report, None where it does not."""
    row = session.get(table, number)
    return row if row is not None and row.report == report else None


def _remove(session: Session, row: Any) -> bool:
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def _fields(row: Any, kind: type[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.__dataclass_fields__}


def _report(row: ReportRow) -> Report:
    return Report(**_fields(row, Report))


def _commenter(row: CommenterRow) -> Commenter:
    return Commenter(**_fields(row, Commenter))
