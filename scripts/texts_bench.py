"""Measures how fast texts go through the webhook: signature, conversation, durable storage, reply.

Whole conversations in six languages come in from a second process, by our own signed JSON and by Twilio's form:
first as fast as eight connections go, then at the goal's pace, where a text that waits for its turn counts as late.
The floor is a bare Flask page of the same run that checks the same signature and stores the body durably. The figure
per core is texts by the processor time of the server, and never more than texts by the clock.
"""

import argparse
import cProfile
import http.client
import itertools
import json
import multiprocessing
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from uuid import uuid4

from texts_stage import (
    SURVEY,
    WAVE,
    YES,
    Server,
    Stage,
    Text,
    WebhookCall,
    call_for,
    free_port,
    number_of,
    processor_seconds,
    running,
    set_up,
    waited_seconds,
)
from werkzeug.test import EnvironBuilder

from engage.app import create_app
from engage.settings import load_settings
from engage.storage.instance import open_instance
from engage.storage.responses import count_by_channel

#: Texts a second and core, and milliseconds within which 95 and 99 of 100 are answered.
GOAL_RATE, GOAL_P95, GOAL_P99 = 150.0, 150.0, 500.0
#: Connections at full speed, and at the goal's pace.
CONNECTIONS, PACED_CONNECTIONS = 8, 16
PROVIDERS = ("json", "twilio")
#: Texts of one person, and the share of conversations that come to their end, as a measure ends in the middle of some.
TEXTS_OF_A_CONVERSATION, ENDING = 6, 0.9
#: Seconds before a measure begins.
WARM_UP = 2.0

FLOOR = """
import base64, hashlib, hmac, json, sqlite3, sys, threading, waitress
from flask import Flask, Response, request
from urllib.parse import parse_qsl
folder, port, secrets = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
app = Flask("floor")
local = threading.local()
def connection():
    if not hasattr(local, "db"):
        local.db = sqlite3.connect(folder + "/floor.sqlite", isolation_level=None, timeout=30)
        local.db.execute("PRAGMA journal_mode=WAL"); local.db.execute("PRAGMA synchronous=FULL")
        local.db.execute("CREATE TABLE IF NOT EXISTS texts (id TEXT PRIMARY KEY, body TEXT)")
    return local.db
def store(name, body):
    db = connection()
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO texts VALUES (?, ?) ON CONFLICT DO NOTHING", (name, body))
    db.execute("COMMIT")
@app.post("/sms/json/<channel>")
def from_json(channel):
    body = request.get_data()
    stamp = request.headers["X-Engage-Timestamp"]
    signed = hmac.new(secrets["json"].encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signed, request.headers["X-Engage-Signature"]):
        return Response(status=403)
    store(json.loads(body)["id"], body)
    return {"reply": "Local survey"}
@app.post("/sms/twilio/<channel>")
def from_twilio(channel):
    fields = dict(parse_qsl(request.get_data(as_text=True), keep_blank_values=True))
    text = "http://127.0.0.1:" + str(port) + request.path + "".join(k + v for k, v in sorted(fields.items()))
    signed = base64.b64encode(hmac.new(secrets["twilio"].encode(), text.encode(), hashlib.sha1).digest()).decode()
    if not hmac.compare_digest(signed, request.headers["X-Twilio-Signature"]):
        return Response(status=403)
    store(fields["MessageSid"], fields["Body"])
    return Response("<Response><Message>Local survey</Message></Response>", mimetype="text/xml")
waitress.serve(app, host="127.0.0.1", port=port, threads=8, _quiet=True)
"""


@dataclass(frozen=True)
class Measured:
    """What one measure came to: texts by the second, milliseconds, processor time by the second."""

    rate: float
    p50: float
    p95: float
    p99: float
    longest: float
    #: Processors that the server kept busy, and those its threads waited for while others had them.
    cores: float
    waited: float

    @property
    def per_core(self) -> float:
        """Return texts a second and core; a server that does not fill its core is not credited with the rest."""
        return self.rate / max(self.cores, 1.0)


