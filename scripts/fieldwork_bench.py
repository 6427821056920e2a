"""Fills the demo's open wave with made-up replies, counts them as housekeeping does, and times the pages about it."""

import argparse
import itertools
import json
import re
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from engage.app import create_app
from engage.collection.accounts import sign_in_link
from engage.collection.reference import prepare
from engage.demo.filling import CLOSED_WAVE, OPEN_WAVE, SURVEY, fill_demo
from engage.reporting.coverage_counting import count_replies
from engage.settings import load_settings
from engage.storage import responses
from engage.storage.instance import Instance, open_instance
from engage.storage.responses import Response

PAGES = (
    "/staff/coverage",
    "/staff/coverage?area=E06000018",
    "/staff/coverage/targets",
    "/staff/coverage/planner",
    "/staff/quality",
    "/staff/progress",
)
#: Who looks at them in the demo.
COORDINATOR = "coordinator@demo.invalid"
#: Replies made by the demo, which the others are copies of; requests of each page; replies stored at once.
DRAWN, TIMES, AT_ONCE = 600, 12, 1000


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replies", type=int, default=100_000, help="replies in the open wave")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fieldwork-bench-") as folder:
        settings = load_settings({"ENGAGE_INSTANCE": folder})
        instance = open_instance(settings)
        prepare(instance)
        figures = dict(measure(instance, given.replies))
        instance.database.close()
    for name, figure in figures.items():
        print(f"{name:45} {figure}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def measure(instance: Instance, count: int) -> Iterator[tuple[str, Any]]:
    """Yield each figure with its name."""
    for line in fill_demo(instance, DRAWN, 1):
        print(line)
    copy_replies(instance, count)
    begun = perf_counter()
    counted = sum(_round(instance, minutes) for minutes in (10, 12, 14))
    yield "replies counted", counted
    yield "counting them, ms for each", round((perf_counter() - begun) / max(counted, 1) * 1000, 3)
    client = signed_in(instance)
    for page in PAGES:
        took = sorted(_timed(client, page) for _ in range(TIMES))
        yield f"{page}, ms median", round(statistics.median(took))
        yield f"{page}, ms worst of {TIMES}", round(took[-1])


def copy_replies(instance: Instance, count: int) -> None:
    """Store so many replies in the open wave, copies of those that the demo drew for the closed one."""
    with instance.database.reading() as session:
        drawn = list(responses.of_wave(session, SURVEY, CLOSED_WAVE.name))
    copies = (_copy(one) for one in itertools.islice(itertools.cycle(drawn), count))
    while some := list(itertools.islice(copies, AT_ONCE)):
        with instance.database.writing() as session:
            responses.add_all(session, some)


def signed_in(instance: Instance) -> FlaskClient:
    """Return a client in which the demo's coordinator has signed in by a link."""
    with instance.database.writing() as session:
        token = sign_in_link(session, instance.settings.keys, COORDINATOR, instance.now(), "bench")
    client = create_app(instance).test_client()
    page = client.get(f"/staff/in/{token}").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    client.post(f"/staff/in/{token}", data={"csrf_token": found[1]})
    return client


def _copy(reply: Response) -> Response:
    new = uuid4()
    key = sha256(new.bytes).hexdigest()
    return replace(reply, response_id=new, receipt_key=key, wave=OPEN_WAVE.name, serial=None)


def _round(instance: Instance, minutes: int) -> int:
    return count_replies(replace(instance, now=lambda: instance.now() + timedelta(minutes=minutes)))


def _timed(client: FlaskClient, page: str) -> float:
    begun = perf_counter()
    shown = client.get(page)
    took = (perf_counter() - begun) * 1000
    assert shown.status_code == HTTPStatus.OK, (page, shown.status_code)
    return took


if __name__ == "__main__":
    main()
