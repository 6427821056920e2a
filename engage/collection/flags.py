"""Flags: tells whoever is on duty that an answer may mean danger, and never with its words."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from engage.collection.safeguarding import Danger, raise_once
from engage.questionnaire.model import Questionnaire
from engage.response.own_words import own_words
from engage.response.safeguarding import find_danger
from engage.response.serials import response_id_of, spoken
from engage.response.submission import Submission, read_name
from engage.settings import Keys
from engage.storage import areas, forms, questionnaires
from engage.storage.database import Session

#: What a person who reads a sheet worries about has no list of words.
READER_WORRIED = "reader_worried"


@dataclass(frozen=True)
class Said:
    """Whose own words are looked at, and where they came from."""

    survey: str
    response_id: UUID
    channel: str
    language: str
    area: str | None
    #: Of the form, where it was written on paper: whoever is on duty may have to look at the sheet.
    serial: str | None
    answers: Mapping[str, object]


def flag_words(session: Session, keys: Keys, submission: Submission, actor: str, now: datetime) -> None:
    """Raise a flag for every question of a checked submission whose free text has a phrase of the word lists.

    The same answer again, and a changed one that is about the same danger, raises none.
    """
    said = Said(
        submission.survey,
        submission.response_id,
        submission.channel,
        submission.language,
        submission.area,
        submission.serial,
        submission.answers,
    )
    questionnaire = questionnaires.get(session, submission.survey, submission.version)
    _flag(session, keys, _dangers(session, said, questionnaire), actor, now)


def flag_held(
    session: Session, keys: Keys, response_id: UUID, document: Mapping[str, Any], actor: str, now: datetime
) -> None:
    """Raise flags for answers of a device that are held as they came, with whatever is wrong with them."""
    survey, language, channel, area = (
        read_name(document.get(name)) or "" for name in ("survey", "language", "channel", "area")
    )
    questionnaire, answers = questionnaires.get(session, survey) if survey else None, document.get("answers")
    if questionnaire is None or not isinstance(answers, Mapping):
        return
    tag = language if questionnaire.language(language) else ""
    said = Said(questionnaire.slug, response_id, channel, tag, area or None, None, answers)
    _flag(session, keys, _dangers(session, said, questionnaire), actor, now)


def flag_sheet(session: Session, keys: Keys, serial: str, question: str, by: str, now: datetime) -> bool:
    """Raise a flag for what somebody read on a sheet and worries about; false where it was raised before.

    What is written on a scanned sheet stays a picture, which no list of words can be held against.
    """
    form = forms.get(session, serial)
    if form is None:
        return False
    response_id = response_id_of(serial)
    danger = Danger(
        survey=form.survey,
        channel="paper_read",
        reference=f"form {spoken(serial)}",
        language=form.language,
        list_code=READER_WORRIED,
        response_id=response_id,
        question=question,
        area=_district(session, form.area),
    )
    return raise_once(session, keys, danger, by, now) is not None


def reference_of_response(response_id: UUID) -> str:
    """Return what names a response to staff in the duty queue: short, and no way back to the response."""
    return hashlib.sha256(f"safeguarding|{response_id}".encode()).hexdigest()[:12]


def _district(session: Session, area: str | None) -> str | None:
    """Return the district that an area lies in: an item says no more of the place."""
    tree = areas.read_tree(session)
    district = tree.district_of(area) if area is not None and area in tree else None
    return district.code if district else None


def _flag(session: Session, keys: Keys, dangers: Iterable[Danger], actor: str, now: datetime) -> None:
    for danger in dangers:
        raise_once(session, keys, danger, actor, now)


def _dangers(session: Session, said: Said, questionnaire: Questionnaire | None) -> Iterator[Danger]:
    for question, text in own_words(said.answers, questionnaire):
        if code := find_danger(text, said.language):
            known = questionnaire.question(question) if questionnaire else None
            yield Danger(
                survey=said.survey,
                channel=said.channel,
                reference=f"form {spoken(said.serial)}" if said.serial else reference_of_response(said.response_id),
                language=said.language,
                list_code=code,
                response_id=said.response_id,
                question=known.id if known else "",
                area=_district(session, said.area),
            )
