"""The gateways of a trial: they hand texts on until the server has taken them, and bring replies to phones."""

import http.client
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from texts_people import COPIES, CUT_OFF, LATE, RETRY, SILENT, Person
from texts_stage import Stage, Text, WebhookCall, call_for

#: Seconds a provider waits before it hands a text on again, and a person for a reply.
AGAIN_AFTER, PATIENCE = 0.2, 400
#: Times the same text comes in one moment.
AT_ONCE = 3
#: Statuses from here on say that the fault is ours.
FIRST_FAULT = 500
FIRST_MOMENT = datetime(2026, 11, 21, 10, tzinfo=UTC)


@dataclass
class StandIn:
    """SMS Gateway for Android as its documentation describes it: takes each text once, and sends it to a phone."""

    account: dict[str, str] = field(default_factory=dict)
    #: Number → what its phone got, in order; ids that were taken; how often one came again.
    got: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    taken: set[str] = field(default_factory=set)
    again: int = 0
    arrival: threading.Condition = field(default_factory=threading.Condition)

    def take(self, document: dict[str, Any]) -> int:
        """Take a text for a phone; return the status."""
        with self.arrival:
            if document["id"] in self.taken:
                self.again += 1
                return 409
            self.taken.add(document["id"])
            for number in document["phoneNumbers"]:
                self.got[number].append(document["textMessage"]["text"])
            self.arrival.notify_all()
        return 202

    def wait_for(self, number: str, count: int) -> list[str]:
        """Return what a phone got once it got so many texts; fewer where the person lost patience."""
        with self.arrival:
            self.arrival.wait_for(lambda: len(self.got[number]) >= count, PATIENCE)
            return list(self.got[number])


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the stand-in on a free port."""
    phones = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(phones.take(document), {"id": document["id"], "state": "Pending"})

        def do_GET(self) -> None:
            wanted = self.path.rpartition("/")[2]
            is_known = wanted in phones.taken
            self._answer(200 if is_known else 404, {"id": wanted, "state": "Sent"} if is_known else {})

        def _answer(self, status: int, document: dict[str, str]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}/3rdparty/v1"
    phones.account = {"user": "ABCDEF", "password": "of-a-stand-in", "base": base}
    try:
        yield phones
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Gateways:
    """Both gateways: one call after another for each person, and what became of each."""

    def __init__(self, stage: Stage, ports: Sequence[int], phones: StandIn) -> None:
        self.stage, self.ports, self.phones = stage, ports, phones
        self.counts: Counter[str] = Counter()
        self._took: list[float] = []
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(64)
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def line_of(self, person: Person) -> "PersonsLine":
        """Return what carries a person's texts."""
        return PersonsLine(self, person)

    def hand_on(self, provider: str, text: Text) -> str | None:
        """Hand a text on until the server has taken it; return the reply in the answer."""
        while True:
            try:
                status, body = self._call(call_for(self.stage, provider, text))
            except (OSError, http.client.HTTPException):
                self.count("calls without an answer")
                self._hang_up()
            else:
                if status == 200:  # noqa: PLR2004
                    reply = json.loads(body).get("reply")
                    return reply if reply is None else str(reply)
                if status < FIRST_FAULT:
                    raise RuntimeError(f"answered {status}: {body[:200]!r}")
                self.count(f"calls answered {status}")
            time.sleep(AGAIN_AFTER)

    def hand_on_at_once(self, provider: str, text: Text) -> list[str | None]:
        """Hand the same text on several times in one moment; return the replies."""
        start = threading.Barrier(AT_ONCE)

        def go() -> str | None:
            start.wait()
            return self.hand_on(provider, text)

        return [done.result() for done in [self._pool.submit(go) for _ in range(AT_ONCE)]]

    def hand_on_both(self, provider: str, first: Text, second: Text) -> list[str | None]:
        """Hand two texts on at once; return the replies in the order of the texts."""
        handed = self._pool.submit(self.hand_on, provider, first)
        behind = self.hand_on(provider, second)
        return [handed.result(), behind]

    def hang_up_on(self, provider: str, text: Text) -> None:
        """Hand a text on and hang up before the answer comes."""
        with suppress(OSError, http.client.HTTPException):
            call = call_for(self.stage, provider, text)
            connection = http.client.HTTPConnection("127.0.0.1", random.choice(self.ports), timeout=60)
            connection.request("POST", call.path, call.body, call.headers)
            connection.close()

    def count(self, what: str, number: int = 1) -> None:
        """Count something that happened."""
        with self._lock:
            self.counts[what] += number

    def percentiles(self, shares: Sequence[int]) -> dict[int, float]:
        """Return share of a hundred → milliseconds within which so many calls were answered."""
        took = sorted(self._took)
        return {share: took[min(share * len(took) // 100, len(took) - 1)] for share in shares if took}

    def _call(self, call: WebhookCall) -> tuple[int, bytes]:
        began = time.monotonic()
        connection = self._connection()
        connection.request("POST", call.path, call.body, call.headers)
        answer = connection.getresponse()
        body = answer.read()
        with self._lock:
            self._took.append(1000 * (time.monotonic() - began))
        return answer.status, body

    def _connection(self) -> http.client.HTTPConnection:
        """Return this thread's connection to one of the servers."""
        port = random.choice(self.ports)
        known: dict[int, http.client.HTTPConnection] = self._local.__dict__.setdefault("connections", {})
        if port not in known:
            known[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            with self._lock:
                self._connections.append(known[port])
        return known[port]

    def _hang_up(self) -> None:
        for connection in self._local.__dict__.get("connections", {}).values():
            connection.close()


class PersonsLine:
    """Carries one person's texts, and looks after what comes back."""

    def __init__(self, gateways: Gateways, person: Person) -> None:
        self.gateways, self.person = gateways, person
        self._late: list[tuple[Text, str | None]] = []

    def send(self, words: str, how: str | None = None) -> str | None:
        """Hand a text on, disturbed in some way or not; return the reply that came."""
        gateways, provider, text = self.gateways, self.person.provider, self._text(words)
        late, self._late = self._late, []
        match how:
            case "copies":
                answers = gateways.hand_on_at_once(provider, text)
            case "retry":
                answers = [gateways.hand_on(provider, text) for _ in range(2)]
            case "cut off":
                gateways.hang_up_on(provider, text)
                answers = [gateways.hand_on(provider, text)]
            case _:
                answers = [gateways.hand_on(provider, text)]
        if how in (COPIES, RETRY, CUT_OFF, LATE):
            gateways.count(how)
        reply = self._one_of(answers)
        if how != SILENT and provider == "smsgate":
            reply = self._arrived(1)[-1]
        if how == LATE:
            self._late.append((text, reply))
        self._repeat(late)
        if reply is not None:
            self.person.replies.append(reply)
        return reply

    def send_swapped(self, words: str, later: str) -> list[str]:
        """Hand two texts on, the later one first or both at once; return the replies that came."""
        gateways, provider = self.gateways, self.person.provider
        first, second = self._text(words), self._text(later)
        gateways.count("out of order")
        if self.person.sent % 2:
            answers = [gateways.hand_on(provider, second), gateways.hand_on(provider, first)]
        else:
            answers = gateways.hand_on_both(provider, second, first)
        replies = self._arrived(2) if provider == "smsgate" else [answer for answer in answers if answer is not None]
        self.person.replies += replies
        return replies

    def end(self) -> None:
        """Hand on what a provider still thinks nobody took."""
        late, self._late = self._late, []
        self._repeat(late)

    def _text(self, words: str) -> Text:
        self.person.sent += 1
        self.gateways.count("texts")
        at = FIRST_MOMENT + timedelta(seconds=self.person.sent)
        return Text(uuid4().hex, self.person.number, words, at.isoformat())

    def _one_of(self, answers: Sequence[str | None]) -> str | None:
        """Return the one reply of answers to the same text; another one would be a second reply."""
        if len(set(answers)) > 1:
            self.person.faults.append(f"{len(set(answers))} replies to one text")
        return answers[0]

    def _repeat(self, late: Sequence[tuple[Text, str | None]]) -> None:
        """Hand texts on that a provider thinks nobody took; nothing new may come of it."""
        for text, reply in late:
            again = self.gateways.hand_on(self.person.provider, text)
            if self.person.provider == "json" and again not in (reply, None):
                self.person.faults.append("another reply to a text that came again later")

    def _arrived(self, more: int) -> list[str]:
        """Return the replies that the phone got beyond those it had, once there are so many more."""
        had = len(self.person.replies)
        got = self.gateways.phones.wait_for(self.person.number, had + more)
        if len(got) < had + more:
            self.person.faults.append("a reply never arrived")
        return got[had:] or [""]
