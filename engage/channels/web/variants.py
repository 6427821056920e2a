"""Finds how many ways one question's page comes in a language and style: one for each route with other words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from engage.channels.web.area_page import build_area_page
from engage.channels.web.ground import Ground
from engage.channels.web.question_page import Asked, build_page
from engage.channels.web.reader import Reader
from engage.channels.web.shown import PLACE_MARK, QuestionPage
from engage.questionnaire.conditions import AllOf, AnyOf, Condition, FactIs, Not, holds
from engage.questionnaire.model import Facts, Option, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import options_asked
from engage.questionnaire.wording import Words

#: Channels on which a survey is answered in the page.
CHANNELS = ("web", "outreach")
_BOTH = frozenset({True, False})


@dataclass(frozen=True)
class Variant:
    """The page of a question as it is shown on some routes."""

    question: Question
    routes: tuple[str, ...]
    page: QuestionPage


@dataclass(frozen=True)
class Setting:
    """What all pages of one language and style have in common."""

    questionnaire: Questionnaire
    language: str
    style: str
    ground: Ground
    with_postcodes: bool
    #: Wording key, with its variant, → the address of a recording.
    clips: Mapping[str, str] = field(default_factory=dict)

    def reader(self, route: str) -> Reader:
        """Return the words of a route."""
        words = Words(self.questionnaire, self.language, route, self.style)
        return Reader(self.language, self.style, words, self.clips)

    def routes(self) -> tuple[str, ...]:
        """Return the routes somebody may take who answers in the page, in their order."""
        found = {route for channel in CHANNELS for route in self._routes_by(channel)}
        return tuple(route.id for route in self.questionnaire.routes if route.id in found)

    def variants(self) -> Iterator[Variant]:
        """Yield the pages of every question but the age, routes with the same page together."""
        for question in self.questionnaire.questions:
            if question.type is not QuestionType.AGE_BAND:
                yield from self._variants_of(question)

    def _routes_by(self, channel: str) -> Iterator[str]:
        known = {"channel": channel, "language": self.language, "style": self.style}
        for route in self.questionnaire.routes:
            may_hold = _BOTH if route.when is None else _outcomes(route.when, known)
            if True in may_hold:
                yield route.id
            if route.when is None or False not in may_hold:
                return

    def _variants_of(self, question: Question) -> Iterator[Variant]:
        routes = [route for route in self.routes() if not question.routes or route in question.routes]
        pages = sorted(((route, self._page(question, route)) for route in routes), key=lambda pair: str(pair[1]))
        for page, alike in groupby(pages, key=lambda pair: pair[1]):
            yield Variant(question, tuple(route for route, _ in alike), page)

    def _page(self, question: Question, route: str) -> QuestionPage:
        """Return the page with everything that anybody on this route may be shown."""
        facts = Facts("web", self.language, self.style, age_band="25-34")
        districts = sorted((area.name, area.code) for area in self.ground.districts())
        by_code = tuple((code, name) for name, code in districts)
        options = self._options(question, facts, route)
        asked = Asked(self.reader(route), question, options, facts, PLACE_MARK, None, by_code)
        if question.type is QuestionType.AREA:
            return build_area_page(asked, self.ground, inside=None, with_postcodes=self.with_postcodes)
        return build_page(asked)

    def _options(self, question: Question, facts: Facts, route: str) -> tuple[Option, ...]:
        parent = self.questionnaire.question(question.options_from or "")
        ticked = [option.code for option in parent.options] if parent else []
        return options_asked(self.questionnaire, question, facts, {parent.id: ticked} if parent else {}, route)


def _outcomes(condition: Condition, known: Mapping[str, str]) -> frozenset[bool]:
    """Return what a condition may come to, as long as only some facts are known and nothing is answered."""
    match condition:
        case FactIs(fact) if fact not in known:
            return _BOTH
        case AllOf(parts) | AnyOf(parts):
            decides = isinstance(condition, AnyOf)
            inner = [_outcomes(part, known) for part in parts]
            if any(outcome == {decides} for outcome in inner):
                return frozenset({decides})
            return frozenset({not decides}) | {decides for outcome in inner if decides in outcome}
        case Not(part):
            return frozenset(not outcome for outcome in _outcomes(part, known))
        case _:
            return frozenset({holds(condition, known, {})})
