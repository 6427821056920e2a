"""Lays coverage out by area and by group, beside residents and targets, as its reader may see it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engage.areas import Area
from engage.questionnaire.model import HOME_ELSEWHERE
from engage.reporting.coverage import BANDS, Fieldwork, band_of, smallest_shown
from engage.reporting.coverage_census import GroupKind
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.coverage_people import TOO_FEW, countable, is_small, tells_who, told_band, told_count
from engage.results.intervals import wilson_interval
from engage.results.suppression import LEAST_LOCAL_BASE
from engage.storage.coverage import CHANNEL, UNKNOWN_HOME

#: With fewer replies it is not said whether a group is short.
LEAST_JUDGED = 30
#: Shares closer to each other than this are alike, whatever chance says.
_ALIKE = 0.02
#: What a share of replies is beside the share of residents.
SHORT, ALIKE, OVER, NOT_JUDGED = "short", "alike", "over", ""


@dataclass(frozen=True)
class Share:
    """A share of replies beside the share of residents; None where it is not told or not known."""

    of_replies: float | None = None
    of_residents: float | None = None
    judged: str = NOT_JUDGED


@dataclass(frozen=True)
class AreaRow:
    """An area: how many of those who live there were heard, how many told about it, and how many are wanted."""

    code: str
    name: str
    level: str
    heard: str
    told: str
    wanted: str
    share: Share
    #: Whether there is something within it to look at.
    opens: bool


@dataclass(frozen=True)
class GroupRow:
    """One category of people."""

    code: str
    label: str
    heard: str
    wanted: str
    share: Share


@dataclass(frozen=True)
class GroupTable:
    """One way to group people, with the note that belongs under it; no rows where too few answered to say who."""

    kind: str
    title: str
    rows: tuple[GroupRow, ...]
    note: str

    @property
    def has_targets(self) -> bool:
        """Say whether any of its groups has a target."""
        return any(row.wanted for row in self.rows)

    @property
    def by_band(self) -> tuple[tuple[str, str], ...]:
        """Return each band with the groups in it, as one line, for those who see bands."""
        found = {band: ", ".join(row.label for row in self.rows if row.heard == band) for band in BANDS}
        return tuple((band, labels) for band, labels in found.items() if labels)


def area_rows(fieldwork: Fieldwork, listed: Sequence[Area], within: str, *, exact: bool) -> tuple[AreaRow, ...]:
    """Return areas within another one, side by side; with bands for those who may not see counts."""
    residents = fieldwork.census.people.get(within)
    heard = _placed(fieldwork, within)
    return tuple(_area_row(fieldwork, area, heard, residents, exact=exact) for area in listed)


def areas_within(fieldwork: Fieldwork, within: str) -> tuple[Area, ...]:
    """Return what is listed for an area: districts of anything wider, else its places and wards."""
    ground = fieldwork.ground
    districts = ground.at_levels({"district"})
    if within == EVERYBODY or ground.level(within) in ("force", "county"):
        return tuple(area for area in districts if within == EVERYBODY or ground.tree.is_within(area.code, within))
    if ground.level(within) == "ward":
        return ()
    if ground.level(within) == "place":
        return tuple(area for area in ground.tree.children(within) if area.code in ground)
    return (*ground.within(within, "place"), *ground.within(within, "ward"))


def nowhere_rows(fieldwork: Fieldwork) -> Iterator[tuple[str, int]]:
    """Yield those who live outside the ground, and those who did not say where, with their replies."""
    yield "People who live elsewhere", fieldwork.heard.of(HOME_ELSEWHERE)
    yield "People who did not say where they live", fieldwork.heard.of(UNKNOWN_HOME)


def group_tables(
    fieldwork: Fieldwork, kinds: Sequence[GroupKind], within: str, *, exact: bool
) -> tuple[GroupTable, ...]:
    """Return who was heard by each way to group people, everywhere or of those who live in an area."""
    return tuple(_group_table(fieldwork, kind, within, exact=exact) for kind in kinds)


def judge(replies: int, all_replies: int, of_residents: float | None) -> str:
    """Say whether a share of replies is short of the share of residents, beyond what chance leaves open."""
    if of_residents is None or all_replies < LEAST_JUDGED:
        return NOT_JUDGED
    low, high = wilson_interval(min(replies, all_replies), all_replies)
    if abs(replies / all_replies - of_residents) < _ALIKE or low <= of_residents <= high:
        return ALIKE
    return SHORT if high < of_residents else OVER


def _placed(fieldwork: Fieldwork, within: str) -> int:
    """Return the replies that have a place among what is listed: of a district, those who named a place or ward."""
    ground = fieldwork.ground
    if within == EVERYBODY or ground.level(within) in ("force", "county"):
        return sum(fieldwork.heard.of(area.code) for area in areas_within(fieldwork, within))
    parts = (area for area in smallest_shown(ground) if ground.tree.is_within(area.code, within))
    return sum(fieldwork.heard.of(area.code) for area in parts) or fieldwork.heard.of(within)


def _area_row(fieldwork: Fieldwork, area: Area, heard_in_all: int, residents: int | None, *, exact: bool) -> AreaRow:
    heard, wanted = fieldwork.heard.of(area.code), fieldwork.wanted(area.code)
    own = fieldwork.census.people.get(area.code)
    of_residents = own / residents if own and residents else None
    share = Share(
        heard / heard_in_all if heard_in_all and exact else None,
        of_residents,
        judge(heard, heard_in_all, of_residents) if exact else NOT_JUDGED,
    )
    return AreaRow(
        area.code,
        area.name,
        fieldwork.ground.level(area.code),
        str(heard) if exact else band_of(heard, wanted),
        str(fieldwork.heard.told(area.code)) if exact else band_of(fieldwork.heard.told(area.code), None),
        str(wanted or ""),
        share,
        bool(areas_within(fieldwork, area.code)),
    )


def _group_table(fieldwork: Fieldwork, kind: GroupKind, within: str, *, exact: bool) -> GroupTable:
    heard, everywhere = fieldwork.heard.of(within), within == EVERYBODY
    if not tells_who(heard, kind.kind):
        return GroupTable(kind.kind, kind.title, (), TOO_FEW)
    counts = fieldwork.heard.categories(within, kind.kind)
    residents = fieldwork.census.shares(within, kind.kind)
    codes = [code for code in kind.labels if code in residents or counts.get(code) or code in kind.expected]
    is_exact = everywhere and kind.kind == CHANNEL
    shown = counts if is_exact else {code: countable(count) for code, count in counts.items()}
    counted = [code for code in kind.labels if code in residents or not residents]
    total = countable(heard) if kind.is_multiple else sum(shown.get(code, 0) for code in counted)
    rows = []
    for code in codes:
        wanted = fieldwork.targets.get((kind.kind, code)) if everywhere else None
        count = counts.get(code, 0)
        share = _share(shown.get(code, 0), total, residents.get(code), exact=exact and code in counted)
        if not is_exact and is_small(count) and count:
            share = replace(share, of_replies=None)
        told = _told(kind, count, wanted, everywhere=everywhere, exact=exact)
        rows.append(GroupRow(code, kind.labels[code], told, str(wanted or ""), share))
    return GroupTable(kind.kind, kind.title, tuple(rows), _note(kind, residents))


def _told(kind: GroupKind, count: int, wanted: int | None, *, everywhere: bool, exact: bool) -> str:
    if kind.kind == CHANNEL and (everywhere or not exact):
        return str(count) if exact else band_of(count, wanted)
    return told_count(count) if exact else told_band(count, wanted or LEAST_LOCAL_BASE)


def _share(count: int, total: int, of_residents: float | None, *, exact: bool) -> Share:
    if not exact or not total:
        return Share(None, of_residents)
    return Share(count / total, of_residents, judge(count, total, of_residents))


def _note(kind: GroupKind, residents: Mapping[str, float]) -> str:
    if kind.is_multiple:
        return "Somebody may belong to several. The census has no counts by these communities."
    if residents:
        return "Of those who said it, beside the census."
    if kind.kind in ("style", "channel"):
        return "How people answered: the census knows nothing of that."
    return "No census counts imported for this: the bar shows replies only."
