"""Finds the area somebody names: a full postcode or the name of a place, a ward or a district."""

from functools import lru_cache

from engage.areas import Area, AreaTree, Level, parse_postcode, parse_postcode_district
from engage.questionnaire.model import Questionnaire
from engage.storage import areas
from engage.storage.database import Session


def find_area(session: Session, questionnaire: Questionnaire, text: str) -> str | None:
    """Return the code of the one area that a text names, or None where it is none or could be several.

    A postcode is looked up and forgotten; only its ward goes on.
    """
    tree = areas.read_tree(session)
    postcode = parse_postcode(text)
    if postcode:
        ward = areas.ward_of_postcode(session, postcode)
        return ward if ward and is_covered(tree, questionnaire, ward) else None
    wanted = _plain(text)
    named = [area for area in tree if _plain_name(area.name) == wanted and is_covered(tree, questionnaire, area.code)]
    return _one_of(tree, named)


def find_area_or_part(session: Session, questionnaire: Questionnaire, text: str) -> str | None:
    """Return the area that a text names as `find_area` does, also by the first half of a postcode, such as NG7.

    That half names the narrowest area that all its wards lie in; wards outside the survey make it nobody's guess.
    """
    found = find_area(session, questionnaire, text)
    district = parse_postcode_district(text) if found is None else None
    if district is None:
        return found
    tree = areas.read_tree(session)
    wards = [ward for ward in areas.wards_of_postcode_district(session, district) if ward in tree]
    if not wards or not all(is_covered(tree, questionnaire, ward) for ward in wards):
        return None
    above = (wards[0], *(area.code for area in tree.ancestors(wards[0])))
    return next((code for code in above if all(tree.is_within(ward, code) for ward in wards)), None)


def is_covered(tree: AreaTree, questionnaire: Questionnaire, code: str) -> bool:
    """Say whether an area lies in the ground of the survey."""
    return any(tree.is_within(code, root) for root in questionnaire.areas)


def _one_of(tree: AreaTree, named: list[Area]) -> str | None:
    """Return the widest of areas that lie in each other (a place and the ward it is called after)."""
    order = {level: at for at, level in enumerate(Level)}
    widest = min(named, key=lambda area: order[area.level], default=None)
    if widest is None or not all(tree.is_within(area.code, widest.code) for area in named):
        return None
    return widest.code


@lru_cache(maxsize=8192)
def _plain_name(name: str) -> str:
    """Return the plain form of an area's own name, which is asked for again and again."""
    return _plain(name)


def _plain(name: str) -> str:
    spaced = "".join(sign if sign.isalnum() else " " for sign in name.casefold().replace("&", " and "))
    return " ".join(word for word in spaced.split() if word != "the")
