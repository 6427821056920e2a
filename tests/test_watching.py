"""Whoever runs an instance sees what it does and what is in its way, and nothing that anybody sent."""

import json
import logging
import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import a_submission, an_instance
from engage.app import create_app
from engage.logs import FIELDS, JsonLines, PlainLines
from engage.metrics import _folder
from engage.readiness import check_readiness
from engage.response.receipts import receipt_of
from engage.serving import _drain_first
from engage.storage import texts
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel
from engage.watching import STOPPING
from phone import PHONE, SECRET, Phone

TOKEN = {"Authorization": "Bearer let-me-look"}
WORDS = "they wait by the garages"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Instance]:
    """Return an instance whose figures may be read, with the library survey open."""
    made = an_instance(tmp_path / "instance", surveyed=True)
    instance = Instance(replace(made.settings, metrics_token="let-me-look"), made.database, made.now)
    yield instance
    shutil.rmtree(_folder(instance), ignore_errors=True)
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)


def lines_of(caplog: pytest.LogCaptureFixture) -> str:
    """Return the log as a program and as a person reads it."""
    forms = JsonLines(), PlainLines()
    return "\n".join(form.format(record) for record in caplog.records for form in forms)


def test_neither_log_nor_figures_hold_anything_that_somebody_sent(
    watched: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = create_app(watched).test_client()
    document = a_submission({"safe_day": "very_safe", "say_more": WORDS})
    sent = client.post("/api/v1/submissions", json=document, headers={"User-Agent": "Nokia 3310"})
    assert sent.status_code == 201
    receipt = sent.json["receipt"]
    assert receipt == receipt_of(UUID(document["response_id"]))
    with watched.database.writing() as session:
        texts.add_channel(session, channel := TextChannel(uuid4(), "json", "feeling-safe", (SECRET,)))
    Phone(client, watched, channel.id).answers_everything("LOCAL", "YES", "2")
    client.get(f"/w/{receipt}?lang=en", headers={"X-Forwarded-For": "203.0.113.9"})
    client.get(f"/nowhere/{receipt}")
    client.open("/nowhere", method="NOKIA")
    client.post("/api/v1/submissions", data=f'{{"answers": "{WORDS}')
    figures = client.get("/metrics", headers=TOKEN)
    assert figures.status_code == 200
    ids = PHONE[1:], str(channel.id), receipt, document["response_id"]
    for kept in (lines_of(caplog), figures.text):
        assert "/w/<receipt>" in kept
        for secret in (*ids, WORDS, "very_safe", "Nokia", "NOKIA", "203.0.113.9", "let-me-look"):
            assert secret not in kept
    assert 'engage_responses{channel="web"} 1.0' in figures.text
    assert 'engage_ready{check="database"} 1.0' in figures.text
    assert 'route="none"' in figures.text


def test_a_line_of_the_log_is_json_with_the_fields_that_are_known_and_no_other() -> None:
    record = logging.LogRecord("engage.jobs", logging.ERROR, "", 0, "job failed\n  File a.py", (), None)
    record.__dict__.update(job="1", kind="paper.print", number="+447700900123")
    line = json.loads(JsonLines().format(record))
    assert {name: line[name] for name in ("event", "where", "job", "kind")} == {
        "event": "job failed",
        "where": "  File a.py",
        "job": "1",
        "kind": "paper.print",
    }
    assert "number" not in line
    assert "number" not in FIELDS


def test_figures_are_closed_to_whoever_has_no_token(watched: Instance, client: FlaskClient) -> None:
    assert client.get("/metrics", headers=TOKEN).status_code == 404
    open_to_some = create_app(watched).test_client()
    assert open_to_some.get("/metrics").status_code == 404
    assert open_to_some.get("/metrics", headers={"Authorization": "Bearer let-me-loo"}).status_code == 404


def test_readiness_names_what_is_in_the_way(
    surveyed: Instance, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json == {
        "status": "ready",
        "checks": dict.fromkeys(("database", "migrations", "queue", "disk", "keys", "process"), "ok"),
    }
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=7_000_000))
        assert client.get("/readyz").json["status"] == "disk: 7 MB free, 50 MB are needed"
    away = Instance(replace(surveyed.settings, redis_url="redis://127.0.0.1:1/0"), surveyed.database, surveyed.now)
    without_queue = create_app(away).test_client()
    assert without_queue.get("/readyz").status_code == 503
    assert without_queue.get("/readyz?of=answers").status_code == 200
    app.extensions[STOPPING] = lambda: True
    assert client.get("/readyz").json["checks"]["process"] == "stopping"
    assert client.get("/healthz").status_code == 200
    surveyed.settings.keys_file.write_text("{}", encoding="ascii")
    assert client.get("/readyz").json["checks"]["keys"] != "ok"
    surveyed.database.downgrade("0020")
    assert client.get("/readyz").json["checks"]["migrations"].startswith("migrations are missing")


def test_a_database_that_cannot_be_written_is_not_ready(surveyed: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engage.storage.probing.WAITS", 50)
    engine = surveyed.database.engine
    if engine.dialect.name == "sqlite":
        other = sqlite3.connect(str(engine.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert check_readiness(surveyed)["database"] == "locked by another program"
        other.execute("ROLLBACK")
        other.close()
    else:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" SET default_transaction_read_only = on')
            connection.commit()
        engine.dispose()
        assert check_readiness(surveyed)["database"] == "read-only"
        return
    assert check_readiness(surveyed)["database"] == "ok"


def test_asked_to_end_it_says_so_first_and_ends_later() -> None:
    ended, stopping, before = Event(), multiprocessing.Event(), signal.getsignal(signal.SIGTERM)
    try:
        _drain_first(ended.set, stopping, 0.2)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.is_set()
        assert not ended.is_set()
        assert ended.wait(10)
    finally:
        signal.signal(signal.SIGTERM, before)
