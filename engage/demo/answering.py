"""How a person of the demo answers: only what they are asked, only what is offered, leaving more out as it goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from statistics import NormalDist
from typing import Any

from engage.demo import leanings
from engage.demo.chance import one_of, some_of
from engage.demo.people import Person
from engage.demo.sentences import own_words
from engage.questionnaire.model import Option, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions, options_asked
from engage.response.answers import NO_WRITE_IN

#: Share of answers left out at the first question, and how much more at the last.
SKIPS_FIRST, SKIPS_MORE = 0.015, 0.1
#: Share more left out where the matter is sensitive.
SKIPS_SENSITIVE = 0.06
#: Share of people who stop before the end.
STOPS_EARLY = 0.06
#: Share of those asked who write in their own words.
WRITES = 0.16
#: Standard deviation of an answer around what the person feels.
NOISE = 0.75
#: Turns a feeling (standard deviations) into the share of people who feel worse.
_RANK = NormalDist(0, 1.2).cdf


@dataclass(frozen=True)
class _Asked:
    rng: Random
    question: Question
    options: tuple[Option, ...]
    person: Person


def draw_answers(rng: Random, questionnaire: Questionnaire, person: Person) -> dict[str, Any]:
    """Draw somebody's answers, coded; every one is an answer that their route asks and offers."""
    far = {question.id: at / len(questionnaire.questions) for at, question in enumerate(questionnaire.questions)}
    stops_at = rng.uniform(0.25, 1) if rng.random() < STOPS_EARLY else 1.0
    answers: dict[str, Any] = {}
    reached: set[str] = set()
    while True:
        asked = [q for q in asked_questions(questionnaire, person.facts, answers) if q.takes_answer]
        fresh = [question for question in asked if question.id not in reached]
        if not fresh:
            return {question.id: answers[question.id] for question in asked if question.id in answers}
        for question in fresh:
            reached.add(question.id)
            if far[question.id] >= stops_at or rng.random() < _skips(question, far[question.id]):
                continue
            options = options_asked(questionnaire, question, person.facts, answers)
            answer = _answer(_Asked(rng, question, options, person))
            if answer is not None:
                answers[question.id] = answer


def _skips(question: Question, far: float) -> float:
    return SKIPS_FIRST + SKIPS_MORE * far + (SKIPS_SENSITIVE if question.sensitive else 0.0)


def _answer(asked: _Asked) -> Any:
    for code in asked.question.special:
        share = leanings.MORE_SPECIAL.get((asked.question.id, code), leanings.SPECIAL_SHARES[code])
        if asked.rng.random() < share:
            return code
    if asked.question.id in asked.person.traits:
        return _trait(asked)
    draw = _DRAWS.get(asked.question.type)
    return draw(asked) if draw and (asked.options or asked.question.type is QuestionType.LONG_TEXT) else None


def _trait(asked: _Asked) -> Any:
    """Say what the person would say of themselves, None where that is not among what is offered."""
    codes = [option.code for option in asked.options]
    said = asked.person.traits[asked.question.id]
    if not isinstance(said, list):
        return said if said in codes else None
    takes_own = asked.person.facts.age_band not in NO_WRITE_IN
    listed = [code for code in codes if code in said]
    own = [entry for entry in said if isinstance(entry, dict)] if takes_own else []
    return [*listed, *own] or None


def _on_scale(asked: _Asked) -> str:
    rank = 1 - _RANK(_feeling(asked))
    shares = leanings.SHARES.get(len(asked.options), (1 / len(asked.options),) * len(asked.options))
    for option, share in zip(asked.options, shares, strict=True):
        rank -= share
        if rank < 0:
            return option.code
    return asked.options[-1].code


def _feeling(asked: _Asked) -> float:
    """Return how well somebody finds what is asked, in standard deviations between people."""
    question, person = asked.question.id, asked.person
    place = person.place.safety * leanings.PLACE_COUNTS.get(question, 0.0)
    kinds = sum(leanings.KIND_LEANINGS.get((kind, question), 0.0) for kind in person.kinds)
    return person.comfort + place + kinds + leanings.QUESTION_LEANINGS.get(question, 0.0) + asked.rng.gauss(0, NOISE)


def _one_choice(asked: _Asked) -> str:
    return one_of(asked.rng, _weights(asked))


def _several_choices(asked: _Asked) -> list[str]:
    for option in asked.options:
        if option.exclusive and asked.rng.random() < _stands_alone(asked.person, option.code):
            return [option.code]
    weights = _weights(asked)
    # A text takes one letter.
    count = 1 if asked.person.facts.channel == "sms" else one_of(asked.rng, leanings.TICKS)
    ticked = some_of(asked.rng, weights, min(count, asked.question.max_choices or count))
    return [option.code for option in asked.options if option.code in ticked]


def _stands_alone(person: Person, code: str) -> float:
    share = leanings.STANDS_ALONE.get(code)
    return 2 * share * _RANK(1.5 * person.comfort) if share else leanings.STANDS_ALONE_ELSE


def _weights(asked: _Asked) -> dict[str, float]:
    weights = leanings.OPTION_WEIGHTS.get(asked.question.id, {})
    return {
        option.code: weights.get(option.code, 1.0) * _leaning(asked.person, option.code)
        for option in asked.options
        if not option.exclusive
    }


def _leaning(person: Person, code: str) -> float:
    factor = 1.0
    for kind in person.kinds:
        factor *= leanings.KIND_TICKS.get((kind, code), 1.0)
    return factor * person.place.troubles.get(_TROUBLE_BEHIND.get(code, ""), 1.0)


def _own_words(asked: _Asked) -> str | None:
    if asked.rng.random() >= WRITES:
        return None
    return own_words(asked.rng, asked.person.facts.language, asked.person.comfort)


#: Question types without a draw (numbers, dates, short texts) are left out.
_DRAWS: Mapping[QuestionType, Callable[[_Asked], Any]] = {
    QuestionType.SCALE: _on_scale,
    QuestionType.SINGLE_CHOICE: _one_choice,
    QuestionType.MULTIPLE_CHOICE: _several_choices,
    QuestionType.LONG_TEXT: _own_words,
}
_TROUBLE_BEHIND = {option: trouble for trouble, options in leanings.TROUBLE_MOVES.items() for option in options}
