"""Checks easy read as an author would with a red pen: long sentences, hard words, several ideas, missing pictures.

The rules are those of published guidance on making information easy to read (Inclusion Europe 2009, Department of
Health 2009): one idea a sentence, at most 15 words, no short forms, hard words explained, a picture beside each idea.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engage.pictures import PICTURES
from engage.questionnaire.aloud import asked_on, options_on, read_together, routes_in
from engage.questionnaire.easy_words import WordList, word_list
from engage.questionnaire.model import ENVELOPE_TYPES, Language, Questionnaire, QuestionType
from engage.questionnaire.reading_level import (
    UNSPACED_LANGUAGES,
    length_of,
    reading_grade,
    sentences_of,
    steps_of,
    words_of,
)
from engage.questionnaire.wording import Words, option_key

STYLE = "easy_read"
#: Words in a sentence; characters where words are not kept apart by spaces.
LONGEST_SENTENCE, LONGEST_UNSPACED = 15, 30
#: Years at school by the Flesch-Kincaid formula, which is for English only.
HARDEST_GRADE = 5.0
#: Fewer words than this say nothing about a grade.
ENOUGH_WORDS = 8
#: Joining words in one sentence.
MOST_JOINED = 1
#: Answers of an easy-read scale; "I don't know" and the like come on top.
LONGEST_SCALE = 3
_HARD_SIGNS = re.compile(r"[;()\[\]/&؛；（）፤]")
_LETTER = re.compile(r"[^\W\d_]")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
#: Written so in every language that writes them.
_KNOWN_CAPITALS = ("SMS", "OK")
#: Names of places and of communities have no picture: a flag or a face would say who somebody is.
_NAMED = ENVELOPE_TYPES - {QuestionType.AREA_RELATION} | {QuestionType.COMMUNITY}
#: A stable code and words.
_Found = tuple[str, str]


@dataclass(frozen=True)
class EasyReadFinding:
    """Something that makes easy read hard: where, a stable code, and words."""

    language: str
    #: The id of a question, or `survey`, `consent`, `help`.
    question: str
    key: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"easy read, {self.question} ({self.language}, {self.key}): {self.detail} ({self.code})"


def find_hard_to_read(questionnaire: Questionnaire) -> list[EasyReadFinding]:
    """Return what makes easy read hard, language by language; nothing where the survey has no easy read."""
    if STYLE not in questionnaire.styles:
        return []
    findings: dict[EasyReadFinding, None] = {}
    for route in routes_in(questionnaire, STYLE):
        findings |= dict.fromkeys(_pictures_and_scales(questionnaire, route))
        findings |= dict.fromkeys(_told_in_pictures(questionnaire, route))
        for language in questionnaire.languages:
            findings |= dict.fromkeys(_wordings(questionnaire, language, route))
    return list(findings)


def find_in_text(text: str, language: str, *, around: str = "", names: Collection[str] = ()) -> Iterator[_Found]:
    """Yield code and words for everything hard to read in a text.

    `around` is what is read with it, where a hard word may be explained; `names` may stand in capitals.
    """
    words = word_list(language)
    for sentence in sentences_of(text):
        yield from _length(sentence, language)
        joined = sum(word.lower() in words.joining for word in words_of(sentence)[1:])
        if joined > MOST_JOINED:
            yield "ideas_many", f"{joined} joining words in “{sentence}”: one idea a sentence"
    plain = _PLACEHOLDER.sub("", text)
    if signs := sorted(set(_HARD_SIGNS.findall(plain))):
        yield "sign_hard", f"leave out {' '.join(signs)}"
    yield from (("short_form", f"write {short!r} in full") for short in _short_forms(plain, words, names))
    for word in dict.fromkeys(word.lower() for word in words_of(plain)):
        if word in words.hard and not words.explains(word, around or text):
            easier = words.hard[word]
            yield "word_hard", f"{word!r}: " + (f"say “{easier}”, or explain it" if easier else "explain it")


def _pictures_and_scales(whole: Questionnaire, route: str) -> Iterator[EasyReadFinding]:
    for question in asked_on(whole, route):
        options = options_on(whole, question, route)
        if question.type is QuestionType.SCALE and len(options) > LONGEST_SCALE:
            detail = f"{len(options)} answers on the scale: give it a short list of {LONGEST_SCALE}"
            yield EasyReadFinding(whole.default_language, question.id, question.id, "scale_long", detail)
        shown = [(question.id, question.picture)]
        if question.type not in _NAMED:
            shown += [(option_key(question, option.code), option.picture) for option in options]
        for key, picture in shown:
            if picture is None:
                yield EasyReadFinding(whole.default_language, question.id, key, "picture_missing", "has no picture")
            elif picture not in PICTURES:
                detail = f"there is no picture named {picture!r}"
                yield EasyReadFinding(whole.default_language, question.id, key, "picture_unknown", detail)


def _told_in_pictures(whole: Questionnaire, route: str) -> Iterator[EasyReadFinding]:
    """Yield where a longer text has not one picture for each of its sentences: it is then read without any."""
    told = (("survey", "survey.intro", whole.intro_pictures), ("consent", "consent.statement", whole.consent.pictures))
    for question, base, pictures in told:
        for name in pictures:
            if name not in PICTURES:
                detail = f"there is no picture named {name!r}"
                yield EasyReadFinding(whole.default_language, question, base, "picture_unknown", detail)
        for language in whole.languages:
            key = Words(whole, language.tag, route, STYLE).key_of(base)
            if key is None or key not in language.wording:
                continue
            steps = len(steps_of(language.wording[key]))
            if steps != len(pictures):
                detail = f"{steps} sentences and {len(pictures)} pictures: give each sentence its picture"
                yield EasyReadFinding(language.tag, question, key, "pictures_uneven", detail)


def _wordings(whole: Questionnaire, language: Language, route: str) -> Iterator[EasyReadFinding]:
    """Yield what is hard in a language's own words; what it lacks is read in another, which is a gap."""
    words = Words(whole, language.tag, route, STYLE)
    names = [text for key, text in language.wording.items() if key.startswith("help.") and ".name" in key]
    for question, keys in _read(whole, route).items():
        chosen = filter(None, map(words.key_of, keys))
        found = [(key, language.wording[key]) for key in chosen if key in language.wording]
        around = " ".join(text for _, text in found)
        for key, text in found:
            if "@" not in key and _LETTER.search(text):
                detail = "there are no easy-read words, the standard ones are read"
                yield EasyReadFinding(language.tag, question, key, "wording_standard", detail)
            for code, detail in find_in_text(text, language.tag, around=around, names=names):
                yield EasyReadFinding(language.tag, question, key, code, detail)
        yield from _grade(language.tag, question, [text for _, text in found if len(words_of(text)) >= ENOUGH_WORDS])


