"""Puts into words who answers a printed question, and where somebody who need not goes next."""

from collections.abc import Sequence
from typing import assert_never

from engage.channels.paper.form import BANDS, Form, conjuncts, rules_left
from engage.questionnaire.conditions import (
    AllOf,
    AnswerBetween,
    Answered,
    AnswerIs,
    AnyOf,
    Condition,
    FactIs,
    Not,
)
from engage.questionnaire.model import Option, Question, QuestionType


def rule_of(form: Form, question: Question) -> str | None:
    """Return the line above a question that not everyone answers, or None."""
    parts = [ages] if (ages := _ages(form, form.bands_of(question))) else []
    parts += [_clause(form, part) for part in rules_left(question)]
    if not parts:
        return None
    return form.say("paper.only_if", condition=_joined(form, parts, "paper.and"))


def label_of(form: Form, question: Question, option: Option, label: str) -> str:
    """Return an option's label, with whom it is for where only some who answer may tick it."""
    bands = form.bands_of(question, option)
    if option.alone:
        label = form.say("paper.option_alone", label=label)
    if bands == form.bands_of(question):
        return label
    ages = _ages(form, bands)
    return form.say("paper.option_if", label=label, condition=ages) if ages else label


def next_after(form: Form, question: Question, code: str) -> int | None:
    """Return the number of the question to go to after ticking an option, None where it is simply the next.

    Only questions shown for other ticks of this very question are passed over.
    """
    if question.type not in (QuestionType.SINGLE_CHOICE, QuestionType.SCALE):
        return None
    behind = form.questions[form.questions.index(question) + 1 :]
    for place, other in enumerate(behind):
        if not _is_ruled_out(other, question.id, code):
            return form.numbers.get(other.id) if place else None
    return None


def _is_ruled_out(other: Question, question_id: str, code: str) -> bool:
    return any(
        isinstance(part, AnswerIs) and part.question_id == question_id and code not in part.codes
        for part in conjuncts(other.show_when)
    )


def _ages(form: Form, bands: Sequence[str]) -> str | None:
    """Return the ages in words, None where it is everyone; who would rather not say is not sent away."""
    asked = [band for band in bands if band != "pns"]
    all_bands = [band for band in BANDS if band != "pns"]
    if asked == all_bands or not asked:
        return None
    first = all_bands.index(asked[0])
    if asked != all_bands[first : first + len(asked)]:
        names = [form.say(f"age_band.{band}") for band in asked]
        return form.say("paper.clause_age_is", ages=_joined(form, names, "paper.or"))
    lowest, highest = asked[0].rstrip("+").split("-")[0], asked[-1].rpartition("-")[2]
    if highest.endswith("+"):
        return form.say("paper.clause_ages_from", lowest=lowest)
    return form.say("paper.clause_ages_between", lowest=lowest, highest=highest)


def _clause(form: Form, condition: Condition) -> str:
    match condition:
        case AnswerIs(question_id, codes):
            return _ticked(form, question_id, codes)
        case FactIs(fact, codes):
            return _ticked(form, fact, codes)
        case AnswerBetween(question_id, at_least, at_most):
            return _between(form, question_id, at_least, at_most)
        case Answered(question_id):
            return form.say("paper.clause_answered", number=_number(form, question_id))
        case Not(AnswerIs(question_id, codes)):
            return _ticked(form, question_id, codes, "paper.clause_not_ticked")
        case Not(FactIs(fact, codes)):
            return _ticked(form, fact, codes, "paper.clause_not_ticked")
        case Not(part):
            return form.say("paper.clause_not", condition=_clause(form, part))
        case AllOf(parts):
            return _joined(form, [_clause(form, part) for part in parts], "paper.and")
        case AnyOf(parts):
            return _joined(form, [_clause(form, part) for part in parts], "paper.or")
        case _:
            assert_never(condition)


def _ticked(form: Form, question_id: str, codes: Sequence[str], key: str = "paper.clause_ticked") -> str:
    names = [form.say("paper.quoted", label=_label(form, question_id, code)) for code in codes]
    options = _joined(form, names, "paper.or")
    return form.say(key, options=options, number=_number(form, question_id))


def _between(form: Form, question_id: str, at_least: float | None, at_most: float | None) -> str:
    number = _number(form, question_id)
    if at_most is None:
        return form.say("paper.clause_at_least", number=number, lowest=f"{at_least:g}")
    if at_least is None:
        return form.say("paper.clause_at_most", number=number, highest=f"{at_most:g}")
    return form.say("paper.clause_between", number=number, lowest=f"{at_least:g}", highest=f"{at_most:g}")


def _label(form: Form, question_id: str, code: str) -> str:
    if question_id in ("assisted", "age_band"):
        return form.say(f"{question_id}.{code}")
    question = form.questionnaire.question(question_id)
    if question is None or code in question.special:
        return form.say(f"option.{code}")
    prefix = f"scale.{question.scale}" if question.scale else f"{question.options_from or question.id}.option"
    wording = form.words(f"{prefix}.{code}", question)
    return wording.text if wording else code


def _number(form: Form, question_id: str) -> str:
    return str(form.numbers.get(question_id, ""))


def _joined(form: Form, parts: Sequence[str], key: str) -> str:
    joined = parts[0]
    for part in parts[1:]:
        joined = form.say(key, first=joined, second=part)
    return joined
