"""Counters of fieldwork: how many replies came from where and whom, how questions went, and what is aimed at.

Nothing here leads to a response: each cell is a count. What a response counted for is taken off again when it is
erased, as long as it is known what that was.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import CheckConstraint, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.areas import AreaTree
from engage.storage.base import NAME, Base, UtcTime, insert_into, table_of

#: Kinds of cells. `replies`: everybody, by home; `told`: everybody, by the area they told about, in the place of home.
REPLIES, TOLD = "replies", "told"
#: What is counted of people by home, beside how they answered.
AGE, GENDER, ETHNIC_GROUP, DISABILITY, COMMUNITY = "age_band", "gender", "ethnic_group", "disability", "community"
LANGUAGE, STYLE, CHANNEL, MONTH = "language", "style", "channel", "month"
#: Every kind that is counted by home.
BY_HOME = (REPLIES, TOLD, AGE, GENDER, ETHNIC_GROUP, DISABILITY, COMMUNITY, LANGUAGE, STYLE, CHANNEL, MONTH)
#: How long answering took, by channel and style; not by home.
DURATION = "duration"
#: Home of those who did not say it.
UNKNOWN_HOME = ""
#: Stands between channel, style and band of a duration.
BETWEEN = "|"
#: What targets are set for.
FOR_AREA = "area"

_LIVES_THERE = "live"
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class CountingRow(Base):
    """How far the responses are counted; one row."""

    __tablename__ = "fieldwork_counting"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_counting"),
        CheckConstraint("counted <= seen", name="counted_was_seen"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    #: Up to here, in the order in which they came, responses are in the counters.
    counted: Mapped[int]
    #: The newest response at the round before; a transaction under way then has ended by the next.
    seen: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


class HeardRow(Base):
    """So many replies of a wave came from a home, all of them or those of one category of a kind."""

    __tablename__ = "heard_counts"
    survey: Mapped[str] = mapped_column(NAME, primary_key=True)
    wave: Mapped[str] = mapped_column(NAME, primary_key=True)
    #: The smallest area that the person lives in, as far as they said.
    home: Mapped[str] = mapped_column(NAME, primary_key=True)
    kind: Mapped[str] = mapped_column(NAME, primary_key=True)
    category: Mapped[str] = mapped_column(NAME, primary_key=True)
    replies: Mapped[int]


class QuestionCountRow(Base):
    """How often a question was put to somebody, passed over, or the last thing they saw; never what was answered."""

    __tablename__ = "question_counts"
    survey: Mapped[str] = mapped_column(NAME, primary_key=True)
    wave: Mapped[str] = mapped_column(NAME, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(NAME, primary_key=True)
    language: Mapped[str] = mapped_column(NAME, primary_key=True)
    style: Mapped[str] = mapped_column(NAME, primary_key=True)
    channel: Mapped[str] = mapped_column(NAME, primary_key=True)
    asked: Mapped[int]
    skipped: Mapped[int]
    broken_off: Mapped[int]


class TargetRow(Base):
    """How many replies are wanted from an area's residents, or from one category of people."""

    __tablename__ = "fieldwork_targets"
    survey: Mapped[str] = mapped_column(NAME, primary_key=True)
    wave: Mapped[str] = mapped_column(NAME, primary_key=True)
    kind: Mapped[str] = mapped_column(NAME, primary_key=True)
    code: Mapped[str] = mapped_column(NAME, primary_key=True)
    wanted: Mapped[int]


