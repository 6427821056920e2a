"""Finds conditions that ask for something no respondent can have: an unknown question, code or fact."""

from collections.abc import Collection, Iterator

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
from engage.questionnaire.faults import Fault
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    CHANNELS,
    SHORT_AGE_BANDS,
    STYLES,
    Question,
    Questionnaire,
    QuestionType,
)

Leaf = FactIs | AnswerIs | AnswerBetween | Answered


def find_loose_references(
    path: str, condition: Condition | None, whole: Questionnaire, before: Collection[str]
) -> Iterator[Fault]:
    """Yield every part of a condition that could never hold; `before` are the ids of the questions asked earlier."""
    for place, leaf in _leaves(path, condition):
        if isinstance(leaf, FactIs):
            yield from _unknown_codes(f"{place}.is", leaf.fact, leaf.codes, _values(leaf.fact, whole))
        else:
            yield from _answer(place, leaf, whole, before)


def codes_of(question: Question, whole: Questionnaire) -> tuple[str, ...]:
    """Return every code an answer to a question may hold, whatever the route; none for words, dates and numbers."""
    parent = whole.question(question.options_from) if question.options_from else None
    scale = whole.scales.get(question.scale) if question.scale else None
    listed = [*question.options]
    listed += parent.options if parent else ()
    listed += (*scale.options, *scale.short) if scale else ()
    own_words = (OTHER,) if question.type is QuestionType.COMMUNITY else ()
    return (*(option.code for option in listed), *question.special, *own_words)


def _leaves(path: str, condition: Condition | None) -> Iterator[tuple[str, Leaf]]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            kind = "all" if isinstance(condition, AllOf) else "any"
            for index, part in enumerate(parts):
                yield from _leaves(f"{path}.{kind}[{index}]", part)
        case Not(part):
            yield from _leaves(f"{path}.not", part)
        case FactIs() | AnswerIs() | AnswerBetween() | Answered():
            yield path, condition
        case None:
            return


def _values(fact: str, whole: Questionnaire) -> tuple[str, ...]:
    relation = whole.of_type(QuestionType.AREA_RELATION)
    known = {
        "age_band": (*AGE_BANDS, *SHORT_AGE_BANDS),
        "area_relation": tuple(option.code for option in relation.options) if relation else (),
        "assisted": ASSISTANCE,
        "channel": CHANNELS,
        "language": tuple(language.tag for language in whole.languages),
        "style": STYLES,
    }
    return known[fact]


def _answer(
    path: str, leaf: AnswerIs | AnswerBetween | Answered, whole: Questionnaire, before: Collection[str]
) -> Iterator[Fault]:
    name = f"{path}.{'answered' if isinstance(leaf, Answered) else 'answer'}"
    question = whole.question(leaf.question_id)
    if question is None or question.id not in before:
        yield Fault(name, "unknown_question", f"{leaf.question_id!r} does not stand before this one")
    elif not question.takes_answer:
        yield Fault(name, "no_answer", f"{question.id!r} is not among the answers; ask for a `fact` instead")
    elif isinstance(leaf, AnswerIs):
        yield from _unknown_codes(f"{path}.is", question.id, leaf.codes, codes_of(question, whole))
    elif isinstance(leaf, AnswerBetween) and question.type is not QuestionType.NUMBER:
        yield Fault(name, "not_a_number", f"{question.id!r} is not answered with a number")


def _unknown_codes(path: str, name: str, codes: Collection[str], known: Collection[str]) -> Iterator[Fault]:
    if unknown := set(codes) - set(known):
        yield Fault(path, "unknown_value", f"{name} is never {', '.join(sorted(unknown))}")
