"""The privacy notice, as a respondent reads it: in their language and style, in words for young people too."""

from dataclasses import replace

from flask import abort, request, url_for
from werkzeug import Response

from engage.channels.web.rendering import reading_links, render_visit
from engage.channels.web.shown import NoticeBlock
from engage.channels.web.visit import Visit, open_visit, this_instance
from engage.collection.notices import ADULT, young_route
from engage.collection.setting_up import filled_into_notice
from engage.phrases import direction
from engage.questionnaire.model import NOTICE
from engage.questionnaire.routing import route_of
from engage.questionnaire.wording import Wording, Words

#: What stands before a heading of the notice.
_HEADING = "# "


def show_privacy(code: str) -> Response:
    """Show what happens to answers; a language without a notice shows the source language, and says so."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code)
        filled = filled_into_notice(session, visit.questionnaire)
    wording = _words(visit).find(NOTICE, **filled)
    if wording is None:
        abort(404)
    return render_visit(
        visit,
        "privacy",
        blocks=tuple(_blocks(wording)),
        is_fallback=wording.is_fallback,
        written_in=wording.language,
        written=direction(wording.language),
        young=_address_for_young(visit),
        back=url_for("survey_pages.show_start", code=code, lang=visit.language, style=visit.style),
        **reading_links(visit),
    )


def _words(visit: Visit) -> Words:
    """Return the words of this reader: those for adults until the age is known, unless a young person asks."""
    words, young = visit.reader.words, young_route(visit.questionnaire)
    assert words is not None  # noqa: S101 - the reader of a survey has its words
    if young is None or visit.style == "easy_read":
        return words
    if request.args.get("for") == "young":
        return replace(words, route=young)
    adult = route_of(visit.questionnaire, replace(visit.facts, age_band=ADULT))
    return words if visit.facts.age_band else replace(words, route=adult)


def _address_for_young(visit: Visit) -> str | None:
    """Return where the words for young people are, None where this reader has them or there are none."""
    young, words = young_route(visit.questionnaire), _words(visit)
    key = f"{NOTICE}@{young}"
    source = visit.questionnaire.language(visit.questionnaire.default_language)
    if young is None or words.route == young or visit.style == "easy_read" or not source or key not in source.wording:
        return None
    here = url_for("survey_pages.show_privacy", code=visit.code, lang=visit.language, style=visit.style)
    return f"{here}&for=young"


def _blocks(wording: Wording) -> list[NoticeBlock]:
    """Return the notice line by line: headings and paragraphs."""
    lines = (line.strip() for line in wording.text.splitlines())
    return [
        NoticeBlock(replace(wording, text=line.removeprefix(_HEADING)), is_heading=line.startswith(_HEADING))
        for line in lines
        if line
    ]
