"""What an admin picks from to say what somebody reaches, and a scope in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from engage.areas import AreaTree
from engage.phrases import languages_with_phrases
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.words import language_name
from engage.storage import areas, questionnaires, waves
from engage.storage.database import Session
from engage.storage.scopes import Scope

#: Choices that are read of a form, and characters of each.
_MOST, _LONGEST = 400, 200
#: Areas that a scope in words names before it counts the others.
_NAMED = 3


@dataclass(frozen=True)
class ScopeChoices:
    """Everything there is to choose from."""

    tree: AreaTree
    groups: Sequence[AreaGroup]
    #: Survey → its waves.
    waves: Mapping[str, Sequence[str]]
    #: Tag → English name.
    languages: Mapping[str, str]

    def words_of(self, scope: Scope) -> str:
        """Return what somebody reaches in one line."""
        if scope.is_everything:
            return "everywhere, every survey"
        names = sorted(area.name if (area := self.tree.get(code)) else code for code in scope.areas)
        asked = sorted(scope.surveys | scope.waves)
        tongues = sorted(language_name(tag) for tag in scope.languages)
        parts = (_listed(names) or "everywhere", _listed(asked) or "every survey", _listed(tongues))
        return "; ".join(part for part in parts if part)


def scope_choices(session: Session) -> ScopeChoices:
    """Return the areas, surveys, waves and languages that somebody may be limited to."""
    tree, known = areas.read_tree(session), list(questionnaires.newest(session))
    tags = {*languages_with_phrases(), *(language.tag for survey in known for language in survey.languages)} - {"en"}
    named = sorted((language_name(tag), tag) for tag in tags)
    listed = {one.slug: [wave.name for wave in waves.list_of(session, one.slug)] for one in known}
    return ScopeChoices(tree, area_groups(tree), listed, {tag: name for name, tag in named})


def read_scope(form: MultiDict[str, str]) -> Scope:
    """Return the scope that a form has picked; what there is not is refused where it is stored."""
    kinds = ("area", "survey", "wave", "language")
    return Scope(*(frozenset(code[:_LONGEST] for code in form.getlist(kind)[:_MOST] if code) for kind in kinds))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
