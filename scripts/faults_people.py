"""People and systems that answer while things break, and remember every answer that was acknowledged to them."""

import http.client
import json
import random
import re
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bench_people import filled, submission
from cryptography.hazmat.primitives.asymmetric import ec
from texts_people import RECEIPT, STEPS, Person, people
from texts_stage import Stage, Text, call_for

from engage.sealing import ENC_BYTES, INFO, SUITE

#: Seconds after which somebody gives an answer up: everything has to be back long before.
PATIENCE = 150.0
#: Submissions in a batch, and bundles sealed at once.
BATCH, SEALED = 20, 5
THANKS = re.compile(r'class="receipt"><bdi dir="ltr">([0-9A-Z-]{14})</bdi>')
#: What a server says that cannot do it now, or that another request is at.
NOT_NOW = (0, 408, 421, 425, 429, 500, 502, 503, 504)
#: What it says of a visit or a sign-in whose time is over.
OVER = (400, 403, 410)


class Refused(Exception):
    """An answer that says it will never work."""


class Lapsed(Refused):
    """A visit or a sign-in whose time is over by the server's clock: nothing of it was acknowledged."""


@dataclass
class Ledger:
    """What was sent and what was acknowledged."""

    ids: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    #: Ids that were sent, acknowledged or not, and how many pages or texts were begun.
    sent: set[str] = field(default_factory=set)
    begun: dict[str, int] = field(default_factory=dict)
    #: What no fault explains.
    faults: list[str] = field(default_factory=list)
    #: What had to be begun again because its time was over.
    lapsed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledged(self) -> int:
        """Return how many answers were acknowledged."""
        return len(self.ids) + len(self.receipts) + len(self.serials)

    def begin(self, kind: str) -> None:
        """Count something begun whose id nobody outside knows."""
        with self.lock:
            self.begun[kind] = self.begun.get(kind, 0) + 1


