"""Puts request lines in the log, figures at /metrics, and the truth about this process at /readyz."""

import logging
import secrets
import time
from collections.abc import Callable

from flask import Flask, Response, abort, current_app, g, jsonify, request

from engage.metrics import Meter, may_read, meter_of, write_metrics
from engage.readiness import check_readiness, is_ready
from engage.storage.instance import Instance

#: Under this an application is told that its process stops, as a function that says so.
STOPPING = "engage_stopping"
#: Methods that are named; any other word in their place is a sender's own.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Bytes of the id that joins the lines of one request; it is drawn anew each time and leads to nobody.
_ID_BYTES = 6

_log = logging.getLogger("engage.requests")


def watch(app: Flask, instance: Instance) -> None:
    """Have an application be watched."""
    meter = meter_of(instance)
    app.before_request(_begin)
    app.after_request(lambda response: _end(response, meter))
    app.add_url_rule("/healthz", endpoint="healthz", view_func=_healthz)
    app.add_url_rule("/readyz", endpoint="readyz", view_func=lambda: _readyz(instance))
    app.add_url_rule("/metrics", endpoint="metrics", view_func=lambda: _metrics(instance))


def _begin() -> None:
    g.began, g.request_id = time.monotonic(), secrets.token_hex(_ID_BYTES)


def _end(response: Response, meter: Meter | None) -> Response:
    """Note a request by its route; its address could hold a receipt, a serial or a link."""
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in _METHODS else "other"
    seconds = time.monotonic() - g.get("began", time.monotonic())
    if meter is not None:
        meter.count(route, method, response.status_code, seconds)
    if _log.isEnabledFor(logging.INFO):
        names = {"route": route, "method": method, "status": response.status_code, "ms": round(seconds * 1000)}
        _log.info("request", extra=names | {"request": g.get("request_id")})
    return response


def _healthz() -> Response:
    return jsonify({"status": "alive"})


def _readyz(instance: Instance) -> tuple[Response, int]:
    """Say of each thing needed whether it is there; `?of=answers` leaves out what taking answers does without."""
    is_stopping: Callable[[], bool] = current_app.extensions.get(STOPPING, lambda: False)
    checks = check_readiness(instance) | {"process": "stopping" if is_stopping() else "ok"}
    ready = is_ready(checks, for_answers=request.args.get("of") == "answers")
    failed = [f"{name}: {said}" for name, said in checks.items() if said != "ok"]
    response = jsonify({"status": "ready" if ready else "; ".join(failed), "checks": checks})
    response.cache_control.no_store = True
    return response, 200 if ready else 503


def _metrics(instance: Instance) -> Response:
    """Give the figures to whoever sends the token; to anybody else there is nothing here."""
    if not may_read(instance, request.headers.get("Authorization", "")):
        abort(404)
    return Response(write_metrics(instance), content_type="text/plain; version=0.0.4; charset=utf-8")
