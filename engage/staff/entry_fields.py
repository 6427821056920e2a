"""The fields of the entry screen: every question of a printed form in its printed order, each answer with a key."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from engage.channels.paper.form import Form as Sheet
from engage.channels.paper.rules import label_of, rule_of
from engage.collection.paper import districts_on_form
from engage.phrases import phrases_for
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    HOME_ELSEWHERE,
    Option,
    Question,
    Questionnaire,
    QuestionType,
)
from engage.questionnaire.wording import option_key
from engage.response.problems import Problem
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.words import problem_words
from engage.storage import areas
from engage.storage.database import Session
from engage.storage.forms import Form

#: Keys of the answers in their order; S is kept for "left empty".
KEYS = "1234567890abcdefghijklmnopqrtuvwxyz"
#: Names of form fields: the agreement, a parent's agreement, the area as written, own words for a community.
CONSENT, GUARDIAN, AREA_WRITTEN, OWN_WORDS = "consent", "guardian", "area_written", "own_words"
#: What the name of an answer's field begins with.
ANSWER = "a."

#: How each type of question is keyed; notes are not.
KINDS: Mapping[QuestionType, str | None] = {
    QuestionType.SINGLE_CHOICE: "one",
    QuestionType.SCALE: "one",
    QuestionType.AGE_BAND: "one",
    QuestionType.HOME_DISTRICT: "one",
    QuestionType.MULTIPLE_CHOICE: "several",
    QuestionType.COMMUNITY: "several",
    QuestionType.AREA_RELATION: "several",
    QuestionType.NUMBER: "line",
    QuestionType.SHORT_TEXT: "line",
    QuestionType.DATE: "line",
    QuestionType.LONG_TEXT: "lines",
    QuestionType.RANKING: "order",
    QuestionType.DRAWING: "words",
    QuestionType.AREA: "area",
    QuestionType.NOTE: None,
}


_HINTS = {
    "order": "the numbers from top to bottom, a hyphen for an empty box, such as 2 - 1 3",
    "words": "words only; a drawing is kept by scanning the sheet",
}


@dataclass(frozen=True)
class EntryChoice:
    """One box of the sheet; `refuses` where ticking it means that nothing is kept."""

    code: str
    label: str
    key: str
    is_ticked: bool = False
    refuses: bool = False


@dataclass(frozen=True)
class EntryField:
    """One question as it is keyed: `one` or `several` of its choices, a `line`, `lines` or an `area`.

    Of an `order` the numbers written are keyed, of a drawing the `words` in it: drawings come in as scans alone.
    """

    name: str
    #: What a problem with it names.
    about: str
    kind: str
    text: str
    number: int | None = None
    rule: str | None = None
    hint: str | None = None
    choices: tuple[EntryChoice, ...] = ()
    value: str = ""
    #: Whether one of the choices must be taken: nothing is assumed.
    is_needed: bool = False
    #: Areas to choose from, and own words where they are taken.
    groups: Sequence[AreaGroup] = ()
    takes_own_words: bool = False
    written: str = ""
    problems: tuple[str, ...] = ()


def sheet_of(session: Session, questionnaire: Questionnaire, form: Form) -> Sheet:
    """Return what a printed form asks, in the language it was printed in."""
    say = phrases_for("en", form.style).say
    districts = districts_on_form(session, questionnaire)
    return Sheet(questionnaire, form.language, form.style, say, districts, say("paper.this_place"))


def field_name(question: Question) -> str:
    """Return the name of a question's field."""
    return question.id if question.is_envelope else ANSWER + question.id


def entry_fields(
    session: Session,
    questionnaire: Questionnaire,
    form: Form,
    given: MultiDict[str, str],
    problems: Sequence[Problem] = (),
    *,
    only: str | None = None,
) -> list[EntryField]:
    """Return the fields of a form in printed order, with what was keyed before and what is wrong with it.

    With `only` the questions in the middle are left out but this one, as working them out takes its time.
    """
    printed = sheet_of(session, questionnaire, form)
    english = replace(printed, language=questionnaire.default_language)
    groups = area_groups(areas.read_tree(session), questionnaire, is_told=True)
    fields = list(_front(printed, given))
    for question in printed.questions:
        kind = KINDS[question.type]
        if kind is not None and only in (None, question.id):
            fields.append(_field(printed, english, question, kind, given, groups))
        if question.type is QuestionType.AGE_BAND:
            fields.append(_assisted(printed, given))
    return [replace(field, problems=_words_for(field, problems)) for field in fields]


