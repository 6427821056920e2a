"""The whole survey of one language and style in one document, for a script that asks it by itself."""

import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

from flask import Response, abort, current_app, make_response, request, url_for
from markupsafe import Markup

from engage.channels.web import scripts
from engage.channels.web.area_page import places_page
from engage.channels.web.consent import TURNED_AWAY, first_choices, helpers_of
from engage.channels.web.plan import places_document, plan_document
from engage.channels.web.reader import Reader
from engage.channels.web.rendering import reading_links, render_survey, stylesheet_by_hand
from engage.channels.web.sending import CheckLine, withdrawal_link
from engage.channels.web.shown import PLACE_MARK
from engage.channels.web.variants import Setting
from engage.channels.web.visit import Visit, ground_of, open_visit, this_instance
from engage.channels.web.ward_map import districts_with_map
from engage.phrases import own_name, phrases_for
from engage.pictures import svg
from engage.questionnaire.model import QuestionType
from engage.sealing import current_key
from engage.storage import areas
from engage.storage.database import Session
from engage.storage.revision import marks_of

#: Words that a script says before the first question is there, by their key.
_FIRST_WORDS = ("web.error_title", "web.question_of", "web.consent_needed", "web.reading_failed", "web.here")
#: And those it says later: problems that it finds or is told of, and what it puts into pages.
_LATER_WORDS = (
    "problem.unknown_option",
    "problem.too_many_choices",
    "problem.exclusive_option",
    "problem.not_a_number",
    "problem.out_of_range",
    "problem.not_text",
    "problem.too_long",
    "problem.not_a_date",
    "problem.write_in_not_offered",
    "problem.unknown_area",
    "web.area_not_found",
    "web.lookup_failed",
    "web.keep_failed",
    "web.save_failed",
    "web.have_code",
    "web.have_code_wrong",
    "web.answered_private",
    "web.check_title",
    "web.offline_title",
    "web.offline",
)
#: And those it says only where something is drawn or put into an order.
_BY_HAND_WORDS = ("problem.not_a_drawing", "problem.repeated_option", "drawing.done")
_COUNTED = ("web.waiting", "web.waiting_stuck")
_PICTURE = re.compile(r"<svg viewBox.*?</svg>", re.DOTALL)
#: The id of a tick, which follows from its name and value.
_TICK_ID = re.compile(r'(<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]+)") id="\2-\3"')
#: Pictures around the pages, which stand on the start page too.
_FRAME = ("leave", "language", "help", "speaker")
#: Documents that a process keeps written.
MOST_DOCUMENTS = 200
#: Hexadecimal signs of a picture's name; where two pictures would share one, it grows.
_NAME_LENGTH = 3


@dataclass(frozen=True)
class Whole:
    """A survey in one language and style, as a script is handed it."""

    setting: Setting
    #: The pages of all questions, in which each picture but those of the first question is only named.
    pages: Markup
    #: Name → picture.
    pictures: dict[str, Markup]


def show_whole(code: str) -> Response:
    """Send every question of the survey, and the plan by which they are asked."""
    return make_response(_document("whole", code, _write_whole))


def show_rest(code: str) -> Response:
    """Send what is not needed for the first question: pictures, the places inside districts, the last pages."""
    return Response(_document("rest", code, _write_rest), mimetype="application/json")


