"""Taking answers back with the code from the last page; names no survey and no topic."""

from flask import abort, make_response, redirect, request, url_for
from werkzeug import Response

from engage.channels.web.rendering import reader_of_request, render_page
from engage.channels.web.visit import this_instance
from engage.collection.throttle import Throttle, network_of
from engage.collection.withdrawal import erase_response
from engage.response.receipts import read_receipt

#: Codes that one network may send within the time: a form's serial, from which its code is made, is found by trying.
MOST_CODES = 30


def show_code_form() -> Response:
    """Ask for the code."""
    return make_response(render_page(reader_of_request(), "withdraw_code", typed="", has_problem=False))


def take_code() -> Response:
    """Go to the page of the code that was typed."""
    typed = request.form.get("code", "")
    receipt = read_receipt(typed)
    if receipt is None:
        return _wrong_code(typed, 422)
    return redirect(url_for("survey_pages.confirm_withdrawal", receipt=receipt, lang=request.args.get("lang")), 303)


def confirm_withdrawal(receipt: str) -> Response:
    """Ask whether the answers under this code shall go; says nothing of whether there are any."""
    code = read_receipt(receipt)
    if code is None:
        return _wrong_code(receipt, 404)
    return make_response(render_page(reader_of_request(), "withdraw", receipt=code, is_done=False))


def withdraw(receipt: str) -> Response:
    """Erase the answers under this code, if there are any."""
    instance = this_instance()
    code = read_receipt(receipt)
    if code is None:
        return _wrong_code(receipt, 404)
    if not Throttle(instance, MOST_CODES).may_try(f"code|{network_of(request.remote_addr)}"):
        abort(429)
    with instance.database.writing() as session:
        erase_response(session, instance.settings.keys, code, actor="respondent", now=instance.now())
    return make_response(render_page(reader_of_request(), "withdraw", receipt=code, is_done=True))


def _wrong_code(typed: str, status: int) -> Response:
    return make_response(render_page(reader_of_request(), "withdraw_code", typed=typed, has_problem=True), status)
