"""Puts the themes of people's own words at the end of a questionnaire, so that they go out as one more table of it."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from engage.phrases import SOURCE_LANGUAGE, phrases_for
from engage.questionnaire.model import Language, Option, Question, Questionnaire, QuestionType
from engage.questionnaire.wording import option_key
from engage.response.themes import NONE_OF_THEM, STARTER, THEMES, Theme
from engage.storage import themes, words
from engage.storage.database import Session

_STARTER = {theme.code: theme.label for theme in STARTER}
#: What everybody reads for a theme of the starter; coders read its label.
_PHRASES = {
    "victims_and_perpetrators": "themes.victims_and_perpetrators",
    "young_people": "themes.young_people",
    "send": "themes.send",
    "culture_and_communities": "themes.culture_and_communities",
    "partnerships_and_place": "themes.partnerships_and_place",
    NONE_OF_THEM: "themes.something_else",
}


def with_themes(session: Session, questionnaire: Questionnaire, wave: str) -> Questionnaire:
    """Return a questionnaire with the themes of a wave as its last question; as it is where nothing is settled."""
    settled = {code for codes in settled_themes(session, questionnaire.slug, wave).values() for code in codes}
    if not settled:
        return questionnaire
    codebook = themes.codebook_of(session, questionnaire.slug) or STARTER
    return add_themes(questionnaire, [theme for theme in codebook if not theme.is_retired or theme.code in settled])


def worded_themes(session: Session, questionnaire: Questionnaire) -> Questionnaire:
    """Return a questionnaire with every theme there has been, to read published tables with."""
    return add_themes(questionnaire, themes.codebook_of(session, questionnaire.slug) or STARTER)


def settled_themes(session: Session, survey: str, wave: str) -> Mapping[UUID, tuple[str, ...]]:
    """Return the themes that stand for each response whose own words were coded."""
    return words.settled_codes(session, survey, wave)


def add_themes(questionnaire: Questionnaire, codebook: list[Theme] | tuple[Theme, ...]) -> Questionnaire:
    """Return a questionnaire with a codebook as its last question, worded in each of its languages."""
    options = tuple(Option(code) for code in (*(theme.code for theme in codebook), NONE_OF_THEM))
    question = Question(THEMES, QuestionType.MULTIPLE_CHOICE, options)
    languages = tuple(_worded(language, question, codebook) for language in questionnaire.languages)
    return replace(questionnaire, questions=(*questionnaire.questions, question), languages=languages)


def _worded(language: Language, question: Question, codebook: list[Theme] | tuple[Theme, ...]) -> Language:
    """Return a language with the words of the themes: ours are translated, those of staff stand as they wrote them."""
    phrases = phrases_for(language.tag)
    said = {f"{THEMES}.text": "themes.title", _key(question, NONE_OF_THEM): _PHRASES[NONE_OF_THEM]}
    own = {}
    for theme in codebook:
        if _STARTER.get(theme.code) == theme.label:
            said[_key(question, theme.code)] = _PHRASES[theme.code]
        elif language.tag == SOURCE_LANGUAGE:
            own[_key(question, theme.code)] = theme.label
    is_source = language.tag == SOURCE_LANGUAGE
    ours = {key: phrases.say(phrase) for key, phrase in said.items() if is_source or phrases.is_translated(phrase)}
    return replace(language, wording={**language.wording, **ours, **own})


def _key(question: Question, code: str) -> str:
    return option_key(question, code)
