"""What was done about what people said: "you said, we did", as staff wrote it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base, UtcTime

#: Characters of what was said, and of what was done.
LONGEST_SAID, LONGEST_DONE = 500, 1000


class ActionRow(Base):
    """One thing that was done."""

    __tablename__ = "actions"
    __table_args__ = (
        CheckConstraint("area IS NULL OR community IS NULL", name="one_subject"),
        CheckConstraint(
            "(release_id IS NULL) = (question IS NULL) AND (question IS NULL) = (option IS NULL)",
            name="a_whole_figure",
        ),
        Index("ix_actions_survey", "survey"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    #: The area or the community it is about; the whole survey where neither.
    area: Mapped[str | None] = mapped_column(NAME)
    community: Mapped[str | None] = mapped_column(NAME)
    #: The language both texts are in.
    language: Mapped[str] = mapped_column(NAME)
    said: Mapped[str] = mapped_column(String(LONGEST_SAID))
    done: Mapped[str] = mapped_column(String(LONGEST_DONE))
    owner: Mapped[str] = mapped_column(NAME)
    day: Mapped[date]
    #: The published figure it answers to.
    release_id: Mapped[int | None] = mapped_column(ForeignKey("releases.id"))
    question: Mapped[str | None] = mapped_column(NAME)
    option: Mapped[str | None] = mapped_column(NAME)
    is_published: Mapped[bool]
    written_by: Mapped[str] = mapped_column(NAME)
    written_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True)
class Action:
    """One thing that was done: what was said, what was done, by whom and when."""

    id: UUID
    survey: str
    said: str
    done: str
    owner: str
    day: date
    written_by: str
    written_at: datetime
    area: str | None = None
    community: str | None = None
    language: str = "en"
    release_id: int | None = None
    question: str | None = None
    option: str | None = None
    is_published: bool = False


_FIELDS = tuple(Action.__dataclass_fields__)


def put(session: Session, action: Action) -> None:
    """Store an action, new or changed."""
    session.merge(ActionRow(**{name: getattr(action, name) for name in _FIELDS}))
    session.flush()


def get(session: Session, action_id: UUID) -> Action | None:
    """Return an action."""
    row = session.get(ActionRow, action_id)
    return _action(row) if row else None


def list_of(session: Session, survey: str, *, published_only: bool = False) -> list[Action]:
    """Return a survey's actions, newest first."""
    found = select(ActionRow).where(ActionRow.survey == survey)
    if published_only:
        found = found.where(ActionRow.is_published)
    return [_action(row) for row in session.scalars(found.order_by(ActionRow.day.desc(), ActionRow.id))]


def remove(session: Session, action_id: UUID) -> None:
    """Take an action away."""
    session.execute(delete(ActionRow).where(ActionRow.id == action_id))


def _action(row: ActionRow) -> Action:
    return Action(**{name: getattr(row, name) for name in _FIELDS})
