"""The start of a survey: what it is, in which language and style, and the way out at any time."""

from functools import partial
from typing import Any

from flask import make_response, redirect, request, url_for
from flask import session as cookie
from werkzeug import Response

from engage.channels.web.alike import first_look, is_first_look
from engage.channels.web.reader import minutes_for
from engage.channels.web.rendering import reading_links, render_survey
from engage.channels.web.visit import TOKEN, Visit, forget_draft, open_visit, this_instance
from engage.collection import drafts


def show_start(code: str) -> Response:
    """Show what the survey is; answers in progress are offered, never opened."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code)
    if not is_first_look(visit):
        return make_response(_start(visit))
    stands_on = "start", visit.takes_starts, tuple(request.accept_languages.values())
    return make_response(first_look(visit, stands_on, partial(_start, visit)))


def begin(code: str) -> Response:
    """Throw away answers in progress on this phone, and go to the first page."""
    database = this_instance().database
    with database.writing() if TOKEN in cookie else database.reading() as session:
        visit = open_visit(session, code)
        forget_draft(session)
    return redirect(first_page(visit), 303)


def leave(code: str) -> Response:  # noqa: ARG001 - part of the address
    """Throw everything away and go somewhere else at once."""
    instance = this_instance()
    with instance.database.writing() as session:
        forget_draft(session)
    cookie.clear()
    return redirect(instance.settings.leave_url, 303)


def change_reading() -> Response | None:
    """Change language and style of answers in progress before a page with `?lang=` or `?style=` is shown."""
    if request.method != "GET" or not request.query_string:
        return None
    wanted = {name: request.args[name] for name in ("lang", "style") if name in request.args}
    code = (request.view_args or {}).get("code")
    if not wanted or code is None or TOKEN not in cookie:
        return None
    instance = this_instance()
    with instance.database.writing() as session:
        visit = open_visit(session, code)
        if visit.draft is None:
            return None
        changes = _known(visit, wanted)
        drafts.change_envelope(session, visit.questionnaire, visit.draft, changes, instance.now())
    kept = {name: value for name, value in request.args.items() if name not in wanted}
    return redirect(url_for(str(request.endpoint), **{**(request.view_args or {}), **kept}), 303)


def first_page(visit: Visit) -> str:
    """Return the address of the page with consent; language and style ride along until there is a draft."""
    return url_for("survey_pages.show_consent", code=visit.code, lang=visit.language, style=visit.style)


def _start(visit: Visit) -> str:
    template = "start" if visit.takes_starts else "closed"
    action = url_for("survey_pages.begin", code=visit.code)
    minutes = minutes_for(len(visit.path.asked), visit.style)
    return render_survey(visit, template, action=action, minutes=minutes, **reading_links(visit), **_resuming(visit))


def _known(visit: Visit, wanted: dict[str, str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if wanted.get("lang") in visit.questionnaire.offered() and wanted["lang"] != visit.language:
        changes |= {"language": wanted["lang"], drafts.READ_BEFORE: visit.language}
    styles = visit.questionnaire.styles_in(changes.get("language", visit.language))
    if wanted.get("style") in styles or visit.style not in styles:
        changes["style"] = wanted["style"] if wanted.get("style") in styles else styles[0]
    return changes


def _resuming(visit: Visit) -> dict[str, Any]:
    if visit.answering is None:
        return {"carry_on": None}
    following = visit.path.first_unseen(visit.answering.seen)
    number = visit.path.number_of(following) if following else None
    if number is None:
        return {"carry_on": url_for("survey_pages.show_check", code=visit.code)}
    return {"carry_on": url_for("survey_pages.show_question", code=visit.code, number=number)}
