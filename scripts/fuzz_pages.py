"""Sends a running server what no page and no partner would send: none of it may bring it to a fault.

The interface is fuzzed after its own OpenAPI document (schemathesis), every form of the survey, the public and the
staff pages by changing what its page would send. Fails on any status from 500, any traceback in the server's log, and
any answer without the headers that keep a page safe.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import schemathesis
from fuzz_visitors import METHODS, PATIENCE, Form, PageParts, Tally, Visitor
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from texts_stage import free_port

from engage.collection.accounts import invite, sign_in_link, take_up_invitation
from engage.settings import load_settings
from engage.storage import sessions, staff
from engage.storage.instance import Instance, open_instance

ENGAGE = str(Path(sys.executable).with_name("engage"))
#: Seconds within which the server has to be there.
BEGINS_WITHIN = 240
ADMIN = "fuzz-admin@fuzz.invalid"
#: Rounds over the operations at most, and requests that one made-up case becomes.
MOST_ROUNDS, AS_SENT = 20, 3


def main() -> int:
    """Fuzz a server of our own and print what came of it; 1 where anything was wrong."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--requests", type=int, default=20_000, help="requests in all; half of them to the interface")
    told.add_argument("--responses", type=int, default=400, help="synthetic responses of the demo survey")
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--only", choices=("interface", "forms"), help="one half alone")
    told.add_argument("--instance", type=Path, help="a folder whose instance is used, and left as it then is")
    told.add_argument("--keep", type=Path, help="a folder for the server's log")
    given_ = told.parse_args()
    began, tally = time.monotonic(), Tally()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(a_server(folder, given_.instance or folder / "instance", given_.responses))
        if given_.only != "forms":
            fuzz_interface(server.base, tally, given_.requests // (1 if given_.only else 2))
        if given_.only != "interface":
            fuzz_forms(server, tally, given_.requests - tally.sent["interface"], given_.seed)
        log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
        if given_.keep:
            given_.keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / "server.log", given_.keep)
    if "Traceback" in log or "fault at" in log:
        found = re.findall(r"^.*(?:fault at|Traceback).*$", log, re.MULTILINE)
        tally.faults += [f"in the log: {line[:200]}" for line in dict.fromkeys(found)]
    return report(tally, time.monotonic() - began)


def report(tally: Tally, seconds: float) -> int:
    """Print the table and the first faults; returns the exit status."""
    for kind, count in sorted(tally.sent.items()):
        spread = ", ".join(
            f"{said.split()[-1]} {n}" for said, n in sorted(tally.statuses.items()) if said.startswith(f"{kind} ")
        )
        print(f"{kind:<12}{count:>8} requests   {spread}")
    print(f"{'all':<12}{sum(tally.sent.values()):>8} requests in {seconds:.0f} s, {len(tally.faults)} faults")
    for fault in list(dict.fromkeys(tally.faults))[:60]:
        print("  FAULT", fault)
    return 1 if tally.faults else 0


@dataclass(frozen=True)
class Server:
    """A running server and how its people sign in."""

    base: str
    instance: Instance

    def signed_in(self, role: str) -> requests.Session:
        """Return the session of somebody with a role, second step and all."""
        email, now, keys = f"{role}-{ADMIN}", self.instance.now(), self.instance.settings.keys
        with self.instance.database.writing() as session:
            if staff.find(session, email) is None:
                token = invite(session, keys, email, role, None, now, "fuzz")
                take_up_invitation(session, keys, token, "not a password", now)
            link = sign_in_link(session, keys, email, now, "fuzz")
        browser, address = requests.Session(), f"{self.base}/staff/in/{link}"
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(address, timeout=PATIENCE).text)
        browser.post(address, data={"csrf_token": found[1] if found else ""}, timeout=PATIENCE)
        with self.instance.database.writing() as session:
            account = staff.find(session, email)
            for known in sessions.of_account(session, account.id) if account else ():
                sessions.prove(session, known.id, "passkey")
        return browser


