"""Builds the page of a question: its words, its choices or fields, and what was answered before."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from engage.channels.web.posted import ANSWER, DATE_PARTS, OTHER, RANK, SPECIAL
from engage.channels.web.reader import Reader, marked
from engage.channels.web.shown import Choice, ChoiceGroup, QuestionPage, Ranked, Sheet, TypedField
from engage.pictures import OF_SPECIAL_CODES, drawn
from engage.questionnaire.model import HOME_ELSEWHERE, MULTIPLE_TYPES, TEXT_TYPES, Facts, Option, Question, QuestionType
from engage.questionnaire.wording import Wording, option_key
from engage.response.answers import NO_WRITE_IN
from engage.response.drawings import LINES, is_drawn, may_be_shown, words_about

#: With more choices than this, they stand side by side on a wide screen.
MANY_CHOICES = 7
#: Colours behind the pictures of questions, so that not every page looks the same.
TONES = 4


@dataclass(frozen=True)
class Asked:
    """A question put to one person: the options in their order, and what was answered."""

    reader: Reader
    question: Question
    options: tuple[Option, ...]
    facts: Facts
    place: str
    answer: Any
    #: Code and name of the districts that a home district may be chosen from.
    districts: Sequence[tuple[str, str]] = ()

    def word(self, part: str) -> Wording | None:
        """Return a part of the question's wording."""
        return self.reader.word(f"{self.question.id}.{part}", place=self.place)

    def label(self, code: str) -> Wording | None:
        """Return the words of an option or of a special code."""
        if code in self.question.special:
            return self.reader.phrase(f"option.{code}")
        return self.reader.word(option_key(self.question, code), place=self.place)


def build_page(asked: Asked) -> QuestionPage:
    """Return the page of a question; the area's own lists are put in by `area_page`."""
    question = asked.question
    words = {part: asked.word(part) for part in ("text", "hint", "why", "note")}
    labels = [asked.label(option.code) for option in asked.options]
    page = QuestionPage(
        text=marked(words["text"]),
        hint=marked(words["hint"]) or _own_hint(asked),
        why=marked(words["why"]) or None,
        note=marked(words["note"]) or None,
        skip=asked.reader.say("web.skip"),
        picture=drawn(question.picture),
        tone=len(question.id) % TONES,
        clips=_clips(asked),
        specials=_specials(asked),
        is_multiple=question.is_multiple,
        is_note=question.type is QuestionType.NOTE,
        shows_help_first=question.sensitive,
        has_fallback=any(word.is_fallback for word in (*words.values(), *labels) if word),
    )
    return _FILL[question.type](asked, page)


def words_of_answer(asked: Asked) -> tuple[Markup, ...]:
    """Return an answer in words, for the page on which answers are checked."""
    if asked.question.type is QuestionType.DRAWING:
        words = words_about(asked.answer)
        return (
            *((asked.reader.say("drawing.done"),) if is_drawn(asked.answer) else ()),
            *((plain(words),) if words else ()),
        )
    entries = asked.answer if isinstance(asked.answer, list) else [asked.answer]
    said = tuple(_words_of(asked, entry) for entry in entries if entry is not None)
    if asked.question.type is QuestionType.RANKING and isinstance(asked.answer, list):
        return tuple(Markup("{}. {}").format(at, label) for at, label in enumerate(said, start=1))
    return said


def is_private(asked: Asked) -> bool:
    """Say whether an answer is not to be read over a shoulder: to such a question, or with such an option ticked."""
    given = asked.answer if isinstance(asked.answer, list) else [asked.answer]
    is_ticked = any(option.alone and option.code in given for option in asked.options)
    return asked.question.sensitive or asked.question.alone or is_ticked


def plain(text: object) -> Markup:
    """Return a name or somebody's own words, safe to show."""
    return escape(text)


def _words_of(asked: Asked, entry: Any) -> Markup:
    if isinstance(entry, Mapping):
        return plain(entry["other"])
    if asked.question.type is QuestionType.HOME_DISTRICT:
        return _home_label(asked, entry)
    label = asked.label(entry) if isinstance(entry, str) else None
    return marked(label) if label else plain(entry)


def _own_hint(asked: Asked) -> Markup | None:
    if asked.question.type is QuestionType.RANKING:
        most = asked.question.max_choices
        return asked.reader.say("ranking.hint_most", most=most) if most else asked.reader.say("ranking.hint")
    if asked.question.type not in MULTIPLE_TYPES:
        needs_saying = asked.reader.style == "easy_read" and asked.options
        return asked.reader.say("web.choose_one") if needs_saying else None
    if asked.question.max_choices:
        return asked.reader.say("web.choose_up_to", count=asked.question.max_choices)
    return asked.reader.say("web.choose_any")


def _specials(asked: Asked) -> tuple[Choice, ...]:
    name = SPECIAL if asked.question.type in _TYPED else ANSWER
    stands_alone = not any(option.picture for option in asked.options) and asked.options
    is_drawn = asked.reader.style == "easy_read" and not stands_alone
    return tuple(
        Choice(
            name,
            code,
            marked(asked.label(code)),
            is_chosen=asked.answer == code,
            picture=drawn(OF_SPECIAL_CODES[code]) if is_drawn else None,
            clip=asked.reader.clip(f"option.{code}"),
        )
        for code in asked.question.special
    )


