"""Lets whoever is on duty read what an item is about, where the survey's rule says so: personal details hidden."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engage.questionnaire.model import Questionnaire
from engage.response.masking import is_english, mask
from engage.response.own_words import own_words
from engage.response.safeguarding import LISTS
from engage.settings import Keys
from engage.storage import audit, questionnaires, responses, review, safeguarding
from engage.storage.database import Session
from engage.storage.safeguarding import Item

#: What the word lists found; a reader's worry is about a picture, which is not shown here.
_FOUND_IN_WORDS = frozenset(LISTS)


class WordsNotShown(Exception):
    """Words that nobody reads in the duty queue; the message says why."""


def may_read_words(session: Session, item: Item) -> bool:
    """Say whether the rule of an item's survey lets its words be read, and they may still be there."""
    has_words = item.response_id is not None and bool(item.question) and item.list_code in _FOUND_IN_WORDS
    return has_words and safeguarding.rule_of(session, item.survey).shows_words


def read_words(session: Session, keys: Keys, item_id: UUID, by: str, now: datetime) -> str:
    """Return what was written, as it may be read, with a line in the audit log. Raises WordsNotShown.

    Only English is masked well enough; other languages wait for a bound translator.
    """
    item = safeguarding.get(session, item_id)
    if item is None or not item.is_open or not may_read_words(session, item):
        raise WordsNotShown("The rule of this survey does not let what was written be read here.")
    texts = [text for question, text in _said(session, item) if question == item.question]
    if not texts:
        raise WordsNotShown("What was written is no longer here.")
    if not all(is_english(text) for text in texts):
        raise WordsNotShown("What was written is not in English: it is read only once a bound translator has seen it.")
    audit.append(session, keys.audit, at=now, actor=by, action="safeguarding.words_read", subject=str(item_id))
    return "\n".join(mask(text).shown for text in texts)


def _said(session: Session, item: Item) -> list[tuple[str, str]]:
    questionnaire = questionnaires.get(session, item.survey)
    stored = responses.get(session, item.response_id) if item.response_id else None
    bodies: list[object] = [stored.answers] if stored else []
    bodies += [body.get("answers") for body in review.held_of(session, item.response_id)] if item.response_id else []
    return [pair for body in bodies for pair in _in_own_words(body, questionnaire)]


def _in_own_words(answers: object, questionnaire: Questionnaire | None) -> list[tuple[str, str]]:
    return list(own_words(answers, questionnaire)) if isinstance(answers, Mapping) else []
