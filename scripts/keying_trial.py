"""Keys printed forms over a real connection as an ambassador does, and two people key the same sheets at once.

The entry screen has to answer within 100 ms, 95 times of 100, and nothing that was keyed may be lost: of each sheet
keyed twice with other answers one entry is stored, and the other waits for a person.
"""

import argparse
import http.client
import os
import random
import re
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from bench_servers import an_engage

from engage.collection.accounts import invite, sign_in_link
from engage.collection.paper import issue_forms
from engage.reporting.ground import Ground
from engage.response.serials import response_id_of
from engage.settings import load_settings
from engage.storage import areas, questionnaires, responses, review, waves
from engage.storage.instance import Instance, open_instance

SURVEY = "feeling-safe"
#: What must hold: seconds of an answer, 95 times of 100.
MOST_SECONDS = 0.1
PEOPLE = ("one@keying.invalid", "two@keying.invalid")


class NoLayout:
    """Stands for the layout of forms that are keyed and never scanned."""

    content_hash = "0" * 64

    def to_document(self) -> dict[str, object]:
        """Return an empty layout."""
        return {"pages": []}


class Fields(HTMLParser):
    """What can be ticked on an entry screen: name → values, and the token of the form."""

    def __init__(self) -> None:
        super().__init__()
        self.choices: dict[str, list[str]] = {}
        self.several: set[str] = set()
        self.token = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one input."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name == "csrf_token":
            self.token = value
        elif tag == "input" and given.get("type") in ("radio", "checkbox") and value:
            self.choices.setdefault(name, []).append(value)
            self.several |= {name} if given.get("type") == "checkbox" else set()


