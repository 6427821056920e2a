"""Writes the monthly report of fieldwork: who was heard, who is wanted, what to look at, what to do next."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from engage.reporting.coverage import FEW, NONE, Fieldwork, Shortfall, band_of, find_shortfalls, no_first_place
from engage.reporting.coverage_census import GroupKind, group_kinds
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.coverage_people import FEW_OR_NONE, TOO_FEW
from engage.reporting.coverage_quality import read_quality
from engage.reporting.coverage_rows import SHORT, Share, area_rows, areas_within, group_tables
from engage.reporting.coverage_words import finding_words, percent_words
from engage.reporting.labels import Labels
from engage.storage import coverage, visits
from engage.storage.coverage import MONTH
from engage.storage.database import Session

#: Areas that are short named in one report.
_MOST_SHORT = 15
#: Areas named as where to go next.
_MOST_NEXT = 3
#: Of a group that more than this share of residents belong to, nobody has to look for people.
_MOST_PEOPLE = 0.5


class Sight(StrEnum):
    """What a reader may see: counts, bands, or bands that tell nobody from few."""

    COUNTS = "counts"
    BANDS = "bands"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Reader:
    """Somebody a report is written for; no areas are all of them."""

    sight: Sight
    areas: frozenset[str] = frozenset()

    @property
    def is_exact(self) -> bool:
        """Say whether they see counts."""
        return self.sight is Sight.COUNTS


@dataclass(frozen=True)
class Table:
    """Rows of words under their heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One part of a report: sentences, things in a list, a table."""

    heading: str
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class ProgressReport:
    """The report of one month for one reader."""

    title: str
    counted_at: datetime
    is_synthetic: bool
    sections: tuple[Section, ...]
    note: str


def tell_progress(
    session: Session,
    fieldwork: Fieldwork,
    month: date,
    reader: Reader,
    now: datetime,
    *,
    is_synthetic: bool,
    language_name: Callable[[str], str],
) -> ProgressReport:
    """Return the report of a month, named by its first day, as its reader may see it."""
    labels = Labels(fieldwork.questionnaire, fieldwork.ground.tree)
    kinds = group_kinds(fieldwork.questionnaire, labels, language_name)
    short = find_shortfalls(fieldwork, reader.areas)
    findings = _findings(session, fieldwork, labels, language_name) if reader.is_exact else []
    groups = _short_groups(fieldwork, kinds) if reader.is_exact and not reader.areas else []
    sections = (
        _so_far(fieldwork, reader, month),
        *_asked(session, fieldwork, reader, month),
        _short(short, reader),
        *([Section("How questions go", items=tuple(findings))] if findings else []),
        Section("What to do next", items=tuple(_next_steps(fieldwork, short, groups, findings, reader))),
        _by_area(fieldwork, reader),
        *_by_group(fieldwork, reader, kinds),
    )
    title = f"Progress of {fieldwork.survey}, {fieldwork.wave}: {month:%B %Y}"
    return ProgressReport(title, now, is_synthetic, sections, _note(reader))


def month_before(day: date) -> date:
    """Return the first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def had_begun(fieldwork: Fieldwork, month: date) -> bool:
    """Say whether anybody had answered by the end of a month."""
    months = fieldwork.heard.categories(EVERYBODY, MONTH)
    return any(known <= f"{month:%Y-%m}" and replies for known, replies in months.items())


def _homes(fieldwork: Fieldwork, reader: Reader) -> tuple[str, ...]:
    return tuple(sorted(code for code in reader.areas if code in fieldwork.ground)) if reader.areas else (EVERYBODY,)