@contextmanager
def a_server(folder: Path, kept: Path, responses: int) -> Iterator[Server]:
    """Fill an instance as the demo does, and run the real server on it."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    own = {"ENGAGE_INSTANCE": str(kept), "ENGAGE_PUBLIC_URL": base}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
    subprocess.run(
        [ENGAGE, "demo", "--responses", str(responses)], env=inherited | own, check=True, stdout=subprocess.DEVNULL
    )
    instance = open_instance(load_settings(own))
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [ENGAGE, "serve", "--port", str(port), "--processes", "2"], env=inherited | own, stdout=log, stderr=log
        )
        try:
            _wait_for(base)
            yield Server(base, instance)
        finally:
            process.terminate()
            process.wait(60)
            instance.database.close()


def _wait_for(base: str) -> None:
    ends, said = time.monotonic() + BEGINS_WITHIN, "nothing"
    while time.monotonic() < ends:
        with suppress(requests.RequestException):
            answer = requests.get(f"{base}/readyz", timeout=5)
            said = answer.text
            if answer.status_code == 200:  # noqa: PLR2004
                return
        time.sleep(0.5)
    raise RuntimeError(f"the server did not begin: {said}")


def fuzz_interface(base: str, tally: Tally, wanted: int) -> None:
    """Fuzz every operation of the OpenAPI document, with what it allows and with what it does not."""
    schema = schemathesis.openapi.from_url(f"{base}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    for _ in range(MOST_ROUNDS):
        each = max(10, (wanted - tally.sent["interface"]) // (2 * AS_SENT * len(operations)))
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                if tally.sent["interface"] < wanted:
                    _fuzz_operation(operation, mode, each, base, tally)


def _fuzz_operation(operation: Any, mode: GenerationMode, most: int, base: str, tally: Tally) -> None:
    @settings(
        max_examples=most,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        for sent in _spoilt(case.as_transport_kwargs(base_url=base)):
            inside = str(sent.get("json") or sent.get("data"))[:200]
            said = f"{sent['method']} {sent['url'].removeprefix(base)[:200]} {inside}"
            try:
                answer = requests.request(**sent, timeout=PATIENCE, allow_redirects=False)
            except (requests.ConnectionError, requests.Timeout) as error:
                tally.faults.append(f"{type(error).__name__}: {said}")
            except (requests.RequestException, UnicodeError, ValueError):
                continue  # the client itself refuses to send this
            else:
                tally.take("interface", said, answer)

    with suppress(Unsatisfiable):  # some operations can be asked nothing wrong
        send()


def _spoilt(sent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a request as it was made, cut off, as something else than it is, and by another method."""
    headers = dict(sent.get("headers") or {})
    yield sent
    whole = requests.Request(**sent | {"cookies": None}).prepare().body
    body = whole.encode() if isinstance(whole, str) else whole
    bare = {"method": sent["method"], "url": sent["url"], "params": sent.get("params"), "headers": headers}
    if isinstance(body, bytes) and body:
        yield bare | {"data": body[: len(body) * 2 // 3]}
        yield bare | {
            "data": body + b"\x00\xff",
            "headers": headers | {"Content-Type": "multipart/form-data; boundary=x"},
        }
    yield bare | {"method": METHODS[len(body or b"") % len(METHODS)], "data": body}


def fuzz_forms(server: Server, tally: Tally, wanted: int, seed: int) -> None:
    """Fuzz every form that pages lead to, as nobody, as somebody who answers, and as staff."""
    chance = random.Random(seed)
    roles = ("admin", "analyst", "coordinator")
    visitors = [(Visitor("public", server.base, tally, chance), ("/", "/results/local", "/w/", "/staff/sign-in"))]
    visitors += [(Visitor("survey", server.base, tally, chance), ("/s/local",))]
    visitors += [(Visitor(role, server.base, tally, chance, server.signed_in(role), HOME), _STAFF) for role in roles]
    struck = [(visitor, visitor.crawl(starts)) for visitor, starts in visitors]
    for visitor, _ in visitors:
        visitor.renew()
    for visitor, forms in struck:
        print(f"{visitor.name}: {len(forms)} forms", flush=True)
    survey, survey_forms = struck[1]
    survey_forms += _answer_along(survey)
    left = wanted - sum(count for kind, count in tally.sent.items() if kind != "interface")
    rounds = [(visitor, form) for visitor, forms in struck for form in forms]
    with ThreadPoolExecutor(3) as crowd:
        for result in crowd.map(lambda at: _strike_one(server, rounds[at % len(rounds)]), range(max(left, 0))):
            assert result is None


#: Where staff's links begin, and their page with a form that everybody may open.
HOME = "/staff/"
_STAFF = (HOME, "/staff/review", "/staff/paper", "/staff/results", "/staff/surveys", "/staff/text", "/staff/duty")


def _strike_one(server: Server, blow: tuple[Visitor, Form]) -> None:
    visitor, form = blow
    visitor.strike(form)
    if visitor.chance.random() < 0.03:  # noqa: PLR2004
        if visitor.home == HOME and (answer := visitor.open(server.base + HOME)) is not None and answer.is_redirect:
            visitor.session = server.signed_in(visitor.name)  # something that was struck signed them out
        visitor.renew()


def _answer_along(visitor: Visitor) -> list[Form]:
    """Answer the survey page by page as far as it goes, skipping what is asked; returns the forms on the way."""
    forms, address = [], f"{visitor.base}/s/local/1"
    for _ in range(60):
        answer = visitor.open(address)
        if answer is None:
            break
        if answer.is_redirect:
            address = urljoin(address, answer.headers["Location"])
            continue
        parts = PageParts(address)
        parts.feed(answer.text)
        here = [form for form in parts.forms if form.method == "POST"]
        forms += here
        if not here or urlsplit(address).path.endswith(("/check", "/thanks")):
            break
        sent = {"consent": "yes", "age_band": "25-34", "assisted": "none", "action": "skip"}
        token = dict(here[0].fields).get("csrf_token", "")
        gone = visitor.send("POST", here[0].action, data=sent | {"csrf_token": token})
        if gone is None or "Location" not in gone.headers:
            break
        address = urljoin(address, gone.headers["Location"])
    return forms


if __name__ == "__main__":
    raise SystemExit(main())
