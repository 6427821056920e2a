"""The duty queue: who is on duty and answers for a survey, and what waits for them; never what anybody wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, Uuid, delete, false, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage.base import NAME, Base, UtcTime, insert_into
from engage.storage.erasure import Gone
from engage.storage.outbox import SEALED

#: What became of an item: nothing to worry about, help given, 999 called, passed on to others, nobody reached.
OUTCOMES = (
    "no_concern",
    "help_given",
    "emergency",
    "passed_police",
    "passed_social_care",
    "passed_lead",
    "passed_on",
    "not_reached",
)
#: Reference of an item whose response was erased.
WITHDRAWN = "withdrawn"
#: Minutes in which somebody has to look at an item, where a survey says nothing else.
ANSWER_WITHIN = 60


class DutyContactRow(Base):
    """Somebody on duty for a survey."""

    __tablename__ = "duty_contacts"
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    #: Of the staff account.
    email: Mapped[str] = mapped_column(NAME, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    since: Mapped[datetime] = mapped_column(UtcTime)


class RuleRow(Base):
    """What the organisation's written policy says for one survey."""

    __tablename__ = "safeguarding_rules"
    __table_args__ = (CheckConstraint("answer_within_minutes > 0", name="some_time"),)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    answer_within_minutes: Mapped[int]
    #: Numbers are kept, sealed, so that two roles together may see one.
    keeps_number: Mapped[bool]
    #: Staff account of whoever answers for what people write in this survey.
    owner: Mapped[str | None] = mapped_column(NAME)
    #: Whoever is on duty may read what was written, with personal details masked.
    shows_words: Mapped[bool] = mapped_column(server_default=false())


