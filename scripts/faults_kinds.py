"""The faults: each breaks something while people answer, and says in a few words what was seen."""

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psutil
from bench_people import submission
from faults_people import BATCH, Crowd, ask
from faults_stage import Service, Town, readiness
from texts_stage import free_port

#: Seconds that a database stays locked, a disk full, a service away.
LOCKED, FULL, AWAY = 40, 8, 3
#: A clock that is off by so many seconds, one after the other.
JUMPS = (7200, -7200, 0)
#: Bytes left free on the full disk.
_CRUMB = 0

Fault = Callable[[Town, Crowd], str]


class NotHere(Exception):
    """This machine cannot do this fault; the message says why."""


def web_killed(town: Town, _crowd: Crowd) -> str:
    """Kill a web process with all its children, and start it again."""
    port = town.ports[-1]
    town.webs[port].kill()
    time.sleep(AWAY)
    town.webs[port].start()
    return f"away {AWAY} s"


def worker_killed(town: Town, _crowd: Crowd) -> str:
    """Kill the worker in the middle of a job, where one is under way."""
    assert town.worker is not None
    town.worker.kill()
    time.sleep(AWAY)
    town.worker.start()
    return f"away {AWAY} s"


def redis_killed(town: Town, _crowd: Crowd) -> str:
    """Kill Redis, which keeps nothing, and start it empty."""
    assert town.redis is not None
    town.redis.kill()
    time.sleep(AWAY)
    said = _reasons(town)
    town.redis.start()
    return f"away {AWAY} s; readiness said {said}"


def postgresql_killed(town: Town, _crowd: Crowd) -> str:
    """Kill PostgreSQL with every one of its processes."""
    _kill_postgresql(town)
    time.sleep(AWAY)
    said = _reasons(town)
    town.restart_postgresql()
    return f"away {AWAY} s; readiness said {said}"


def disk_full(town: Town, _crowd: Crowd) -> str:
    """Fill the disk that everything stands on, and make room again."""
    ballast = town.folder / "ballast"
    if shutil.disk_usage(town.folder).total > 2_000_000_000:  # noqa: PLR2004
        raise NotHere("no file system of its own could be mounted")
    try:
        _fill(ballast)
        time.sleep(FULL / 2)
        said = _reasons(town)
        _fill(ballast)
        time.sleep(FULL / 2)
    finally:
        ballast.unlink(missing_ok=True)
    if town.postgresql is not None:
        town.restart_postgresql()
    return f"full {FULL} s; readiness said {said}"


def clock_jumps(town: Town, _crowd: Crowd) -> str:
    """Set the clocks of web and worker hours on, back and right again."""
    if not town.clock_library.exists():
        raise NotHere("no C compiler to set clocks off with (apt-get install gcc libc6-dev)")
    for jump in JUMPS:
        town.set_clocks_off(jump)
        time.sleep(4)
    return " s, ".join(f"{jump:+}" for jump in JUMPS) + " s"


def database_locked(town: Town, _crowd: Crowd) -> str:
    """Hold the lock of the one writer from outside."""
    connection = sqlite3.connect(town.folder / "instance" / "engage.sqlite", timeout=60, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED / 2)
        said = _reasons(town)
        time.sleep(LOCKED / 2)
        connection.execute("ROLLBACK")
    finally:
        connection.close()
    return f"locked {LOCKED} s; readiness said {said}"


def table_locked(town: Town, _crowd: Crowd) -> str:
    """Hold the responses from outside, as somebody's forgotten maintenance does."""
    engine = town.instance.database.engine
    with engine.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE responses IN ACCESS EXCLUSIVE MODE")
        time.sleep(LOCKED / 2)
        connection.rollback()
    return f"locked {LOCKED // 2} s"


