"""What the benchmark's clients do: people without JavaScript page by page, and systems that send documents."""

import json
import multiprocessing
import re
import socket
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

#: Connections of the client process, kept open.
CONNECTIONS = 8
#: Submissions in a batch.
BATCH = 500
#: Steps of a path beyond which something goes in circles.
_MOST_STEPS = 80
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_ACTION = re.compile(r'<form[^>]*\baction="([^"]*)"')
_FIELD = re.compile(r"<(?:input|button)\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z_-]+)="([^"]*)"')

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Pace(NamedTuple):
    """How often a second something was done, and within how many milliseconds 95 of 100 were done."""

    rate: float
    p95: float
    #: How often it was done in all, the warm-up included.
    done: int


class Reply(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """A connection that stays open; plain sockets, so that the client takes little of the processor."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "", cookie: str = "") -> Reply:
        """Send a request and read the whole answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"Content-Type: {kind}"] if kind else []
        lines += [f"Cookie: {cookie}"] if cookie else []
        self._socket.sendall("\r\n".join((*lines, "", "")).encode() + body)
        return self._read()

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _read(self) -> Reply:
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(body) < length:
            body += self._more()
        return Reply(int(status.split(" ")[1]), headers, body)

    def _more(self) -> bytes:
        got = self._socket.recv(65_536)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got


Step = Callable[[Line], None]


class Visitor:
    """A person without JavaScript: keeps the cookie, fills the form of each page and goes on."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.cookie = ""
        self.requests = 0
        self.pages = 0

    def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> Reply:
        """Return the answer to a page asked for, or to a form sent."""
        body = urlencode(form).encode() if form is not None else b""
        reply = self.line.ask(method, path, body, FORM if form is not None else "", self.cookie)
        if "set-cookie" in reply.headers:
            self.cookie = reply.headers["set-cookie"].partition(";")[0]
        self.requests += 1
        self.pages += reply.status == 200  # noqa: PLR2004
        return reply

    def opens(self, path: str) -> tuple[str, str]:
        """Open a page; returns its path and the page."""
        reply = self.ask("GET", path)
        check(reply.status, 200)
        return path, reply.body.decode()

    def goes_on(self, path: str, body: str) -> tuple[str, str]:
        """Answer a page and open the one it leads to; returns its path and the page."""
        path, form = filled(path, body)
        reply = self.ask("POST", path, form)
        check(reply.status, 303)
        return self.opens(reply.headers["location"])

    def answers_the_survey(self) -> None:
        """Go from the start page to the receipt, taking the first answer of every question."""
        path, body = self.opens("/s/local")
        for _ in range(_MOST_STEPS):
            if path.endswith("/thanks"):
                return
            path, body = self.goes_on(path, body)
        raise RuntimeError(f"never came to the end: {path}")


def filled(path: str, body: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the action and fields of a page's form with the first choice of each list ticked."""
    form = next(part for part in _FORM.findall(body) if "csrf_token" in part)
    action = _ACTION.search(form)
    fields: list[tuple[str, str]] = []
    seen: set[str] = set()
    for tag in _FIELD.findall(form):
        attributes = dict(_ATTRIBUTE.findall(tag))
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if not name or (kind in ("radio", "checkbox", "submit") and name in seen):
            continue
        if kind in ("radio", "checkbox", "hidden", "submit") or tag.startswith("<button"):
            value = "13-15" if attributes.get("value") == "under-13" else attributes.get("value", "")
            fields.append((name, value))
            seen.add(name)
    return (action.group(1) if action and action.group(1) else path), fields


def submission() -> dict[str, object]:
    """Return a typical submission."""
    return {
        "response_id": str(uuid4()),
        "survey": "feeling-safe",
        "channel": "api",
        "language": "en",
        "area": "E05012278",
        "area_relation": ["live"],
        "consent": {"version": 1, "given": True, "age_band": "25-34"},
        "answers": {
            "safe_day": "very_safe",
            "safe_dark": "neither",
            "safe_transport": "fairly_safe",
            "safe_online": "fairly_safe",
            "unsafe_reasons": ["dark", "threats"],
            "unsafe_most": "dark",
            "would_help": ["lights", "youth_workers"],
            "good_here": ["look_out"],
            "belonging": "fairly_strongly",
            "ethnic_group": "asian",
        },
    }


def page_at(path: str) -> Callable[[], Step]:
    """Return a step that opens a page with the cookie of the last visit."""

    def step() -> Step:
        visitor: list[Visitor] = []

        def run(line: Line) -> None:
            visitor[:] = visitor or [Visitor(line)]
            visitor[0].opens(path)

        return run

    return step


def question_page() -> Step:
    """Open a question page again and again within one visit."""
    visit: list[tuple[Visitor, str]] = []

    def run(line: Line) -> None:
        if not visit:
            visitor = Visitor(line)
            path, body = visitor.opens("/s/local")
            for _ in range(5):
                path, body = visitor.goes_on(path, body)
            visit.append((visitor, path))
        visitor, path = visit[0]
        visitor.opens(path)

    return run


def whole_response() -> Step:
    """Answer the whole survey page by page as a new person each time."""
    return lambda line: Visitor(line).answers_the_survey()


def poster(path: str, make: Callable[[], object], expected: int) -> Callable[[], Step]:
    """Return a step that posts a new JSON document each time."""
    return lambda: lambda line: check(line.ask("POST", path, json.dumps(make()).encode(), JSON).status, expected)


def one_document() -> Step:
    """Fetch the whole survey in one document and send one submission, as a browser with a script does."""
    send = poster("/api/v1/submissions", submission, 201)()

    def run(line: Line) -> None:
        Visitor(line).opens("/s/local/whole?lang=en&style=standard")
        send(line)

    return run


STEPS: dict[str, Callable[[], Step]] = {
    "page_floor": page_at("/"),
    "page_and_insert_floor": page_at("/page-and-insert"),
    "insert_floor": poster("/submit", submission, 201),
    "start_page": page_at("/s/local"),
    "question_page": question_page,
    "whole_response": whole_response,
    "one_document": one_document,
    "one_submission": poster("/api/v1/submissions", submission, 201),
    "one_batch": poster("/api/v1/submissions", lambda: {"submissions": [submission() for _ in range(BATCH)]}, 200),
}


def check(status: int, expected: int) -> None:
    """Stop the measure when an answer is not the one expected."""
    if status != expected:
        raise RuntimeError(f"answered {status} instead of {expected}")


def pace(port: int, step: str, seconds: float) -> Pace:
    """Return how fast a step runs, from a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run_steps, (port, step, seconds))


def make_ready(port: int) -> None:
    """Have every process of a server do once what it does at the first request of its kind."""
    for _ in range(CONNECTIONS):
        line = Line(port)
        Visitor(line).answers_the_survey()
        one_document()(line)
        line.close()


def pages_of_a_response(port: int) -> tuple[int, int]:
    """Return how many pages and how many requests a whole response takes without JavaScript."""
    visitor = Visitor(Line(port))
    visitor.answers_the_survey()
    return visitor.pages, visitor.requests


def _run_steps(port: int, step: str, seconds: float) -> Pace:
    """Run a step on every connection for a second of warm-up and then the time given, or until each has done one."""
    started = time.monotonic() + 1.0
    ends = started + seconds

    def client(_: int) -> tuple[int, list[float]]:
        line, run, took, warm = Line(port), STEPS[step](), list[float](), 0
        while (begun := time.monotonic()) < ends or not took:
            run(line)
            if begun >= started:
                took.append(time.monotonic() - begun)
            else:
                warm += 1
        line.close()
        return warm, took

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        done = list(threads.map(client, range(CONNECTIONS)))
    took = [one for _, of_client in done for one in of_client]
    rate = len(took) / (time.monotonic() - started)
    p95 = statistics.quantiles(took, n=20)[-1]
    return Pace(rate, p95 * 1000, len(took) + sum(warm for warm, _ in done))
