"""The web process: joins every page, interface and webhook into one Flask application."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

import brotli
from flask import Flask, Request, Response, abort, current_app, g, jsonify, redirect, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from engage.api.openapi import openapi
from engage.api.results import results
from engage.api.sealed import sealed
from engage.api.submissions import LARGEST_BATCH_BODY, submissions
from engage.api.surveys import surveys
from engage.channels.sms.inbound import text_webhooks
from engage.channels.web import find_place, problem_of, render_problem_page, survey_pages
from engage.channels.web.practising import Practising
from engage.cookies import CookieSessions
from engage.jobs import where_it_failed
from engage.phrases import SHIPPED, Interface, hand_in, using
from engage.public import public_pages
from engage.staff import init_sessions, staff_pages
from engage.staff.blueprint import unknown_page
from engage.staff.past_waves import take_past_file
from engage.staff.scans import send_scans
from engage.staff.telephone import admit_to_telephone
from engage.staff.worrying import take_worries
from engage.storage import phrases, questionnaires, waves
from engage.storage.instance import Instance
from engage.watching import watch

#: Bytes of a form's fields together; far above the longest answer.
LARGEST_FORM = 500_000
#: Bytes under which compressing costs more than it saves.
WORTH_COMPRESSING = 600
#: Documents that are the same for everybody who reads a survey in one language and style.
ASKED_OFTEN = ("survey_pages.show_whole", "survey_pages.show_rest")
#: Bodies of such that a process keeps compressed.
ENCODINGS_KEPT = 64
#: Pages come from here and nowhere else; nothing inline.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
#: Headers of every answer.
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(instance: Instance) -> Flask:
    """Return the application on an instance whose tables are up to date."""
    app = Flask("engage", static_folder=None)
    app.config.update(
        SECRET_KEY=instance.settings.keys.cookies.current,
        SECRET_KEY_FALLBACKS=list(instance.settings.keys.cookies.newest_first()[1:]),
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=instance.settings.is_https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # no page sends a referrer
        MAX_CONTENT_LENGTH=LARGEST_BATCH_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
    )
    app.request_class = _Request
    app.session_interface = CookieSessions()
    app.ensure_sync = _as_it_is  # type: ignore[assignment]  # nothing here is asynchronous; Flask looks each time
    app.extensions["engage"] = instance
    app.json.sort_keys = False  # type: ignore[attr-defined]  # scales and folds read in their order
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    csrf = CSRFProtect(app)
    csrf.exempt(find_place)  # changes nothing, and reads no cookie
    csrf.exempt(take_worries)  # asks for the token itself, or for that of a tablet
    csrf.exempt(take_past_file)  # as the next
    csrf.exempt(send_scans)  # asks for the token itself, once it has said how much may be sent
    for open_interface in (submissions, sealed, surveys, results, openapi, text_webhooks):
        csrf.exempt(open_interface)
        app.register_blueprint(open_interface)
    for pages in (survey_pages, public_pages, staff_pages):
        app.register_blueprint(pages)
    init_sessions(app)
    if proxies := instance.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.wsgi_app = Practising(app.wsgi_app)  # type: ignore[method-assign]
    app.add_url_rule("/", view_func=lambda: _root(instance), endpoint="root")
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _fault)
    watch(app, instance)
    app.before_request(_refuse_nul)
    app.before_request(admit_to_telephone)
    app.before_request(lambda: _hand_in_words(instance))
    app.teardown_request(_take_words_back)
    app.after_request(_with_headers)
    app.after_request(_compressed)
    return app


class _Fields(ImmutableMultiDict[str, Any]):
    """What a form or a query holds, without any NUL: nobody types one, and PostgreSQL takes none."""

    def __init__(self, sent: Any = None) -> None:
        super().__init__([(_plain(name), _plain(value)) for name, value in iter_multi_items(sent or ())])


class _Request(Request):
    parameter_storage_class = _Fields


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


def _as_it_is(view: Callable[..., Any]) -> Callable[..., Any]:
    return view


def _root(instance: Instance) -> Any:
    """Lead to the survey where exactly one takes answers; otherwise say no more than any unknown page."""
    with instance.database.reading() as session:
        found = [
            questionnaire.code
            for questionnaire in questionnaires.newest(session)
            if (wave := waves.current(session, questionnaire.slug)) and wave.takes_starts
        ]
    return redirect(f"/s/{found[0]}") if len(found) == 1 else (render_problem_page("not_found"), 404)


def _refuse_nul() -> None:
    """Answer 404 to an address with a NUL in it: no page has one, and PostgreSQL takes none."""
    if "\x00" in request.path or "%00" in request.query_string.decode("latin-1"):
        abort(404)


def _hand_in_words(instance: Instance) -> None:
    """Let the request read the interface's words as staff changed them.

    They are fetched where they are first needed; a survey's page brings them from its own transaction. What programs
    read has no words, and a text reads them in its own transaction.
    """
    if request.path.startswith(("/api/", "/sms/", "/healthz", "/readyz", "/metrics")):
        return
    g.words = using(partial(_read_words, instance))
    g.words.__enter__()


def _read_words(instance: Instance) -> Interface:
    with instance.database.reading() as session:
        return phrases.read_interface(session)


def _take_words_back(error: BaseException | None) -> None:  # noqa: ARG001 - Flask's signature
    words: AbstractContextManager[None] | None = g.pop("words", None)
    if words is not None:
        words.__exit__(None, None, None)


def _http_problem(error: HTTPException) -> Any:
    status = error.code or 500
    if request.path.startswith("/api/"):
        code = "too_large" if status == 413 else error.name.lower().replace(" ", "_")  # noqa: PLR2004
        problem = {"code": code, "question": None, "detail": error.description}
        return jsonify({"problems": [problem]}), status
    if status < 400:  # noqa: PLR2004 - a redirect
        return error
    if status == 404 and request.path.startswith("/staff/"):  # noqa: PLR2004
        return unknown_page()
    return render_problem_page(problem_of(error)), status


def _fault(error: Exception) -> Any:
    """Answer an unforeseen fault; the log names it, without what was sent."""
    names = {"fault": type(error).__name__, "request": g.get("request_id")}
    current_app.logger.error("fault at %s\n%s", request.endpoint, where_it_failed(error), extra=names)
    if request.path.startswith("/api/"):
        return jsonify({"problems": [{"code": "fault", "question": None, "detail": "a fault on our side"}]}), 500
    hand_in(SHIPPED)  # what is broken may be the database
    return render_problem_page("fault"), 500


def _with_headers(response: Response) -> Response:
    """Say in every answer what a browser may do with it, where a page has not said so itself."""
    said = {name.lower() for name, _ in response.headers}
    for name, value in SECURITY_HEADERS.items():
        if name.lower() not in said:
            response.headers.add(name, value)
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
        # Werkzeug's own, to the same page with its slash: it names the host that the sender said.
        address = response.headers["Location"].removeprefix(request.host_url)
        response.headers["Location"] = "/" + address.lstrip("/")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _compressed(response: Response) -> Response:
    """Send text compressed to whoever takes it; what many will ask for is worth the effort, once."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(("text/", "application/json", "image/svg"))
        or len(response.get_data()) < WORTH_COMPRESSING
    ):
        return response
    accepted = request.accept_encodings
    name = next((name for name in _ENCODINGS if accepted.quality(name) > 0), None)
    if name is not None:
        is_asked_often = response.cache_control.immutable or request.endpoint in ASKED_OFTEN
        encode = _encoded_once if is_asked_often else _encoded
        response.set_data(encode(name, response.get_data(), effort=bool(is_asked_often)))
        response.headers["Content-Encoding"] = name
    response.headers.add("Vary", "Accept-Encoding")
    return response


def _encoded(name: str, body: bytes, *, effort: bool) -> bytes:
    return _ENCODINGS[name](body, effort)


@lru_cache(maxsize=ENCODINGS_KEPT)
def _encoded_once(name: str, body: bytes, *, effort: bool) -> bytes:
    return _encoded(name, body, effort=effort)


#: Content encodings in the order we prefer; with more effort they take longer and come out smaller.
_ENCODINGS: dict[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda body, effort: brotli.compress(body, quality=11 if effort else 5),
    "gzip": lambda body, effort: gzip.compress(body, 9 if effort else 6, mtime=0),
}
