"""Renders pages: what every page of a survey shows around its own part, and nothing for caches to keep."""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from engage.channels.web import scripts
from engage.channels.web.chooser import choose_among
from engage.channels.web.minified import shortened
from engage.channels.web.reader import Reader, marked, preferred, sentences
from engage.channels.web.visit import Visit, is_practice, is_telephone, this_instance
from engage.collection.drafts import READ_BEFORE
from engage.phrases import SOURCE_LANGUAGE, direction, interface_in_use, languages_with_phrases, own_name
from engage.pictures import svg
from engage.questionnaire.model import Questionnaire

_STYLESHEET = Path(__file__).with_name("static") / "survey.css"
#: Rendered parts of pages a process keeps.
MOST_PARTS = 500
_parts: dict[Hashable, tuple[Questionnaire, Markup]] = {}
_BY_HAND = Path(__file__).with_name("static") / "by_hand.css"


@dataclass(frozen=True)
class LanguageLink:
    """A language to change to, in its own name."""

    tag: str
    name: str
    direction: str
    address: str
    is_current: bool

    @property
    def words(self) -> str:
        """Return the words of a link that says what it does, in the language it leads to."""
        return Reader(self.tag).plain("web.read_in", language=self.name)


def render_visit(visit: Visit, template: str, *, status: int = 200, **context: Any) -> Response:
    """Return a page of a survey."""
    return make_response(render_survey(visit, template, **context), status)


def render_survey(visit: Visit, template: str, **context: Any) -> str:
    """Return the text of a page of a survey."""
    around = {
        "title": visit.reader.word("survey.title"),
        "leave": url_for("survey_pages.leave", code=visit.code),
        "help_panel": partial(_help_panel, visit),
        "language_panel": partial(_language_panel, visit),
        "is_demonstration": bool(visit.wave and visit.wave.synthetic),
        "visit": visit,
    }
    return render_page(visit.reader, template, **(around | context))


def reading_links(visit: Visit) -> dict[str, Any]:
    """Return the languages and styles to change to, for a page that lays them out itself."""
    links = language_links(visit.reader, visit.questionnaire.offered())
    return {
        "languages": links,
        "other_language": _other_language(visit, links),
        "chooser": choose_among(links, request.accept_languages.values(), visit.questionnaire.default_language),
        "styles": style_links(visit.reader, visit.questionnaire.styles_in(visit.language)),
    }


def render_page(reader: Reader, template: str, **context: Any) -> str:
    """Return a page; without a survey its title and languages are the interface's."""
    around = {
        "title": reader.phrase("web.page_title"),
        "leave": this_instance().settings.leave_url,
        "away": this_instance().settings.leave_url,
        "language_panel": partial(_interface_languages, reader),
        "is_demonstration": False,
        "is_practice": is_practice(),
        "is_telephone": is_telephone(),
        "visit": None,
        "action": None,
    }
    words = _words_in(reader)
    return render_template(f"survey/{template}.html", **(words | around | _files(request.script_root) | context))


def reader_of_request() -> Reader:
    """Return the reader of a page outside any survey, from `?lang=`, `?style=` or what the browser prefers.

    What was posted is not looked at: it may be what is wrong with the request.
    """
    offered = languages_with_phrases()
    language = request.args.get("lang", "")
    if language not in offered:
        language = preferred(request.accept_languages.values(), offered, SOURCE_LANGUAGE)
    return Reader(language, "easy_read" if request.args.get("style") == "easy_read" else "standard")


def language_links(reader: Reader, tags: Iterable[str]) -> tuple[LanguageLink, ...]:
    """Return the languages of this very page."""
    kept = {name: value for name, value in request.args.items() if name in ("style", "change")}
    return tuple(
        LanguageLink(tag, own_name(tag), direction(tag), _query(kept | {"lang": tag}), tag == reader.language)
        for tag in tags
    )


