"""What somebody asks of the results: survey, wave, area, breakdowns and question, and what is published of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engage.questionnaire.model import Questionnaire
from engage.reporting.planning import release_plan
from engage.reporting.reading import Published, last_release, open_release
from engage.results.plan import AREA, LEVELS
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.scope import chosen_survey, reached_surveys, reached_waves, scope, top_areas
from engage.storage import areas
from engage.storage.database import Session
from engage.storage.releases import Release
from engage.storage.waves import Wave

#: What may be chosen; `also` is a second breakdown.
CHOICES = ("survey", "wave", "area", "by", "also", "question")
#: Letters of a choice.
_LONGEST = 100
#: What a level of areas is called in the list of breakdowns.
_LEVEL_WORDS = {"district": "its districts", "place": "its named places", "ward": "its wards"}


@dataclass(frozen=True)
class Asked:
    """What was chosen, the survey and wave it means, and what was published of them."""

    chosen: dict[str, str]
    survey: Questionnaire | None = None
    wave: Wave | None = None
    published: Published | None = None
    surveys: Sequence[Questionnaire] = ()
    waves: Sequence[Wave] = ()
    groups: Sequence[AreaGroup] = field(default=())


def read_asked(session: Session, values: Mapping[str, str]) -> Asked:
    """Return what a page's address asks for; what it leaves open is the newest there is."""
    chosen = {name: values.get(name, "").strip()[:_LONGEST] for name in CHOICES}
    known = reached_surveys(session)
    survey = chosen_survey(known, chosen["survey"])
    if survey is None:
        return Asked(chosen)
    listed = list(reversed(reached_waves(session, survey.slug)))
    newest = _last_reached(session, survey.slug, listed, chosen["wave"])
    name = newest.wave if newest else chosen["wave"]
    wave = next((one for one in listed if one.name == name), listed[0] if listed else None)
    groups = area_groups(areas.read_tree(session), survey)
    published = open_release(session, newest) if newest else None
    if published and not chosen["area"] and scope().areas:
        chosen["area"] = next(iter(top_areas(published.ground.tree, published.ground.roots)), "")
        if not chosen["area"]:  # nothing of this survey's is theirs
            published = None
    return Asked(chosen, survey, wave, published, known, listed, groups)


def _last_reached(session: Session, survey: str, listed: Sequence[Wave], wanted: str) -> Release | None:
    """Return the release asked for, or the newest there is of the waves that may be read."""
    names = [wanted] if wanted else [wave.name for wave in listed]
    return next((release for name in names if (release := last_release(session, survey, name))), None)


def breakdown_choices(published: Published) -> tuple[tuple[str, str], ...]:
    """Return every breakdown of the plan, those that the chosen area does not have too, with its words."""
    plan = release_plan(published.questionnaire)
    names = dict.fromkeys(name for level in LEVELS for name in plan.breakdowns(level))
    levels = [(level, words) for level, words in _LEVEL_WORDS.items() if published.ground.at_levels({level})]
    return ((AREA, "the area itself"), *levels, *((name, name.replace("_", " ")) for name in names))