def _so_far(fieldwork: Fieldwork, reader: Reader, month: date) -> Section:
    heard, in_month = Counter[str](), f"{month:%Y-%m}"
    for home in _homes(fieldwork, reader):
        heard["all"] += fieldwork.heard.of(home)
        heard["month"] += fieldwork.heard.of(home, MONTH, in_month)
    wanted = _wanted(fieldwork, reader)
    who = "people who live in your areas" if reader.areas else "people"
    if not reader.is_exact:
        return Section("So far", (f"Replies from {who}: {_band(reader, heard['all'], wanted)}.",))
    of = f" of {wanted} wanted" if wanted else ""
    replies = "reply" if heard["all"] == 1 and not wanted else "replies"
    said = f"{heard['all']}{of} {replies} from {who} so far, {heard['month']} of them in {month:%B}."
    return Section("So far", (said, *_unfinished(fieldwork)))


def _wanted(fieldwork: Fieldwork, reader: Reader) -> int | None:
    homes = fieldwork.ground.roots if not reader.areas else _homes(fieldwork, reader)
    counts = [fieldwork.wanted(home) for home in homes]
    return sum(count for count in counts if count) or None


def _unfinished(fieldwork: Fieldwork) -> Iterator[str]:
    if not fieldwork.heard.is_up_to_date:
        yield "More came in at once and were still being counted."


def _asked(session: Session, fieldwork: Fieldwork, reader: Reader, month: date) -> Iterator[Section]:
    """Yield what ambassadors' visits came to, for those who see counts."""
    after = (month + timedelta(days=31)).replace(day=1)
    tree = fieldwork.ground.tree
    made = [
        visit
        for visit in visits.list_of(session, since=month, until=after - timedelta(days=1))
        if (visit.survey, visit.wave) == (fieldwork.survey, fieldwork.wave)
        and visit.checked_out_at is not None
        and (not reader.areas or any(tree.is_within(visit.area, area) for area in reader.areas))
    ]
    if reader.is_exact and made:
        asked, took_part = sum(one.tally.asked for one in made), sum(one.tally.took_part for one in made)
        declined = sum(one.tally.said_no for one in made)
        visited = f"{len(made)} {'visit was' if len(made) == 1 else 'visits were'} made in {month:%B}."
        yield Section("Visits", (f"{visited} {asked} people were asked, {took_part} took part, {declined} declined.",))


def _by_area(fieldwork: Fieldwork, reader: Reader) -> Section:
    homes = _homes(fieldwork, reader)
    within = homes[0] if len(homes) == 1 else EVERYBODY
    own = [fieldwork.ground.area(code) for code in homes if code != EVERYBODY]
    listed = (areas_within(fieldwork, within) or own) if len(homes) == 1 else own
    rows = area_rows(fieldwork, listed, within, exact=reader.is_exact)
    names = [f"{row.name} (ward)" if row.level == "ward" else row.name for row in rows]
    heads: tuple[str, ...]
    if reader.is_exact:
        heads = ("Area", "Live here", "Wanted", "Told about it", "Replies beside residents")
        told = [[row.heard, row.wanted, row.told, _shares(row.share)] for row in rows]
    else:
        heads = ("Area", "People who live here")
        told = [[_suppressed(reader, row.heard)] for row in rows]
    return Section("By area", ("People count where they live.",), table=_table(heads, names, told))


def _table(heads: Sequence[str], names: Sequence[str], told: Sequence[Sequence[str]]) -> Table:
    """Return rows under their heads, without columns in which nothing stands."""
    kept = [at for at in range(len(heads) - 1) if any(row[at] for row in told)]
    rows = tuple((name, *(row[at] for at in kept)) for name, row in zip(names, told, strict=True))
    return Table((heads[0], *(heads[at + 1] for at in kept)), rows)


def _by_group(fieldwork: Fieldwork, reader: Reader, kinds: Sequence[GroupKind]) -> Iterator[Section]:
    homes = _homes(fieldwork, reader)
    if len(homes) != 1:
        return
    tables = group_tables(fieldwork, kinds, homes[0], exact=reader.is_exact)
    if untold := [table.title.lower() for table in tables if not table.rows]:
        yield Section("Who they are", (f"{TOO_FEW} With 10 or more this tells: {_listed(untold)}.",))
    for table in (table for table in tables if table.rows):
        has_census = any(row.share.of_residents is not None for row in table.rows)
        heads = (table.title, "Replies", "Wanted", "Beside residents" if has_census else "Share")
        told = [
            (_suppressed(reader, row.heard), row.wanted, _shares(row.share) if reader.is_exact else "")
            for row in table.rows
        ]
        yield Section(table.title, table=_table(heads, [row.label for row in table.rows], told))


