"""Shows before fieldwork what each area will be able to publish, by the very rules that publishing goes by."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engage.areas import Area, Level
from engage.reporting.coverage import Fieldwork
from engage.reporting.coverage_census import GroupKind
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.coverage_people import countable, tells_who
from engage.reporting.planning import breakdown_rows, release_plan
from engage.results.bounds import LEAST_BASE
from engage.results.intervals import wilson_interval
from engage.results.plan import AREA, COMMUNITY
from engage.results.published import HIDDEN, PublishedRow
from engage.results.suppression import TableArea, publish_areas, publish_breakdown
from engage.results.tabulation import Group, GroupCounts, TableQuestion

#: How people are taken to answer a question with three folded answers: not evenly, as no question is.
SPLIT = (0.5, 0.3, 0.2)
_QUESTION = TableQuestion("planned", ("most", "some", "few"))
#: Bases that quality goes by, with what may be done with such figures.
QUALITY_WORDS = {
    "ok": "can be shown",
    "care": "can be shown, with care",
    "low": "low: only as a first sign",
    "not_enough": "not shown",
}
#: Groups that may be shown for districts and for the whole ground.
_GROUPS = ("age_band", "gender", "ethnic_group")


@dataclass(frozen=True)
class Planned:
    """What an area, or a group in it, will be able to show with the replies expected."""

    code: str
    name: str
    level: str
    expected: int
    #: Of the area itself or the wider one that stands in.
    quality: str
    #: Name of the wider area that stands in.
    stands_in: str | None
    #: Answers of three that will read "<8".
    hidden: int
    #: Percentage points either way when half of the people give an answer, None where nothing is shown.
    margin: int | None

    @property
    def words(self) -> str:
        """Return in a sentence what may be shown."""
        if self.quality == "not_enough":
            return "Nothing: too few, here and around."
        if self.stands_in:
            return f"Not by itself: shown as part of {self.stands_in}."
        sentence = f"By itself, {QUALITY_WORDS[self.quality]}"
        if self.hidden:
            sentence += f"; about {self.hidden} of 3 answers would be too small to show"
        return f"{sentence}."

    @property
    def margin_words(self) -> str:
        """Return how sure a share will be."""
        if self.margin is None:
            return ""
        return f"if half say yes, it may be from {50 - self.margin}\u00a0% to {50 + self.margin}\u00a0%"


@dataclass(frozen=True)
class Plan:
    """What everything expected will be able to show."""

    areas: tuple[Planned, ...]
    #: Kind of group → group → for each district and the whole, in the order of `columns`, what may be shown.
    groups: tuple[tuple[str, tuple[tuple[str, tuple[Planned, ...]], ...]], ...]
    columns: tuple[tuple[str, str], ...]
    expected: int

    def shown_alone(self, level: str) -> tuple[int, int]:
        """Return how many areas of a level will be shown by themselves, and how many there are."""
        listed = [one for one in self.areas if one.level == level]
        return sum(one.stands_in is None and one.quality != "not_enough" for one in listed), len(listed)


def spread(fieldwork: Fieldwork, wanted: Mapping[str, int], share: float) -> dict[str, int]:
    """Return replies expected by ward: an area's are shared out among its wards by who lives there."""
    people, tree = fieldwork.census.people, fieldwork.ground.tree
    expected: Counter[str] = Counter()
    for code, count in wanted.items():
        wards = [ward.code for ward in tree.wards_of(code) if ward.code in fieldwork.ground]
        known = [people.get(ward, 0) for ward in wards]
        weights = known if all(known) else [1] * len(wards)
        for ward, replies in zip(wards, _shared(count * share, weights), strict=True):
            expected[ward] += replies
    return expected


def make_plan(fieldwork: Fieldwork, kinds: Sequence[GroupKind], by_ward: Mapping[str, int]) -> Plan:
    """Return what so many replies by ward will be able to show."""
    ground = fieldwork.ground
    totals = _totals(fieldwork, by_ward)
    counts = _model({(code, None): count for code, count in totals.items()}, AREA)
    listed = ground.at_levels({"ward", "place", "district"})
    plan = release_plan(fieldwork.questionnaire)
    rows = publish_areas(counts, [ground.table_area(area) for area in listed], plan).rows_shown
    districts = ground.at_levels({"district"})
    wide = [area for area in ground.areas if area.code in ground.roots and area.level is not Level.DISTRICT]
    columns = [*wide, *districts]
    return Plan(
        tuple(_planned(fieldwork, area, row, totals) for area, row in zip(listed, rows, strict=True)),
        tuple(_groups(fieldwork, kinds, columns, totals)),
        tuple((area.code, area.name) for area in columns),
        sum(by_ward.values()),
    )


