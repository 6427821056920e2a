"""Areas as staff choose them: districts with their named places and wards."""

from collections.abc import Sequence
from dataclasses import dataclass

from engage.areas import Area, AreaTree, Level
from engage.questionnaire.model import Questionnaire
from engage.staff.scope import scope


@dataclass(frozen=True)
class AreaGroup:
    """A district, or a county or police force area, with what lies in it."""

    area: Area
    places: Sequence[Area]
    wards: Sequence[Area]
    #: All of it may be chosen, not only what is listed in it.
    is_whole: bool = True


def area_groups(
    tree: AreaTree, questionnaire: Questionnaire | None = None, *, is_told: bool = False
) -> list[AreaGroup]:
    """Return every area, or those of a survey: first what is wider than a district, then district by district.

    Those that whoever is signed in does not reach are left out, unless it is what somebody told about: people may
    tell about any.
    """
    limits = None if is_told else scope()

    def is_in(area: Area) -> bool:
        is_asked = questionnaire is None or any(tree.is_within(area.code, root) for root in questionnaire.areas)
        return is_asked and (limits is None or limits.has_area(tree, area.code))

    wide = [area for level in (Level.FORCE_AREA, Level.COUNTY) for area in tree.at_level(level)]
    groups = [AreaGroup(area, (), ()) for area in wide if is_in(area)]
    for district in tree.at_level(Level.DISTRICT):
        places = [area for area in tree.children(district.code, level=Level.PLACE) if is_in(area)]
        wards = [area for area in tree.children(district.code, level=Level.WARD) if is_in(area)]
        if places or wards or is_in(district):
            groups.append(AreaGroup(district, _by_name(places), _by_name(wards), is_in(district)))
    return groups


def _by_name(areas: list[Area]) -> list[Area]:
    return sorted(areas, key=lambda area: area.name)
