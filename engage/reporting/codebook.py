"""Lists a survey's questions with their codes in words, as people who work with the answers need them."""

import csv
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engage.questionnaire.document import to_document
from engage.questionnaire.model import AGE_BANDS, Question, Questionnaire, QuestionType
from engage.reporting.labels import Labels
from engage.reporting.planning import OTHER_COMMUNITY, is_about_the_person, table_questions
from engage.spreadsheets import safe_text

#: Columns of a survey's codebook; a question has a line for each of its codes, or one alone.
COLUMNS = (
    "question", "wording", "type", "several", "asked_of", "asked_if", "published", "code", "code_wording", "folds_to",
)  # fmt: skip
#: The age band of text messages, which stands beside the longer list.
_SHORT_BAND = "25+"
_NEVER_STORED = "under-13"


@dataclass(frozen=True)
class Code:
    """One code of an answer with its words; `folds_to` is what it counts as in published tables."""

    code: str
    wording: str
    folds_to: str | None = None


def codebook_lines(labels: Labels, questions: Collection[str] | None = None) -> Iterator[list[str]]:
    """Yield the values of COLUMNS for every code of every question, or of those named."""
    questionnaire = labels.questionnaire
    conditions = _conditions(questionnaire)
    published = _published(questionnaire)
    for question in questionnaire.questions:
        if question.type is QuestionType.NOTE or (questions is not None and question.id not in questions):
            continue
        head = [
            question.id,
            question_words(question, labels),
            question.type.value,
            "in order" if question.type is QuestionType.RANKING else "yes" if question.is_multiple else "no",
            " ".join(question.routes) or "everybody",
            conditions.get(question.id, ""),
            published.get(question.id, "never"),
        ]
        for code in codes_of(question, labels) or (Code("", ""),):
            yield [*head, code.code, code.wording, code.folds_to or ""]


def codebook_csv(labels: Labels) -> str:
    """Return a survey's whole codebook as CSV, none of it a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([safe_text(value) for value in line] for line in codebook_lines(labels))
    return text.getvalue()


def question_words(question: Question, labels: Labels) -> str:
    """Return a question as adults are asked it about no place in particular."""
    return str(labels.asked(question.id, str(labels.phrase("web.here"))))


def codes_of(question: Question, labels: Labels) -> tuple[Code, ...]:
    """Return every code an answer to the question may have, in the questionnaire's order; none of open questions."""
    fold = _fold(question, labels.questionnaire)
    listed = dict.fromkeys(_codes(question, labels.questionnaire))
    own = [Code(code, str(labels.option(question.id, code)), fold.get(code)) for code in listed]
    return (*own, *(Code(code, str(labels.phrase(f"option.{code}"))) for code in question.special))


def _codes(question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    if question.type is QuestionType.AGE_BAND:
        yield from (band for band in (*AGE_BANDS, _SHORT_BAND) if band != _NEVER_STORED)
        return
    scale = questionnaire.scale_of(question)
    parent = questionnaire.question(question.options_from) if question.options_from else None
    options = (*scale.options, *scale.short) if scale else (parent or question).options
    yield from (option.code for option in options if not (parent and option.exclusive))
    if question.type is QuestionType.COMMUNITY:
        yield OTHER_COMMUNITY


def _fold(question: Question, questionnaire: Questionnaire) -> Mapping[str, str]:
    scale = questionnaire.scale_of(question)
    return scale.fold if scale else {}


def _published(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return for each question that goes out at all where it is published."""
    going_out = {question.id for question in table_questions(questionnaire)}
    return {
        question.id: "districts and wider" if is_about_the_person(question) else "every level of area"
        for question in questionnaire.questions
        if question.id in going_out
    }


def _conditions(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Return for each question that is asked of some people only the condition, as it stands in the definition."""
    documents: list[dict[str, Any]] = to_document(questionnaire)["questions"]
    return {one["id"]: json.dumps(one["show_when"]) for one in documents if "show_when" in one}