def main() -> None:
    """Measure everything, print one table, and say whether the goals are met."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60.0, help="seconds a measure takes")
    arguments.add_argument("--json", type=Path, help="file to write the figures to")
    arguments.add_argument("--profile", type=int, metavar="TEXTS", help="say where the time of so many texts goes")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="engage-texts-bench-") as folder:
        if options.profile:
            profile(Path(folder), options.profile)
            return
        figures = measure(Path(folder), options.seconds)
    print(table(figures))
    if options.json:
        written = {name: vars(figure) | {"per_core": figure.per_core} for name, figure in figures.items()}
        options.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    sys.exit(0 if all(is_met(name, figure) for name, figure in figures.items()) else 1)


def measure(folder: Path, seconds: float) -> dict[str, Measured]:
    """Return name → figures, the floors first."""
    figures: dict[str, Measured] = {}
    stage = set_up(folder / "instance", port := free_port(), PROVIDERS)
    secrets = json.dumps({name: channel.secret for name, channel in stage.channels.items()})
    floor = Server({}, free_port(), folder / "floor.log")
    floor.command = [sys.executable, "-c", FLOOR, str(folder), str(floor.port), secrets]
    with running(floor):
        bare = replace(stage, public_url=f"http://127.0.0.1:{floor.port}")
        for provider in PROVIDERS:
            figures[f"floor, {provider}, full speed"] = of_server(floor, bare, provider, seconds, None)
    with running(Server(stage.environment, port, folder / "engage.log")) as server:
        for provider in PROVIDERS:
            figures[f"engage, {provider}, full speed"] = of_server(server, stage, provider, seconds, None)
            pace = f"engage, {provider}, {GOAL_RATE:.0f} a second"
            figures[pace] = of_server(server, stage, provider, seconds, GOAL_RATE)
    check_stored(stage, sum(figure.rate * seconds for name, figure in figures.items() if name.startswith("engage")))
    return figures


def check_stored(stage: Stage, texts: float) -> None:
    """Raise RuntimeError where the conversations did not end as responses: then the figures are of something else."""
    instance = open_instance(load_settings(stage.environment))
    with instance.database.reading() as session:
        stored = count_by_channel(session, SURVEY, WAVE).get("sms", 0)
    instance.database.close()
    if stored < ENDING * texts / TEXTS_OF_A_CONVERSATION:
        raise RuntimeError(f"of {texts:.0f} texts only {stored} responses came")


def of_server(server: Server, stage: Stage, provider: str, seconds: float, pace: float | None) -> Measured:
    """Measure a server from a process of its own; without a pace as fast as it goes."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(send_texts, (stage, provider, seconds, pace, server.pid))


def send_texts(stage: Stage, provider: str, seconds: float, pace: float | None, server: int) -> Measured:
    """Send conversations over every connection, and measure what comes back after the warm-up."""
    used: list[float] = []
    Timer(WARM_UP, lambda: used.extend((processor_seconds(server), waited_seconds(server)))).start()
    begins = time.monotonic() + WARM_UP
    ends = begins + seconds
    turns = itertools.count()
    people = itertools.count(time.time_ns() % 10**9)

    def client(_: int) -> list[float]:
        took: list[float] = []
        host = stage.public_url.removeprefix("http://")
        with closing(http.client.HTTPConnection(host, timeout=60)) as connection:
            for text in conversations(people):
                due = begins - WARM_UP + next(turns) / pace if pace else time.monotonic()
                if due >= ends:
                    return took
                time.sleep(max(0.0, due - time.monotonic()))
                send(connection, call_for(stage, provider, text))
                if due >= begins:
                    took.append(1000 * (time.monotonic() - due))
        return took

    connections = PACED_CONNECTIONS if pace else CONNECTIONS
    with ThreadPoolExecutor(connections) as pool:
        took = sorted(itertools.chain.from_iterable(pool.map(client, range(connections))))
    lasted = max(time.monotonic() - begins, seconds)
    at = {share: took[min(int(share * len(took)), len(took) - 1)] for share in (0.5, 0.95, 0.99)}
    cores, waited = (processor_seconds(server) - used[0]) / lasted, (waited_seconds(server) - used[1]) / lasted
    return Measured(len(took) / lasted, at[0.5], at[0.95], at[0.99], took[-1], cores, waited)


