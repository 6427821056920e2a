"""Checks a survey while it is written: what an author would rather hear now than from the people who answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from engage.questionnaire.conditions import (
    AllOf,
    AnswerBetween,
    AnswerIs,
    AnyOf,
    Condition,
    FactIs,
    Not,
    facts_in,
    holds,
    questions_in,
)
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    CHANNELS,
    MULTIPLE_TYPES,
    STYLES,
    TEXT_TYPES,
    Question,
    Questionnaire,
    QuestionType,
)
from engage.questionnaire.reading_level import length_of

#: Words of a question above which people lose its beginning.
LONGEST_QUESTION = 25
#: Ways to answer that are tried before a condition is given the benefit of the doubt.
MOST_TRIED = 20_000
_OWN_WORDS = TEXT_TYPES | {QuestionType.DRAWING}
#: A code that no condition names: it stands for all of those.
_ANY_OTHER = "\ue000"


@dataclass(frozen=True)
class Check:
    """Something to look at: the question (empty for the survey), the field, a stable code and words."""

    question: str
    field: str
    code: str
    detail: str


def find_checks(whole: Questionnaire) -> list[Check]:
    """Return what the questionnaire alone tells, in the order of the questions."""
    found: list[Check] = []
    for question in whole.questions:
        found += _words(whole, question)
        if question.sensitive and not _has_support(whole, question):
            detail = "it is sensitive: say in a note above it that it can be skipped and where to get help"
            found.append(Check(question.id, "note", "support_missing", detail))
        if not can_be_asked(whole, question):
            detail = "nobody can ever be asked this: its condition and what comes before it contradict each other"
            found.append(Check(question.id, "condition", "never_asked", detail))
        found += _unused_options(whole, question)
    found += _unused_scales(whole)
    return found


def asks_own_words(whole: Questionnaire) -> tuple[Question, ...]:
    """Return the questions answered in people's own words: somebody must look after what they write."""
    return tuple(question for question in whole.questions if question.type in _OWN_WORDS)


def can_be_asked(whole: Questionnaire, question: Question) -> bool:
    """Say whether anybody can be asked a question; true as well where trying would take too long.

    Answers to a question that is not asked count as absent, as they do when people answer.
    """
    if question.show_when is None and not question.routes:
        return True
    asked = _asked_about(whole, question)
    tried = 0
    for facts in _facts_tried(whole, asked):
        route = next((each.id for each in whole.routes if each.when is None or holds(each.when, facts, {})), "")
        for answers in _answers_tried(whole, asked):
            tried += 1
            if tried >= MOST_TRIED or _is_reached(asked, route, facts, answers):
                return True
    return False


def _words(whole: Questionnaire, question: Question) -> Iterator[Check]:
    source = whole.language(whole.default_language)
    for key, text in source.wording.items() if source else ():
        base, _, variant = key.partition("@")
        if base == f"{question.id}.text" and (length := length_of(text, whole.default_language)) > LONGEST_QUESTION:
            field = f"w:text@{variant}" if variant else "w:text"
            detail = f"{length} words: at most {LONGEST_QUESTION} are remembered"
            yield Check(question.id, field, "question_long", detail)


def _has_support(whole: Questionnaire, question: Question) -> bool:
    source = whole.language(whole.default_language)
    place = whole.place_of(question)
    before = whole.questions[place - 1] if place else None
    keys = source.wording if source else {}
    has_note = any(key.partition("@")[0] == f"{question.id}.note" for key in keys)
    return has_note or (before is not None and (before.type is QuestionType.NOTE or before.sensitive))


def _unused_options(whole: Questionnaire, question: Question) -> Iterator[Check]:
    on = set(question.routes or (route.id for route in whole.routes))
    for at, option in enumerate(question.options):
        if option.routes and not on & set(option.routes):
            detail = f"the answer “{option.code}” is offered to nobody: its routes are not those of the question"
            yield Check(question.id, f"o{at}:routes", "option_unused", detail)


def _unused_scales(whole: Questionnaire) -> Iterator[Check]:
    used = {question.scale for question in whole.questions}
    for name, scale in whole.scales.items():
        if name not in used:
            yield Check("", f"scale:{name}", "scale_unused", f"no question uses the scale “{name}”")
        elif scale.short and not scale.short_for:
            yield Check("", f"scale:{name}", "short_list_unused", f"no route uses the short list of the scale “{name}”")