def _short(short: Sequence[Shortfall], reader: Reader) -> Section:
    if not short:
        return Section("Where we are short", ("Nowhere: as many have been heard as are wanted.",))
    if reader.sight is Sight.SUPPRESSED:  # in no order that would tell who has fewer
        return Section(
            "Where we are short", (f"{FEW_OR_NONE.capitalize()} so far:",), tuple(sorted(one.name for one in short))
        )
    told = [one.sentence if reader.is_exact else one.banded for one in short[:_MOST_SHORT]]
    more = [f"and {len(short) - _MOST_SHORT} more"] if len(short) > _MOST_SHORT else []
    return Section("Where we are short", items=(*told, *more))


def _findings(session: Session, fieldwork: Fieldwork, labels: Labels, language_name: Callable[[str], str]) -> list[str]:
    counts = coverage.questions(session, fieldwork.survey, fieldwork.wave)
    found = read_quality(counts, fieldwork.questionnaire, fieldwork.heard).findings
    return [finding_words(one, labels, language_name) for one in found]


def _short_groups(fieldwork: Fieldwork, kinds: Sequence[GroupKind]) -> list[str]:
    """Return the groups whose share of replies is short of their share of residents."""
    return [
        f"{table.title.lower()} {row.label}"
        for table in group_tables(fieldwork, kinds, EVERYBODY, exact=True)
        for row in table.rows
        if row.share.judged == SHORT and (row.share.of_residents or 1) < _MOST_PEOPLE
    ]


def _next_steps(
    fieldwork: Fieldwork, short: Sequence[Shortfall], groups: Sequence[str], findings: Sequence[str], reader: Reader
) -> Iterator[str]:
    if short and reader.sight is Sight.SUPPRESSED:
        yield "Tell people in these areas of the survey."
    elif anywhere := no_first_place(fieldwork, short, reader.areas) if short else "":
        yield anywhere
    elif short:
        yield f"Go to {'; '.join(one.name for one in short[:_MOST_NEXT])}."
    if groups:
        yield f"Ask where these are to be met, as their share of replies is short: {_listed(groups)}."
    if findings:
        yield "Look at the questions named above with somebody who reads them so."
    if reader.is_exact and not fieldwork.has_area_targets:
        yield "Set targets: then this report says who is wanted, and how far they are heard."
    if reader.is_exact and fieldwork.census.is_empty:
        yield "Import census counts: then this report says whose share is short."
    if not (short or groups or findings):
        yield "Carry on."


def _listed(names: Iterable[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _shares(share: Share) -> str:
    parts = [
        f"{percent_words(told)} of {whom}"
        for told, whom in ((share.of_replies, "replies"), (share.of_residents, "residents"))
        if told is not None
    ]
    return ", ".join([*parts, *(["short"] if share.judged == SHORT else [])])


def _band(reader: Reader, heard: int, wanted: int | None) -> str:
    return _suppressed(reader, band_of(heard, wanted))


def _suppressed(reader: Reader, told: str) -> str:
    return FEW_OR_NONE if reader.sight is Sight.SUPPRESSED and told in (NONE, FEW) else told


def _note(reader: Reader) -> str:
    if reader.is_exact:
        return (
            "Counts of replies for planning fieldwork: for you alone, not to be passed on or published. "
            "Of who people are nothing is told under 10 replies, and never an exact count."
        )
    return (
        "Enough means as many as are wanted, or 30 where no number is set. Counts are for those who plan the fieldwork."
    )