def _clips(asked: Asked) -> dict[str, str]:
    found = {part: asked.reader.clip(f"{asked.question.id}.{part}") for part in ("note", "text", "hint")}
    return {part: address for part, address in found.items() if address}


def _choices(asked: Asked, page: QuestionPage) -> QuestionPage:
    pictures = {option.picture for option in asked.options if option.picture}
    # Outside easy read pictures stand only where every answer has one of its own.
    with_pictures = asked.reader.style == "easy_read" or len(pictures) == len(asked.options)
    chosen = asked.answer if isinstance(asked.answer, list) else [asked.answer]
    groups: list[tuple[str | None, list[Choice]]] = []
    for option in asked.options:
        if not groups or groups[-1][0] != option.group:
            groups.append((option.group, []))
        picture = drawn(option.picture) if with_pictures else None
        label, clip = marked(asked.label(option.code)), asked.reader.clip(option_key(asked.question, option.code))
        groups[-1][1].append(Choice(ANSWER, option.code, label, option.code in chosen, picture, clip))
    is_dense = page.is_multiple and len(asked.options) > MANY_CHOICES and not with_pictures
    shown = tuple(ChoiceGroup(tuple(choices), _heading(asked, group)) for group, choices in groups)
    return replace(page, groups=shown, is_dense=is_dense)


def _heading(asked: Asked, group: str | None) -> Markup | None:
    return marked(asked.reader.word(f"{asked.question.id}.group.{group}")) if group else None


def _community(asked: Asked, page: QuestionPage) -> QuestionPage:
    listed = _choices(asked, page)
    if asked.facts.age_band in NO_WRITE_IN:
        return listed
    given = asked.answer if isinstance(asked.answer, list) else []
    own = next((entry["other"] for entry in given if isinstance(entry, Mapping)), "")
    return replace(listed, fields=(TypedField(OTHER, own, asked.reader.say("web.your_own_community")),))


def _text(asked: Asked, page: QuestionPage) -> QuestionPage:
    is_long = asked.question.type is QuestionType.LONG_TEXT
    note = page.note or asked.reader.say("web.free_text_note")
    return replace(page, note=note, fields=(TypedField(ANSWER, _typed(asked), is_long=is_long),))


def _ranking(asked: Asked, page: QuestionPage) -> QuestionPage:
    given = asked.answer if isinstance(asked.answer, list) else []
    places = {code: str(at) for at, code in enumerate(given, start=1)}
    shows_pictures = all(option.picture for option in asked.options)
    ranked = tuple(
        Ranked(
            RANK + option.code,
            marked(asked.label(option.code)),
            places.get(option.code, ""),
            drawn(option.picture) if shows_pictures else None,
        )
        for option in asked.options
    )
    most = min(len(asked.options), asked.question.max_choices or len(asked.options))
    return replace(page, ranked=ranked, numbers=tuple(range(1, most + 1)))


def _drawing(asked: Asked, page: QuestionPage) -> QuestionPage:
    lines = asked.answer.get(LINES) if isinstance(asked.answer, Mapping) else None
    sheet = Sheet(json.dumps(lines, separators=(",", ":")) if lines else "", may_be_shown(asked.answer))
    words = TypedField(ANSWER, words_about(asked.answer) or "", asked.reader.say("drawing.words"), is_long=True)
    return replace(page, note=page.note or asked.reader.say("web.free_text_note"), sheet=sheet, fields=(words,))


def _number(asked: Asked, page: QuestionPage) -> QuestionPage:
    return replace(page, fields=(TypedField(ANSWER, _typed(asked), input_mode="decimal"),))


def _date(asked: Asked, page: QuestionPage) -> QuestionPage:
    year, _, rest = _typed(asked).partition("-")
    month, _, day = rest.partition("-")
    say = asked.reader.say
    labels = (say("web.day"), say("web.month"), say("web.year"))
    fields = tuple(
        TypedField(name, value, label, input_mode="numeric")
        for name, value, label in zip(DATE_PARTS, (day, month, year), labels, strict=True)
    )
    return replace(page, fields=fields)


def _typed(asked: Asked) -> str:
    return "" if asked.answer is None or asked.answer in asked.question.special else str(asked.answer)


def _home(asked: Asked, page: QuestionPage) -> QuestionPage:
    codes = (*(code for code, _ in asked.districts), HOME_ELSEWHERE)
    choices = tuple(Choice(ANSWER, code, _home_label(asked, code), asked.answer == code) for code in codes)
    return replace(page, groups=(ChoiceGroup(choices),))


def _home_label(asked: Asked, code: str) -> Markup:
    name = dict(asked.districts).get(code)
    return plain(name) if name else asked.reader.say("web.elsewhere")


def _as_it_is(_asked: Asked, page: QuestionPage) -> QuestionPage:
    return page


_TYPED = TEXT_TYPES | {QuestionType.NUMBER, QuestionType.DATE}
_FILL: dict[QuestionType, Callable[[Asked, QuestionPage], QuestionPage]] = {
    **dict.fromkeys((QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE, QuestionType.SCALE), _choices),
    QuestionType.AREA_RELATION: _choices,
    QuestionType.COMMUNITY: _community,
    QuestionType.HOME_DISTRICT: _home,
    QuestionType.RANKING: _ranking,
    QuestionType.DRAWING: _drawing,
    **dict.fromkeys(TEXT_TYPES, _text),
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    **dict.fromkeys((QuestionType.NOTE, QuestionType.AGE_BAND, QuestionType.AREA), _as_it_is),
}
