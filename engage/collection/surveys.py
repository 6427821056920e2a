"""Surveys and waves: bringing definitions in, and opening and closing waves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engage.collection.languages import offer_whole_languages
from engage.collection.receive import LONDON
from engage.collection.safeguarding import NobodyAnswers, require_answerable
from engage.collection.setting_up import gaps_of, told
from engage.collection.survey_words import join_staff_words
from engage.questionnaire.document import questions_hash
from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.model import Questionnaire
from engage.settings import Keys
from engage.storage import areas, audit, questionnaires, responses, waves
from engage.storage.database import Session
from engage.storage.waves import Wave

#: The states a wave may go to from each; closing is final, so that a released wave stays as it was.
NEXT_STATES = {
    "draft": ("pilot", "open"),
    "pilot": ("open",),
    "open": ("collecting", "closed"),
    "collecting": ("open", "closed"),
    "closed": (),
}


#: States before any answer counts: a wave then goes on with the newest version whenever staff take it further.
BEFORE_OPENING = ("draft", "pilot")
#: States in which people begin to answer.
TAKING_STARTS = ("pilot", "open")
#: What an import did that put other questions in the place of a version's own.
REPLACED = "unanswered version replaced"
#: Names of waves stand in addresses, file names and tables.
WAVE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}")


class WaveStateRefused(Exception):
    """A wave cannot go to the state asked for; the message says why."""


@dataclass(frozen=True)
class Imported:
    """What an import did: `new`, `new version`, `words` (translations changed) or `unchanged`.

    `kept` names the wordings that staff changed on the screen and that stay, though the definition has others.
    """

    change: str
    version: int
    kept: tuple[str, ...] = ()


def import_questionnaire(
    session: Session, keys: Keys, questionnaire: Questionnaire, *, actor: str, now: datetime
) -> Imported:
    """Store a definition. Raises DefinitionFaulty where it would change questions somebody has answered.

    A version's questions are locked with its first answer; translations, their review states and help lines
    may change at any time. Languages that lack nothing are offered to respondents, the others wait for staff.
    """
    _check_place(session, questionnaire)
    questionnaire, kept = join_staff_words(session, questionnaire, actor, now)
    change = _change_by(session, questionnaire)
    if change != "unchanged":
        questionnaires.put(session, questionnaire, now)
    offered = offer_whole_languages(session, questionnaire, actor, now, is_replaced=change == REPLACED)
    if change != "unchanged" or offered:
        audit.append(
            session,
            keys.audit,
            at=now,
            actor=actor,
            action="survey.imported",
            subject=questionnaire.slug,
            detail={
                "version": questionnaire.version,
                "change": change,
                "hash": questions_hash(questionnaire),
                "offered": offered,
            },
        )
    return Imported(change, questionnaire.version, kept)


def change_wave(
    session: Session,
    keys: Keys,
    survey: str,
    name: str | None,
    state: str,
    *,
    actor: str,
    now: datetime,
    known_gaps: Sequence[str] | None = None,
) -> Wave:
    """Take a wave to a state as staff ask for it: people write only where somebody answers for it and is on duty.

    With gaps in its record a survey opens only for whoever was told of them, `known_gaps`; they go into the audit
    log. Raises WaveStateRefused.
    """
    questionnaire = questionnaires.get(session, survey)
    if state == "open" and known_gaps is None and (gaps := gaps_of(session, survey, now, name)):
        raise WaveStateRefused(f"{survey} cannot open: {told(gaps)}")
    if questionnaire is not None and state in TAKING_STARTS:
        try:
            require_answerable(session, questionnaire)
        except NobodyAnswers as refusal:
            raise WaveStateRefused(str(refusal)) from refusal
    return set_wave_state(session, keys, survey, name, state, actor=actor, now=now, known_gaps=known_gaps)


def set_wave_state(
    session: Session,
    keys: Keys,
    survey: str,
    name: str | None,
    state: str,
    *,
    actor: str,
    now: datetime,
    known_gaps: Sequence[str] | None = None,
) -> Wave:
    """Take a wave to a state; a new name starts a wave on the newest version. Raises WaveStateRefused."""
    questionnaire = questionnaires.get(session, survey)
    if questionnaire is None:
        raise WaveStateRefused(f"there is no survey {survey!r}")
    if name is not None and not WAVE_NAME.fullmatch(name):
        raise WaveStateRefused("a wave's name has letters, digits, dots, hyphens and underscores, such as 2026-autumn")
    wave = waves.get(session, survey, name) if name else waves.current(session, survey)
    if wave is None:
        if state not in ("draft", "pilot", "open"):
            raise WaveStateRefused(f"{survey} has no wave {name!r}" if name else f"{survey} has no wave yet")
        wave = Wave(survey, name or f"{now:%Y-%m}", questionnaire.version, "draft", synthetic=False)
    if wave.state in BEFORE_OPENING:
        wave = replace(wave, version=questionnaire.version)
    if state not in (wave.state, *NEXT_STATES[wave.state]):
        raise WaveStateRefused(f"wave {wave.name} is {wave.state} and cannot be {state}")
    closed_on = (wave.closed_on or now.astimezone(LONDON).date()) if state == "closed" else None
    changed = replace(wave, state=state, closed_on=closed_on)
    waves.put(session, changed)
    audit.append(
        session,
        keys.audit,
        at=now,
        actor=actor,
        action=f"wave.{state}",
        subject=survey,
        detail={"wave": wave.name, "version": wave.version} | ({"gaps": list(known_gaps)} if known_gaps else {}),
    )
    return changed


def _change_by(session: Session, questionnaire: Questionnaire) -> str:
    """Return what a definition that comes in changes. Raises DefinitionFaulty where it may not."""
    known = questionnaires.get(session, questionnaire.slug, questionnaire.version)
    if known is None:
        first = questionnaires.get(session, questionnaire.slug) is None
        return "new" if first else "new version"
    if questions_hash(known) == questions_hash(questionnaire):
        return "unchanged" if known == questionnaire else "words"
    if responses.version_has_answers(session, questionnaire.slug, questionnaire.version):
        detail = f"version {known.version} has answers and is locked; give the changed questions a higher version"
        raise DefinitionFaulty([Fault("version", "version_locked", detail)])
    return REPLACED


def _check_place(session: Session, questionnaire: Questionnaire) -> None:
    """Check what only the database knows: the areas are there, and nobody else has the public code."""
    tree = areas.read_tree(session)
    faults = [
        Fault(f"areas[{index}]", "unknown_area", f"no area has the code {code!r}")
        for index, code in enumerate(questionnaire.areas)
        if tree.get(code) is None
    ]
    faults += [
        Fault(f"help_lines[{index}].areas", "unknown_area", f"no area has the code {code!r}")
        for index, line in enumerate(questionnaire.help_lines)
        for code in line.areas
        if tree.get(code) is None
    ]
    holder = questionnaires.find_slug(session, questionnaire.code)
    if holder not in (None, questionnaire.slug):
        faults.append(Fault("code", "code_taken", f"the survey {holder!r} has the public code {questionnaire.code!r}"))
    if faults:
        raise DefinitionFaulty(faults)
