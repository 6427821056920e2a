"""Finds the way from page to page: which question has which address, what comes before and after it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engage.questionnaire.model import Facts, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions

#: The page with consent, age and who helps; the questions follow it in the order of the definition.
FIRST_PAGE = 1


@dataclass(frozen=True)
class Path:
    """The questions one person is asked; the age was asked with consent and has no page of its own."""

    questionnaire: Questionnaire
    asked: tuple[Question, ...]

    @classmethod
    def of(cls, questionnaire: Questionnaire, facts: Facts, answers: Mapping[str, Any]) -> "Path":
        """Return the path of a respondent."""
        asked = asked_questions(questionnaire, facts, answers)
        return cls(questionnaire, tuple(question for question in asked if question.type is not QuestionType.AGE_BAND))

    def at(self, number: int) -> Question | None:
        """Return the question with this page number, whether it is asked or not; None where there is none."""
        index = number - FIRST_PAGE - 1
        return self.questionnaire.questions[index] if 0 <= index < len(self.questionnaire.questions) else None

    def number_of(self, question: Question) -> int:
        """Return the page number of a question: always the same, and without a word about the topic."""
        return FIRST_PAGE + 1 + self.questionnaire.place_of(question)

    def after(self, question: Question) -> Question | None:
        """Return the next question asked, None after the last."""
        number = self.number_of(question)
        return next((later for later in self.asked if self.number_of(later) > number), None)

    def before(self, question: Question) -> Question | None:
        """Return the question asked before, None before the first."""
        number = self.number_of(question)
        return next((earlier for earlier in reversed(self.asked) if self.number_of(earlier) < number), None)

    def first_unseen(self, seen: Collection[str]) -> Question | None:
        """Return the first question that was not yet put to the person."""
        return next((question for question in self.asked if question.id not in seen), None)
