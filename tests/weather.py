"""Bad weather between a device and the server: refusals, floods, answers that break off, and silence."""

import io
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Any

from flask import Flask

from services import a_web_server

#: What a request with these bundles meets, None for fair weather: a status, a status with headers, or "cut".
Weather = Callable[[list[dict[str, Any]]], Any]

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Sky:
    """Stands before the application; `weather` decides over each request for sealed answers."""

    def __init__(self, app: Flask) -> None:
        self.app: WSGI = app.wsgi_app
        self.weather: Weather = lambda _: None
        #: Everything else meets this too, where it is set.
        self.elsewhere: Any = None
        #: The ids of the bundles of each request that came.
        self.came: list[list[str]] = []
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/api/v1/sealed":
            return self._meet(self.elsewhere, environ, start)
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        bundles = json.loads(body)["sealed"]
        with self._lock:
            self.came.append([bundle["id"] for bundle in bundles])
            met = self.weather(bundles)
        return self._meet(met, environ, start)

    def _meet(self, met: Any, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if met is None:
            return self.app(environ, start)
        if met == "cut":
            return self._cut(environ, start)
        status, *headers = met if isinstance(met, tuple) else (met,)
        start(f"{status} Weather", [("Content-Type", "application/json"), ("Content-Length", "16"), *headers])
        return [b'{"problems": []}']

    def _cut(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Let the application do its work, then break its answer off in the middle."""
        told: list[Any] = []
        body = b"".join(self.app(environ, lambda *arguments: told.append(arguments)))
        start(*told[0])
        return [body[: len(body) // 2]]


class Line:
    """The line between a device and the server: everything on it breaks off when it is cut, until it is mended."""

    def __init__(self, port: int) -> None:
        self.is_cut = False
        self._port = port
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Break every connection off and take no other."""
        self.is_cut = True
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Take connections again."""
        self.is_cut = False

    def close(self) -> None:
        """Give everything back."""
        self.cut()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _listen(self) -> None:
        while True:
            try:
                here, _ = self._door.accept()
            except OSError:
                return
            if self.is_cut:
                here.close()
                continue
            there = socket.create_connection(("127.0.0.1", self._port))
            for one, other in ((here, there), (there, here)):
                Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        self._open.add(one)
        with suppress(OSError):
            while some := one.recv(65_536):
                other.sendall(some)
        self._open.discard(one)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def served(app: Flask) -> Iterator[tuple[str, Sky, Line]]:
    """Serve an application on a free port, under a sky and at the end of a line of its own."""
    sky = Sky(app)
    with a_web_server(sky, threads=8) as port:
        line = Line(port)
        yield f"http://127.0.0.1:{line.port}", sky, line
        line.close()
