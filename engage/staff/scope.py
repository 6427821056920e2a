"""What whoever is signed in reaches: outside it a page answers as an address that there is nothing at."""

from collections.abc import Iterable, Sequence

from flask import abort

from engage.areas import AreaTree
from engage.collection.whereabouts import Whereabouts, is_in_reach
from engage.questionnaire.model import Questionnaire
from engage.staff.access import signed_in
from engage.staff.blueprint import the_instance
from engage.storage import areas, questionnaires, waves
from engage.storage.database import Session
from engage.storage.scopes import Scope
from engage.storage.waves import Wave

__all__ = [
    "Scope",
    "chosen_survey",
    "reached_surveys",
    "reached_waves",
    "reaches",
    "require_area",
    "require_language",
    "require_survey",
    "scope",
    "top_areas",
]


def scope() -> Scope:
    """Return what whoever is signed in reaches; nobody reaches nothing, so it is asked only behind the sign-in."""
    account = signed_in()
    if account is None:
        abort(404)
    return account.scope


def require_area(code: str) -> None:
    """Answer 404 unless an area lies within those of whoever is signed in."""
    limits = scope()
    if limits.areas:
        with the_instance().database.reading() as session:
            tree = areas.read_tree(session)
        if not limits.has_area(tree, code):
            abort(404)


def require_survey(slug: str, wave: str | None = None) -> None:
    """Answer 404 unless a survey, and the wave of it where one is named, is one of whoever is signed in."""
    if not scope().has_survey(slug, wave):
        abort(404)


def require_language(tag: str) -> None:
    """Answer 404 unless the words of a language are those of whoever is signed in."""
    if not scope().has_language(tag):
        abort(404)


def reaches(session: Session, about: Iterable[Whereabouts | None]) -> bool:
    """Say whether whoever is signed in reaches all of these; what there is not is for its page to say."""
    limits = scope()
    if limits.is_everything:
        return True
    tree = areas.read_tree(session)
    return all(one is None or is_in_reach(limits, tree, one) for one in about)


def reached_surveys(session: Session) -> list[Questionnaire]:
    """Return the surveys of whoever is signed in, each in its newest version."""
    limits = scope()
    return [survey for survey in questionnaires.newest(session) if limits.has_survey(survey.slug)]


def chosen_survey(surveys: Sequence[Questionnaire], slug: str | None) -> Questionnaire | None:
    """Return the survey of a list that was asked for, or its first; None where it is empty."""
    return next((survey for survey in surveys if survey.slug == slug), surveys[0] if surveys else None)


def reached_waves(session: Session, slug: str) -> list[Wave]:
    """Return the waves of a survey that whoever is signed in reaches, in the order in which they were made."""
    limits = scope()
    return [wave for wave in waves.list_of(session, slug) if limits.has_survey(slug, wave.name)]


def top_areas(tree: AreaTree, roots: Sequence[str]) -> list[str]:
    """Return the areas at the top of what whoever is signed in reaches of a survey: its own, or theirs in it."""
    own = sorted(scope().areas)
    if not own:
        return list(roots)
    inside = [code for code in own if any(tree.is_within(code, root) for root in roots)]
    covered = [root for root in roots if any(tree.is_within(root, code) for code in own)]
    return [*covered, *(code for code in inside if code not in covered)]
