"""Sums one area or community up: what people said there, good things first, as published and never counted again."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engage.areas import Area, Level
from engage.questionnaire.model import SUMMARY_ROLES, Questionnaire, QuestionType
from engage.reporting.actions import actions_about
from engage.reporting.comparing import (
    CellName,
    Change,
    Compared,
    WhoAnswered,
    change_since_last,
    channel_split,
    compare_group_with_rest,
    compare_with_rest,
    mode_effects,
    who_answered,
)
from engage.reporting.extras import batch_rows
from engage.reporting.planning import breakdown_rows, is_about_the_person
from engage.reporting.quotes import Quote, quotes_for
from engage.reporting.reading import Published, find_tables
from engage.results.plan import AREA, COMMUNITY
from engage.results.published import HIDDEN, NOT_ENOUGH, OVER, QUALITIES, PublishedCell, PublishedRow, PublishedTable
from engage.storage import release_extras
from engage.storage.database import Session

#: The section of everything that has no role in the summary.
ASKED = "asked"
#: Answers of one question that the summary names.
MOST_NAMED = 4
#: What is asked about the answer itself; it comes after what people said.
LAST = "area_relation"

#: Answers in an order of their own; the others stand by how many gave them.
_ORDERED = (QuestionType.SCALE, QuestionType.AGE_BAND)


class CommunityNotInSurvey(LookupError):
    """A community was asked for that the survey does not offer."""

    code = "unknown_community"

    def __init__(self, community: str) -> None:
        super().__init__(f"the survey offers no community {community[:100]!r}")


@dataclass(frozen=True)
class SummaryEntry:
    """One question: its row as published, and its district's beside it where both are shown."""

    table: PublishedTable
    row: PublishedRow
    beside: PublishedRow | None = None
    #: Whether half or more of the answers came from one batch of forms or one session.
    is_from_one_batch: bool = False
    #: Whether the answers are a scale or ages, and so keep their order.
    is_ordered: bool = False

    @property
    def question_id(self) -> str:
        """Return which question it is."""
        return self.table.question

    def leading(self, most: int = MOST_NAMED) -> tuple[PublishedCell, ...]:
        """Return the answers to name first: a scale whole, of others those that most people gave.

        They go by printed counts, equal ones in the questionnaire's order; hidden ones are left out.
        """
        if self.is_ordered:
            return self.row.cells
        told = (cell for cell in self.row.cells if cell.shown != HIDDEN)
        return tuple(sorted(told, key=lambda cell: (cell.shown != OVER, -(cell.n or 0)))[:most])

    @property
    def few(self) -> tuple[PublishedCell, ...]:
        """Return the answers that fewer than 8 people gave, or nobody; none of a scale, which is told whole."""
        return () if self.is_ordered else tuple(cell for cell in self.row.cells if cell.shown == HIDDEN)


@dataclass(frozen=True)
class SummarySection:
    """What one part of the summary tells of: one of SUMMARY_ROLES, or ASKED."""

    role: str
    entries: tuple[SummaryEntry, ...]


@dataclass(frozen=True)
class SummaryAction:
    """What was done about something people said, by whom and since when, in the words of staff."""

    said: str
    done: str
    owner: str
    day: date
    #: Which question it answers to, by its id.
    question: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class AreaSummary:
    """What is published about one area, or about one community in it."""

    area: Area
    #: The areas it lies in, nearest first.
    above: tuple[Area, ...]
    district: Area | None
    #: In the order they are read, empty ones left out.
    sections: tuple[SummarySection, ...]
    #: Who answered, by the questions about the person; districts and police force areas only.
    who: tuple[SummaryEntry, ...] = ()
    #: Code of the community it is about, None for everybody.
    community: str | None = None
    #: Its answers beside those of the rest of the survey's ground; only what could be compared.
    compared: Mapping[CellName, Compared] = field(default_factory=dict)
    change: Change | None = None
    #: By which ways people answered.
    channels: PublishedRow | None = None
    #: Residents who answered beside the census; districts and police force areas only.
    answered: tuple[WhoAnswered, ...] = ()
    actions: tuple[SummaryAction, ...] = ()
    #: Ids of questions whose answers hang on the way of answering, in the police force area around it.
    hang_on_ways: frozenset[str] = frozenset()
    #: Vetted quotes, each about a district at the finest; never of a community.
    quotes: tuple[Quote, ...] = ()

    @property
    def entries(self) -> tuple[SummaryEntry, ...]:
        """Return every question that is not about the person, in the order it is read."""
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def base(self) -> int | None:
        """Return about how many people answered about just this (rounded), None where too few did."""
        bases = [row.base for row in self._rows if row.base is not None and row.shown_for == row.row]
        return max(bases, default=None)

    @property
    def quality(self) -> str:
        """Return how far the summary as a whole can be relied on: as most of its questions, in doubt less."""
        shown = Counter(entry.row.quality for entry in self.entries if entry.row.cells)
        worst_first = [name for _, name in reversed(QUALITIES)]
        return max(worst_first, key=lambda name: shown[name]) if shown else NOT_ENOUGH

    @property
    def stands_in(self) -> str | None:
        """Return the wider area that all figures are of, where they are all of one and the same."""
        shown = {row.shown_for for row in self._rows if row.shown_for is not None}
        return shown.pop() if len(shown) == 1 and self._subject not in shown else None

    @property
    def _subject(self) -> str:
        return self.area.code if self.community is None else self.community

    @property
    def _rows(self) -> Sequence[PublishedRow]:
        return [entry.row for entry in (*self.entries, *self.who)]