@dataclass
class Crowd:
    """Everybody who answers, until they are told to stop."""

    ports: Callable[[], Sequence[int]]
    stage: Stage
    cookie: Callable[[], str]
    ledger: Ledger
    seed: int
    over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    serials: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Have everybody begin."""
        self.over.clear()
        self.threads = [
            threading.Thread(
                target=self._on_and_on, args=(act, random.Random(f"{self.seed}{act.__name__}")), daemon=True
            )
            for act in (self._single, self._batch, self._sealed, self._pages, self._texts, self._keyed, self._prints)
        ]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Let everybody finish what they began."""
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE + 30)
            if thread.is_alive():
                self.ledger.faults.append("somebody never came to an end")

    def _on_and_on(self, act: Callable[[random.Random], None], chance: random.Random) -> None:
        while not self.over.is_set():
            try:
                act(chance)
            except Refused as refusal:
                with self.ledger.lock:
                    found = self.ledger.lapsed if isinstance(refusal, Lapsed) else self.ledger.faults
                    found.append(f"{act.__name__.strip('_')}: {refusal}")
            time.sleep(chance.uniform(0.0, 0.1))

    def _post(self, path: str, document: Any, headers: dict[str, str] | None = None) -> Any:
        """Send JSON until it is taken; returns the answer. Raises Refused."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self._until_taken("POST", path, lambda: (body, {"Content-Type": "application/json", **(headers or {})}))

    def _until_taken(self, method: str, path: str, make: Callable[[], tuple[bytes, dict[str, str]]]) -> Any:
        status, text, began = 0, "", time.monotonic()
        while time.monotonic() - began < PATIENCE:
            body, headers = make()
            status, text, _ = ask(random.choice(self.ports()), method, path, body, headers)
            if 200 <= status < 300:  # noqa: PLR2004
                return json.loads(text)
            if status not in NOT_NOW and not (path.startswith("/sms/") and status in (401, 403)):
                break
            time.sleep(0.3)
        raise Refused(f"{path.split('/')[1]} answered {status}")

    def _single(self, _chance: random.Random) -> None:
        document = submission()
        self._send([str(document["response_id"])], "single", lambda: self._post("/api/v1/submissions", document))

    def _batch(self, _chance: random.Random) -> None:
        documents = [submission() for _ in range(BATCH)]
        ids = [str(document["response_id"]) for document in documents]
        self._send(ids, "batch", lambda: self._post("/api/v1/submissions", {"submissions": documents}))

    def _send(self, ids: list[str], kind: str, send: Callable[[], Any]) -> None:
        with self.ledger.lock:
            self.ledger.sent.update(ids)
        answer = send()
        results = answer.get("results", [answer])
        with self.ledger.lock:
            for sent, result in zip(ids, results, strict=True):
                if result["status"] in ("stored", "same"):
                    self.ledger.ids[sent] = kind
                else:
                    self.ledger.faults.append(f"{kind}: {result['status']} {result['problems']}")

    def _sealed(self, _chance: random.Random) -> None:
        documents = [submission() | {"channel": "web"} for _ in range(SEALED)]
        key = self._until_taken("GET", "/api/v1/sealing-key", lambda: (b"", {}))
        bundles = [sealed_bundle(key, document) for document in documents]
        ids = [str(document["response_id"]) for document in documents]
        self._send(ids, "sealed", lambda: self._post("/api/v1/sealed", {"sealed": bundles}))

    def _pages(self, chance: random.Random) -> None:
        visitor = Visitor(self.ports)
        self.ledger.begin("pages")
        receipt = visitor.answers(chance)
        with self.ledger.lock:
            self.ledger.receipts[receipt] = "pages"

    def _texts(self, chance: random.Random) -> None:
        person = next(_texters(chance.randrange(10**6)))
        self.ledger.begin("texts")
        for step in range(STEPS):
            text = Text(uuid4().hex, person.number, person.words(step))

            def make(text: Text = text) -> tuple[bytes, dict[str, str]]:
                call = call_for(self.stage, "json", text)
                return call.body, call.headers

            reply = self._until_taken("POST", self.stage.channels["json"].path, make)["reply"] or ""
            if found := RECEIPT.search(reply):
                with self.ledger.lock:
                    self.ledger.receipts[found.group()] = "texts"
                return
        raise Refused("no thanks at the end of a conversation")

    def _keyed(self, _chance: random.Random) -> None:
        with self.ledger.lock:
            serial = self.serials.pop() if self.serials else None
        if serial is None:
            self.over.wait(1)
            return
        visitor = Visitor(self.ports, self.cookie())
        self.ledger.begin("keyed")
        visitor.keys_form(serial)
        with self.ledger.lock:
            self.ledger.serials.append(serial)

    def _prints(self, _chance: random.Random) -> None:
        """Ask for two forms every eight seconds, as a coordinator does."""
        visitor = Visitor(self.ports, self.cookie())
        job = visitor.asks_for_forms()
        if job is not None:
            with self.ledger.lock:
                self.ledger.jobs.append(job)
        self.over.wait(8)


class Visitor:
    """A person without JavaScript, who loads a page again when it did not come."""

    def __init__(self, ports: Callable[[], Sequence[int]] | int, cookie: str = "") -> None:
        self.ports = (lambda: [ports]) if isinstance(ports, int) else ports
        self.cookie = cookie

    def answers(self, chance: random.Random) -> str:
        """Answer the survey page by page and return the receipt. Raises Refused."""
        where, body = self.open("/s/local")
        began = time.monotonic()
        while time.monotonic() - began < 2 * PATIENCE:
            if found := THANKS.search(body):
                return found.group(1)
            action, fields = filled(where, body)
            time.sleep(chance.uniform(0, 0.02))
            where, body = self.post_once(action, fields) or self.open(where)
        raise Refused(f"never came to the end of the pages: {re.sub('[^a-z/]', '', where)}")

    def keys_form(self, serial: str) -> None:
        """Key a form with its first choices; a form that is entered already says so. Raises Refused."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            where, body = self.open(f"/f/{serial}")
            if where.startswith(("/s/", "/staff/sign-in")):
                raise Lapsed("signed out")
            if 'name="csrf_token"' not in body.partition("<main")[2] or "again=" in body:
                return
            action, fields = filled(where, body.partition("<main")[2])
            done = self.post_once(action, fields)
            if done is not None and "done=" in done[0]:
                return
            if done is not None:
                raise Lapsed(f"keying led to {done[0].partition('?')[0]}")
        raise Refused("a form could not be keyed")

    def asks_for_forms(self) -> str | None:
        """Ask for two forms to be printed; returns the job, None where nobody said that it was taken."""
        where, body = self.open("/staff/paper")
        if where != "/staff/paper":
            raise Lapsed("signed out")
        forms = re.findall(r"<form\b.*?</form>", body, re.DOTALL)
        wanted = next((part for part in forms if 'name="count"' in part), "")
        token = re.search(r'name="csrf_token" value="([^"]+)"', wanted)
        form = {"csrf_token": token.group(1) if token else "", "survey": "feeling-safe", "wave": "trial"}
        form |= {"language": "en", "style": "standard", "count": "2", "area": "", "venue": "", "ambassador": ""}
        done = self.post_once("/staff/paper", list(form.items()))
        return done[0].rpartition("/")[2] if done is not None and "/staff/jobs/" in done[0] else None

    def submit(self, path: str) -> None:
        """Open a page and press its button."""
        where, body = self.open(path)
        self.post_once(*filled(where, body))

    def open(self, path: str) -> tuple[str, str]:
        """Open a page, again and again until it comes; returns where it is and what it says. Raises Refused."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            status, body, place = self._ask("GET", path, b"", {})
            if status in (301, 302, 303) and place:
                path = place
            elif status == 200:  # noqa: PLR2004
                return path, body
            elif status not in NOT_NOW:
                raise (Lapsed if status in OVER else Refused)(f"a page answered {status}")
            else:
                time.sleep(0.3)
        raise Refused("a page never came")

    def post_once(self, path: str, fields: list[tuple[str, str]]) -> tuple[str, str] | None:
        """Send a form and open the page it leads to; None where nobody knows what became of it."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body, place = self._ask("POST", path, urlencode(fields).encode(), kind)
        if status in (302, 303) and place:
            return self.open(place)
        if status in NOT_NOW:
            time.sleep(0.3)
            return None
        if status in (200, 422):
            return path, body
        raise (Lapsed if status in OVER else Refused)(f"a form answered {status}")

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        sent = {"Cookie": self.cookie, "Accept-Encoding": "identity", **headers}
        status, text, found = ask(random.choice(self.ports()), method, path, body, sent)
        if found.get("cookie"):
            self.cookie = found["cookie"]
        return status, text, re.sub("^https?://[^/]+", "", found.get("place", ""))


