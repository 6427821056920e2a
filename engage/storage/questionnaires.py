"""Surveys and the versions of their questionnaires; a version's questions never change after an answer."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, and_, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.document import canonical_json, questions_hash, to_document
from engage.questionnaire.model import Questionnaire
from engage.storage import revision
from engage.storage.base import DOCUMENT, HASH, NAME, Base, UtcTime
from engage.storage.offers import OfferRow

#: Parsed questionnaires a process keeps, by the hash of their document and the languages offered.
MOST_KEPT = 64
#: Language → how it is offered, where that was decided.
Offered = frozenset[tuple[str, str]]
_parsed: dict[tuple[str, Offered], Questionnaire] = {}


class SurveyRow(Base):
    """A survey: the name staff use and the code in public addresses."""

    __tablename__ = "surveys"
    slug: Mapped[str] = mapped_column(NAME, primary_key=True)
    code: Mapped[str] = mapped_column(NAME, unique=True)


class QuestionnaireRow(Base):
    """One version of a survey's questionnaire, as its definition document."""

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("survey", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    version: Mapped[int]
    questions_hash: Mapped[str] = mapped_column(HASH)
    #: Of the whole document, words included.
    document_hash: Mapped[str] = mapped_column(HASH)
    document: Mapped[dict[str, Any]] = mapped_column(DOCUMENT)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


_OF_SURVEY = QuestionnaireRow.survey == bindparam("survey")
_NEWEST = select(QuestionnaireRow.version).where(_OF_SURVEY).order_by(QuestionnaireRow.version.desc()).limit(1)
_FIND = (
    select(QuestionnaireRow.id, QuestionnaireRow.document_hash, OfferRow.language, OfferRow.state)
    .outerjoin(OfferRow, and_(OfferRow.survey == QuestionnaireRow.survey, OfferRow.version == QuestionnaireRow.version))
    .where(_OF_SURVEY)
)
#: Made once, as every request asks.
_FIND_VERSION = _FIND.where(QuestionnaireRow.version == bindparam("version"))
_FIND_NEWEST = _FIND.where(QuestionnaireRow.version == _NEWEST.scalar_subquery())


def put(session: Session, questionnaire: Questionnaire, at: datetime) -> None:
    """Store a version, or change the words of one that is there."""
    survey = session.get(SurveyRow, questionnaire.slug)
    if survey is None:
        session.add(SurveyRow(slug=questionnaire.slug, code=questionnaire.code))
        session.flush()
    row = _row(session, questionnaire.slug, questionnaire.version)
    if row is None:
        row = QuestionnaireRow(survey=questionnaire.slug, version=questionnaire.version)
        session.add(row)
    row.questions_hash = questions_hash(questionnaire)
    row.document = to_document(questionnaire)
    row.document_hash = hashlib.sha256(canonical_json(row.document).encode()).hexdigest()
    row.changed_at = at
    session.flush()
    revision.move(session, "surveys")


def get(session: Session, survey: str, version: int | None = None) -> Questionnaire | None:
    """Return a version of a survey's questionnaire, the newest where none is named."""
    return revision.remembered(
        session, "surveys", ("questionnaire", survey, version), lambda: _read(session, survey, version)
    )


def find_slug(session: Session, code: str) -> str | None:
    """Return the survey with this public code."""
    return revision.remembered(session, "surveys", "codes", lambda: _codes(session)).get(code)


def newest(session: Session) -> Iterator[Questionnaire]:
    """Yield the newest version of every survey, by name."""
    for slug in session.scalars(select(SurveyRow.slug).order_by(SurveyRow.slug)):
        questionnaire = get(session, slug)
        if questionnaire is not None:
            yield questionnaire


def versions_of(session: Session, survey: str) -> list[int]:
    """Return the versions of a survey that are there, the newest last."""
    found = select(QuestionnaireRow.version).where(QuestionnaireRow.survey == survey)
    return list(session.scalars(found.order_by(QuestionnaireRow.version)))


def _read(session: Session, survey: str, version: int | None) -> Questionnaire | None:
    """Return a version from the database.

    A document is parsed once per process; its hash, and how its languages are offered, tell when it was changed.
    """
    found = _FIND_NEWEST if version is None else _FIND_VERSION
    rows = session.execute(found, {"survey": survey, "version": version}).all()
    if not rows:
        return None
    offered = frozenset((row.language, row.state) for row in rows if row.language is not None)
    if (rows[0].document_hash, offered) not in _parsed:
        document = select(QuestionnaireRow.document_hash, QuestionnaireRow.document)
        now = session.execute(document.where(QuestionnaireRow.id == rows[0].id)).one()
        _parsed[now.document_hash, offered] = _with_offers(parse_definition(now.document), offered)
        while len(_parsed) > MOST_KEPT:
            _parsed.pop(next(iter(_parsed)))
        return _parsed[now.document_hash, offered]
    return _parsed[rows[0].document_hash, offered]


def _codes(session: Session) -> Mapping[str, str]:
    """Return public code → slug."""
    return {row.code: row.slug for row in session.execute(select(SurveyRow.code, SurveyRow.slug))}


def _with_offers(questionnaire: Questionnaire, offered: Offered) -> Questionnaire:
    states = dict(offered)
    languages = (replace(known, offer=states.get(known.tag, "prepared")) for known in questionnaire.languages)
    return replace(questionnaire, languages=tuple(languages))


def _row(session: Session, survey: str, version: int | None) -> QuestionnaireRow | None:
    found = select(QuestionnaireRow).where(QuestionnaireRow.survey == survey)
    if version is not None:
        found = found.where(QuestionnaireRow.version == version)
    return session.scalar(found.order_by(QuestionnaireRow.version.desc()).limit(1))
