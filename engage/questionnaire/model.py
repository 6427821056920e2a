"""The questionnaire as one frozen value: what is asked, of whom, with which codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from engage.questionnaire.conditions import Condition, questions_in

#: Codes every questionnaire may offer beside its own: don't know, prefer not to say, doesn't apply.
SPECIAL_CODES = ("dk", "pns", "na")

#: Age bands in years, as asked; "pns" is a person who would rather not say.
AGE_BANDS = ("under-13", "13-15", "16-17", "18-24", "25-34", "35-49", "50-64", "65+", "pns")
#: The short list used by text message, and how the long one folds into it.
SHORT_AGE_BANDS = ("under-13", "13-15", "16-17", "18-24", "25+")
AGE_FOLD = MappingProxyType({band: band if band in SHORT_AGE_BANDS else "25+" for band in AGE_BANDS if band != "pns"})

CHANNELS = ("web", "outreach", "paper_keyed", "paper_read", "sms", "phone", "api")
STYLES = ("standard", "easy_read", "large_print")
#: Who helped the person answer; "none" is nobody.
ASSISTANCE = ("none", "ambassador", "interpreter", "family", "friend")
#: Characters a text answer may hold unless its question says otherwise.
DEFAULT_MAX_LENGTH = 2000
#: Questions one questionnaire may have.
MOST_QUESTIONS = 500
#: What a question tells in the summary of an area, in the order it is read there.
SUMMARY_ROLES = ("good", "safety", "unsafe", "causes", "help", "turn_to")
CONSENT_RULES = ("own", "school_opt_out", "parent_opt_in")
HOME_ELSEWHERE = "elsewhere"
#: The key of the privacy notice; staff write it beside the definition, and may change it at any time.
NOTICE = "survey.privacy"
#: How a language is offered: whole; with the source language where words are missing; as recordings with easy
#: read; not yet decided; not, as staff decided.
OFFERS = ("offered", "fallback", "spoken", "prepared", "closed")
OPEN_OFFERS = frozenset({"offered", "fallback", "spoken"})


class QuestionType(StrEnum):
    """The kinds of question; the last four answer about the response itself, never in `answers`."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    SCALE = "scale"
    NUMBER = "number"
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    DATE = "date"
    COMMUNITY = "community"
    #: A few options put into an order; the answer lists their codes, the first first.
    RANKING = "ranking"
    #: Something drawn by hand, or words instead; never a file.
    DRAWING = "drawing"
    NOTE = "note"
    AGE_BAND = "age_band"
    AREA = "area"
    AREA_RELATION = "area_relation"
    HOME_DISTRICT = "home_district"


#: Question types whose answers are fields of the submission; each stands at most once, its id is its type.
ENVELOPE_TYPES = frozenset(
    {QuestionType.AGE_BAND, QuestionType.AREA, QuestionType.AREA_RELATION, QuestionType.HOME_DISTRICT}
)
TEXT_TYPES = frozenset({QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT})
#: Types answered with several codes to tick.
MULTIPLE_TYPES = frozenset({QuestionType.MULTIPLE_CHOICE, QuestionType.COMMUNITY, QuestionType.AREA_RELATION})
#: Options one person may be asked to put into an order: more is work, and a text could not list them.
MOST_RANKED = 9


@dataclass(frozen=True)
class Option:
    """One thing to tick; `exclusive` clears the others, `alone` is offered only when nobody helps."""

    code: str
    exclusive: bool = False
    picture: str | None = None
    group: str | None = None
    routes: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Scale:
    """An ordered list of codes with, where declared, a short list and how the long one folds into it."""

    name: str
    options: tuple[Option, ...]
    short: tuple[Option, ...] = ()
    fold: Mapping[str, str] = field(default_factory=dict)
    short_for: tuple[str, ...] = ()
    faces: bool = False


@dataclass(frozen=True)
class Route:
    """A named way through the questionnaire; the first whose condition holds is taken."""

    id: str
    when: Condition | None = None


@dataclass(frozen=True)
class Question:
    """One question; one page on the web, one block on paper, one text by phone."""

    id: str
    type: QuestionType
    options: tuple[Option, ...] = ()
    scale: str | None = None
    special: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    show_when: Condition | None = None
    options_from: str | None = None
    max_choices: int | None = None
    sensitive: bool = False
    alone: bool = False
    #: About the person rather than the place: a demographic, never shown by ward.
    about_you: bool = False
    #: Its answer "yes" says that what the person wrote may be quoted.
    permits_quotes: bool = False
    #: One of SUMMARY_ROLES; how results are laid out, so no part of what is asked.
    summary: str | None = None
    picture: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None
    #: Characters.
    max_length: int = DEFAULT_MAX_LENGTH

    @property
    def is_multiple(self) -> bool:
        """Say whether several of its answers may be ticked; the codes of a ranking are a list too, but an order."""
        return self.type in MULTIPLE_TYPES

    @cached_property
    def is_envelope(self) -> bool:
        """Say whether the answer is a field of the submission rather than an entry of `answers`."""
        return self.type in ENVELOPE_TYPES

    @cached_property
    def takes_answer(self) -> bool:
        """Say whether an answer to it stands in `answers`."""
        return not self.is_envelope and self.type is not QuestionType.NOTE


