"""Finds the area somebody names: a full postcode or the name of a place, a ward or a district."""

from engage.areas import Area, AreaTree, Level, parse_postcode
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
    named = [area for area in tree if _plain(area.name) == _plain(text) and is_covered(tree, questionnaire, area.code)]
    return _one_of(tree, named)


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


def _plain(name: str) -> str:
    spaced = "".join(sign if sign.isalnum() else " " for sign in name.casefold().replace("&", " and "))
    return " ".join(word for word in spaced.split() if word != "the")
