"""Names the variables of row-level data: how each answer came in, about where, and one for each closed question."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engage.phrases import own_name
from engage.questionnaire.model import ASSISTANCE, CHANNELS, TEXT_TYPES, Question, QuestionType
from engage.reporting.codebook import Code, codes_of, question_words
from engage.reporting.labels import Labels

#: Answered with words of one's own or by drawing, which never leave, or not answered at all.
_LEFT_OUT = TEXT_TYPES | {QuestionType.DRAWING, QuestionType.NOTE, QuestionType.AREA}
#: Between a question and the answer that a variable says yes or no to.
JOIN = "__"


class Kind(StrEnum):
    """What values a variable has."""

    CODE = "code"
    YES_NO = "yes or no"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True)
class Variable:
    """One column of row-level data.

    A question that takes several answers has a yes-or-no variable for each, a ranking the place of each, 1 the first.
    """

    name: str
    wording: str
    kind: Kind
    codes: tuple[Code, ...] = ()
    question: str | None = None
    #: The answer that a yes-or-no variable or a place is about.
    option: str | None = None

    @property
    def source(self) -> str:
        """The question or field it is read from."""
        return self.question or self.name


def variables_of(labels: Labels) -> tuple[Variable, ...]:
    """Return the variables of a survey's rows in order."""
    asked = (question for question in labels.questionnaire.questions if question.type not in _LEFT_OUT)
    return (*_circumstances(labels), *(variable for question in asked for variable in _of_question(question, labels)))


def _circumstances(labels: Labels) -> Iterator[Variable]:
    """Yield what is known of a row besides the answers; no id, receipt, serial, person, venue or clock among them."""
    yield Variable("synthetic", "Made-up answers, for demonstration", Kind.YES_NO)
    yield Variable("rows_in_file", "Rows in this file, checked against the database when it was made", Kind.NUMBER)
    yield Variable("survey", "Survey", Kind.TEXT)
    yield Variable("wave", "Wave", Kind.TEXT)
    yield Variable("version", "Version of the questionnaire", Kind.NUMBER)
    yield Variable("received_on", "Day it came in (Europe/London)", Kind.TEXT)
    yield Variable("duration", "How long it took, in bands", Kind.TEXT)
    yield Variable("channel", "How it was answered", Kind.CODE, _plain(CHANNELS))
    languages = tuple(Code(one.tag, own_name(one.tag)) for one in labels.questionnaire.languages)
    yield Variable("language", "Language the questions were read in", Kind.CODE, languages)
    yield Variable("style", "Style the questions were read in", Kind.CODE, _plain(labels.questionnaire.styles))
    yield Variable("assisted", "Who helped", Kind.CODE, _plain(ASSISTANCE))
    yield Variable("is_partial", "Stopped on the way", Kind.YES_NO)
    yield Variable("area", "Area the answers are about (code)", Kind.TEXT)
    yield Variable("area_name", "Area the answers are about", Kind.TEXT)


def _plain(codes: tuple[str, ...]) -> tuple[Code, ...]:
    return tuple(Code(code, code.replace("_", " ")) for code in codes)


def _of_question(question: Question, labels: Labels) -> Iterator[Variable]:
    wording = question_words(question, labels)
    codes = codes_of(question, labels)
    if question.type is QuestionType.RANKING:
        for code in codes:
            name = f"{question.id}{JOIN}{code.code}"
            yield Variable(name, f"{wording} {code.wording} (place)", Kind.NUMBER, (), question.id, code.code)
    elif question.is_multiple:
        for code in codes:
            name = f"{question.id}{JOIN}{code.code}"
            yield Variable(name, f"{wording} {code.wording}", Kind.YES_NO, (), question.id, code.code)
    elif question.type is QuestionType.NUMBER:
        yield Variable(question.id, wording, Kind.NUMBER, (), question.id)
    elif codes:
        yield Variable(question.id, wording, Kind.CODE, codes, question.id)
    else:
        yield Variable(question.id, wording, Kind.TEXT, (), question.id)
