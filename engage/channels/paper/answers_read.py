"""Makes answers of the marks on a form: what is certain as the keyed entry has it, the rest before a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engage.channels.paper.layout import Layout
from engage.channels.paper.page_reader import BoxRead, PageRead, SpaceRead
from engage.collection.paper import KeyedForm
from engage.questionnaire.conditions import facts_in, questions_in
from engage.questionnaire.model import Facts, Question, Questionnaire, QuestionType
from engage.response.answers import check_answers
from engage.response.consent import Given, consent_problem

#: Why a person must look at a question, beside the codes of `response.problems`.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "doubtful": "a mark that may or may not be a tick",
        "corrected": "crossed out, and nothing else is ticked",
        "two_marks": "two ticks where one is asked for",
        "writing": "something is written or drawn",
        "not_agreed": "the box of agreement is not ticked",
        "two_sheets": "the page was read twice, with different ticks",
    }
)
#: What is ticked on a form beside its questions; one tick each.
FRONT = ("consent", "guardian", "assisted")
_ENVELOPE = ("age_band", "area", "area_relation", "home_district")
_DOUBTS = ("doubtful", "unreadable")


@dataclass(frozen=True)
class MarksRead:
    """What the marks say: code or codes by question, and why a person must look at the others."""

    answers: Mapping[str, Any]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class ReadForm:
    """A form as it was read; what is in doubt is left out of `form` and named in `reasons`."""

    form: KeyedForm
    #: Question → why a person must look at it, in the order printed.
    reasons: Mapping[str, str]
    #: The person is under 13, for certain: nothing is kept.
    is_too_young: bool = False

    @property
    def answers(self) -> Mapping[str, Any]:
        """Return the answers in coded values."""
        return self.form.answers

    @property
    def review(self) -> tuple[str, ...]:
        """Return the questions a person must look at."""
        return tuple(self.reasons)


def answers_of(layout: Layout, questionnaire: Questionnaire, pages: Sequence[PageRead]) -> ReadForm:
    """Return what all pages of one form say; skip rules that the ticks contradict go to a person as well."""
    marks = read_marks(questionnaire, pages)
    said, reasons = dict(marks.answers), dict(marks.reasons)
    _drop_repeated_most(questionnaire, said, reasons)
    reasons |= _special_with_others(questionnaire, said)
    form = _keyed({question: answer for question, answer in said.items() if question not in reasons})
    reasons |= _consent_doubts(questionnaire, form, reasons)
    facts = Facts("paper_read", layout.language, layout.style, form.assisted, form.age_band, tuple(form.area_relation))
    checked = check_answers(questionnaire, facts, form.answers, from_paper=True)
    for problem in (*checked.problems, *checked.notes):
        if problem.question and not _stands_on(questionnaire, problem.question) & reasons.keys():
            reasons.setdefault(problem.question, problem.code)
    order = {question: at for at, question in enumerate(_printed(layout))}
    reasons = dict(sorted(reasons.items(), key=lambda entry: order.get(entry[0], len(order))))
    is_too_young = form.age_band == "under-13"
    return ReadForm(form, MappingProxyType({} if is_too_young else reasons), is_too_young)


def read_marks(questionnaire: Questionnaire, pages: Iterable[PageRead]) -> MarksRead:
    """Return what the boxes and spaces of some pages say, question by question, without looking from one to another."""
    boxes: dict[str, list[BoxRead]] = {}
    written: list[SpaceRead] = []
    for page in pages:
        for box in page.boxes:
            if _is_beside_drawing(questionnaire, box.question):
                continue  # without a drawing it says nothing, and a drawing goes before a person
            boxes.setdefault(box.question, []).append(box)
        written += [space for space in page.spaces if space.has_ink]
    answers: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    for question_id, its_boxes in boxes.items():
        answer, reason = _read(questionnaire.question(question_id), its_boxes)
        if reason:
            reasons[question_id] = reason
        elif answer:
            answers[question_id] = answer
    for space in written:
        reasons.setdefault(space.question, "writing")
    return MarksRead({key: value for key, value in answers.items() if key not in reasons}, reasons)


def _is_beside_drawing(questionnaire: Questionnaire, question_id: str) -> bool:
    question = questionnaire.question(question_id)
    return question is not None and question.type is QuestionType.DRAWING


def _read(question: Question | None, boxes: Sequence[BoxRead]) -> tuple[Any, str | None]:
    """Return the code or codes ticked, or why a person must look."""
    ticked = [box.option for box in boxes if box.state == "marked"]
    if any(box.state in _DOUBTS for box in boxes):
        return None, "doubtful"
    if not ticked:
        return None, "corrected" if any(box.state == "corrected" for box in boxes) else None
    if question is None or not question.is_multiple:
        return (ticked[0], None) if len(ticked) == 1 else (None, "two_marks")
    return (ticked[0] if len(ticked) == 1 and ticked[0] in question.special else ticked), None


def _special_with_others(questionnaire: Questionnaire, said: Mapping[str, Any]) -> dict[str, str]:
    """Return the questions with "I don't know" or its like ticked beside other answers."""
    listed = [question for question in questionnaire.questions if isinstance(said.get(question.id), list)]
    return {question.id: "exclusive_option" for question in listed if set(question.special) & set(said[question.id])}


def _drop_repeated_most(questionnaire: Questionnaire, said: dict[str, Any], reasons: Mapping[str, str]) -> None:
    """Forget which tick matters most where it is the only tick: many fill in both columns, and it says nothing new."""
    for question in questionnaire.questions:
        parent = question.options_from
        if parent and parent not in reasons and said.get(parent) == [said.get(question.id)]:
            del said[question.id]


def _keyed(said: Mapping[str, Any]) -> KeyedForm:
    return KeyedForm(
        consent=said.get("consent") == "yes",
        guardian=said.get("guardian"),
        age_band=said.get("age_band"),
        assisted=said.get("assisted", "none"),
        area=said.get("area"),
        area_relation=_listed(said.get("area_relation")),
        home_district=said.get("home_district"),
        answers={key: value for key, value in said.items() if key not in (*FRONT, *_ENVELOPE)},
    )


def _listed(codes: Any) -> tuple[str, ...]:
    """Return codes as a tuple; "prefer not to say" and the like are no relation to an area."""
    return tuple(codes) if isinstance(codes, list) else ()


def _consent_doubts(questionnaire: Questionnaire, form: KeyedForm, reasons: Mapping[str, str]) -> dict[str, str]:
    """Return what a person has to confirm before a form counts as not agreed to: paper comes back only once."""
    given = Given(questionnaire.consent.version, form.consent, form.age_band, form.guardian)
    if "consent" not in reasons and not form.consent:
        return {"consent": "not_agreed"}
    problem = consent_problem(questionnaire.consent.rule, given)
    return {"guardian": problem} if problem == "guardian_needed" and "guardian" not in reasons else {}


def _stands_on(questionnaire: Questionnaire, question_id: str) -> frozenset[str]:
    """Return what decides whether a question is asked: while that is in doubt, no tick contradicts it."""
    question = questionnaire.question(question_id)
    if question is None:
        return frozenset()
    asked_of = ("age_band", "assisted", question.options_from or "")
    condition = question.show_when
    named = (*questions_in(condition), *facts_in(condition)) if condition else ()
    return frozenset((*asked_of, *named))


def _printed(layout: Layout) -> list[str]:
    """Return every question in the order printed, each once."""
    asked = [
        question
        for page in layout.pages
        for question in (*(box.question for box in page.boxes), *(space.question for space in page.spaces))
    ]
    return list(dict.fromkeys(asked))