def aimed_at(fieldwork: Fieldwork) -> dict[str, int]:
    """Return targets by area, without areas that have their target inside a wider one's too."""
    targets = dict(fieldwork.aimed_at())
    tree = fieldwork.ground.tree
    inside = {code for code in targets for wider in targets if code != wider and tree.is_within(code, wider)}
    return {code: wanted for code, wanted in targets.items() if code not in inside}


def margin_of(base: int) -> int:
    """Return the percentage points either way that chance leaves open for a half of so many people."""
    low, high = wilson_interval(base // 2, base)
    return round(max(high - 0.5, 0.5 - low) * 100)


def _totals(fieldwork: Fieldwork, by_ward: Mapping[str, int]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for ward, count in by_ward.items():
        for area in fieldwork.ground.path(ward):
            totals[area] += count
    return totals


def _groups(
    fieldwork: Fieldwork, kinds: Sequence[GroupKind], columns: Sequence[Area], totals: Mapping[str, int]
) -> list[tuple[str, tuple[tuple[str, tuple[Planned, ...]], ...]]]:
    """Return each kind of group with what may be shown of it; communities as they were among those heard so far."""
    found = []
    for kind in kinds:
        shares = {area.code: _shares(fieldwork, kind, area) for area in columns}
        if kind.kind not in (*_GROUPS, COMMUNITY) or not any(shares.values()):
            continue
        lines = [
            (label, tuple(_in_column(fieldwork, kind, code, area, shares[area.code], totals) for area in columns))
            for code, label in kind.labels.items()
            if any(code in known for known in shares.values())
        ]
        found.append((kind.title, tuple(lines)))
    return found


def _shares(fieldwork: Fieldwork, kind: GroupKind, area: Area) -> Mapping[str, float]:
    if kind.kind != COMMUNITY:
        return fieldwork.census.shares(area.code, kind.kind)
    heard = fieldwork.heard.of(EVERYBODY)
    named = fieldwork.heard.categories(EVERYBODY, kind.kind)
    if not tells_who(heard, kind.kind):
        return {}
    return {code: countable(count) / countable(heard) for code, count in named.items()}


def _in_column(
    fieldwork: Fieldwork,
    kind: GroupKind,
    code: str,
    area: Area,
    shares: Mapping[str, float],
    totals: Mapping[str, int],
) -> Planned:
    expected = round(totals.get(area.code, 0) * shares.get(code, 0))
    counts = _model({(area.code, code): expected}, kind.kind)
    table_area = TableArea(area.code, fieldwork.ground.level(area.code))
    plan = release_plan(fieldwork.questionnaire)
    rows = [row for row in breakdown_rows(fieldwork.questionnaire, kind.kind) if row == code]
    shown = publish_breakdown(counts, table_area, rows, plan).rows_shown if rows else ()
    quality = shown[0].quality if shown else "not_enough"
    return Planned(code, kind.labels[code], kind.kind, expected, quality, None, 0, None)


def _model(bases: Mapping[Group, int], breakdown: str) -> GroupCounts:
    """Return counts as they would be if everybody answered one question, split as questions are."""
    parts = {group: _shared(base, SPLIT) for group, base in bases.items()}
    counts = {code: {group: parts[group][at] for group in bases} for at, code in enumerate(_QUESTION.columns)}
    return GroupCounts(_QUESTION, breakdown, dict(bases), counts)


def _shared(total: float, weights: Sequence[float]) -> list[int]:
    """Return a total in whole parts by weights that come to the total, rounded."""
    whole, together = round(total), sum(weights)
    parts, begun, given = [], 0.0, 0
    for weight in weights:
        begun += weight
        parts.append(round(whole * begun / together) - given)
        given += parts[-1]
    return parts


def _planned(fieldwork: Fieldwork, area: Area, row: PublishedRow, totals: Mapping[str, int]) -> Planned:
    wider = row.shown_for if row.shown_for not in (None, row.row) else None
    base = totals.get(row.shown_for, 0) if row.shown_for else 0
    return Planned(
        area.code,
        area.name,
        fieldwork.ground.level(area.code),
        totals.get(area.code, 0),
        row.quality,
        fieldwork.ground.tree[wider].name if wider else None,
        sum(cell.shown == HIDDEN for cell in row.cells) if not wider else 0,
        margin_of(base) if base >= LEAST_BASE else None,
    )