def _front(printed: Sheet, given: MultiDict[str, str]) -> Iterator[EntryField]:
    boxes = (("yes", "Ticked", False), ("no", "Not ticked", True))
    yield EntryField(
        name=CONSENT,
        about=CONSENT,
        kind="one",
        text="Is the box of agreement ticked?",
        choices=tuple(
            EntryChoice(code, label, KEYS[at], given.get(CONSENT) == code, refuses)
            for at, (code, label, refuses) in enumerate(boxes)
        ),
        is_needed=True,
    )
    if printed.questionnaire.consent.rule == "parent_opt_in":
        agreed = EntryChoice("agreed", "Ticked", KEYS[0], given.get(GUARDIAN) == "agreed")
        yield EntryField(GUARDIAN, GUARDIAN, "one", "Is the box of a parent or carer ticked?", choices=(agreed,))


def _assisted(printed: Sheet, given: MultiDict[str, str]) -> EntryField:
    labels = [(code, printed.say(f"assisted.{code}")) for code in ASSISTANCE]
    return EntryField(
        name="assisted",
        about="assisted",
        kind="one",
        text=printed.say("paper.assisted"),
        number=printed.numbers.get("assisted"),
        choices=_keyed_choices(labels, given.getlist("assisted")),
    )


def _field(
    printed: Sheet,
    english: Sheet,
    question: Question,
    kind: str,
    given: MultiDict[str, str],
    groups: Sequence[AreaGroup],
) -> EntryField:
    name = field_name(question)
    text = english.words(f"{question.id}.text", question)
    return EntryField(
        name=name,
        about=question.id,
        kind=kind,
        text=text.text if text else question.id,
        number=printed.numbers.get(question.id),
        rule=rule_of(english, question),
        hint=_HINTS.get(kind) or (f"up to {question.max_choices}" if question.max_choices else None),
        choices=_choices(printed, english, question, given.getlist(name)),
        value=given.get(name, ""),
        groups=groups if kind == "area" else (),
        takes_own_words=question.type is QuestionType.COMMUNITY,
        written=given.get(AREA_WRITTEN if kind == "area" else OWN_WORDS, ""),
    )


def _choices(printed: Sheet, english: Sheet, question: Question, ticked: Sequence[str]) -> tuple[EntryChoice, ...]:
    listed = _LISTED.get(question.type)
    if listed:
        choices = _keyed_choices(listed(printed), ticked)
        return tuple(replace(choice, refuses=choice.code == "under-13") for choice in choices)
    if not question.options_from:
        return _keyed_choices(_boxes(printed, english, question), ticked)
    parent = printed.questionnaire.question(question.options_from)
    assert parent is not None  # noqa: S101 - the definition was checked
    exclusive = {option.code for option in parent.options if option.exclusive} | set(parent.special)
    # Printed side by side: the same row has the same key.
    rows = _keyed_choices(_boxes(printed, english, parent), ticked)
    return tuple(choice for choice in rows if choice.code not in exclusive)


def _ages(printed: Sheet) -> list[tuple[str, str]]:
    return [(band, printed.say(f"age_band.{band}")) for band in AGE_BANDS]


def _home_districts(printed: Sheet) -> list[tuple[str, str]]:
    return [*printed.districts.items(), (HOME_ELSEWHERE, printed.say("paper.elsewhere"))]


_LISTED: Mapping[QuestionType, Callable[[Sheet], list[tuple[str, str]]]] = {
    QuestionType.AGE_BAND: _ages,
    QuestionType.HOME_DISTRICT: _home_districts,
}


def _boxes(printed: Sheet, english: Sheet, question: Question) -> list[tuple[str, str]]:
    """Return code and label of the boxes of a question in the order printed, group by group."""
    options = printed.options_of(question)
    groups = list(dict.fromkeys(option.group for option in options)) or [None]
    special = [(code, printed.say(f"option.{code}")) for code in question.special]
    place = None if None in groups else groups[-1]
    boxes: list[tuple[str, str]] = []
    for group in groups:
        boxes += [(o.code, _label(english, question, o)) for o in options if o.group == group]
        boxes += special if group == place else []
    return boxes


def _label(english: Sheet, question: Question, option: Option) -> str:
    wording = english.words(option_key(question, option.code), question, option)
    return label_of(english, question, option, wording.text if wording else option.code)


def _keyed_choices(labels: Sequence[tuple[str, str]], ticked: Sequence[str]) -> tuple[EntryChoice, ...]:
    return tuple(
        EntryChoice(code, label, KEYS[at] if at < len(KEYS) else "", code in ticked)
        for at, (code, label) in enumerate(labels)
    )


def _words_for(field: EntryField, problems: Sequence[Problem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem_words(problem.code) for problem in problems if problem.question == field.about))