def _document(part: str, code: str, write: Callable[[Session, Visit], str]) -> str:
    """Return a part of the survey; it is written once, and anew when anything changed that may stand in it."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code, with_draft=False)
        if visit.wave is None or visit.wave.state in ("draft", "closed"):
            abort(404)
        links = request.args.get("style"), request.args.get("change"), request.script_root
        asked = part, code, visit.language, visit.style, links
        key = current_key(this_instance().settings.sealing_keys)
        stands_on = marks_of(session), this_instance().now().date(), key.id
        written: dict[Hashable, tuple[Hashable, str]] = current_app.extensions.setdefault("survey_documents", {})
        known = written.get(asked)
        if known is None or known[0] != stands_on:
            if len(written) >= MOST_DOCUMENTS:
                written.clear()
            known = written[asked] = stands_on, write(session, visit)
        return known[1]


def _write_whole(session: Session, visit: Visit) -> str:
    whole, key = _open_whole(session, visit), current_key(this_instance().settings.sealing_keys)
    assert visit.wave is not None  # noqa: S101 - there is no whole survey without one
    plan = plan_document(visit.questionnaire, visit.wave, whole.setting.ground, whole.setting.routes())
    plan |= {"sealing": {"id": key.id, "public_key": key.public_key}, "place_mark": PLACE_MARK}
    plan |= _things_by_hand(visit)
    # A device that is prepared for days without a network fetches the recordings too.
    plan |= {"language": visit.language, "style": visit.style, "clips": sorted(set(visit.clips.values()))}
    text = render_survey(
        visit,
        "whole",
        **reading_links(visit),
        svg=_named,
        pages=whole.pages,
        plan=_as_script_data(plan),
        helping=tuple(_helping(whole.setting)),
        away_pages={problem: TURNED_AWAY[problem] for problem in plan["consent"]["problems"].values()},
        helpers=helpers_of(visit),
        words={key.partition(".")[2]: visit.reader.say(key) for key in _FIRST_WORDS},
        **first_choices(visit),
    )
    return _TICK_ID.sub(r"\1", text)


def _write_rest(session: Session, visit: Visit) -> str:
    whole = _open_whole(session, visit)
    pages = render_survey(
        visit,
        "rest",
        **reading_links(visit),
        pictures={name: svg(name) for name in _FRAME} | whole.pictures,
        places=places_page(visit.reader),
        line=CheckLine(Markup(), (), "#"),
        address=withdrawal_link(),
        words=dict(_later_words(visit)),
    )
    ground = whole.setting.ground
    maps = districts_with_map(session, ground)
    rest = {"districts": places_document(ground), "maps": maps, "pages": _TICK_ID.sub(r"\1", pages)}
    return json.dumps(rest, ensure_ascii=False, separators=(",", ":"))


def _open_whole(session: Session, visit: Visit) -> Whole:
    with_postcodes = areas.has_postcodes(session)
    setting = Setting(visit.questionnaire, visit.language, visit.style, ground_of(visit), with_postcodes, visit.clips)
    first, *others = [tuple(pages) for _, pages in groupby(setting.variants(), key=lambda variant: variant.question)]
    start = render_survey(visit, "whole_questions", variants=first, svg=_named)
    later = render_survey(visit, "whole_questions", variants=tuple(chain(*others)), svg=_named)
    pages, pictures = _pictures_apart(later)
    return Whole(setting, Markup(start) + pages, pictures)  # noqa: S704 - our own page


def _named(name: str) -> Markup:
    """Return a picture of the frame by its name alone; any other as it is."""
    return _place_for(name) if name in _FRAME else svg(name)


def _place_for(name: str) -> Markup:
    return Markup('<svg data-picture="{}"></svg>').format(name)


def _pictures_apart(pages: str) -> tuple[Markup, dict[str, Markup]]:
    """Return the pages with a named place for each picture, and name → picture: each comes once, whatever shows it."""
    pictures: dict[str, Markup] = {}

    def name_of(found: re.Match[str]) -> str:
        drawn, whole_name = Markup(found[0]), hashlib.sha256(found[0].encode()).hexdigest()  # noqa: S704 - our own
        names = (f"p{whole_name[:length]}" for length in range(_NAME_LENGTH, len(whole_name)))
        name = next(name for name in names if pictures.setdefault(name, drawn) == drawn)
        return _place_for(name)

    return Markup(_PICTURE.sub(name_of, pages)), pictures  # noqa: S704 - our own pages


def _things_by_hand(visit: Visit) -> dict[str, list[str]]:
    """Return the style and script that are fetched only where something is drawn or put into an order."""
    if not any(
        question.type in (QuestionType.DRAWING, QuestionType.RANKING) for question in visit.questionnaire.questions
    ):
        return {}
    style = url_for("survey_pages.by_hand_stylesheet", v=stylesheet_by_hand()[1])
    return {"things": [style, url_for("survey_pages.by_hand_script", v=scripts.bundle(scripts.BY_HAND)[1])]}


def _helping(setting: Setting) -> Iterator[tuple[str, Reader]]:
    """Yield routes, joined by spaces, with a reader of the places to get help that are shown on them."""
    readers = {route: setting.reader(route) for route in setting.routes()}
    lines = {route: str(reader.help_lines()) for route, reader in readers.items()}
    for _, alike in groupby(sorted(readers, key=lines.__getitem__), key=lines.__getitem__):
        routes = tuple(alike)
        yield " ".join(routes), readers[routes[0]]


def _later_words(visit: Visit) -> Iterator[tuple[str, Markup]]:
    """Yield the words a script says later, each under the name it asks for."""
    reader = visit.reader
    for key in (*_LATER_WORDS, *(_BY_HAND_WORDS if _things_by_hand(visit) else ())):
        yield key.partition(".")[2], reader.say(key)
    for key in _COUNTED:
        for category, words in phrases_for(reader.language, reader.style).forms(key).items():
            yield f"{key.partition('.')[2]}.{category}", Markup("{}").format(words)
    yield "read_in", Markup("{}").format(reader.plain("web.read_in", language=own_name(reader.language)))


def _as_script_data(document: Any) -> Markup:
    """Return JSON that no parser of HTML takes for the end of its element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no sign in it that HTML reads
