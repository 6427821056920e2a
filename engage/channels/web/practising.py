"""Serves the survey's pages once more under other paths: to practise, thrown away, and to be read out by telephone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engage.channels.web.visit import PRACTICE, TELEPHONE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH, TELEPHONE_PATH = "/practice", "/telephone"
#: What a request under each path is marked with.
_MARKS = {PATH: PRACTICE, TELEPHONE_PATH: TELEPHONE}
#: What stands under it: pages of the survey and what they are made with, never staff pages or interfaces.
_MIRRORED = ("/s/", "/w/", "/survey", "/results/")


class Practising:
    """The application, with the survey's pages under further paths; every address on them keeps its path."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request, marked as practice or telephone interview where its path says so."""
        path = str(environ.get("PATH_INFO", ""))
        for under, mark in _MARKS.items():
            inner = path.removeprefix(under)
            if inner != path and inner.startswith(_MIRRORED):
                root = str(environ.get("SCRIPT_NAME", ""))
                environ = environ | {"SCRIPT_NAME": root + under, "PATH_INFO": inner, mark: True}
                break
        return self._application(environ, start_response)
