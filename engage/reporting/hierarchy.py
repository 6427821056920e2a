"""Tells the release audit how a survey's rows add up: wards in places in districts, groups within areas."""

from collections.abc import Collection, Iterator

from engage.questionnaire.conditions import AnswerIs
from engage.questionnaire.model import Question, Questionnaire
from engage.reporting.ground import Ground
from engage.reporting.planning import breakdown_question, breakdown_rows, release_plan
from engage.reporting.printed import area_key
from engage.results.hierarchy import Hierarchy, RowKey, Split
from engage.results.plan import AGE_GROUPS, AREA, COMMUNITY, COMMUNITY_BY_AGE, FROM_25, UNDER_25, ReleasePlan
from engage.results.tabulation import row_code

#: The breakdown by age.
_AGE = "age_band"
_LOCAL = ("ward", "place")


def hierarchy_of(questionnaire: Questionnaire, ground: Ground, *, complete: Collection[str] = ()) -> Hierarchy:
    """Return every row that a question of the survey can have in a release, and how they add up.

    `complete` names the breakdowns of which everybody is in a row; `area` where everybody told of a district.
    """
    plan = release_plan(questionnaire)
    areas = [area_key(area.code) for area in ground.areas]
    groups = [
        RowKey(name, area, code)
        for area, name in _crossed(ground, plan)
        for code in breakdown_rows(questionnaire, name)
    ]
    splits = (
        *_area_splits(ground, is_complete=AREA in complete),
        *_group_splits(questionnaire, ground, plan, complete),
        *_district_splits(questionnaire, ground, plan, is_complete=AREA in complete),
        *_age_splits(questionnaire, ground, plan),
    )
    return Hierarchy((*areas, *groups), splits)


def _crossed(ground: Ground, plan: ReleasePlan) -> list[tuple[str, str]]:
    return [(area.code, name) for area in ground.areas for name in plan.breakdowns(ground.level(area.code))]


def _area_splits(ground: Ground, *, is_complete: bool) -> Iterator[Split]:
    """Yield each area with those that lie in it directly: a place holds its wards, its district the place."""
    within: dict[str, list[RowKey]] = {}
    for area in ground.areas:
        above = ground.above(area.code)
        if above:
            within.setdefault(above[0].code, []).append(area_key(area.code))
    for code, parts in within.items():
        is_wide = ground.level(code) not in (*_LOCAL, "district")
        yield Split(area_key(code), tuple(parts), is_complete=is_complete and is_wide)


def _group_splits(
    questionnaire: Questionnaire, ground: Ground, plan: ReleasePlan, complete: Collection[str]
) -> Iterator[Split]:
    """Yield how breakdowns part an area; whoever may be in several of its rows is parted from the others only."""
    for area, name in _crossed(ground, plan):
        if name == COMMUNITY_BY_AGE:
            continue
        keys = tuple(RowKey(name, area, code) for code in breakdown_rows(questionnaire, name))
        question = breakdown_question(questionnaire, name)
        whole = _asked_of(question, area, plan) if question else area_key(area)
        if question and question.is_multiple:
            yield from (Split(whole, (key,)) for key in keys)
        else:
            yield Split(whole, keys, is_complete=name in complete)


def _asked_of(question: Question, area: str, plan: ReleasePlan) -> RowKey:
    """Return the row of those who are asked a question: the Asian groups are asked of one ethnic group."""
    asked = question.show_when
    for name, question_id in plan.demographics.items():
        if isinstance(asked, AnswerIs) and asked.question_id == question_id and len(asked.codes) == 1:
            return RowKey(name, area, asked.codes[0])
    return area_key(area)


def _district_splits(
    questionnaire: Questionnaire, ground: Ground, plan: ReleasePlan, *, is_complete: bool
) -> Iterator[Split]:
    """Yield how a group of the whole ground is parted among the districts."""
    crossed = _crossed(ground, plan)
    for root, name in crossed:
        districts = [
            area for area, there in crossed if there == name and area != root and ground.tree.is_within(area, root)
        ]
        for code in breakdown_rows(questionnaire, name) if districts else ():
            yield Split(
                RowKey(name, root, code), tuple(RowKey(name, area, code) for area in districts), is_complete=is_complete
            )


def _age_splits(questionnaire: Questionnaire, ground: Ground, plan: ReleasePlan) -> Iterator[Split]:
    """Yield how ages part a community, and the ages of others beside one age of a community."""
    for area, name in _crossed(ground, plan):
        if name != COMMUNITY_BY_AGE:
            continue
        for community in breakdown_rows(questionnaire, COMMUNITY):
            crossed = {age: RowKey(name, area, row_code((community, age))) for age in (UNDER_25, FROM_25)}
            yield Split(RowKey(COMMUNITY, area, community), tuple(crossed.values()))
            for age, key in crossed.items() if _AGE in plan.demographics else ():
                others = [band for band in breakdown_rows(questionnaire, _AGE) if AGE_GROUPS[band] != age]
                yield Split(area_key(area), (key, *(RowKey(_AGE, area, band) for band in others)))