def conversations(people: Iterator[int]) -> Iterator[Text]:
    """Yield the texts of one person after another, each from the first word to the thanks, in six languages."""
    while True:
        person = next(people)
        language = tuple(YES)[person % len(YES)]
        for words in (f"LOCAL {language}", YES[language], "3", "Bulwell", "4", "C"):
            yield Text(uuid4().hex, number_of(person), words)


def send(connection: http.client.HTTPConnection, call: WebhookCall) -> None:
    """Send one request; anything but a reply ends the measure."""
    connection.request("POST", call.path, call.body, call.headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200 or b"null" in body or b"<Response></Response>" in body:  # noqa: PLR2004
        raise RuntimeError(f"answered {answer.status}: {body[:200]!r}")


def profile(folder: Path, texts: int) -> None:
    """Print where the time of so many texts goes, in one thread and without sockets."""
    stage = set_up(folder / "instance", 8000, ("json",))
    instance = open_instance(load_settings(stage.environment))
    app = create_app(instance)
    calls = [call_for(stage, "json", text) for text in itertools.islice(conversations(itertools.count()), texts + 60)]
    requests = [EnvironBuilder(call.path, method="POST", data=call.body, headers=call.headers) for call in calls]
    environs = [request.get_environ() for request in requests]
    profiler = cProfile.Profile(time.process_time)

    def take(some: list[dict[str, object]]) -> None:
        for environ in some:
            b"".join(app.wsgi_app(environ, lambda _status, _headers: lambda _body: None))  # type: ignore[arg-type]

    take(environs[:60])
    half = 60 + texts // 2
    cpu = time.process_time()
    take(environs[60:half])
    print(f"{1000 * (time.process_time() - cpu) / (half - 60):.2f} ms of processor time a text, without the profiler")
    profiler.runcall(take, environs[half:])
    instance.database.close()
    statistics = pstats.Stats(profiler)
    statistics.sort_stats("cumulative").print_stats("engage/", 45)
    statistics.sort_stats("tottime").print_stats(20)


def is_met(name: str, figure: Measured) -> bool:
    """Say whether a figure reaches the goal; floors have none."""
    if name.startswith("floor"):
        return True
    is_in_time = figure.p95 <= GOAL_P95 and figure.p99 <= GOAL_P99
    return is_in_time and ("full speed" not in name or figure.per_core >= GOAL_RATE)


def table(figures: dict[str, Measured]) -> str:
    """Return the figures as lines of text."""
    titles = ("texts/s", "per core", "of floor", "p50 ms", "p95 ms", "p99 ms", "longest", "cores", "waited", "CPU ms")
    lines = [f"{'':<32}" + "".join(f"{title:>10}" for title in titles)]
    for name, figure in figures.items():
        floor = figures.get(name.replace("engage", "floor"))
        share = f"{figure.rate / floor.rate:.0%}" if floor and floor is not figure else ""
        times = "".join(f"{ms:>10.1f}" for ms in (figure.p50, figure.p95, figure.p99, figure.longest))
        cpu = 1000 * figure.cores / figure.rate
        goal = "" if name.startswith("floor") else "  goal met" if is_met(name, figure) else "  GOAL MISSED"
        lines.append(
            f"{name:<32}{figure.rate:>10.1f}{figure.per_core:>10.1f}{share:>10}{times}"
            f"{figure.cores:>10.2f}{figure.waited:>10.2f}{cpu:>10.2f}{goal}"
        )
    goal = (
        f"p95 <= {GOAL_P95:.0f} ms, p99 <= {GOAL_P99:.0f} ms, at full speed >= {GOAL_RATE:.0f} texts a second and core"
    )
    busy = "Where the server waited for processors that others had, the machine was not free: the figures are too low."
    return "\n".join([*lines, f"Goals: {goal}.", busy])


if __name__ == "__main__":
    main()
