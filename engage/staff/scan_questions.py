"""One question of a scanned form as it stands on the screen, and what somebody decided about it read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from engage.channels.paper.crops import may_be_drawn_in, pages_with, width_of
from engage.channels.paper.forms_read import ScannedSheets
from engage.channels.paper.forms_reviewed import UNANSWERED, Proposal, answer_in, proposal_of, with_answer
from engage.channels.paper.layout import PAGE_WIDTH
from engage.collection.paper import check_form
from engage.questionnaire.model import Questionnaire, QuestionType
from engage.response.drawings import words_about
from engage.settings import Keys
from engage.staff.entry_fields import AREA_WRITTEN, KINDS, OWN_WORDS, EntryChoice, EntryField, entry_fields, sheet_of
from engage.staff.keyed import Given, order_as_keyed, read_keyed
from engage.staff.scan_words import HINTS, REVIEW_REASONS
from engage.staff.words import problem_words
from engage.storage.database import Session
from engage.storage.scan_reads import ScanDecision

#: Keys of the answers in their order. 0 and E are kept for "empty", I for illegible, P for the page, U for undo, W for
#: being worried.
KEYS = "123456789abcdfghjklmnoqrstvxyz"
#: CSS pixels a millimetre of what is cut out of a page.
_CSS_PIXELS = 3.5
#: Kinds of fields that only typing answers.
_TYPED_OFF = ("line", "lines", "order", "words")
#: Kinds of fields that are written off the sheet.
_WRITTEN = ("line", "lines", "area", "order", "words")


@dataclass(frozen=True)
class PictureOf:
    """One scan of a page; `copy` counts scans of the same page from 1, 0 where there is only one."""

    page: UUID
    number: int
    copy: int
    #: CSS pixels of what stands on it for one question: all crops have the same scale.
    width: int


@dataclass(frozen=True)
class QuestionShown:
    """A question before a person: its field with what is proposed or decided, and where its pictures are."""

    id: str
    field: EntryField
    #: Why a person must look, in words.
    reason: str
    pictures: tuple[PictureOf, ...]
    is_decided: bool
    #: What stands: the kind of decision, `proposed` where the reader has a view, else none.
    stands: str | None
    hint: str | None
    has_space: bool
    may_be_drawn: bool
    #: What is drawn in its space may be kept as lines.
    may_be_kept: bool
    #: It may be left without an answer.
    may_be_empty: bool

    @property
    def is_written(self) -> bool:
        """Say whether it is answered by typing what is written on the sheet."""
        return self.field.kind in _WRITTEN


def question_shown(
    session: Session,
    sheets: ScannedSheets,
    question: str,
    decided: Sequence[ScanDecision],
    given: Given | None = None,
    problems: Sequence[str] = (),
) -> QuestionShown | None:
    """Return a question with what was decided on it, else what the reader proposes; None for one not on the form.

    `given` is what was sent and could not be taken, for its `problems`.
    """
    decision = next((one for one in decided if one.question == question), None)
    proposal = proposal_of(sheets, question)
    if given is None:
        given = given_of(sheets.questionnaire, question, decision.answer if decision else proposal.answer)
    field = field_of(session, sheets, question, given)
    if field is None:
        return None
    reason = sheets.read.reasons.get(question) or ("unfit" if question in sheets.scanned.review else "chosen")
    return QuestionShown(
        id=question,
        field=replace(field, problems=tuple(problems)),
        reason=REVIEW_REASONS.get(reason) or problem_words(reason),
        pictures=pictures_of(sheets, question),
        is_decided=decision is not None,
        stands=decision.kind if decision else _proposed(proposal),
        hint=_hint(sheets.questionnaire, question),
        has_space=any(space.question == question for page in sheets.layout.pages for space in page.spaces),
        may_be_drawn=may_be_drawn_in(sheets.layout, sheets.questionnaire, question),
        may_be_kept=asks_for_drawing(sheets.questionnaire, question),
        may_be_empty=not field.is_needed,
    )


def field_of(session: Session, sheets: ScannedSheets, question: str, given: Given) -> EntryField | None:
    """Return the field of one question as the entry screen has it, with the keys of this screen."""
    fields = entry_fields(session, sheets.questionnaire, sheets.form, given, only=question)
    found = next((field for field in fields if field.about == question), None)
    return with_keys(sheets, found, given) if found else None


def with_keys(sheets: ScannedSheets, field: EntryField, given: Given) -> EntryField:
    """Return a field with the keys of this screen, an area with the boxes that are printed for it."""
    choices = _printed_areas(sheets, field, given) if field.kind == "area" else field.choices
    keyed = (replace(choice, key=KEYS[at] if at < len(KEYS) else "") for at, choice in enumerate(choices))
    return replace(field, choices=tuple(keyed))


def decision_on(
    session: Session, keys: Keys, sheets: ScannedSheets, form: ScanDecision, given: Given
) -> ScanDecision | tuple[str, ...]:
    """Return what somebody decided, or in words what cannot be right about it; `form` says who, when and on what."""
    question = form.question
    if form.kind in UNANSWERED:
        return replace(form, answer=None)
    keyed = read_keyed(session, sheet_of(session, sheets.questionnaire, sheets.form), given)
    faults = [problem for problem in keyed.problems if problem.question == question]
    answer = None if faults else _said(keyed.form, question, given)
    if not faults and answer is None:
        return ("Choose or type what is on the sheet, or say that it is empty or illegible.",)
    whole = with_answer(sheets.read.form, question, answer)
    checked = check_form(session, keys, sheets.form, whole, by=form.by, now=form.at, channel="paper_read")
    faults += [problem for problem in checked.problems if problem.question == question and not faults]
    if faults:
        return tuple(dict.fromkeys(problem_words(problem.code) for problem in faults))
    kind = "typed" if _is_typed(given, question, sheets.questionnaire) else "chosen"
    is_as_read = answer == proposal_of(sheets, question).answer
    return replace(form, kind="as_read" if is_as_read else kind, answer=answer)


def given_of(questionnaire: Questionnaire, question_id: str, answer: Any) -> Given:
    """Return an answer in coded values as the fields of the entry screen would send it."""
    question = questionnaire.question(question_id)
    is_plain = question is None or question.is_envelope
    name = question_id if is_plain else f"a.{question_id}"
    given: Given = MultiDict()
    if question is not None and question.type is QuestionType.RANKING and isinstance(answer, (list, tuple)):
        given.add(name, order_as_keyed(question, answer))
        return given
    if words := words_about(answer):
        given.add(name, words)
    for value in answer if isinstance(answer, (list, tuple)) else [answer]:
        if isinstance(value, Mapping):
            given.add(OWN_WORDS, str(value.get("other", "")))
        elif value is not None:
            given.add(name, str(value))
    return given


def pictures_of(sheets: ScannedSheets, question: str | None = None) -> tuple[PictureOf, ...]:
    """Return the scans of the pages on which a question stands, of all pages without one."""
    numbers = pages_with(sheets.layout, question) if question else [page.number for page in sheets.layout.pages]
    scans = [page for page in sheets.pages if page.page in numbers and page.image]
    shown = []
    for page in scans:
        copies = [one for one in scans if one.page == page.page]
        copy = copies.index(page) + 1 if len(copies) > 1 else 0
        width = width_of(sheets.layout, page.page or 0, question) if question else PAGE_WIDTH
        shown.append(PictureOf(page.id, page.page or 0, copy, round(width * _CSS_PIXELS)))
    return tuple(shown)


def asks_for_drawing(questionnaire: Questionnaire, question_id: str) -> bool:
    """Say whether a question is answered by drawing."""
    question = questionnaire.question(question_id)
    return question is not None and question.type is QuestionType.DRAWING


def _said(form: Any, question: str, given: Given) -> Any:
    """Return the answer that was sent to one question, None where there is none."""
    if question in ("consent", "assisted") and not given.get(question):
        return None
    answer = answer_in(form, question)
    return None if answer in ("", []) else answer


def _is_typed(given: Given, question: str, questionnaire: Questionnaire) -> bool:
    asked = questionnaire.question(question)
    if asked is None:
        return False
    if KINDS[asked.type] in _TYPED_OFF:
        return True
    return bool(given.get(AREA_WRITTEN if asked.type is QuestionType.AREA else OWN_WORDS, "").strip())


def _printed_areas(sheets: ScannedSheets, field: EntryField, given: Given) -> tuple[EntryChoice, ...]:
    names = {area.code: area.name for group in field.groups for area in (group.area, *group.places, *group.wards)}
    boxes = [box for page in sheets.layout.pages for box in page.boxes if box.question == field.about]
    chosen = given.get("area")
    return tuple(EntryChoice(box.option, names.get(box.option, box.option), "", chosen == box.option) for box in boxes)


def _proposed(proposal: Proposal) -> str | None:
    return "proposed" if proposal.is_empty or proposal.answer is not None else None


def _hint(questionnaire: Questionnaire, question_id: str) -> str | None:
    question = questionnaire.question(question_id)
    return HINTS.get(question.type.value) if question else None
