"""Sets fieldwork beside the census: how many live in each area, and how many of them are of which group."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engage.areas import Level
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.ground import Ground
from engage.reporting.labels import Labels
from engage.reporting.planning import OTHER_COMMUNITY, TABLE_AGE_BANDS, table_questions
from engage.storage import areas, coverage
from engage.storage.database import Session

#: What people may be counted by, the best first, and who is in it.
_COUNTED_BY = {
    "single_year_of_age": "aged 13 or over",
    "age": "of all ages",
    "sex": "of all ages",
    "ethnic_group_5": "of all ages",
}
#: The census variable behind each kind of group; the others are not in the census figures that can be imported.
_VARIABLES = {
    coverage.AGE: "single_year_of_age",
    coverage.GENDER: "sex",
    coverage.ETHNIC_GROUP: "ethnic_group_5",
    coverage.DISABILITY: "disability",
    coverage.LANGUAGE: "main_language",
}
_LEAST_AGE = 13
#: The youngest age of each band, in years.
_YOUNGEST = {band: int(band.split("-")[0].rstrip("+")) for band in TABLE_AGE_BANDS}
#: More than half of the areas of a level must have figures, else another variable counts its people.
_MOST = 0.5

_TITLES = {
    coverage.AGE: "Age",
    coverage.GENDER: "Sex",
    coverage.ETHNIC_GROUP: "Ethnic group",
    coverage.DISABILITY: "Disability",
    coverage.COMMUNITY: "Communities",
    coverage.LANGUAGE: "Language read",
    coverage.STYLE: "Style",
    coverage.CHANNEL: "How they answered",
}
STYLE_WORDS = {"standard": "Standard", "easy_read": "Easy read", "large_print": "Large print"}
CHANNEL_WORDS = {
    "web": "Web",
    "outreach": "Outreach device",
    "paper_keyed": "Paper, keyed",
    "paper_read": "Paper, scanned",
    "sms": "Text message",
    "phone": "Telephone",
    "api": "Other systems",
}
_LABELS = {
    coverage.DISABILITY: {"yes": "Disabled", "no": "Not disabled"},
    coverage.STYLE: STYLE_WORDS,
    coverage.CHANNEL: CHANNEL_WORDS,
}
#: The questions that tell of a group; every survey knows how somebody answered.
_ASKED_BY = {
    coverage.AGE: ("age_band",),
    coverage.GENDER: ("gender",),
    coverage.ETHNIC_GROUP: ("ethnic_group",),
    coverage.DISABILITY: ("condition", "support_needs"),
    coverage.COMMUNITY: ("communities",),
}
#: By text message nobody over 25 says which band they are in.
_TEXT_AGES = {"25+": "25 or over, by text"}


@dataclass(frozen=True)
class GroupKind:
    """What people are grouped by, with the categories in order and their words."""

    kind: str
    title: str
    labels: Mapping[str, str]
    #: Somebody may be in several categories.
    is_multiple: bool = False
    #: Categories that stand there with nobody in them too.
    expected: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Census:
    """Residents by area, and by area and category of each kind; areas without figures are not in it."""

    people: Mapping[str, int] = field(default_factory=dict)
    #: Who `people` are: "aged 13 or over", "of all ages"; by level of area.
    who: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Say whether no census counts were imported for these areas."""
        return not self.people and not self.groups

    def shares(self, area: str, kind: str) -> Mapping[str, float]:
        """Return the share of an area's residents in each category; empty where it is not known."""
        people = self.groups.get((area, kind), {})
        total = sum(people.values())
        return {category: count / total for category, count in people.items()} if total else {}


def group_kinds(
    questionnaire: Questionnaire, labels: Labels, language_name: Callable[[str], str] = own_name
) -> tuple[GroupKind, ...]:
    """Return what a survey's replies are grouped by, in the order shown; what it does not ask is left out."""
    asked = {question.id for question in questionnaire.questions}
    kinds = (
        _group_kind(questionnaire, kind, title, _labels(questionnaire, labels, kind, language_name))
        for kind, title in _TITLES.items()
        if kind not in _ASKED_BY or asked.intersection(_ASKED_BY[kind])
    )
    return tuple(kind for kind in kinds if kind.labels)


def read_census(session: Session, ground: Ground) -> Census:
    """Return what is known of the residents of a survey's ground; wider areas are the sum of their districts."""
    known: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    variables = {*_COUNTED_BY, *_VARIABLES.values(), "ethnic_group_19"}
    for area, variable, category, count in areas.margins_by(session, sorted(variables)):
        if area in ground:
            known[area, variable][category] = count
    parts = _parts_of(ground)
    people, who = _people(ground, known, parts)
    groups: dict[tuple[str, str], Mapping[str, int]] = {}
    for kind in _VARIABLES:
        own = {area.code: _grouped(known, area.code, kind) for area in ground.areas}
        groups |= {(code, kind): counts for code, counts in _with_wider(ground, own, parts).items() if counts}
    return Census(people, who, groups)


