"""Outreach: a tablet goes from person to person where there is no signal; its page holds no topic and no answer."""

from dataclasses import dataclass
from pathlib import Path

from flask import Response, jsonify, make_response, url_for
from markupsafe import Markup

from engage.channels.web import scripts
from engage.channels.web.reader import Reader
from engage.channels.web.rendering import render_page
from engage.channels.web.visit import open_visit, this_instance
from engage.phrases import direction, own_name

_ICON = Path(__file__).with_name("static") / "icon.svg"
#: Colour of the page around the installed page's own.
_PAPER = "#fbf6ee"


@dataclass(frozen=True)
class LanguageOffer:
    """A language to answer in, with the styles to choose from in its own words."""

    tag: str
    name: str
    direction: str
    styles: tuple[tuple[str, Markup], ...]
    hand_back: Markup
    next_person: Markup
    still_there: Markup
    still_there_hint: Markup
    carry_on: Markup
    wipe: Markup


def show_outreach(code: str) -> Response:
    """Show the page that a prepared tablet opens; without its tablet it does nothing."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code, with_draft=False)
    page = render_page(
        Reader("en"),
        "outreach",
        code=code,
        title=visit.reader.word("survey.title"),
        offers=[_offer(tag, visit.questionnaire.styles_in(tag)) for tag in visit.questionnaire.offered()],
        manifest=url_for("survey_pages.outreach_manifest", code=code),
        script=url_for("survey_pages.outreach_script", v=scripts.bundle(scripts.OUTREACH)[1]),
    )
    return make_response(page)


def outreach_manifest(code: str) -> Response:
    """Return what a tablet needs to put the page on its home screen; the name says nothing of the topic."""
    with this_instance().database.reading() as session:
        title = open_visit(session, code, with_draft=False).reader.word("survey.title")
    start = url_for("survey_pages.show_outreach", code=code)
    icon = {"src": url_for("survey_pages.outreach_icon"), "sizes": "any", "type": "image/svg+xml"}
    manifest = {
        "name": str(title),
        "short_name": str(title),
        "id": start,
        "start_url": start,
        "scope": "/s/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _PAPER,
        "icons": [icon],
    }
    answer = jsonify(manifest)
    answer.mimetype = "application/manifest+json"
    return answer


def outreach_icon() -> Response:
    """Return the icon of the installed page."""
    return Response(_ICON.read_text(encoding="utf-8"), mimetype="image/svg+xml")


def _offer(tag: str, styles: tuple[str, ...]) -> LanguageOffer:
    say = Reader(tag).say
    return LanguageOffer(
        tag,
        own_name(tag),
        direction(tag),
        tuple((style, say(f"style.{style}")) for style in styles),
        hand_back=say("web.hand_back"),
        next_person=say("web.next_person"),
        still_there=say("web.still_there"),
        still_there_hint=say("web.still_there_hint"),
        carry_on=say("web.carry_on"),
        wipe=say("web.wipe_now"),
    )
