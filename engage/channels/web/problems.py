"""Pages for what went wrong, in the survey's voice: not found, gone, refused, or a fault on our side."""

from flask import make_response, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from engage.channels.web.rendering import reader_of_request, render_page
from engage.channels.web.visit import DraftGone, DraftSent

#: Kind of problem → the keys of its title and its words.
KINDS = {
    "not_found": ("web.not_found_title", "web.not_found"),
    "gone": ("web.gone_title", "web.gone"),
    "refused": ("web.refused_title", "web.refused"),
    "too_often": ("web.refused_title", "web.too_often"),
    "fault": ("web.fault_title", "web.fault"),
}
#: Statuses that have a page of their own.
_KINDS_OF_STATUS = {404: "not_found", 429: "too_often"}


def problem_of(error: HTTPException) -> str:
    """Return which of KINDS a refusal is."""
    return "gone" if isinstance(error, CSRFError) else _KINDS_OF_STATUS.get(error.code or 500, "refused")


def render_problem_page(kind: str) -> str:
    """Return the page for one of KINDS; it looks at nothing that may be broken."""
    code = (request.view_args or {}).get("code")
    start = url_for("survey_pages.show_start", code=code) if code and kind != "not_found" else None
    heading, body = KINDS[kind]
    return render_page(reader_of_request(), "problem", heading=heading, body=body, start=start)


def answer_gone(_error: DraftGone) -> Response:
    """Say that answers in progress are no longer here."""
    return make_response(render_problem_page("gone"), 410)


def answer_sent(error: DraftSent) -> Response:
    """Go to the last page: nothing is sent twice."""
    return redirect(url_for("survey_pages.show_thanks", code=str(error), again=1), 303)
