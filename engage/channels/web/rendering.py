"""Renders pages: what every page of a survey shows around its own part, and nothing for caches to keep."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import minify
from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from engage.channels.web import scripts
from engage.channels.web.chooser import choose_among
from engage.channels.web.reader import Reader, marked, preferred, sentences
from engage.channels.web.visit import Visit, this_instance
from engage.collection.drafts import READ_BEFORE
from engage.phrases import SOURCE_LANGUAGE, direction, languages_with_phrases, own_name
from engage.pictures import svg

_STYLESHEET = Path(__file__).with_name("static") / "survey.css"


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
        "languages": (links := language_links(visit.reader, _offered(visit))),
        "other_language": _other_language(visit, links),
        "chooser": choose_among(links, request.accept_languages.values(), visit.questionnaire.default_language),
        "styles": style_links(visit.reader, visit.questionnaire.styles_in(visit.language)),
        "is_demonstration": bool(visit.wave and visit.wave.synthetic),
        "visit": visit,
    }
    return render_page(visit.reader, template, **(around | context))


def render_page(reader: Reader, template: str, **context: Any) -> str:
    """Return a page; without a survey its title and languages are the interface's."""
    around = {
        "title": reader.phrase("web.page_title"),
        "reader": reader,
        "say": reader.say,
        "marked": marked,
        "sentences": sentences,
        "svg": svg,
        "sign": svg if reader.style == "easy_read" else _no_sign,
        "leave": this_instance().settings.leave_url,
        "away": this_instance().settings.leave_url,
        "languages": language_links(reader, languages_with_phrases()),
        "other_language": None,
        "styles": (),
        "is_demonstration": False,
        "visit": None,
        "action": None,
        "stylesheet": url_for("survey_pages.stylesheet", v=stylesheet()[1]),
        "script": url_for("survey_pages.script", v=scripts.bundle(scripts.SURVEY)[1]),
        "more_script": url_for("survey_pages.more_script", v=scripts.bundle(scripts.MORE)[1]),
    }
    return render_template(f"survey/{template}.html", **(around | context))


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
    text = str(minify.string("text/css", _STYLESHEET.read_text(encoding="utf-8")))
    return text, hashlib.sha256(text.encode()).hexdigest()[:8]


def _no_sign(_name: str) -> Markup:
    """Return nothing: only easy read has a picture on its buttons."""
    return Markup()


def _offered(visit: Visit) -> tuple[str, ...]:
    return visit.questionnaire.offered()


def _other_language(visit: Visit, links: Iterable[LanguageLink]) -> LanguageLink | None:
    """Return the one tap to English or, once there, back to the language that was read before."""
    before = visit.draft.envelope.get(READ_BEFORE) if visit.draft else None
    wanted = SOURCE_LANGUAGE if visit.language != SOURCE_LANGUAGE else before
    return next((link for link in links if link.tag == wanted), None)


def _query(parameters: Mapping[str, str]) -> str:
    return f"?{urlencode(parameters)}"