@dataclass(frozen=True)
class Consent:
    """The version people agree to and the rule that every channel reads for 13 to 15."""

    version: int = 1
    rule: str = "own"
    #: One picture for each sentence of the easy-read statement.
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class HelpLine:
    """A place to get help; `checked_on` (ISO date) is when staff last tried the number."""

    id: str
    number: str
    #: Routes it is shown on; empty for everyone.
    routes: tuple[str, ...] = ()
    #: Areas whose people it is for; empty for everywhere.
    areas: tuple[str, ...] = ()
    checked_on: str | None = None


@dataclass(frozen=True)
class Language:
    """A language the survey is worded in (BCP 47) and how far its wording can be trusted."""

    tag: str
    #: "source", "machine_drafted" or "reviewed".
    review: str
    wording: Mapping[str, str] = field(default_factory=dict)
    #: How it is offered to respondents, one of OFFERS; decided by staff, so no part of the definition.
    offer: str = field(default="offered", compare=False)

    @property
    def is_offered(self) -> bool:
        """Say whether respondents may choose it."""
        return self.offer in OPEN_OFFERS


@dataclass(frozen=True)
class Facts:
    """What conditions may ask about a respondent besides the answers."""

    channel: str = "web"
    language: str = "en"
    style: str = "standard"
    assisted: str = "none"
    age_band: str | None = None
    area_relation: tuple[str, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """One version of one survey's questions; equal questions have an equal `questions_hash`."""

    slug: str
    code: str
    version: int
    default_language: str
    languages: tuple[Language, ...]
    styles: tuple[str, ...]
    areas: tuple[str, ...]
    consent: Consent
    routes: tuple[Route, ...]
    scales: Mapping[str, Scale]
    questions: tuple[Question, ...]
    help_lines: tuple[HelpLine, ...]
    #: One picture for each sentence of the easy-read introduction.
    intro_pictures: tuple[str, ...] = ()

    def question(self, question_id: str) -> Question | None:
        """Return the question with this id, if there is one."""
        place = self._places.get(question_id)
        return None if place is None else self.questions[place]

    def place_of(self, question: Question) -> int:
        """Return where a question stands among all, from 0 on."""
        return self._places[question.id]

    def of_type(self, question_type: QuestionType) -> Question | None:
        """Return the first question of a type: the way to the four envelope questions."""
        return next((question for question in self.questions if question.type is question_type), None)

    def language(self, tag: str) -> Language | None:
        """Return a language of the survey by its tag."""
        return self._by_tag.get(tag)

    def offered(self, *, in_writing: bool = False) -> tuple[str, ...]:
        """Return the tags of the languages respondents may choose; in writing, those with words of their own."""
        return tuple(
            language.tag
            for language in self.languages
            if language.tag == self.default_language
            or (language.is_offered and not (in_writing and language.offer == "spoken"))
        )

    def styles_in(self, tag: str) -> tuple[str, ...]:
        """Return the styles offered in a language: easy read alone where it has recordings only."""
        language = self.language(tag)
        is_spoken = language is not None and language.offer == "spoken"
        return tuple(style for style in self.styles if not is_spoken or style == "easy_read") or self.styles

    def scale_of(self, question: Question) -> Scale | None:
        """Return the scale a question is answered on."""
        return self.scales[question.scale] if question.scale else None

    def on_route(self, route: str, *, is_alone: bool) -> tuple[Question, ...]:
        """Return the questions a route may ask; some are only for people who answer alone."""
        key = (route, is_alone)
        if key not in self._on_routes:
            self._on_routes[key] = tuple(
                question
                for question in self.questions
                if (not question.routes or route in question.routes) and (is_alone or not question.alone)
            )
        return self._on_routes[key]

    def options_on_route(self, question: Question, route: str, *, is_alone: bool) -> tuple[Option, ...]:
        """Return the options of a question that a route offers, where they are not those ticked before."""
        key = (question.id, route, is_alone)
        if key not in self._options_on_routes:
            scale = self.scale_of(question)
            listed = question.options
            if scale:
                listed = scale.short if route in scale.short_for else scale.options
            self._options_on_routes[key] = tuple(
                option
                for option in listed
                if (not option.routes or route in option.routes) and (is_alone or not option.alone)
            )
        return self._options_on_routes[key]

    @cached_property
    def _on_routes(self) -> dict[tuple[str, bool], tuple[Question, ...]]:
        return {}

    @cached_property
    def _options_on_routes(self) -> dict[tuple[str, str, bool], tuple[Option, ...]]:
        return {}

    @cached_property
    def steering(self) -> frozenset[str]:
        """Return the ids of the questions whose answers, beside the facts, decide what is asked or offered later."""
        looked_at = {question_id for question in self.questions for question_id in questions_in(question.show_when)}
        return frozenset(looked_at | {question.options_from for question in self.questions if question.options_from})

    @cached_property
    def answerable(self) -> frozenset[str]:
        """Return the ids of the questions whose answers stand in `answers`."""
        return frozenset(question.id for question in self.questions if question.takes_answer)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {question.id: place for place, question in reversed(list(enumerate(self.questions)))}

    @cached_property
    def _by_tag(self) -> Mapping[str, Language]:
        return {language.tag: language for language in reversed(self.languages)}
