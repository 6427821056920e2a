"""What one form asks: the questions of a style on paper, their numbers, their words and whom they are for.

Paper cannot route, so a form prints every question that some reader of its style is asked, each with a plain
rule where not everyone is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from engage.channels.paper.fonts import is_right_to_left
from engage.questionnaire import routing
from engage.questionnaire.conditions import AllOf, Condition, facts_in, holds, questions_in
from engage.questionnaire.model import AGE_BANDS, Facts, Option, Question, Questionnaire, QuestionType
from engage.questionnaire.wording import Wording, Words

#: Bands that may fill in a form; under 13 nothing is collected.
BANDS = tuple(band for band in AGE_BANDS if band != "under-13")
#: Facts that are the same for everyone who holds a form of one style and language.
_FIXED_FACTS = frozenset({"style", "language", "channel"})


class Say(Protocol):
    """Gives the words of the interface for a key, such as `phrases_for(language, style).say`."""

    def __call__(self, key: str, **placeholders: str) -> str:
        """Return the words, with values in the place of `{name}`."""


@dataclass(frozen=True)
class Form:
    """A questionnaire in one language and style, as it is put on paper."""

    questionnaire: Questionnaire
    language: str
    style: str
    say: Say
    #: District code to name, in the order printed.
    districts: Mapping[str, str]
    #: What stands for {place}: the name of a place, or words such as "this place".
    place: str
    is_synthetic: bool = False

    @property
    def is_right_to_left(self) -> bool:
        """Say whether the form runs from right to left."""
        return is_right_to_left(self.language)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions on the form: age first, as nothing is asked of a child, then in their order."""
        asked = [each for each in self.questionnaire.questions if self.bands_of(each) and not each.permits_quotes]
        return tuple(sorted(asked, key=lambda question: question.type is not QuestionType.AGE_BAND))

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Return the number printed beside each question; who helps is asked behind the age."""
        ids = [question.id for question in self.questions if question.type is not QuestionType.NOTE]
        ids.insert(1 if ids[:1] == [QuestionType.AGE_BAND.value] else 0, "assisted")
        return {question_id: number for number, question_id in enumerate(ids, 1)}

    def following(self, question: Question) -> Question | None:
        """Return the question that asks which of this question's ticks matters most."""
        return next((other for other in self.questions if other.options_from == question.id), None)

    def bands_of(self, question: Question, option: Option | None = None) -> tuple[str, ...]:
        """Return the age bands that are asked a question, or offered an option of it."""
        conditions = [part for part in conjuncts(question.show_when) if _is_known(part)]
        return tuple(
            band
            for band in BANDS
            if self._is_on_route(band, question.routes)
            and (option is None or self._is_on_route(band, option.routes))
            and all(holds(part, self._facts(band), {}) for part in conditions)
        )

    def options_of(self, question: Question) -> tuple[Option, ...]:
        """Return the options somebody who is asked this question may tick, special codes aside."""
        scale = self.questionnaire.scale_of(question)
        if scale:
            bands = self.bands_of(question)
            short = [self.route_of(band) in scale.short_for for band in bands]
            return scale.short if sum(short) * 2 > len(short) else scale.options
        return tuple(option for option in question.options if self.bands_of(question, option))

    def words(self, key: str, question: Question | None = None, option: Option | None = None) -> Wording | None:
        """Return the wording of a key as most of those who are asked the question read it."""
        bands = self.bands_of(question, option) if question else BANDS
        routes = [self.route_of(band) for band in bands or BANDS]
        # With one form for two routes, the words are those of the route that most age bands take.
        route = max(dict.fromkeys(routes), key=routes.count)
        return Words(self.questionnaire, self.language, route, self.style).find(key, place=self.place)

    def language_of(self, text: str) -> str:
        """Return the language to set a phrase in: left to right where it has stayed in English."""
        if self.is_right_to_left and not any(is_right_to_left_letter(sign) for sign in text):
            return "en"
        return self.language

    def _is_on_route(self, band: str, routes: Sequence[str]) -> bool:
        return not routes or self.route_of(band) in routes

    def route_of(self, band: str) -> str:
        """Return the route that somebody of an age band takes on this form."""
        return self._routes[band]

    @cached_property
    def _routes(self) -> Mapping[str, str]:
        fixed = Facts(channel="paper_keyed", language=self.language, style=self.style)
        return {band: routing.route_of(self.questionnaire, replace(fixed, age_band=band)) for band in BANDS}

    def _facts(self, band: str) -> Mapping[str, str]:
        return {"age_band": band, "style": self.style, "language": self.language, "channel": "paper_keyed"}


def conjuncts(condition: Condition | None) -> tuple[Condition, ...]:
    """Return the conditions that must all hold."""
    if condition is None:
        return ()
    if isinstance(condition, AllOf):
        return tuple(inner for part in condition.parts for inner in conjuncts(part))
    return (condition,)


def rules_left(question: Question) -> tuple[Condition, ...]:
    """Return the parts of a question's condition that the person with the pen has to judge."""
    return tuple(part for part in conjuncts(question.show_when) if not _is_known(part))


def is_right_to_left_letter(sign: str) -> bool:
    """Say whether a letter is of a right-to-left script (Hebrew to Arabic Extended, and its forms)."""
    return "\u0590" <= sign <= "\u08ff" or "\ufb1d" <= sign <= "\ufeff"


def _is_known(condition: Condition) -> bool:
    """Say whether age band and form alone decide the condition."""
    return not any(questions_in(condition)) and set(facts_in(condition)) <= _FIXED_FACTS | {"age_band"}
