"""Says what one respondent reads, and hears: which words together, and the keys a recording of them has."""

from collections.abc import Iterator, Mapping

from engage.questionnaire.model import AGE_BANDS, SPECIAL_CODES, STYLES, Facts, Option, Question, Questionnaire
from engage.questionnaire.routing import route_of
from engage.questionnaire.wording import Words, option_key

#: What pages offer besides the survey's own words.
OFFERED = tuple(f"option.{code}" for code in SPECIAL_CODES)
_PARTS = ("note", "text", "hint", "why")


def routes_in(questionnaire: Questionnaire, style: str) -> tuple[str, ...]:
    """Return the routes that somebody who reads a style may take."""
    bands = (None, *AGE_BANDS)
    return tuple(dict.fromkeys(route_of(questionnaire, Facts(style=style, age_band=band)) for band in bands))


def read_together(questionnaire: Questionnaire, route: str) -> dict[str, list[str]]:
    """Return question → the keys of what is read with it on a route, in its order; also `survey` and `consent`."""
    keys = {"survey": ["survey.intro"], "consent": ["consent.statement"]}
    for question in asked_on(questionnaire, route):
        options = options_on(questionnaire, question, route)
        groups = dict.fromkeys(option.group for option in options if option.group)
        keys[question.id] = [f"{question.id}.{part}" for part in _PARTS]
        keys[question.id] += [f"{question.id}.group.{group}" for group in groups]
        keys[question.id] += [option_key(question, option.code) for option in options]
    return keys


def asked_on(questionnaire: Questionnaire, route: str) -> Iterator[Question]:
    """Yield the questions that may be asked on a route."""
    return (question for question in questionnaire.questions if not question.routes or route in question.routes)


def options_on(questionnaire: Questionnaire, question: Question, route: str) -> tuple[Option, ...]:
    """Return the options that may be offered on a route."""
    scale = questionnaire.scale_of(question)
    listed = question.options
    if scale:
        listed = scale.short if route in scale.short_for else scale.options
    return tuple(option for option in listed if not option.routes or route in option.routes)


def heard_in(questionnaire: Questionnaire, language: str, style: str) -> Mapping[str, tuple[str, ...]]:
    """Return question → the keys, with their variants, of the words to read into recordings for a style.

    The last group, `every question`, is "I don't know" and the like.
    """
    found: dict[str, dict[str, None]] = {}
    for route in routes_in(questionnaire, style):
        words = Words(questionnaire, language, route, style)
        for question, keys in read_together(questionnaire, route).items():
            variants = filter(None, map(words.key_of, keys))
            found.setdefault(question, {}).update(dict.fromkeys(variants))
    offered = OFFERED if style == "standard" else tuple(f"{key}@{style}" for key in OFFERED)
    return {question: tuple(keys) for question, keys in found.items()} | {"every question": offered}


def keys_to_record(questionnaire: Questionnaire) -> frozenset[str]:
    """Return every key a recording may have.

    A recording reads exactly one wording, so it has that wording's own key: what reads `safe_day.text@easy_read` is
    never heard where `safe_day.text` is read.
    """
    own = (key for language in questionnaire.languages for key in language.wording if not key.startswith("help."))
    return frozenset((*own, *OFFERED, *(f"{key}@{style}" for key in OFFERED for style in STYLES)))