class Said(Protocol):
    """What of a response is counted."""

    @property
    def channel(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def style(self) -> str: ...
    @property
    def area(self) -> str | None: ...
    @property
    def area_relation(self) -> Sequence[str]: ...
    @property
    def home_district(self) -> str | None: ...
    @property
    def age_band(self) -> str | None: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def received_on(self) -> date: ...
    @property
    def duration(self) -> str | None: ...


class Reply(Protocol):
    """A response to be counted, and the wave it counts in."""

    @property
    def survey(self) -> str: ...
    @property
    def wave(self) -> str: ...
    @property
    def is_pilot(self) -> bool: ...
    @property
    def said(self) -> Said: ...


class Cell(NamedTuple):
    """What a reply counts in."""

    survey: str
    wave: str
    home: str
    kind: str
    category: str


class QuestionCell(NamedTuple):
    """Where a question was asked."""

    survey: str
    wave: str
    version: int
    question: str
    language: str
    style: str
    channel: str


@dataclass
class Went:
    """How asking went: how often asked, how often skipped, how often the last thing somebody saw."""

    asked: int = 0
    skipped: int = 0
    broken_off: int = 0


@dataclass(frozen=True)
class Counting:
    """How far the responses are counted, and how far they had come at the round before."""

    counted: int
    seen: int
    seen_at: datetime


def home_of(tree: AreaTree, said: Said) -> str:
    """Return the smallest area somebody lives in, as far as they said: never the area they only tell about."""
    told, lives_there = said.area, _LIVES_THERE in said.area_relation
    if said.home_district is None:
        return told if told and lives_there else UNKNOWN_HOME
    if told and lives_there and tree.is_within(told, said.home_district):
        return told
    return said.home_district


def cells_of(tree: AreaTree, reply: Reply) -> Iterator[Cell]:
    """Yield every cell that a reply counts in; a pilot's replies count in none."""
    if reply.is_pilot:
        return
    said, survey, wave = reply.said, reply.survey, reply.wave
    home = home_of(tree, said)
    yield Cell(survey, wave, home, REPLIES, "")
    yield Cell(survey, wave, said.area or UNKNOWN_HOME, TOLD, "")
    for kind, category in _categories_of(said):
        yield Cell(survey, wave, home, kind, category)
    if said.duration:
        yield Cell(survey, wave, "", DURATION, BETWEEN.join((said.channel, said.style, said.duration)))


def counting(session: Session, *, lock: bool = False) -> Counting:
    """Return how far the responses are counted; with `lock` nobody else counts or takes off until the end."""
    found = select(CountingRow.counted, CountingRow.seen, CountingRow.seen_at).where(CountingRow.id == 1)
    row = session.execute(found.with_for_update() if lock else found).first()
    return Counting(*row) if row else Counting(0, 0, _BEGINNING)


def note_counting(session: Session, now: Counting) -> None:
    """Keep how far the responses are counted."""
    values = {"counted": now.counted, "seen": now.seen, "seen_at": now.seen_at}
    statement = insert_into(session, CountingRow).values(id=1, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


def count_in(session: Session, cells: Mapping[Cell, int]) -> None:
    """Add replies to the cells they count in."""
    if not cells:
        return
    statement = insert_into(session, HeardRow)
    total = table_of(HeardRow).c.replies + statement.excluded.replies
    statement = statement.on_conflict_do_update(index_elements=list(Cell._fields), set_={"replies": total})
    session.execute(statement, [cell._asdict() | {"replies": replies} for cell, replies in sorted(cells.items())])


def take_off(session: Session, tree: AreaTree, replies: Iterable[Reply]) -> int:
    """Take replies that go off the cells they counted in; returns how many cells changed."""
    cells = Counter(cell for reply in replies for cell in cells_of(tree, reply))
    columns = table_of(HeardRow).c
    changed = update(table_of(HeardRow)).values(replies=columns.replies - bindparam("less"))
    for name in Cell._fields:
        changed = changed.where(columns[name] == bindparam(f"the_{name}"))
    rows = [
        {f"the_{name}": value for name, value in cell._asdict().items()} | {"less": less}
        for cell, less in sorted(cells.items())
    ]
    if rows:
        session.connection().execute(changed, rows)
        session.execute(delete(HeardRow).where(HeardRow.replies <= 0))
    return len(rows)


def heard(session: Session, survey: str, wave: str, kinds: Sequence[str] = ()) -> Iterator[tuple[str, str, str, int]]:
    """Yield home, kind, category and replies of a wave's cells, of some kinds or of all."""
    columns = table_of(HeardRow).c
    found = select(columns.home, columns.kind, columns.category, columns.replies)
    found = found.where(columns.survey == survey, columns.wave == wave)
    rows = session.connection().execute(found.where(columns.kind.in_(kinds)) if kinds else found)
    yield from ((home, kind, category, replies) for home, kind, category, replies in rows)


def add_questions(session: Session, cells: Mapping[QuestionCell, Went]) -> None:
    """Add to how often questions were asked, skipped, and the last thing somebody saw."""
    if not cells:
        return
    statement = insert_into(session, QuestionCountRow)
    columns = table_of(QuestionCountRow).c
    summed = {name: columns[name] + statement.excluded[name] for name in ("asked", "skipped", "broken_off")}
    statement = statement.on_conflict_do_update(index_elements=list(QuestionCell._fields), set_=summed)
    session.execute(statement, [cell._asdict() | vars(cells[cell]) for cell in sorted(cells)])


def questions(session: Session, survey: str, wave: str) -> dict[QuestionCell, Went]:
    """Return how the questions of a wave went."""
    columns = table_of(QuestionCountRow).c
    found = select(*columns).where(columns.survey == survey, columns.wave == wave)
    return {QuestionCell(*row[:7]): Went(*row[7:]) for row in session.connection().execute(found)}


def targets(session: Session, survey: str, wave: str) -> dict[tuple[str, str], int]:
    """Return how many replies are wanted, by kind and code."""
    found = select(TargetRow.kind, TargetRow.code, TargetRow.wanted)
    found = found.where(TargetRow.survey == survey, TargetRow.wave == wave)
    return {(kind, code): wanted for kind, code, wanted in session.execute(found)}


def put_targets(session: Session, survey: str, wave: str, wanted: Mapping[tuple[str, str], int]) -> None:
    """Set targets; one of 0 is none."""
    for (kind, code), count in sorted(wanted.items()):
        key = {"survey": survey, "wave": wave, "kind": kind, "code": code}
        if count <= 0:
            session.execute(delete(TargetRow).filter_by(**key))
            continue
        statement = insert_into(session, TargetRow).values(**key, wanted=count)
        session.execute(statement.on_conflict_do_update(index_elements=list(key), set_={"wanted": count}))


def _categories_of(said: Said) -> Iterator[tuple[str, str]]:
    answers = said.answers
    yield LANGUAGE, said.language
    yield STYLE, said.style
    yield CHANNEL, said.channel
    yield MONTH, f"{said.received_on:%Y-%m}"
    known = {AGE: said.age_band, GENDER: answers.get("gender"), ETHNIC_GROUP: answers.get("ethnic_group")}
    for kind, code in (*known.items(), (DISABILITY, _disability(answers))):
        if isinstance(code, str) and code != "pns":
            yield kind, code
    named = answers.get("communities")
    for code in named if isinstance(named, list) else ():
        if isinstance(code, str) and code != "pns":
            yield COMMUNITY, code


def _disability(answers: Mapping[str, Any]) -> str | None:
    """Return whether somebody is disabled, by the two questions for adults (GSS) or the one for the young."""
    condition = answers.get("condition") or answers.get("support_needs")
    if condition == "yes" and "condition" in answers:
        reduces = answers.get("condition_reduces")
        return {"a_lot": "yes", "a_little": "yes", "not_at_all": "no"}.get(str(reduces))
    return condition if condition in ("yes", "no") else None