def summarise_area(session: Session, published: Published, code: str) -> AreaSummary:
    """Return what is published about an area. Raises AreaNotInSurvey."""
    area = published.ground.area(code)
    district = next((above for above in published.ground.above(code) if above.level is Level.DISTRICT), None)
    beside = _rows_by_question(find_tables(session, published, area=district.code)) if district else {}
    asked = published.questionnaire
    batch = _questions_of_one_batch(session, published, AREA, None)
    entries: list[SummaryEntry] = []
    who: list[SummaryEntry] = []
    for table in find_tables(session, published, area=code):
        question = asked.question(table.question)
        row = table.rows_shown[0]
        entry = _entry(asked, table, row, beside.get(table.question), batch)
        (who if question and is_about_the_person(question) else entries).append(entry)
    return AreaSummary(
        area,
        published.ground.above(code),
        district,
        _sections(asked, entries),
        tuple(who),
        compared=compare_with_rest(session, published, code),
        change=change_since_last(session, published, code),
        channels=channel_split(session, published, code),
        answered=who_answered(session, published, code),
        hang_on_ways=frozenset(mode_effects(session, published, code)),
        quotes=quotes_for(session, published, code),
        actions=_actions(session, published, code),
    )


def summarise_community(session: Session, published: Published, community: str, area: str | None = None) -> AreaSummary:
    """Return what is published of one community, in the whole ground or in an area whose plan has communities.

    Raises CommunityNotInSurvey, AreaNotInSurvey or BreakdownRefused.
    """
    if community not in breakdown_rows(published.questionnaire, COMMUNITY):
        raise CommunityNotInSurvey(community)
    within = published.ground.area(area or published.ground.roots[0])
    tables = find_tables(session, published, area=within.code, by=COMMUNITY)
    rows = ((table, row) for table in tables for row in table.rows_shown if row.row == community)
    batch = _questions_of_one_batch(session, published, COMMUNITY, within.code)
    entries = [_entry(published.questionnaire, table, row, None, batch) for table, row in rows]
    is_whole = within.code == published.ground.roots[0]
    return AreaSummary(
        within,
        published.ground.above(within.code),
        None,
        _sections(published.questionnaire, entries),
        community=community,
        compared=compare_group_with_rest(session, published, COMMUNITY, community) if is_whole else {},
        hang_on_ways=frozenset(mode_effects(session, published, within.code)),
        actions=_actions(session, published, within.code, community),
    )


def has_roles(questionnaire: Questionnaire) -> bool:
    """Say whether the survey declares what its summary tells of."""
    return any(question.summary for question in questionnaire.questions)


def _actions(
    session: Session, published: Published, area: str, community: str | None = None
) -> tuple[SummaryAction, ...]:
    found = actions_about(session, published.release.survey, published.ground, area, community)
    return tuple(
        SummaryAction(action.said, action.done, action.owner, action.day, action.question, action.language)
        for action in found
    )


def _entry(
    asked: Questionnaire,
    table: PublishedTable,
    row: PublishedRow,
    district: PublishedRow | None,
    batch: Collection[tuple[str, str]],
) -> SummaryEntry:
    question = asked.question(table.question)
    is_other = district is not None and district.base is not None and row.shown_for not in (None, district.row)
    return SummaryEntry(
        table,
        row,
        district if is_other else None,
        is_from_one_batch=(table.question, row.shown_for or row.row) in batch,
        is_ordered=question is not None and question.type in _ORDERED,
    )


def _questions_of_one_batch(
    session: Session, published: Published, rows: str, area: str | None
) -> frozenset[tuple[str, str]]:
    """Return question and row of a breakdown's figures of which half or more came from one batch."""
    found = batch_rows(list(release_extras.of_release(session, published.release, "batch_care")))
    return frozenset((question, row) for question, by, within, row in found if (by, within) == (rows, area))


def _sections(asked: Questionnaire, entries: Sequence[SummaryEntry]) -> tuple[SummarySection, ...]:
    """Return the entries by their roles; within one, and in the last, the questionnaire's order stands."""
    roles = {question.id: question.summary for question in asked.questions}

    def of_role(role: str) -> Iterator[SummaryEntry]:
        found = [entry for entry in entries if (roles.get(entry.question_id) or ASKED) == role]
        yield from sorted(found, key=lambda entry: entry.question_id == LAST)

    sections = (SummarySection(role, tuple(of_role(role))) for role in (*SUMMARY_ROLES, ASKED))
    return tuple(section for section in sections if section.entries)


def _rows_by_question(tables: Sequence[PublishedTable]) -> Mapping[str, PublishedRow]:
    return {table.question: table.rows_shown[0] for table in tables}
