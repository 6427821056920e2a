"""How long a survey keeps answers, own words and drawings after a wave has closed."""

from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import Base

#: The longest that can be said, in days.
LONGEST = 36500
_SPANS = ("answers_days", "words_days", "drawings_days")


class RetentionRuleRow(Base):
    """What was decided for one survey; without a row the defaults of RetentionRule hold."""

    __tablename__ = "retention_rules"
    __table_args__ = tuple(CheckConstraint(f"{name} BETWEEN 0 AND {LONGEST}", name=name) for name in _SPANS)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    #: Days after a wave has closed; none keeps until somebody says.
    answers_days: Mapped[int | None]
    words_days: Mapped[int | None]
    drawings_days: Mapped[int | None]


@dataclass(frozen=True)
class RetentionRule:
    """Days after a wave has closed that each part is kept; None is until somebody says."""

    survey: str
    answers_days: int | None = 1095
    words_days: int | None = 365
    drawings_days: int | None = 365


def of_survey(session: Session, survey: str) -> RetentionRule:
    """Return what holds for a survey."""
    row = session.get(RetentionRuleRow, survey)
    return RetentionRule(survey, *(getattr(row, name) for name in _SPANS)) if row else RetentionRule(survey)


def put(session: Session, rule: RetentionRule) -> None:
    """Store what was decided for a survey."""
    session.merge(RetentionRuleRow(survey=rule.survey, **{name: getattr(rule, name) for name in _SPANS}))
    session.flush()