def ask(port: int, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, dict[str, str]]:
    """Make one request; status 0 where no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=45)
    try:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        found = {"place": answer.getheader("Location") or ""}
        if cookie := answer.getheader("Set-Cookie"):
            found["cookie"] = cookie.partition(";")[0]
    except (OSError, http.client.HTTPException):
        return 0, "", {}
    else:
        return answer.status, text, found
    finally:
        connection.close()


def sealed_bundle(key: dict[str, str], document: dict[str, object]) -> dict[str, str]:
    """Return a submission sealed as a device does it."""
    point = urlsafe_b64decode(key["public_key"] + "=" * (-len(key["public_key"]) % 4))
    plain = json.dumps(document).encode()
    sealed = SUITE.encrypt(
        plain.ljust(-(-len(plain) // 512) * 512),
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point),
        INFO,
    )
    texts = [urlsafe_b64encode(part).rstrip(b"=").decode() for part in (sealed[:ENC_BYTES], sealed[ENC_BYTES:])]
    return {"id": uuid4().hex, "key": key["id"], "enc": texts[0], "ciphertext": texts[1]}


def _texters(seed: int) -> Any:
    """Yield people who answer by text in English to the end, each with a number of their own."""
    for person in people(seed, ("json",)):
        if person.kind == "finishes" and person.language == "en" and person.means[0] != "1":
            yield Person(f"+999{random.SystemRandom().randrange(10**9):09d}", "json", "en", "finishes", person.means)
