"""Says what stands on the page of a question: words, choices in their order, fields, and what was answered before."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from engage.channels.web.posted import ANSWER, DATE_PARTS, OTHER, Form
from engage.channels.web.reader import Reader, marked
from engage.pictures import svg
from engage.questionnaire.model import HOME_ELSEWHERE, TEXT_TYPES, Option, Question, QuestionType
from engage.questionnaire.routing import options_asked
from engage.questionnaire.wording import Wording, option_key
from engage.response.answers import NO_WRITE_IN
from engage.storage.drafts import Draft

#: The option that stays behind all others, whatever their order.
LAST_OPTION = "other"


@dataclass(frozen=True)
class Choice:
    """One thing to tick."""

    name: str
    value: str
    label: Markup
    is_chosen: bool = False
    picture: Markup | None = None


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices under a heading, or without one."""

    choices: tuple[Choice, ...]
    heading: Markup | None = None


@dataclass(frozen=True)
class TypedField:
    """One field to type in."""

    name: str
    value: str = ""
    label: Markup | None = None
    input_mode: str | None = None
    is_long: bool = False


@dataclass(frozen=True)
class QuestionPage:
    """Everything the template of a question shows."""

    question_id: str
    text: Markup
    skip: Markup
    hint: Markup | None = None
    why: Markup | None = None
    note: Markup | None = None
    picture: Markup | None = None
    groups: tuple[ChoiceGroup, ...] = ()
    fields: tuple[TypedField, ...] = ()
    #: Several choices may be ticked.
    is_multiple: bool = False
    #: Choices that stand side by side where there is room.
    is_dense: bool = False
    #: Nothing is asked: there is only a way on.
    is_note: bool = False
    shows_help_first: bool = False
    has_fallback: bool = False
    problem: Markup | None = None
    #: Kept from page to page: which district is open, and whether somebody came to change one answer.
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_field(self) -> str:
        """Return the id of the field that a problem leads to."""
        return self.fields[0].name if self.fields and not self.groups else "first-choice"


@dataclass(frozen=True)
class Asked:
    """A question put to one person: what it may be answered with, and what is known."""

    reader: Reader
    question: Question
    options: tuple[Option, ...]
    draft: Draft
    place: str
    answer: Any
    #: Codes and names that a home district may be chosen from.
    districts: Sequence[tuple[str, str]] = ()

    def word(self, part: str) -> Wording | None:
        """Return a part of the question's wording."""
        return self.reader.word(f"{self.question.id}.{part}", place=self.place)


def build_page(asked: Asked, *, after_sensitive: bool = False) -> QuestionPage:
    """Return the page of any question but the area."""
    question, reader = asked.question, asked.reader
    words = {part: asked.word(part) for part in ("text", "hint", "why", "note")}
    page = QuestionPage(
        question_id=question.id,
        text=marked(words["text"]),
        hint=marked(words["hint"]) or _own_hint(asked),
        why=marked(words["why"]) or None,
        note=marked(words["note"]) or None,
        skip=reader.say("web.skip"),
        picture=svg(question.picture) if question.picture else None,
        is_multiple=question.is_multiple,
        is_note=question.type is QuestionType.NOTE,
        shows_help_first=question.sensitive or after_sensitive,
    )
    fallback = any(word.is_fallback for word in words.values() if word) or any(
        label.is_fallback for option in asked.options if (label := _label(asked, option.code))
    )
    return _FILL[question.type](asked, replace(page, has_fallback=fallback))


def with_posted(page: QuestionPage, form: Form, problem: Markup) -> QuestionPage:
    """Return the page with what was posted still in it, and what is wrong."""

    def filled(choice: Choice) -> Choice:
        return replace(choice, is_chosen=choice.value in form.getlist(choice.name))

    groups = tuple(replace(group, choices=tuple(map(filled, group.choices))) for group in page.groups)
    fields = tuple(replace(typed, value=form.get(typed.name, "")) for typed in page.fields)
    return replace(page, groups=groups, fields=fields, problem=problem)


def words_of_answer(asked: Asked) -> tuple[Markup, ...]:
    """Return an answer in words, for the page on which answers are checked."""
    entries = asked.answer if isinstance(asked.answer, list) else [asked.answer]
    return tuple(_words_of(asked, entry) for entry in entries if entry is not None)


def in_order(options: tuple[Option, ...], question_id: str, seed: str) -> tuple[Option, ...]:
    """Return options in one person's order: shuffled within their group, those that stand alone where they were.

    The same seed gives the same order, so that nothing jumps about when somebody comes back.
    """
    places: dict[str | None, list[int]] = {}
    for index, option in enumerate(options):
        if not option.exclusive and option.code != LAST_OPTION:
            places.setdefault(option.group, []).append(index)
    ordered = list(options)
    for indices in places.values():
        movable = sorted((options[index] for index in indices), key=lambda option: _draw(seed, question_id, option.code))
        for index, option in zip(indices, movable, strict=True):
            ordered[index] = option
    return tuple(ordered)


def options_shown(questionnaire_options: tuple[Option, ...], question: Question, draft: Draft) -> tuple[Option, ...]:
    """Return options in the order this person sees them; easy read keeps the order of its pictures."""
    shuffled = question.type is QuestionType.MULTIPLE_CHOICE or question.options_from
    if not shuffled or draft.envelope["style"] == "easy_read":
        return questionnaire_options
    return in_order(questionnaire_options, question.options_from or question.id, str(draft.response_id))


