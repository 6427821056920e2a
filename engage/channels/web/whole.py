"""The whole survey of one language and style in one document, for a script that asks it by itself."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import abort, jsonify, make_response
from markupsafe import Markup
from werkzeug import Response

from engage.channels.web.area_page import places_page
from engage.channels.web.consent import TURNED_AWAY, first_choices, helpers_of
from engage.channels.web.ground import Ground
from engage.channels.web.plan import places_document, plan_document
from engage.channels.web.questions import ground_of
from engage.channels.web.reader import Reader
from engage.channels.web.rendering import render_survey
from engage.channels.web.sending import CheckLine, withdrawal_link
from engage.channels.web.shown import PLACE_MARK
from engage.channels.web.variants import Setting
from engage.channels.web.visit import Visit, open_visit, this_instance
from engage.phrases import own_name, phrases_for
from engage.sealing import current_key
from engage.storage import areas

#: Problems that a script finds, or is told of, and puts into words itself.
PROBLEMS = (
    "unknown_option",
    "too_many_choices",
    "exclusive_option",
    "not_a_number",
    "out_of_range",
    "not_text",
    "too_long",
    "not_a_date",
    "write_in_not_offered",
    "unknown_area",
)
#: Other words that a script puts into a page.
_SAID = (
    "web.error_title",
    "web.question_of",
    "web.consent_needed",
    "web.area_not_found",
    "web.lookup_failed",
    "web.reading_failed",
    "web.keep_failed",
    "web.save_failed",
    "web.have_code",
    "web.have_code_wrong",
    "web.here",
    "web.not_answered",
    "web.answered_private",
    "web.elsewhere",
    "web.check_title",
    "web.offline_title",
    "web.offline",
)
_COUNTED = ("web.waiting", "web.waiting_stuck")
_PICTURE = re.compile(r"<svg.*?</svg>", re.DOTALL)
#: Hexadecimal signs of a picture's name; two among some hundred pictures hardly ever share one.
_NAME_LENGTH = 5


def show_whole(code: str) -> Response:
    """Send every page of the survey, and the plan by which they are shown."""
    whole = _whole(code)
    return make_response(whole.text)


def show_rest(code: str) -> Response:
    """Send what can wait until the first question is there: the places inside districts, and pictures."""
    whole = _whole(code)
    return jsonify({"districts": places_document(whole.ground), "pictures": whole.pictures})


@dataclass(frozen=True)
class Whole:
    """The whole survey as one document, in which each picture of a question is only named."""

    text: str
    pictures: dict[str, str]
    ground: Ground


def _whole(code: str) -> Whole:
    with this_instance().database.reading() as session:
        visit = open_visit(session, code, with_draft=False)
        with_postcodes = areas.has_postcodes(session)
    if visit.wave is None or visit.wave.state in ("draft", "closed"):
        abort(404)
    ground = ground_of(visit)
    setting = Setting(visit.questionnaire, visit.language, visit.style, ground, with_postcodes, visit.clips)
    pages, pictures = _pictures_apart(_render_pages(visit, setting))
    kept = pictures if visit.style == "easy_read" else {}
    around = _context(visit, setting) | {"pages": Markup(pages), "pictures": kept}  # noqa: S704 - our own pages
    return Whole(render_survey(visit, "whole", **around), pictures, ground)


def _context(visit: Visit, setting: Setting) -> dict[str, Any]:
    """Return what the document says besides the questions."""
    plan = plan_document(visit.questionnaire, visit.wave, setting.ground, sealing=_sealing())
    plan |= {"language": visit.language, "style": visit.style, "place_mark": PLACE_MARK}
    return {
        "plan": _as_script_data(plan),
        "places": places_page(visit.reader),
        "helping": tuple(_helping(setting)),
        "away_pages": {problem: TURNED_AWAY[problem] for problem in plan["consent"]["problems"].values()},
        "helpers": helpers_of(visit),
        "words": dict(_words(visit.reader)),
        "read_in": visit.reader.plain("web.read_in", language=own_name(visit.language)),
        "line": CheckLine(Markup(), (), "#"),
        "address": withdrawal_link(),
        **first_choices(visit),
    }


def _sealing() -> dict[str, str]:
    key = current_key(this_instance().settings.sealing_keys)
    return {"id": key.id, "public_key": key.public_key}


def _render_pages(visit: Visit, setting: Setting) -> str:
    return render_survey(visit, "whole_questions", variants=tuple(setting.variants()))


def _pictures_apart(pages: str) -> tuple[str, dict[str, str]]:
    """Return the pages with a named place for each picture, and name → picture: each comes once, whatever shows it."""
    pictures: dict[str, str] = {}

    def name_of(found: re.Match[str]) -> str:
        name = "p" + hashlib.sha256(found[0].encode()).hexdigest()[:_NAME_LENGTH]
        pictures[name] = found[0]
        return f'<svg data-picture="{name}"></svg>'

    return _PICTURE.sub(name_of, pages), pictures


def _helping(setting: Setting) -> Iterator[tuple[str, Reader]]:
    """Yield routes, joined by spaces, with a reader of the places to get help that are shown on them."""
    readers = {route: setting.reader(route) for route in setting.routes()}
    lines = {route: str(reader.help_lines()) for route, reader in readers.items()}
    for _, alike in groupby(sorted(readers, key=lines.__getitem__), key=lines.__getitem__):
        routes = tuple(alike)
        yield " ".join(routes), readers[routes[0]]


def _words(reader: Reader) -> Iterator[tuple[str, Markup]]:
    """Yield the words a script says, each under the name it asks for."""
    for problem in PROBLEMS:
        yield problem, reader.say(f"problem.{problem}")
    for key in _SAID:
        yield key.removeprefix("web."), reader.say(key)
    for key in _COUNTED:
        for category, words in phrases_for(reader.language, reader.style).forms(key).items():
            yield f"{key.removeprefix('web.')}.{category}", Markup("{}").format(words)


def _as_script_data(document: Any) -> Markup:
    """Return JSON that no parser of HTML takes for the end of its element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no sign in it that HTML reads
