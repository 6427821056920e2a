"""Keeps pages as all who read them alike see them; what is a person's own is put in each time."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from flask import current_app, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from engage.channels.web.question_page import Asked
from engage.channels.web.rendering import render_survey
from engage.channels.web.shown import PLACE_MARK, QuestionPage
from engage.channels.web.visit import Visit
from engage.collection.drafts import READ_BEFORE
from engage.phrases import interface_in_use
from engage.questionnaire.model import Option, Questionnaire, QuestionType

#: Pages that a process keeps; of most surveys all of them, in the languages that are read.
MOST_PAGES = 2000
#: What nobody types (Unicode private use): stands where the token goes, and around the place of a choice.
_TOKEN_MARK, _CHOICE_MARK = "\ue001", "\ue002"
_CHOICE_PLACE = re.compile(f"{_CHOICE_MARK}([0-9]+){_CHOICE_MARK}")
#: Their pages hold districts of today, or are made by hand.
_OF_THEIR_OWN = frozenset({QuestionType.HOME_DISTRICT, QuestionType.RANKING, QuestionType.DRAWING})


@dataclass(frozen=True)
class AlikePage:
    """A page with nothing of anybody's in it."""

    #: Kept with the page, so that no other questionnaire can come to have its identity.
    questionnaire: Questionnaire
    #: Text, and between two texts always the place of a choice.
    texts: tuple[str, ...]
    places: tuple[int, ...]
    #: Code → its choice, as it stands in the page.
    choices: dict[str, str]

    def for_person(self, token: str, place: str, options: tuple[Option, ...]) -> str:
        """Return the page with a token, the name of a place, and the choices in somebody's order."""
        written = [self.texts[0]]
        for at, text in zip(self.places, self.texts[1:], strict=True):
            written += (self.choices[options[at].code], text)
        return "".join(written).replace(_TOKEN_MARK, token).replace(PLACE_MARK, str(escape(place)))


_pages: dict[Hashable, AlikePage] = {}


def is_alike(asked: Asked) -> bool:
    """Say whether a question's page has nothing in it that somebody answered, typed or asked for."""
    return not request.args and asked.answer is None and asked.question.type not in _OF_THEIR_OWN


def alike_page(
    visit: Visit,
    asked: Asked,
    options: tuple[Option, ...],
    progress: tuple[int, int],
    build: Callable[[Asked], QuestionPage],
    stands_on: Hashable,
) -> str:
    """Return the page of a question that the person has not answered yet.

    `options` are in the order of the definition, `progress` is the number of the question and of how many; `stands_on`
    is what else of the visit `build` looks at.
    """
    # Somebody's own order only matters where the choices are read out by recordings, in a second list.
    options = asked.options if visit.clips else options
    read_before = visit.in_progress().envelope.get(READ_BEFORE)
    key = _key(visit, (asked.question.id, tuple([one.code for one in options]), progress, stands_on, read_before))
    known = _pages.get(key)
    if known is None:
        page = build(replace(asked, options=options, place=PLACE_MARK))
        known = _keep(key, _kept(visit, page, asked, progress))
    return known.for_person(generate_csrf(), asked.place, asked.options)


def is_first_look(visit: Visit) -> bool:
    """Say whether a page before the questions has nothing in it of anybody's: they have begun nothing yet."""
    is_usual = request.args.get("style", visit.style) == visit.style
    return visit.draft is None and is_usual and request.args.keys() <= {"lang", "style"}


def first_look(visit: Visit, stands_on: Hashable, write: Callable[[], str]) -> str:
    """Return a page before the questions; `stands_on` is what else of the request `write` looks at."""
    key = _key(visit, (stands_on, request.args.get("style")))
    known = _pages.get(key) or _keep(key, AlikePage(visit.questionnaire, (_without_token(write()),), (), {}))
    return known.for_person(generate_csrf(), "", ())


def _key(visit: Visit, stands_on: Hashable) -> Hashable:
    return (
        id(visit.questionnaire),
        interface_in_use().mark,
        visit.code,
        visit.facts,
        stands_on,
        tuple([line.id for line in visit.reader.lines_for_reader()]),
        visit.wave is not None and visit.wave.synthetic,
        frozenset(visit.clips.items()),
        request.script_root,
    )


def _keep(key: Hashable, page: AlikePage) -> AlikePage:
    if len(_pages) >= MOST_PAGES:
        _pages.clear()
    _pages[key] = page
    return page


def _without_token(text: str) -> str:
    return text.replace(generate_csrf(), _TOKEN_MARK)


def _kept(visit: Visit, page: QuestionPage, asked: Asked, progress: tuple[int, int]) -> AlikePage:
    number, total = progress
    action = url_for("survey_pages.take_answer", code=visit.code, number=visit.path.number_of(asked.question))
    text = _without_token(render_survey(visit, "question", page=page, number=number, total=total, action=action))
    if visit.clips or not asked.options:
        return AlikePage(visit.questionnaire, (text,), (), {})
    parts = current_app.jinja_env.get_template("survey/parts.html").module
    kind = "checkbox" if page.is_multiple else "radio"
    choices: dict[str, str] = {}
    for group in page.groups:
        for choice in group.choices:
            ticked = str(parts.tick(choice, kind))  # type: ignore[attr-defined]  # a macro
            text = text.replace(ticked, f"{_CHOICE_MARK}{len(choices)}{_CHOICE_MARK}")
            choices[choice.value] = ticked
    pieces = _CHOICE_PLACE.split(text)
    return AlikePage(visit.questionnaire, tuple(pieces[::2]), tuple(int(at) for at in pieces[1::2]), choices)