def _read(whole: Questionnaire, route: str) -> dict[str, list[str]]:
    """Return question → the keys of everything read with it; the names of communities are as they are."""
    keys = read_together(whole, route)
    for question in whole.questions:
        if question.type in _NAMED and question.id in keys:
            keys[question.id] = [key for key in keys[question.id] if not key.startswith(f"{question.id}.option.")]
    lines = [line for line in whole.help_lines if not line.routes or route in line.routes]
    return keys | {"help": [f"help.{line.id}.what" for line in lines]}


def _length(sentence: str, language: str) -> Iterator[_Found]:
    is_unspaced = language.partition("-")[0] in UNSPACED_LANGUAGES
    most, unit = (LONGEST_UNSPACED, "characters") if is_unspaced else (LONGEST_SENTENCE, "words")
    length = length_of(sentence, language)
    if length > most:
        yield "sentence_long", f"{length} {unit} in “{sentence}”, at most {most}"


def _short_forms(text: str, words: WordList, names: Collection[str]) -> list[str]:
    known = {name.upper() for name in (*names, *_KNOWN_CAPITALS)}
    found = [short for short in _CAPITALS.findall(text) if short not in known]
    said = {word.lower() for word in words_of(text)}
    return list(dict.fromkeys(found + [short for short in words.short_forms if short in said]))


def _grade(language: str, question: str, texts: list[str]) -> Iterator[EasyReadFinding]:
    if language.partition("-")[0] != "en" or not texts:
        return
    grade = reading_grade(" ".join(texts))
    if grade > HARDEST_GRADE:
        detail = f"reading grade {grade:.1f}, at most {HARDEST_GRADE:.0f}"
        yield EasyReadFinding(language, question, question, "grade_high", detail)