@dataclass
class Keyer:
    """Somebody signed in, on one connection, with how long each answer took (seconds)."""

    port: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"GET": [], "POST": []})
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the connection."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def signs_in(self, token: str) -> None:
        """Use up a sign-in link."""
        page = self.asks("GET", f"/staff/in/{token}")[1]
        status, _ = self.asks("POST", f"/staff/in/{token}", {"csrf_token": read(page).token})
        assert status == HTTPStatus.SEE_OTHER, status
        self.seconds = {"GET": [], "POST": []}

    def keys(self, serial: str, ward: str, chance: random.Random) -> int:
        """Open a sheet, fill it in and send it, again without what the page objects to; return the status."""
        status, page = self.asks("GET", f"/f/{serial}?again=1")
        assert status == HTTPStatus.OK, status
        sent = filled_in(read(page), ward, chance)
        status, page = self.asks("POST", f"/f/{serial}", sent)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            faulty = {f"a.{name}" for name in re.findall(r'href="#f-([^"]+)"', page)}
            status, _ = self.asks("POST", f"/f/{serial}", [pair for pair in sent if pair[0] not in faulty])
        return status

    def asks(
        self, method: str, path: str, fields: list[tuple[str, str]] | dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Send a request and return status and text."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.seconds[method].append(time.perf_counter() - begun)
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text


def main() -> int:
    """Key every form and print what it took; return 1 where it took too long or something is lost."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--forms", type=int, default=500)
    asked.add_argument("--twice", type=int, default=50, help="sheets that two people key at once")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--processes", type=int, default=2)
    given = asked.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="engage-keying-") as folder,
        an_engage(Path(folder), given.processes) as server,
    ):
        environment = {"ENGAGE_INSTANCE": str(Path(folder) / "instance"), "PATH": os.environ["PATH"]}
        instance = open_instance(load_settings(environment))
        serials, ward = print_forms(instance, given.forms + given.twice)
        one, two = (signed_in(instance, server.port, email) for email in PEOPLE)
        chance, begun = random.Random(given.seed), time.perf_counter()
        two.connection.close()  # opened again where it is needed: an idle one would be closed by the server
        statuses = [one.keys(serial, ward, chance) for serial in serials[: given.forms]]
        took = time.perf_counter() - begun
        seconds = {method: list(found) for method, found in one.seconds.items()}
        one.connection.close()
        both = [key_at_once((one, two), serial, ward, chance) for serial in serials[given.forms :]]
        lost = sum(what_is_lost(instance, serial) for serial in serials[: given.forms]) if statuses else 0
        unmet = sum(two_entries(instance, serial) != 2 for serial in serials[given.forms :])  # noqa: PLR2004 - two people
    print(f"{given.forms} forms keyed in {took:.1f} s, {statuses.count(HTTPStatus.SEE_OTHER)} taken")
    is_slow = False
    for method, found in seconds.items():
        middle, slowest = statistics.median(found), statistics.quantiles(found, n=20)[-1]
        is_slow |= slowest > MOST_SECONDS
        print(
            f"{method:<4} median {middle * 1000:.0f} ms, p95 {slowest * 1000:.0f} ms, worst {max(found) * 1000:.0f} ms"
        )
    print(f"lost: {lost}; sheets keyed by two at once: {len(both)}, without both entries: {unmet}")
    return int(is_slow or lost > 0 or unmet > 0 or statuses.count(HTTPStatus.SEE_OTHER) < given.forms)


def print_forms(instance: Instance, count: int) -> tuple[list[str], str]:
    """Record printed forms and return their serials and a ward that people tell about."""
    with instance.database.writing() as session:
        questionnaire, wave = questionnaires.get(session, SURVEY), waves.current(session, SURVEY)
        assert questionnaire is not None
        assert wave is not None
        keys, now = instance.settings.keys, instance.now()
        issued = issue_forms(
            session, keys, NoLayout(), questionnaire, wave.name, "en", "standard", None, count, now, "trial"
        )
        ground = Ground.of(questionnaire, areas.read_tree(session), now.date())
    return [serial for serial, _ in issued], ground.at_levels({"ward"})[0].code


def signed_in(instance: Instance, port: int, email: str) -> Keyer:
    """Return an ambassador who came in by a link."""
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        invite(session, keys, email, "ambassador", None, now, "trial")
        token = sign_in_link(session, keys, email, now, "trial")
    keyer = Keyer(port)
    keyer.signs_in(token)
    return keyer


def filled_in(fields: Fields, ward: str, chance: random.Random) -> list[tuple[str, str]]:
    """Return a sheet filled in at random by somebody of 25 to 34 who agreed."""
    fixed = {"csrf_token": fields.token, "consent": "yes", "age_band": "25-34", "area": ward, "assisted": "none"}
    sent = list(fixed.items())
    for name, values in fields.choices.items():
        if name in fixed or name in ("guardian", "home_district") or chance.random() > 0.8:  # noqa: PLR2004 - share answered
            continue
        sent.append((name, chance.choice(values)))
    return sent


def key_at_once(people: tuple[Keyer, Keyer], serial: str, ward: str, chance: random.Random) -> list[int]:
    """Have two people key one sheet at the same moment."""
    seeds = [random.Random(chance.random()) for _ in people]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda person, seed: person.keys(serial, ward, seed), people, seeds))


def what_is_lost(instance: Instance, serial: str) -> int:
    """Return 1 where a sheet that was keyed is not stored."""
    with instance.database.reading() as session:
        return int(responses.get(session, response_id_of(serial)) is None)


def two_entries(instance: Instance, serial: str) -> int:
    """Return how many entries of a sheet there are: the one stored and those that wait for a person."""
    with instance.database.reading() as session:
        stored = responses.get(session, response_id_of(serial)) is not None
        waiting = [item for item in review.waiting(session) if re.search(serial, str(item))]
    return int(stored) + len(waiting)


def read(page: str) -> Fields:
    """Return what can be ticked on a page."""
    fields = Fields()
    fields.feed(page)
    return fields


if __name__ == "__main__":
    raise SystemExit(main())
