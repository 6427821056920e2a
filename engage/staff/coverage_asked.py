"""What the pages about fieldwork are asked for: a survey, a wave and an area, within the reader's limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import abort

from engage.collection.receive import LONDON
from engage.questionnaire.model import Questionnaire
from engage.reporting.coverage import Fieldwork, read_fieldwork
from engage.reporting.coverage_census import GroupKind, group_kinds
from engage.reporting.ground import Ground
from engage.reporting.labels import Labels
from engage.staff.access import Permission, may
from engage.staff.blueprint import the_account, the_instance
from engage.staff.scope import reached_surveys, reached_waves, scope
from engage.staff.words import language_name
from engage.storage import areas, questionnaires
from engage.storage.database import Session
from engage.storage.waves import Wave

#: States of waves in the order in which one is looked at unless another is asked for.
_FIRST = ("open", "collecting", "pilot", "closed", "draft")


@dataclass(frozen=True)
class AskedWave:
    """The wave a page is about, and those it could be about."""

    questionnaire: Questionnaire
    wave: Wave
    surveys: tuple[Questionnaire, ...]
    waves: tuple[Wave, ...]

    @property
    def chosen(self) -> dict[str, str]:
        """Return what an address of the same wave carries."""
        return {"survey": self.questionnaire.slug, "wave": self.wave.name}


def asked_wave(session: Session, given: Mapping[str, str]) -> AskedWave | None:
    """Return the wave asked for, else the one under way; None where there is none yet. Outside the limits is 404."""
    known = tuple(reached_surveys(session))
    of_survey = {one.slug: reached_waves(session, one.slug) for one in known}
    slug, name = given.get("survey", ""), given.get("wave", "")
    if slug and slug not in of_survey:
        abort(404)
    choices = [wave for of in ([slug] if slug else of_survey) for wave in reversed(of_survey[of])]
    if name and not any(wave.name == name for wave in choices):
        abort(404)
    found = min(
        (wave for wave in choices if not name or wave.name == name),
        key=lambda wave: _FIRST.index(wave.state),
        default=None,
    )
    if found is None:
        return None
    survey = questionnaires.get(session, found.survey, found.version)
    return AskedWave(survey, found, known, tuple(reversed(of_survey[found.survey]))) if survey else None


def asked_area(session: Session, fieldwork: Fieldwork, given: Mapping[str, str]) -> str | None:
    """Return the area asked for, None for the whole survey; what is outside the reader's limits is 404."""
    code, limits = given.get("area", ""), scope()
    if code:
        if code not in fieldwork.ground or not limits.has_area(areas.read_tree(session), code):
            abort(404)
        return code
    own = [area for area in sorted(limits.areas) if area in fieldwork.ground]
    return own[0] if len(own) == 1 else None


def the_fieldwork(session: Session, asked: AskedWave, kinds: tuple[str, ...] = ()) -> Fieldwork:
    """Return how the wave stands that a page is about."""
    return read_fieldwork(session, asked.wave.survey, asked.wave.name, today(), kinds)


def ground_of(session: Session, questionnaire: Questionnaire) -> Ground:
    """Return the areas that a survey speaks of."""
    return Ground.of(questionnaire, areas.read_tree(session), today())


def the_kinds(fieldwork: Fieldwork) -> tuple[GroupKind, ...]:
    """Return what the survey's replies are grouped by, in the words of staff."""
    labels = Labels(fieldwork.questionnaire, fieldwork.ground.tree)
    return group_kinds(fieldwork.questionnaire, labels, language_name)


def sees_counts() -> bool:
    """Say whether the reader sees counts; the others see bands."""
    return may(the_account(), Permission.SEE_COVERAGE)


def today() -> date:
    """Return the day it is in London."""
    return the_instance().now().astimezone(LONDON).date()
