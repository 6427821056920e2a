"""Gives codes in published tables their words: questions, answers, areas and the groups that rows are of."""

from dataclasses import dataclass, replace
from functools import cached_property

from engage.areas import AreaTree
from engage.phrases import SOURCE_LANGUAGE, Phrases, own_name, phrases_for
from engage.questionnaire.model import Facts, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import route_of
from engage.questionnaire.wording import Wording, Words, option_key
from engage.reporting.planning import LANGUAGE, OTHER_COMMUNITY, breakdown_question, ranked_of
from engage.results.modes import MODE
from engage.results.plan import AREA, COMMUNITY, COMMUNITY_BY_AGE

#: Whose wording stands in results: an adult's, in the style chosen.
_READER_AGE = "25-34"


@dataclass(frozen=True)
class Labels:
    """The words of one questionnaire's results in one language and style."""

    questionnaire: Questionnaire
    tree: AreaTree
    language: str = SOURCE_LANGUAGE
    style: str = "standard"

    @cached_property
    def phrases(self) -> Phrases:
        """Return the interface's words in the same language and style."""
        return phrases_for(self.language, self.style)

    @property
    def title(self) -> Wording:
        """Return the survey's title."""
        return self._find("survey.title") or Wording(self.questionnaire.slug, SOURCE_LANGUAGE)

    def asked(self, question_id: str, place: str) -> Wording:
        """Return a question as it was asked about a place."""
        return self._find(f"{question_id}.text", place=place) or Wording(question_id, self.language)

    def question(self, table_id: str, place: str) -> Wording:
        """Return a question as it was asked about a place, of a ranking with what its table counts."""
        question_id, counts_top = ranked_of(table_id)
        asked, question = self.asked(question_id, place), self.questionnaire.question(question_id)
        if question is None or question.type is not QuestionType.RANKING:
            return asked
        counted = self.phrase("ranking.top_three" if counts_top else "ranking.first")
        return replace(asked, text=f"{asked} ({counted})")

    def option(self, question_id: str, code: str) -> Wording:
        """Return the label of an answer."""
        if question_id == MODE:
            return self.phrase(f"results.mode.{code}")
        question = self.questionnaire.question(ranked_of(question_id)[0])
        return self._option(question, code) if question else Wording(code, self.language)

    def row(self, rows: str, code: str) -> Wording:
        """Return the label of a table's row: an area's name, or that of a group of people."""
        if rows == AREA:
            return Wording(self.area(code), SOURCE_LANGUAGE)
        if rows == LANGUAGE:
            return Wording(own_name(code), code)
        if rows == MODE:
            return self.phrase(f"results.mode.{code}")
        if rows == COMMUNITY_BY_AGE:
            community, age = code.split("/")
            label = self.row(COMMUNITY, community)
            return Wording(f"{label}, {self.phrase(f'results.age.{age}')}", label.language, label.is_fallback)
        question = breakdown_question(self.questionnaire, rows)
        return self._option(question, code) if question else Wording(code, self.language)

    def area(self, code: str) -> str:
        """Return the name of an area."""
        area = self.tree.get(code)
        return area.name if area else code

    def phrase(self, key: str) -> Wording:
        """Return words of the interface, with the language they are really in."""
        is_own = self.language == SOURCE_LANGUAGE or self.phrases.is_translated(key)
        language = self.language if is_own else SOURCE_LANGUAGE
        return Wording(self.phrases.say(key), language, is_fallback=not is_own)

    def _option(self, question: Question, code: str) -> Wording:
        if question.type is QuestionType.AGE_BAND:
            return self.phrase(f"age_band.{code}")
        if question.type is QuestionType.COMMUNITY and code == OTHER_COMMUNITY:
            return self.phrase("results.other_community")
        return self._find(option_key(question, code)) or Wording(code, self.language)

    def _find(self, key: str, **placeholders: str) -> Wording | None:
        found = (words.find(key, **placeholders) for words in self._words)
        return next((wording for wording in found if wording), None)

    @cached_property
    def _words(self) -> tuple[Words, ...]:
        """Return the words of an adult's route, then those of routes that may have questions of their own."""
        own = route_of(self.questionnaire, Facts(style=self.style, age_band=_READER_AGE))
        routes = dict.fromkeys((own, *(route.id for route in self.questionnaire.routes)))
        return tuple(Words(self.questionnaire, self.language, route, self.style) for route in routes)
