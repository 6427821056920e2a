"""Survey pages on the web: every address, and what answers it."""

from flask import Blueprint, Response, request

from engage.channels.web import (
    consent,
    outreach,
    privacy,
    problems,
    questions,
    scripts,
    sending,
    sound,
    start,
    whole,
    withdrawal,
)
from engage.channels.web.postcode import find_place
from engage.channels.web.problems import problem_of, render_problem_page
from engage.channels.web.rendering import stylesheet as read_stylesheet
from engage.channels.web.rendering import stylesheet_by_hand
from engage.channels.web.visit import DraftGone, DraftSent
from engage.channels.web.ward_map import show_ward_map

__all__ = ["find_place", "problem_of", "render_problem_page", "survey_pages"]

#: Seconds a browser may keep stylesheet and script; their addresses change with them.
_A_YEAR = 31_536_000

survey_pages = Blueprint("survey_pages", __name__, template_folder="templates")

survey_pages.get("/s/<code>", strict_slashes=False)(start.show_start)
survey_pages.post("/s/<code>", strict_slashes=False)(start.begin)
survey_pages.get("/s/<code>/leave")(start.leave)
survey_pages.get("/s/<code>/sound/<name>")(sound.play_clip)
survey_pages.get("/s/<code>/whole")(whole.show_whole)
survey_pages.get("/s/<code>/rest")(whole.show_rest)
survey_pages.get("/s/<code>/map/<district>")(show_ward_map)
survey_pages.post("/s/<code>/place")(find_place)
survey_pages.get("/s/<code>/outreach")(outreach.show_outreach)
survey_pages.get("/s/<code>/outreach.webmanifest")(outreach.outreach_manifest)
survey_pages.get("/s/icon.svg")(outreach.outreach_icon)
survey_pages.get("/s/<code>/privacy")(privacy.show_privacy)
survey_pages.get("/s/<code>/1")(consent.show_consent)
survey_pages.post("/s/<code>/1")(consent.take_consent)
survey_pages.get("/s/<code>/<int:number>")(questions.show_question)
survey_pages.post("/s/<code>/<int:number>")(questions.take_answer)
survey_pages.get("/s/<code>/check")(sending.show_check)
survey_pages.post("/s/<code>/check")(sending.send_answers)
survey_pages.get("/s/<code>/thanks")(sending.show_thanks)
survey_pages.get("/w/")(withdrawal.show_code_form)
survey_pages.post("/w/")(withdrawal.take_code)
survey_pages.get("/w/<receipt>")(withdrawal.confirm_withdrawal)
survey_pages.post("/w/<receipt>")(withdrawal.withdraw)
survey_pages.before_request(start.change_reading)
survey_pages.register_error_handler(DraftGone, problems.answer_gone)
survey_pages.register_error_handler(DraftSent, problems.answer_sent)


@survey_pages.get("/survey.css")
def stylesheet() -> Response:
    """Return the one stylesheet."""
    return _kept_for_long(Response(read_stylesheet()[0], mimetype="text/css"))


@survey_pages.get("/survey.js")
def script() -> Response:
    """Return the one script."""
    return _kept_for_long(Response(scripts.bundle(scripts.SURVEY)[0], mimetype="text/javascript"))


@survey_pages.get("/survey-more.js")
def more_script() -> Response:
    """Return the script that a page fetches once its first question is there."""
    return _kept_for_long(Response(scripts.bundle(scripts.MORE)[0], mimetype="text/javascript"))


@survey_pages.get("/outreach.js")
def outreach_script() -> Response:
    """Return the script of a prepared tablet."""
    return _kept_for_long(Response(scripts.bundle(scripts.OUTREACH)[0], mimetype="text/javascript"))


@survey_pages.get("/survey-by-hand.js")
def by_hand_script() -> Response:
    """Return the script of pages on which something is drawn or put into an order."""
    return _kept_for_long(Response(scripts.bundle(scripts.BY_HAND)[0], mimetype="text/javascript"))


@survey_pages.get("/survey-by-hand.css")
def by_hand_stylesheet() -> Response:
    """Return the style of pages on which something is drawn or put into an order."""
    return _kept_for_long(Response(stylesheet_by_hand()[0], mimetype="text/css"))


@survey_pages.get("/s/worker.js")
def worker() -> Response:
    """Return the script that works behind the pages; browsers ask again whether it changed, and mostly it has not."""
    script, mark = scripts.bundle(scripts.WORKER)
    response = Response(script, mimetype="text/javascript")
    response.cache_control.no_cache = True
    response.set_etag(mark, weak=True)
    response.make_conditional(request)
    return response


@survey_pages.after_request
def keep_nothing(response: Response) -> Response:
    """Tell browsers and everything between to keep no page of a survey."""
    is_kept = "max-age" in response.headers.get("Cache-Control", "")
    if not is_kept and request.endpoint != "survey_pages.worker":
        response.headers["Cache-Control"] = "no-store"
    return response


def _kept_for_long(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    return response