def truncated_uploads(town: Town, _crowd: Crowd) -> str:
    """Cut requests off in the middle of their body: nothing of them may be stored."""
    cut: list[str] = []
    for at in range(12):
        documents = [submission() for _ in range(BATCH)]
        cut += [str(document["response_id"]) for document in documents]
        body = json.dumps({"submissions": documents}).encode()
        _send_part(town.ports[at % len(town.ports)], "/api/v1/submissions", body, len(body) * (at + 1) // 13)
        scan = b"--b\r\nContent-Disposition: form-data; name=files; filename=a.pdf\r\n\r\n" + os.urandom(200_000)
        kind = f"Content-Type: multipart/form-data; boundary=b\r\nCookie: {town.cookie}\r\n"
        _send_part(town.ports[0], "/staff/scans", scan, len(scan) // 2, kind)
    time.sleep(1)
    marks = ", ".join(f"'{one}'" if town.postgresql else f"'{one.replace('-', '')}'" for one in cut)
    with town.instance.database.engine.connect() as connection:
        stored = connection.exec_driver_sql(f"SELECT count(*) FROM responses WHERE response_id IN ({marks})").scalar()
    if stored:
        raise RuntimeError(f"{stored} answers of cut batches were stored")
    return "12 batches and 12 scans cut"


def newer_version(town: Town, _crowd: Crowd) -> str:
    """Let two processes of a newer version migrate at once while this one answers; then take the step back."""
    newer = town.folder / "newer"
    root = Path(__file__).resolve().parents[1]
    shutil.copytree(root / "engage", newer / "engage", ignore=shutil.ignore_patterns("__pycache__"))
    for beside in ("translations", "paper_forms"):
        (newer / beside).symlink_to(root / beside)
    head = town.instance.database.revision()
    step = newer / "engage/storage/migrations/versions/9999_newer.py"
    step.write_text(_NEWER.format(head=head), encoding="utf-8")
    environment = town.environment() | {"PYTHONPATH": str(newer)}
    run = [sys.executable, "-c", "from engage.cli import main; main()", "jobs"]
    both = [subprocess.Popen(run, env=environment, cwd=newer, stdout=subprocess.DEVNULL) for _ in range(2)]
    statuses = [process.wait(120) for process in both]
    said, is_newer = _reasons(town), town.instance.database.standing()
    time.sleep(2)
    back = "from engage.settings import load_settings; from engage.storage.instance import open_instance; import os; "
    back += f"open_instance(load_settings(os.environ)).database.downgrade('{head}')"
    subprocess.run([sys.executable, "-c", back], env=environment, cwd=newer, check=True)
    shutil.rmtree(newer)
    if statuses != [0, 0] or is_newer != "ahead" or said != "ready":
        raise RuntimeError(f"migrating ended with {statuses}, tables {is_newer}, readiness {said}")
    return "two processes, one step, old version went on"


def rolling_restart(town: Town, _crowd: Crowd) -> str:
    """Restart each web process in turn behind a proxy, which may not see a single failed request."""
    if shutil.which("nginx") is None:
        raise NotHere("nginx is not installed (apt-get install nginx-light)")
    proxy, port = _proxy(town)
    counts, over = {"asked": 0, "failed": 0}, threading.Event()
    threads = [threading.Thread(target=_keep_asking, args=(port, counts, over), daemon=True) for _ in range(3)]
    try:
        for thread in threads:
            thread.start()
        time.sleep(1)
        for web in town.webs.values():
            if web.stop() is None:
                raise RuntimeError("a web process did not end by itself")
            web.start()
            if town.wait_ready() is None:
                raise RuntimeError("a web process did not come back")
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
        proxy.kill()
    if counts["failed"]:
        raise RuntimeError(f"{counts['failed']} of {counts['asked']} requests failed")
    return f"{counts['asked']} requests through nginx, none failed"


#: Fault → what it breaks; the second name says on which databases.
FAULTS: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "web killed": (web_killed, ("sqlite", "postgresql")),
    "worker killed": (worker_killed, ("postgresql",)),
    "Redis killed": (redis_killed, ("postgresql",)),
    "PostgreSQL killed": (postgresql_killed, ("postgresql",)),
    "disk full": (disk_full, ("sqlite", "postgresql")),
    "clock jumps": (clock_jumps, ("sqlite", "postgresql")),
    "database locked": (database_locked, ("sqlite",)),
    "table locked": (table_locked, ("postgresql",)),
    "truncated uploads": (truncated_uploads, ("sqlite", "postgresql")),
    "newer version migrates": (newer_version, ("sqlite", "postgresql")),
    "rolling restart": (rolling_restart, ("postgresql",)),
}

_NEWER = '''"""A step of a newer version: one more table and one more column."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("newer", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("responses", sa.Column("newer", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("responses", "newer")
    op.drop_table("newer")
'''

_NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream engage {{ {servers} }}
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://engage; proxy_next_upstream error timeout http_503 non_idempotent;
      proxy_next_upstream_tries 2; proxy_connect_timeout 2s; }} }}
}}
"""


def _proxy(town: Town) -> tuple[Service, int]:
    """Start nginx before the web processes, as the runbook sets it up."""
    folder, port = Path(f"/tmp/engage-faults-{uuid4().hex[:8]}"), free_port()
    folder.mkdir()
    servers = " ".join(f"server 127.0.0.1:{web} max_fails=0;" for web in town.webs)
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, servers=servers, port=port), encoding="ascii")
    proxy = Service("nginx", ["nginx", "-c", str(config)], dict(os.environ), folder / "out.log")
    town.services.callback(shutil.rmtree, folder, ignore_errors=True)
    town.services.callback(proxy.kill)
    proxy.start()
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return proxy, port
        time.sleep(0.05)
    raise RuntimeError("nginx did not begin")


def _keep_asking(port: int, counts: dict[str, int], over: threading.Event) -> None:
    """Open pages and send answers, once each: no second try hides a failure."""
    while not over.is_set():
        status, _, _ = ask(port, "GET", "/s/local", b"", {})
        sent, _, _ = ask(
            port,
            "POST",
            "/api/v1/submissions",
            json.dumps({"submissions": []}).encode(),
            {"Content-Type": "application/json"},
        )
        counts["asked"] += 2
        counts["failed"] += (status != 200) + (sent != 200)  # noqa: PLR2004


def _reasons(town: Town) -> str:
    """Return what readiness says of itself: `ready`, or the checks that failed."""
    said = []
    for port in town.ports:
        status, document = readiness(port)
        failed = [name for name, state in document.get("checks", {}).items() if state != "ok"]
        said.append("ready" if status == 200 else ", ".join(failed) or f"nothing ({status})")  # noqa: PLR2004
    return " / ".join(dict.fromkeys(said))


def _kill_postgresql(town: Town) -> None:
    main = psutil.Process(town.postgresql.get_pid())
    for process in [main, *main.children(recursive=True)]:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs([main], timeout=5)


def _fill(ballast: Path) -> None:
    """Write until not a byte is free."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def _send_part(port: int, path: str, body: bytes, upto: int, kind: str = "Content-Type: application/json\r\n") -> None:
    """Announce a body and send only the beginning of it."""
    head = f"POST {path} HTTP/1.1\r\nHost: faults\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(head.encode() + body[:upto])
            time.sleep(0.05)
    except (OSError, http.client.HTTPException):
        return
