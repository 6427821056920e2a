"""The staff pages as one blueprint, and what each of them starts from: the instance and who is signed in."""

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engage.channels.web import problem_of, render_problem_page
from engage.response.serials import spoken
from engage.staff.access import Permission, may, refuse_unless_allowed, signed_in
from engage.staff.menu import menu_of
from engage.storage import waves
from engage.storage.instance import Instance
from engage.storage.staff import Account

STATIC = "staff.static"

staff_pages = Blueprint(
    "staff", __name__, static_folder="static", static_url_path="/staff/static", template_folder="templates"
)
staff_pages.before_request(refuse_unless_allowed)

#: What a page that cannot be shown says: title and sentence.
_PROBLEMS = {
    400: ("That did not work", "The page sent something we could not read. Go back and try again."),
    403: ("Not for your account", "Your account may not do this. Ask whoever runs the survey if you need it."),
    404: ("Not found", "There is nothing at this address."),
    405: ("Not found", "There is nothing at this address."),
    413: ("Too large", "What was sent is too large."),
}
_EXPIRED = ("This page is too old", "Nothing was changed. Go back, load the page again and repeat what you did.")


def the_instance() -> Instance:
    """Return the instance that this process works on."""
    instance: Instance = current_app.extensions["engage"]
    return instance


def the_account() -> Account:
    """Return who is signed in; only for views that nobody else reaches."""
    account = signed_in()
    assert account is not None  # noqa: S101 - the guard has let this request through
    return account


@staff_pages.context_processor
def _for_every_page() -> dict[str, Any]:
    account = signed_in()
    with the_instance().database.reading() as session:
        is_demonstration = waves.any_synthetic(session)
    return {
        "account": account,
        "menu": menu_of(account),
        "is_demonstration": is_demonstration,
        "may": lambda name: account is not None and may(account, Permission(name)),
        "spoken": spoken,
        "organisation": the_instance().settings.organisation,
    }


@staff_pages.after_request
def _never_kept(response: Response) -> Response:
    """Keep staff pages out of every cache; the style sheet and the script may stay."""
    if request.endpoint != STATIC:
        response.headers["Cache-Control"] = "no-store"
    return response


def unknown_page() -> tuple[str, int]:
    """Return what an address under /staff says at which there is nothing: the same as a page out of reach."""
    title, sentence = _PROBLEMS[404]
    return render_template("staff/problem.html", title=title, sentence=sentence, **_for_every_page()), 404


@staff_pages.errorhandler(HTTPException)
def _problem_page(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    if request.path.startswith("/f/") and signed_in() is None:
        return render_problem_page(problem_of(error)), status
    title, sentence = _EXPIRED if isinstance(error, CSRFError) else _PROBLEMS.get(status, _PROBLEMS[400])
    return render_template("staff/problem.html", title=title, sentence=sentence), status