def style_links(reader: Reader, styles: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    """Return style, address and whether it is the present one, for each style offered."""
    kept = {name: value for name, value in request.args.items() if name == "change"} | {"lang": reader.language}
    return tuple((style, _query(kept | {"style": style}), style == reader.style) for style in styles)


@cache
def stylesheet() -> tuple[str, str]:
    """Return the one stylesheet and a mark that changes with it."""
    return _styles_in(_STYLESHEET)


@cache
def stylesheet_by_hand() -> tuple[str, str]:
    """Return the style of pages on which something is drawn or put into an order, and its mark."""
    return _styles_in(_BY_HAND)


def _styles_in(path: Path) -> tuple[str, str]:
    text = shortened("text/css", path.read_text(encoding="utf-8"))
    return text, hashlib.sha256(text.encode()).hexdigest()[:8]


@cache
def _files(_root: str) -> dict[str, str]:
    """Return the addresses of the styles and scripts, under the path that the application is served at."""
    return {
        "stylesheet": url_for("survey_pages.stylesheet", v=stylesheet()[1]),
        "script": url_for("survey_pages.script", v=scripts.bundle(scripts.SURVEY)[1]),
        "by_hand_style": url_for("survey_pages.by_hand_stylesheet", v=stylesheet_by_hand()[1]),
        "by_hand_script": url_for("survey_pages.by_hand_script", v=scripts.bundle(scripts.BY_HAND)[1]),
        "more_script": url_for("survey_pages.more_script", v=scripts.bundle(scripts.MORE)[1]),
    }


def _words_in(reader: Reader) -> dict[str, Any]:
    """Return what every template says and draws with."""
    return {
        "reader": reader,
        "say": reader.say,
        "marked": marked,
        "sentences": sentences,
        "svg": svg,
        "sign": svg if reader.style == "easy_read" else _no_sign,
    }


def _help_panel(visit: Visit) -> Markup:
    lines = tuple(line.id for line in visit.reader.lines_for_reader())
    route = visit.reader.words.route if visit.reader.words else ""
    return _kept_part(visit, "help_panel", (route, lines), dict) if lines else Markup()


def _language_panel(visit: Visit) -> Markup:
    before = visit.draft.envelope.get(READ_BEFORE) if visit.draft else None
    shown = (before, request.args.get("style"), request.args.get("change"))
    return _kept_part(visit, "language_panel", shown, partial(reading_links, visit))


def _interface_languages(reader: Reader) -> Markup:
    links = language_links(reader, languages_with_phrases())
    text = render_template("survey/language_panel.html", **_words_in(reader), languages=links)
    return Markup(text)  # noqa: S704 - our own page


def _kept_part(visit: Visit, template: str, shown: Hashable, context: Callable[[], dict[str, Any]]) -> Markup:
    """Return a part that is the same for all who read a survey alike, rendered once; `shown` is what it differs by.

    The questionnaire is kept with it, so that no other one can come to have its identity.
    """
    key = (template, id(visit.questionnaire), interface_in_use().mark, visit.language, visit.style, shown)
    kept = _parts.get(key)
    if kept is None:
        text = render_template(f"survey/{template}.html", **_words_in(visit.reader), **context())
        if len(_parts) >= MOST_PARTS:
            _parts.clear()
        kept = _parts[key] = (visit.questionnaire, Markup(text))  # noqa: S704 - our own page
    return kept[1]


def _no_sign(_name: str) -> Markup:
    """Return nothing: only easy read has a picture on its buttons."""
    return Markup()


def _other_language(visit: Visit, links: Iterable[LanguageLink]) -> LanguageLink | None:
    """Return the one tap to English or, once there, back to the language that was read before."""
    before = visit.draft.envelope.get(READ_BEFORE) if visit.draft else None
    wanted = SOURCE_LANGUAGE if visit.language != SOURCE_LANGUAGE else before
    return next((link for link in links if link.tag == wanted), None)


def _query(parameters: Mapping[str, str]) -> str:
    return f"?{urlencode(parameters)}"