def _group_kind(questionnaire: Questionnaire, kind: str, title: str, words: Mapping[str, str]) -> GroupKind:
    expected = frozenset(questionnaire.offered()) if kind == coverage.LANGUAGE else frozenset(words)
    return GroupKind(kind, title, words, kind == coverage.COMMUNITY, expected - {*_TEXT_AGES, "api"})


def _labels(
    questionnaire: Questionnaire, labels: Labels, kind: str, language_name: Callable[[str], str]
) -> Mapping[str, str]:
    if kind in _LABELS:
        return _LABELS[kind]
    if kind == coverage.AGE:
        return {band: str(labels.phrase(f"age_band.{band}")) for band in TABLE_AGE_BANDS} | _TEXT_AGES
    if kind == coverage.LANGUAGE:
        return {language.tag: language_name(language.tag) for language in questionnaire.languages}
    question_id = "communities" if kind == coverage.COMMUNITY else kind
    table = next((table for table in table_questions(questionnaire) if table.id == question_id), None)
    codes = [code for code in table.columns if (kind, code) != (coverage.COMMUNITY, OTHER_COMMUNITY)] if table else []
    return {code: str(labels.option(question_id, code)) for code in codes}


def _people(
    ground: Ground,
    known: Mapping[tuple[str, str], Mapping[str, int]],
    parts: Sequence[tuple[str, tuple[str, ...]]],
) -> tuple[dict[str, int], dict[str, str]]:
    """Return residents by area and who they are, wards by one variable and districts by one."""
    people: dict[str, int] = {}
    who: dict[str, str] = {}
    for level in ("ward", "district"):
        codes = [area.code for area in ground.at_levels({level})]
        for variable, words in _COUNTED_BY.items():
            found = {code: _total(known.get((code, variable), {}), variable) for code in codes}
            found = {code: count for code, count in found.items() if count}
            if len(found) > _MOST * len(codes):
                people |= found
                who[level] = words
                break
    own = {area.code: ({"": people[area.code]} if area.code in people else {}) for area in ground.areas}
    return {code: counts[""] for code, counts in _with_wider(ground, own, parts).items() if counts}, who


def _total(counts: Mapping[str, int], variable: str) -> int:
    if variable != "single_year_of_age":
        return sum(counts.values())
    return sum(people for year, people in counts.items() if _age(year) >= _LEAST_AGE)


def _with_wider(
    ground: Ground, own: Mapping[str, Mapping[str, int]], parts: Sequence[tuple[str, tuple[str, ...]]]
) -> dict[str, Mapping[str, int]]:
    """Return counts with those of places, districts, counties and the whole summed from their parts, where known."""
    counts = dict(own)
    for code, inside in parts:
        if not counts[code]:
            counts[code] = _sum([counts.get(part, {}) for part in inside])
    counts[EVERYBODY] = _sum([counts[root] for root in ground.roots])
    return counts


def _parts_of(ground: Ground) -> list[tuple[str, tuple[str, ...]]]:
    """Return each area above a ward with what it is the sum of, the smallest first: what lies in it comes behind it."""
    parts = []
    for area in reversed(ground.areas):
        if area.level is Level.PLACE:
            parts.append((area.code, area.wards))
        elif area.level is not Level.WARD:
            inside = ground.within(area.code, "ward" if area.level is Level.DISTRICT else "district")
            parts.append((area.code, tuple(each.code for each in inside)))
    return parts


def _sum(parts: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    if not parts or not all(parts):
        return {}
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def _grouped(known: Mapping[tuple[str, str], Mapping[str, int]], area: str, kind: str) -> Mapping[str, int]:
    counts = known.get((area, _VARIABLES[kind]), {})
    if kind == coverage.AGE:
        return _by_band(counts.items())
    if kind == coverage.ETHNIC_GROUP and not counts:
        summed: Counter[str] = Counter()
        for box, people in known.get((area, "ethnic_group_19"), {}).items():
            summed[box.partition("_")[0]] += people
        return summed
    return counts


def _by_band(years: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    bands: Counter[str] = Counter()
    for year, people in years:
        band = next((band for band, least in reversed(_YOUNGEST.items()) if _age(year) >= least), None)
        if band is not None:
            bands[band] += people
    return bands


def _age(year: str) -> int:
    return int(year.rstrip("+")) if year.rstrip("+").isdigit() else 0
