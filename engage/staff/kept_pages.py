"""The pages that a device keeps, so that they open without a network: what each of them runs."""

from functools import cache
from pathlib import Path

from flask import Response

from engage.channels.web.scripts import joined, minified

_STATIC = Path(__file__).with_name("static")


@cache
def script_of(page: str, parts: tuple[str, ...]) -> tuple[str, str]:
    """Return the one script of a page, its own parts behind those that seal, and a mark that changes with it."""
    own = [(_STATIC / page / f"{part}.js").read_text(encoding="utf-8") for part in parts]
    return minified("\n".join([joined(("bytes", "seal")), *own]))


def worker_behind(address: str) -> Response:
    """Return the script that works behind this page and no other."""
    worker = Response((_STATIC / "worker.js").read_text(encoding="utf-8"), mimetype="text/javascript")
    worker.headers["Service-Worker-Allowed"] = address
    return worker
