"""Fieldwork: how many forms and replies there are, never what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from engage.storage import fieldwork, questionnaires, responses, waves
from engage.storage.database import Session
from engage.storage.waves import Wave

#: Lower ends of the bands in which counts are told to those who do not plan the fieldwork.
BANDS = (1, 10, 50, 100, 500)

#: From so many on there is enough, as tables of this base are published without a word of caution.
ENOUGH = 50


@dataclass(frozen=True)
class FieldworkCount:
    """Forms and replies of one wave; pilot replies stand apart, as they never count."""

    wave: Wave
    #: Replies by channel.
    replies: Mapping[str, int]
    #: Printed forms by state.
    forms: Mapping[str, int]
    #: Pilot replies that are stored, while the wave is in pilot.
    pilot: int = 0


def count_fieldwork(session: Session, survey: str) -> list[FieldworkCount]:
    """Return the counts of a survey's waves, newest first."""
    return [
        FieldworkCount(
            wave,
            responses.count_by_channel(session, survey, wave.name),
            fieldwork.count_forms(session, survey, wave.name),
            responses.count_pilot(session, survey, wave.name) if wave.state == "pilot" else 0,
        )
        for wave in reversed(waves.list_of(session, survey))
    ]


def count_all_fieldwork(session: Session) -> list[FieldworkCount]:
    """Return the counts of every survey's waves."""
    return [
        count
        for questionnaire in questionnaires.newest(session)
        for count in count_fieldwork(session, questionnaire.slug)
    ]


def band_of(count: int) -> str:
    """Return a count as a band in words: "none", "1 to 9", … "500 or more"."""
    if count < BANDS[0]:
        return "none"
    for lowest, above in pairwise(BANDS):
        if count < above:
            return f"{lowest} to {above - 1}"
    return f"{BANDS[-1]} or more"


def rough_band(count: int) -> str:
    """Return a count for those who go out and are not told numbers: "none", "few" or "enough"."""
    if count == 0:
        return "none"
    return "few" if count < ENOUGH else "enough"