class ItemRow(Base):
    """Something somebody on duty has to look at: that it was said and of what kind, never the words."""

    __tablename__ = "safeguarding_items"
    __table_args__ = (
        CheckConstraint(
            "list_code IN ('self_harm', 'being_hurt', 'weapon', 'sexual_harm', 'exploitation', 'running_away', "
            "'harm_to_others', 'reader_worried')",
            name="known_list_code",
        ),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('no_concern', 'help_given', 'passed_on', 'not_reached', 'emergency', "
            "'passed_police', 'passed_social_care', 'passed_lead')",
            name="known_outcome",
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        CheckConstraint("number_sealed IS NULL OR closed_at IS NULL", name="number_only_while_open"),
        CheckConstraint("number_shown_by IS NULL OR number_shown_by <> number_asked_by", name="two_show_a_number"),
        UniqueConstraint("response_id", "question", "list_code", name="uq_safeguarding_items_once"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"))
    channel: Mapped[str] = mapped_column(NAME)
    #: Leads back to one conversation or response, and to nobody outside.
    reference: Mapped[str] = mapped_column(NAME)
    language: Mapped[str] = mapped_column(NAME)
    list_code: Mapped[str] = mapped_column(NAME)
    raised_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    notified_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    acknowledged_by: Mapped[str | None] = mapped_column(NAME)
    handed_to: Mapped[str | None] = mapped_column(NAME)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    closed_by: Mapped[str | None] = mapped_column(NAME)
    outcome: Mapped[str | None] = mapped_column(NAME)
    number_sealed: Mapped[str | None] = mapped_column(SEALED)
    number_asked_by: Mapped[str | None] = mapped_column(NAME)
    number_asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    number_shown_by: Mapped[str | None] = mapped_column(NAME)
    number_shown_at: Mapped[datetime | None] = mapped_column(UtcTime)
    #: Of the response whose words are meant, until it is withdrawn; none of a text.
    response_id: Mapped[UUID | None] = mapped_column(Uuid)
    question: Mapped[str | None] = mapped_column(NAME)
    #: The district told about.
    area: Mapped[str | None] = mapped_column(NAME)
    #: Contacts who were asked before the present one, and did not look in time.
    asked: Mapped[int] = mapped_column(server_default="0")


@dataclass(frozen=True)
class DutyContact:
    """Somebody on duty for a survey."""

    survey: str
    email: str
    name: str
    since: datetime


@dataclass(frozen=True)
class Rule:
    """What the organisation's written policy says for one survey."""

    survey: str
    answer_within_minutes: int = ANSWER_WITHIN
    keeps_number: bool = False
    owner: str | None = None
    shows_words: bool = False


@dataclass(frozen=True)
class Item:
    """Something somebody on duty has to look at."""

    id: UUID
    survey: str
    channel: str
    reference: str
    language: str
    list_code: str
    raised_at: datetime
    due_at: datetime
    notified_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    handed_to: str | None = None
    escalated_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None
    number_sealed: str | None = None
    number_asked_by: str | None = None
    number_asked_at: datetime | None = None
    number_shown_by: str | None = None
    number_shown_at: datetime | None = None
    response_id: UUID | None = None
    question: str | None = None
    area: str | None = None
    asked: int = 0

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for somebody."""
        return self.closed_at is None


_FIELDS = tuple(Item.__dataclass_fields__)
_RULE_FIELDS = tuple(Rule.__dataclass_fields__)


def put_contact(session: Session, contact: DutyContact) -> None:
    """Store somebody on duty, or the new name of one who is."""
    session.merge(DutyContactRow(survey=contact.survey, email=contact.email, name=contact.name, since=contact.since))
    session.flush()


def remove_contact(session: Session, survey: str, email: str) -> None:
    """Take somebody off duty."""
    session.execute(delete(DutyContactRow).where(DutyContactRow.survey == survey, DutyContactRow.email == email))


def contacts(session: Session, survey: str) -> list[DutyContact]:
    """Return who is on duty for a survey, the longest first."""
    found = select(DutyContactRow).where(DutyContactRow.survey == survey)
    rows = session.scalars(found.order_by(DutyContactRow.since, DutyContactRow.email))
    return [DutyContact(row.survey, row.email, row.name, row.since) for row in rows]


def rule_of(session: Session, survey: str) -> Rule:
    """Return what a survey's policy says."""
    row = session.get(RuleRow, survey)
    return Rule(**{name: getattr(row, name) for name in _RULE_FIELDS}) if row else Rule(survey)


def put_rule(session: Session, rule: Rule) -> None:
    """Store what a survey's policy says."""
    session.merge(RuleRow(**{name: getattr(rule, name) for name in _RULE_FIELDS}))
    session.flush()


def add(session: Session, item: Item) -> None:
    """Store an item."""
    session.add(ItemRow(**{name: getattr(item, name) for name in _FIELDS}))
    session.flush()


def add_once(session: Session, item: Item) -> bool:
    """Store an item about an answer; false when there is one of this kind about it, open or closed."""
    statement = insert_into(session, ItemRow).values(**{name: getattr(item, name) for name in _FIELDS})
    once = statement.on_conflict_do_nothing(index_elements=["response_id", "question", "list_code"])
    return session.execute(once.returning(ItemRow.id)).first() is not None


def erase(session: Session, gone: Gone) -> int:
    """Let go of what leads from items to responses; that something was raised, and what became of it, stays."""
    concerned = update(ItemRow).where(ItemRow.response_id.in_(gone.response_ids))
    return len(session.execute(concerned.values(response_id=None, reference=WITHDRAWN).returning(ItemRow.id)).all())


def ids_about(session: Session, response_id: UUID) -> list[UUID]:
    """Return the ids of the items about a response: so the audit log names them."""
    return list(session.scalars(select(ItemRow.id).where(ItemRow.response_id == response_id)))


def pass_on(session: Session, item: Item, due_at: datetime) -> bool:
    """Ask the next contact, with time of their own; false when somebody did so before, or looks after it."""
    waiting = update(ItemRow).where(ItemRow.id == item.id, ItemRow.asked == item.asked, ItemRow.closed_at.is_(None))
    passed = waiting.where(ItemRow.acknowledged_at.is_(None)).values(
        asked=item.asked + 1, due_at=due_at, notified_at=None
    )
    return session.execute(passed.returning(ItemRow.id)).first() is not None


def get(session: Session, item_id: UUID) -> Item | None:
    """Return an item by its id."""
    row = session.get(ItemRow, item_id, populate_existing=True)
    return _item(row) if row else None


def find_open(session: Session, survey: str, reference: str, list_code: str) -> Item | None:
    """Return the open item about the same person and the same kind of danger."""
    found = select(ItemRow).where(ItemRow.survey == survey, ItemRow.reference == reference)
    row = session.scalar(found.where(ItemRow.list_code == list_code, ItemRow.closed_at.is_(None)).limit(1))
    return _item(row) if row else None


def open_items(session: Session) -> list[Item]:
    """Return what waits, the soonest due first."""
    found = select(ItemRow).where(ItemRow.closed_at.is_(None)).order_by(ItemRow.due_at, ItemRow.id)
    return [_item(row) for row in session.scalars(found)]


def closed_items(session: Session, most: int) -> list[Item]:
    """Return what was closed last."""
    found = select(ItemRow).where(ItemRow.closed_at.is_not(None)).order_by(ItemRow.closed_at.desc()).limit(most)
    return [_item(row) for row in session.scalars(found)]


def change(session: Session, item_id: UUID, **values: Any) -> bool:
    """Change fields of an item that is open; false when it is not."""
    changed = update(ItemRow).where(ItemRow.id == item_id, ItemRow.closed_at.is_(None)).values(**values)
    return session.execute(changed.returning(ItemRow.id)).first() is not None


def forget_numbers(session: Session, raised_before: datetime) -> None:
    """Let go of sealed numbers that were kept for so long."""
    kept = update(ItemRow).where(ItemRow.raised_at < raised_before, ItemRow.number_sealed.is_not(None))
    session.execute(kept.values(number_sealed=None))


def _item(row: ItemRow) -> Item:
    return Item(**{name: getattr(row, name) for name in _FIELDS})
