"""Tells a condition in plain words: which answers lead to a question, as somebody would say it."""

from collections.abc import Mapping
from types import MappingProxyType

from engage.questionnaire.conditions import (
    OTHER,
    AllOf,
    AnswerBetween,
    Answered,
    AnswerIs,
    AnyOf,
    Condition,
    FactIs,
    Not,
)
from engage.questionnaire.model import Question, Questionnaire
from engage.questionnaire.wording import Words, option_key

#: What facts are called.
FACTS: Mapping[str, str] = MappingProxyType(
    {
        "age_band": "age",
        "area_relation": "what the area is to the person",
        "assisted": "who helps",
        "channel": "the way of answering",
        "language": "the language",
        "style": "the way of reading",
    }
)
#: What the codes of facts are called where the code does not say it.
FACT_CODES: Mapping[str, str] = MappingProxyType(
    {
        "pns": "rather not say",
        "none": "nobody",
        "web": "web page",
        "outreach": "outreach tablet",
        "paper_keyed": "paper, keyed",
        "paper_read": "paper, scanned",
        "sms": "text message",
        "api": "other systems",
        "easy_read": "easy read",
        "large_print": "large print",
    }
)
#: What the codes that any question may offer are called.
SPECIAL_WORDS: Mapping[str, str] = MappingProxyType(
    {"dk": "I don't know", "pns": "I'd rather not say", "na": "This is not about me", OTHER: "something in own words"}
)
#: Letters of a question that are told.
_LONGEST = 60


def told(condition: Condition | None, questionnaire: Questionnaire) -> str:
    """Return a condition in words, such as `“Do you use the park?” is “Yes”`; empty for none."""
    return _told(condition, questionnaire, is_not=False) if condition is not None else ""


def name_of(questionnaire: Questionnaire, question_id: str) -> str:
    """Return a question's own words, shortened; its id where it has none."""
    words = _words(questionnaire).find(f"{question_id}.text")
    text = words.text if words else question_id
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"


def label_of(questionnaire: Questionnaire, question: Question, code: str) -> str:
    """Return the words of an answer, whatever list it stands in; the code where there are none."""
    found = _words(questionnaire).find(option_key(question, code))
    return found.text if found else SPECIAL_WORDS.get(code, code)


def fact_label(questionnaire: Questionnaire, fact: str, code: str) -> str:
    """Return the words of a fact's value."""
    if fact == "area_relation" and (found := _words(questionnaire).find(f"area_relation.option.{code}")):
        return found.text
    return FACT_CODES.get(code, code.replace("_", " "))


def _told(condition: Condition, whole: Questionnaire, *, is_not: bool) -> str:
    match condition:
        case Not(part):
            return _told(part, whole, is_not=not is_not)
        case AllOf(parts) | AnyOf(parts):
            return _group(condition, parts, whole, is_not=is_not)
        case FactIs(fact, codes):
            names = " or ".join(fact_label(whole, fact, code) for code in codes)
            return f"{FACTS.get(fact, fact)} is {'not ' if is_not else ''}{names}"
        case AnswerIs(question_id, codes):
            question = whole.question(question_id)
            labels = [f"“{label_of(whole, question, code) if question else code}”" for code in codes]
            return f"“{name_of(whole, question_id)}” is {'not ' if is_not else ''}{' or '.join(labels)}"
        case AnswerBetween(question_id, at_least, at_most):
            bounds = _bounds(at_least, at_most)
            return f"“{name_of(whole, question_id)}” is {'not ' if is_not else ''}{bounds}"
        case Answered(question_id):
            return f"“{name_of(whole, question_id)}” was {'not ' if is_not else ''}answered"


def _group(condition: AllOf | AnyOf, parts: tuple[Condition, ...], whole: Questionnaire, *, is_not: bool) -> str:
    joint = " and " if isinstance(condition, AllOf) else " or "
    if not parts:
        always = isinstance(condition, AllOf) is not is_not
        return "always" if always else "never"
    inner = [
        f"({_told(part, whole, is_not=False)})"
        if isinstance(part, AllOf | AnyOf) and len(part.parts) > 1
        else _told(part, whole, is_not=False)
        for part in parts
    ]
    words = joint.join(inner)
    return f"not ({words})" if is_not else words


def _bounds(at_least: float | None, at_most: float | None) -> str:
    if at_least is None:
        return f"at most {at_most:g}"
    return f"at least {at_least:g}" if at_most is None else f"{at_least:g} to {at_most:g}"


def _words(questionnaire: Questionnaire) -> Words:
    return Words(questionnaire, questionnaire.default_language, questionnaire.routes[-1].id)
