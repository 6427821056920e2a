"""What the page of a question shows, as plain values a template can lay out without deciding anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from engage.channels.web.posted import DRAWN, SHOWS, Form
from engage.channels.web.ward_map import WardMap
from engage.questionnaire.wording import Wording

#: Stands where a script puts the name of a place; a sign that nobody types (Unicode private use).
PLACE_MARK = "\ue000"


@dataclass(frozen=True)
class Choice:
    """One thing to tick."""

    name: str
    value: str
    label: Markup
    is_chosen: bool = False
    picture: Markup | None = None
    #: The address of a recording of the label.
    clip: str | None = None

    @property
    def id(self) -> str:
        """Return the id of its field in the page."""
        return f"{self.name}-{self.value}"


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
class Ranked:
    """One option to give a number to; `value` is the number it has."""

    name: str
    label: Markup
    value: str = ""
    picture: Markup | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet to draw on: what is drawn as a script writes it, and whether others may see it."""

    value: str = ""
    may_show: bool = False


@dataclass(frozen=True)
class QuestionPage:
    """Everything the template of a question shows."""

    text: Markup
    skip: Markup
    hint: Markup | None = None
    why: Markup | None = None
    note: Markup | None = None
    picture: Markup | None = None
    #: Which of the four colours stands behind the picture; it means nothing.
    tone: int = 0
    groups: tuple[ChoiceGroup, ...] = ()
    fields: tuple[TypedField, ...] = ()
    #: Options to put into an order, and the numbers there are.
    ranked: tuple[Ranked, ...] = ()
    numbers: tuple[int, ...] = ()
    sheet: Sheet | None = None
    #: "I don't know" and the like, behind everything else.
    specials: tuple[Choice, ...] = ()
    #: Several choices may be ticked.
    is_multiple: bool = False
    #: Choices stand side by side where there is room.
    is_dense: bool = False
    #: Something may be typed before anything is chosen from the lists.
    fields_first: bool = False
    #: Nothing is asked: there is only a way on.
    is_note: bool = False
    #: The way to help stands above the question.
    shows_help_first: bool = False
    #: The first places to get help are open, because of what was just said.
    brings_help: bool = False
    #: The last group of choices can be shown on a map, and is where `ward_map` is drawn.
    has_map: bool = False
    ward_map: WardMap | None = None
    has_fallback: bool = False
    #: "text", "hint", "note" → the address of a recording of it.
    clips: Mapping[str, str] = field(default_factory=dict)
    problem: Markup | None = None
    #: Fields that are posted along without being seen.
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_field(self) -> str:
        """Return the id of the field that a problem leads to."""
        if self.groups and not self.fields_first:
            return self.groups[0].choices[0].id
        if self.ranked:
            return self.ranked[0].name
        return self.fields[0].name if self.fields else "main"

    @property
    def recorded(self) -> tuple[Choice, ...]:
        """Return the choices that somebody has read into a recording, in their order."""
        listed = (*(choice for group in self.groups for choice in group.choices), *self.specials)
        return tuple(choice for choice in listed if choice.clip)

    @property
    def is_one_field(self) -> bool:
        """Say whether the question is the label of a single field."""
        return len(self.fields) == 1 and not (self.groups or self.specials or self.sheet)

    @property
    def is_by_hand(self) -> bool:
        """Say whether there is something to draw or to put into an order, for which a page fetches more."""
        return bool(self.ranked or self.sheet)

    @property
    def described_by(self) -> str:
        """Return the ids of what is read out with the question."""
        parts = {"note": self.note, "hint": self.hint, "problem": self.problem}
        return " ".join(name for name, words in parts.items() if words)


def with_posted(page: QuestionPage, form: Form, problem: Markup) -> QuestionPage:
    """Return the page with what was posted still in it, and what is wrong."""

    def filled(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        return tuple(replace(choice, is_chosen=choice.value in form.getlist(choice.name)) for choice in choices)

    return replace(
        page,
        groups=tuple(replace(group, choices=filled(group.choices)) for group in page.groups),
        fields=tuple(replace(typed, value=form.get(typed.name, "")) for typed in page.fields),
        specials=filled(page.specials),
        ranked=tuple(replace(ranked, value=form.get(ranked.name, "")) for ranked in page.ranked),
        sheet=page.sheet and Sheet(form.get(DRAWN, ""), SHOWS in form),
        problem=problem,
    )


@dataclass(frozen=True)
class NoticeBlock:
    """A heading or a paragraph of the privacy notice."""

    words: Wording
    is_heading: bool
