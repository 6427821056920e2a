"""Areas as staff choose them: districts with their named places and wards."""

from collections.abc import Sequence
from dataclasses import dataclass

from engage.areas import Area, AreaTree, Level
from engage.questionnaire.model import Questionnaire


@dataclass(frozen=True)
class AreaGroup:
    """A district, or a county or police force area, with what lies in it."""

    area: Area
    places: Sequence[Area]
    wards: Sequence[Area]


def area_groups(tree: AreaTree, questionnaire: Questionnaire | None = None) -> list[AreaGroup]:
    """Return every area, or those of a survey: first what is wider than a district, then district by district."""
    wide = [area for level in (Level.FORCE_AREA, Level.COUNTY) for area in tree.at_level(level)]
    groups = [AreaGroup(area, (), ()) for area in wide if _is_in(tree, area, questionnaire)]
    for district in tree.at_level(Level.DISTRICT):
        places = [a for a in tree.children(district.code, level=Level.PLACE) if _is_in(tree, a, questionnaire)]
        wards = [a for a in tree.children(district.code, level=Level.WARD) if _is_in(tree, a, questionnaire)]
        if places or wards or _is_in(tree, district, questionnaire):
            groups.append(AreaGroup(district, _by_name(places), _by_name(wards)))
    return groups


def _is_in(tree: AreaTree, area: Area, questionnaire: Questionnaire | None) -> bool:
    return questionnaire is None or any(tree.is_within(area.code, root) for root in questionnaire.areas)


def _by_name(areas: list[Area]) -> list[Area]:
    return sorted(areas, key=lambda area: area.name)
