"""Survey pages on the web: every address, and what answers it."""

from flask import Blueprint, Response

from engage.channels.web import consent, problems, questions, sending, start, withdrawal
from engage.channels.web.problems import render_problem_page
from engage.channels.web.rendering import stylesheet as read_stylesheet
from engage.channels.web.visit import DraftGone, DraftSent

__all__ = ["render_problem_page", "survey_pages"]

#: Seconds a browser may keep the stylesheet; its address changes with it.
_A_YEAR = 31_536_000

survey_pages = Blueprint("survey_pages", __name__, template_folder="templates")

survey_pages.get("/s/<code>", strict_slashes=False)(start.show_start)
survey_pages.post("/s/<code>", strict_slashes=False)(start.begin)
survey_pages.get("/s/<code>/leave")(start.leave)
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
    response = Response(read_stylesheet()[0], mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    return response


@survey_pages.after_request
def keep_nothing(response: Response) -> Response:
    """Tell browsers and everything between to keep no page of a survey."""
    if not response.cache_control.max_age:
        response.headers["Cache-Control"] = "no-store"
    return response