def _draw(seed: str, question_id: str, code: str) -> bytes:
    return hashlib.sha256(f"{seed}:{question_id}:{code}".encode()).digest()


def _own_hint(asked: Asked) -> Markup | None:
    if not asked.question.is_multiple:
        return None
    if asked.question.max_choices:
        return asked.reader.say("web.choose_up_to", count=asked.question.max_choices)
    return asked.reader.say("web.choose_any")


def _label(asked: Asked, code: str) -> Wording | None:
    if code in asked.question.special:
        return asked.reader.phrase(f"option.{code}")
    return asked.reader.word(option_key(asked.question, code))


def _words_of(asked: Asked, entry: Any) -> Markup:
    if isinstance(entry, Mapping):
        return Markup("{}").format(entry["other"])
    if asked.question.type is QuestionType.HOME_DISTRICT:
        return _home_label(asked, entry)
    label = _label(asked, entry) if isinstance(entry, str) else None
    return marked(label) if label else Markup("{}").format(entry)


def _choices(asked: Asked, page: QuestionPage) -> QuestionPage:
    every_picture = all(option.picture for option in asked.options)
    with_pictures = every_picture or asked.reader.style == "easy_read"
    chosen = asked.answer if isinstance(asked.answer, list) else [asked.answer]
    groups: list[tuple[str | None, list[Choice]]] = []
    for option in asked.options:
        if not groups or groups[-1][0] != option.group:
            groups.append((option.group, []))
        picture = svg(option.picture) if with_pictures and option.picture else None
        choice = Choice(ANSWER, option.code, marked(_label(asked, option.code)), option.code in chosen, picture)
        groups[-1][1].append(choice)
    special = tuple(
        Choice(ANSWER, code, marked(_label(asked, code)), asked.answer == code) for code in asked.question.special
    )
    shown = tuple(ChoiceGroup(tuple(choices), _heading(asked, group)) for group, choices in groups)
    is_dense = page.is_multiple and len(asked.options) > _MANY and not with_pictures
    return replace(page, groups=shown + ((ChoiceGroup(special),) if special else ()), is_dense=is_dense)


#: With more choices than this, short ones stand side by side on a wide screen.
_MANY = 7


def _heading(asked: Asked, group: str | None) -> Markup | None:
    return marked(asked.reader.word(f"{asked.question.id}.group.{group}")) if group else None


def _community(asked: Asked, page: QuestionPage) -> QuestionPage:
    page = _choices(asked, page)
    if asked.draft.envelope["age_band"] in NO_WRITE_IN:
        return page
    given = asked.answer if isinstance(asked.answer, list) else []
    own = next((entry["other"] for entry in given if isinstance(entry, Mapping)), "")
    return replace(page, fields=(TypedField(OTHER, own, asked.reader.say("web.your_own_community")),))


def _text(asked: Asked, page: QuestionPage) -> QuestionPage:
    is_long = asked.question.type is QuestionType.LONG_TEXT
    answered = asked.answer if isinstance(asked.answer, str) else ""
    note = page.note or asked.reader.say("web.free_text_note")
    return _with_special(asked, replace(page, note=note, fields=(TypedField(ANSWER, answered, is_long=is_long),)))


def _number(asked: Asked, page: QuestionPage) -> QuestionPage:
    answered = "" if asked.answer is None else str(asked.answer)
    mode = "numeric" if isinstance(asked.question.minimum, int) else "decimal"
    return _with_special(asked, replace(page, fields=(TypedField(ANSWER, answered, input_mode=mode),)))


def _date(asked: Asked, page: QuestionPage) -> QuestionPage:
    known = asked.answer.split("-") if isinstance(asked.answer, str) and asked.answer.count("-") == 2 else ["", "", ""]  # noqa: PLR2004 - year, month and day
    values = dict(zip(reversed(DATE_PARTS), known, strict=True))
    fields = tuple(
        TypedField(name, values[name], asked.reader.say(f"web.{name}"), input_mode="numeric") for name in DATE_PARTS
    )
    return _with_special(asked, replace(page, fields=fields))


def _home(asked: Asked, page: QuestionPage) -> QuestionPage:
    codes = (*(code for code, _ in asked.districts), HOME_ELSEWHERE)
    choices = tuple(Choice(ANSWER, code, _home_label(asked, code), asked.answer == code) for code in codes)
    return replace(page, groups=(ChoiceGroup(choices),))


def _home_label(asked: Asked, code: str) -> Markup:
    name = dict(asked.districts).get(code)
    return Markup("{}").format(name) if name else asked.reader.say("web.elsewhere")


def _with_special(asked: Asked, page: QuestionPage) -> QuestionPage:
    return page


def _note(_asked: Asked, page: QuestionPage) -> QuestionPage:
    return page


_FILL: dict[QuestionType, Callable[[Asked, QuestionPage], QuestionPage]] = {
    **dict.fromkeys((QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE, QuestionType.SCALE), _choices),
    QuestionType.AREA_RELATION: _choices,
    QuestionType.COMMUNITY: _community,
    QuestionType.HOME_DISTRICT: _home,
    **dict.fromkeys(TEXT_TYPES, _text),
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    **dict.fromkeys((QuestionType.NOTE, QuestionType.AGE_BAND, QuestionType.AREA), _note),
}