def _asked_about(whole: Questionnaire, question: Question) -> tuple[Question, ...]:
    """Return the question behind all those its condition, and theirs, look at, in the order they are asked."""
    wanted, found = [question.id], set[str]()
    while wanted:
        known = whole.question(wanted.pop())
        if known is not None and known.id not in found:
            found.add(known.id)
            wanted += questions_in(known.show_when)
    before = [each for each in whole.questions if each.id in found and each.id != question.id]
    return (*before, question)


def _is_reached(asked: Sequence[Question], route: str, facts: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    standing: dict[str, Any] = {}
    for question in asked:
        is_on = not question.routes or route in question.routes
        is_alone = not question.alone or facts.get("assisted", "none") == "none"
        is_asked = is_on and is_alone and (question.show_when is None or holds(question.show_when, facts, standing))
        if question is asked[-1]:
            return is_asked
        if is_asked and answers.get(question.id) is not None:
            standing[question.id] = answers[question.id]
    return False


def _facts_tried(whole: Questionnaire, asked: Sequence[Question]) -> Iterator[Mapping[str, Any]]:
    relation = whole.of_type(QuestionType.AREA_RELATION)
    values: dict[str, Sequence[Any]] = {
        "age_band": AGE_BANDS,
        "area_relation": _ticks([option.code for option in relation.options] if relation else []),
        "assisted": ASSISTANCE,
        "channel": CHANNELS,
        "language": [language.tag for language in whole.languages],
        "style": STYLES,
    }
    conditions = [route.when for route in whole.routes] + [question.show_when for question in asked]
    named = sorted({fact for condition in conditions for fact in facts_in(condition)})
    usual = {"age_band": "pns", "area_relation": (), "assisted": "none", "channel": "web", "style": "standard"}
    for chosen in product(*(values[fact] for fact in named)):
        yield {**usual, "language": whole.default_language, **dict(zip(named, chosen, strict=True))}


def _answers_tried(whole: Questionnaire, asked: Sequence[Question]) -> Iterator[Mapping[str, Any]]:
    leaves = [leaf for question in asked for leaf in _leaves(question.show_when)]
    values = {question.id: list(islice(_values(whole, question, leaves), MOST_TRIED)) for question in asked[:-1]}
    for chosen in product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def _values(whole: Questionnaire, question: Question, leaves: Sequence[Condition]) -> Iterator[Any]:
    """Yield one answer for each way that the conditions could tell answers apart, and no answer."""
    yield None
    if question.type is QuestionType.NUMBER:
        yield from _numbers(question, leaves)
        return
    own = [leaf for leaf in leaves if isinstance(leaf, AnswerIs) and leaf.question_id == question.id]
    named = sorted({code for leaf in own for code in leaf.codes})
    scale = whole.scale_of(question) if question.scale in whole.scales else None
    listed = {option.code for option in (*question.options, *((*scale.options, *scale.short) if scale else ()))}
    known = [*named, *([_ANY_OTHER] if not listed or listed - set(named) else [])]
    if question.type not in MULTIPLE_TYPES:
        yield from known
        return
    alone = {option.code for option in question.options if option.exclusive} | set(question.special)
    yield from ([code] for code in known if code in alone)
    for chosen in _ticks([code for code in known if code not in alone]):
        if chosen and len(chosen) <= (question.max_choices or len(chosen)):
            yield chosen


def _ticks(codes: Sequence[str]) -> list[list[str]]:
    """Return every way to tick some of the codes; of long lists only the first many."""
    ways = islice(product((False, True), repeat=len(codes)), MOST_TRIED)
    return [[code for code, is_ticked in zip(codes, ticks, strict=True) if is_ticked] for ticks in ways]


def _numbers(question: Question, leaves: Sequence[Condition]) -> Iterator[float]:
    own = [leaf for leaf in leaves if isinstance(leaf, AnswerBetween) and leaf.question_id == question.id]
    bounds = {float(bound) for leaf in own for bound in (leaf.at_least, leaf.at_most) if bound is not None}
    ends = (question.minimum, question.maximum)
    low, high = (float(end) if isinstance(end, int | float) else None for end in ends)
    for number in sorted({near for bound in bounds or {0.0} for near in (bound - 1, bound, bound + 1)}):
        if (low is None or number >= low) and (high is None or number <= high):
            yield number
    yield from (bound for bound in (low, high) if bound is not None)


def _leaves(condition: Condition | None) -> Iterator[Condition]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case FactIs() | None:
            return
        case _:
            yield condition
