"""Serves what comes back: what was done about what people said, and questions that anybody may ask in public."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage.areas import Area, Level
from engage.channels.web.reader import Reader, marked
from engage.collection.public_questions import QUESTION_LIFE, QuestionRefused, ask_question
from engage.pictures import drawn
from engage.public.blueprint import open_results, public_pages, the_instance
from engage.public.readers import ResultsReader
from engage.questionnaire.model import Facts
from engage.questionnaire.wording import Wording
from engage.reporting.actions import tell_figures
from engage.reporting.ground import Ground
from engage.reporting.reading import Published
from engage.results.plan import COMMUNITY
from engage.storage import actions, public_questions
from engage.storage.actions import Action
from engage.storage.database import Session
from engage.storage.public_questions import LONGEST_QUESTION

#: The field that people do not see; what fills it in is a program.
TRAP = "website"
#: What is said of a question that was not taken in, and with which status.
_REFUSALS = {
    "ask_empty": ("voice.ask_empty", 422),
    "too_long": ("problem.too_long", 422),
    "ask_full": ("voice.ask_full", 429),
}


@dataclass(frozen=True)
class ActionGroup:
    """What was done for one place or community, or for all."""

    heading: Wording
    area: str | None
    actions: Sequence[Action]


@public_pages.get("/results/<code>/did")
def did(code: str) -> str:
    """Show what was done about what people said."""
    with the_instance().database.reading() as session:
        published, reader = open_results(session, code)
        found = actions.list_of(session, reader.questionnaire.slug, published_only=True)
        figures = tell_figures(session, found, reader.labels)
    return render_template(
        "public/did.html",
        reader=reader,
        release=published.release if published else None,
        groups=_groups(found, reader),
        figures=figures,
        worded=_worded(reader),
        picture=drawn,
    )


@public_pages.get("/results/<code>/ask")
def ask(code: str) -> Response:
    """Show questions with their answers, and the form to ask one."""
    with the_instance().database.reading() as session:
        return _ask_page(session, code, is_sent="sent" in request.args)


@public_pages.post("/results/<code>/ask")
def send_question(code: str) -> ResponseReturnValue:
    """Take a question in; nobody but staff reads it before it is answered."""
    instance, form = the_instance(), request.form
    with instance.database.writing() as session:
        published, reader = open_results(session, code)
        area = form.get("area", "")
        known = {place.code for place in _places(_ground(published, reader))}
        try:
            if not form.get(TRAP):
                words, place = form.get("question", ""), area if area in known else None
                ask_question(session, reader.questionnaire.slug, words, place, reader.language, instance.now())
        except QuestionRefused as refusal:
            return _ask_page(session, code, refusal=refusal.code)
    return redirect(reader.address("public_pages.ask", sent="1"), 303)


def _ask_page(session: Session, code: str, *, is_sent: bool = False, refusal: str | None = None) -> Response:
    published, reader = open_results(session, code)
    fault, status = _REFUSALS[refusal] if refusal else (None, 200)
    facts = Facts(language=reader.language, style=reader.style)
    helping = Reader.for_facts(reader.questionnaire, facts)
    places = _places(_ground(published, reader))
    page = render_template(
        "public/ask.html",
        reader=reader,
        release=published.release if published else None,
        questions=public_questions.published(session, reader.questionnaire.slug),
        worded=_worded(reader),
        places=places,
        chosen=_chosen(published, request.values.get("area", "")),
        typed=request.form.get("question", "") if refusal else "",
        is_sent=is_sent,
        fault=fault,
        trap=TRAP,
        longest=LONGEST_QUESTION,
        days=QUESTION_LIFE,
        lines=helping.help_lines(),
        unchecked=helping.has_unchecked_help(),
        say=helping.say,
        marked=marked,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"  # its form is this browser's alone
    return response


def _groups(found: Sequence[Action], reader: ResultsReader) -> list[ActionGroup]:
    """Return actions by what they are about: those for all first, then places by name, then communities."""
    places: dict[str, list[Action]] = {}
    communities: dict[str, list[Action]] = {}
    for action in found:
        if action.area:
            places.setdefault(action.area, []).append(action)
        elif action.community:
            communities.setdefault(action.community, []).append(action)
    for_all = [action for action in found if not action.area and not action.community]
    labels = reader.labels
    groups = [ActionGroup(labels.phrase("results.all_areas"), None, for_all)] if for_all else []
    by_name = sorted(places, key=labels.area)
    groups += [ActionGroup(Wording(labels.area(code), "en"), code, places[code]) for code in by_name]
    return groups + [ActionGroup(labels.row(COMMUNITY, code), None, communities[code]) for code in communities]


def _worded(reader: ResultsReader) -> Callable[[str, str], Markup]:
    """Return how words of staff are shown, which are in a language of their own."""
    return lambda text, language: marked(Wording(text, language, is_fallback=language != reader.language))


def _ground(published: Published | None, reader: ResultsReader) -> Ground:
    if published is not None:
        return published.ground
    return Ground.of(reader.questionnaire, reader.labels.tree, the_instance().now().date())


def _places(ground: Ground) -> tuple[Area, ...]:
    """Return the places that a question may be about: districts and named places, never as little as a ward."""
    return ground.at_levels({"district", "place"})


def _chosen(published: Published | None, code: str) -> str:
    """Return the place to begin with where somebody came from a page about an area."""
    if published is None or code not in published.ground:
        return ""
    wider = (published.ground.area(code), *published.ground.above(code))
    return next((area.code for area in wider if area.level in (Level.PLACE, Level.DISTRICT)), "")
