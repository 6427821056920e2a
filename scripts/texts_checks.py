"""Compares what people meant and saw with what is stored, from outside: by plain SQL and by the bytes of files."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from texts_gateways import StandIn
from texts_people import SAFE_STEP, Person
from texts_stage import FIRST_NUMBER, Stage

from engage.response.receipts import receipt_of

#: The numbers of a trial, as any form of them ends.
_LIKE_A_NUMBER = re.compile(rb"%d\d{7}" % (FIRST_NUMBER // 10**7))


def find_faults(stage: Stage, people: Sequence[Person], phones: StandIn) -> Iterator[str]:
    """Yield what was lost, stored twice or said twice."""
    with closing(_connect(stage)) as database:

        def rows(statement: str) -> list[tuple[Any, ...]]:
            return list(database.execute(statement).fetchall())

        yield from _faults_of_texts(rows("SELECT channel, provider_id FROM text_messages"), stage, people)
        stored = rows("SELECT response_id, language, age_band, area, answers, channel, is_partial FROM responses")
        yield from _faults_of_responses(stored, people)
        yield from _faults_of_outbox(rows("SELECT state, number_sealed FROM text_outbox"))
        items = len(rows("SELECT id FROM safeguarding_items"))
        expected = sum(person.kind == "is in danger" and person.sent > SAFE_STEP for person in people)
        if items != expected:
            yield f"{items} items for whoever is on duty instead of {expected}"
    yield from _faults_of_phones(people, phones)


def has_unsettled(stage: Stage) -> bool:
    """Say whether texts wait to be sent, or nobody knows yet whether they were."""
    with closing(_connect(stage)) as database:
        found = database.execute("SELECT count(*) FROM text_outbox WHERE state IN ('waiting', 'sending')")
        return bool(found.fetchone()[0])


def find_numbers(folder: Path, people: Sequence[Person]) -> Iterator[str]:
    """Yield each file with somebody's number in it: database, keys, logs, whatever lies there."""
    numbers = {person.number.lstrip("+").encode() for person in people}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not numbers.isdisjoint(_LIKE_A_NUMBER.findall(path.read_bytes())):
            yield f"somebody's telephone number is in {path.name}"


def _connect(stage: Stage) -> Any:
    address = stage.environment["ENGAGE_DATABASE_URL"]
    if address:
        return psycopg.connect(re.sub(r"^postgres(ql)?(\+psycopg)?:", "postgresql:", address))
    path = Path(stage.environment["ENGAGE_INSTANCE"]) / "engage.sqlite"
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _faults_of_texts(rows: Sequence[tuple[Any, Any]], stage: Stage, people: Sequence[Person]) -> Iterator[str]:
    """Each text is there once, under its own channel."""
    known = Counter(_uuid(channel) for channel, _ in rows)
    for provider, channel in stage.channels.items():
        sent = sum(person.sent for person in people if person.provider == provider)
        taken = known[UUID(channel.path.rpartition("/")[2])]
        if taken != sent:
            yield f"{provider}: {sent} texts came in, {taken} are there"
    if len(set(rows)) != len(rows):
        yield "a text is there twice"


def _faults_of_responses(rows: Sequence[tuple[Any, ...]], people: Sequence[Person]) -> Iterator[str]:
    """Who came to the thanks has one response, with what the person meant; nobody else has any."""
    stored = Counter(receipt_of(_uuid(row[0])) for row in rows)
    yield from (f"response {receipt} is there twice" for receipt, times in stored.items() if times > 1)
    expected = {person.receipt: person.expected() for person in people if person.receipt}
    yield from (f"response {receipt} was lost" for receipt in expected.keys() - stored.keys())
    yield from (f"response {receipt} is nobody's" for receipt in stored.keys() - expected.keys())
    for response_id, language, age_band, area, answers, channel, is_partial in rows:
        receipt = receipt_of(_uuid(response_id))
        told = json.loads(answers) if isinstance(answers, str) else dict(answers)
        if "would_help" in told:
            told["would_help"] = sorted(told["would_help"])
        found = {"language": language, "age_band": age_band, "area": area, "answers": told}
        if receipt in expected and found != expected[receipt]:
            yield f"response {receipt} is not what the person meant"
        if channel != "sms" or is_partial:
            yield f"response {receipt} came by {channel}, partial: {is_partial}"
    for person in people:
        if (person.receipt is None) is not (person.expected() is None):
            yield f"{person.kind}: receipt {person.receipt}"


def _faults_of_outbox(rows: Sequence[tuple[str, Any]]) -> Iterator[str]:
    """Everything that was to be sent was sent, and no number stayed."""
    yield from (
        f"{count} texts to send are {state}"
        for state, count in Counter(row[0] for row in rows).items()
        if state != "sent"
    )
    if kept := sum(number is not None for _, number in rows):
        yield f"{kept} numbers are kept with texts to send"


def _faults_of_phones(people: Sequence[Person], phones: StandIn) -> Iterator[str]:
    """Each phone got one reply for each text, and none for the text behind STOP."""
    for person in people:
        silent = person.kind == "stops" and person.receipt is None
        expected = person.sent - silent
        if len(person.replies) != expected:
            yield f"{person.kind}: {len(person.replies)} replies to {expected} texts"
        if person.provider == "smsgate" and phones.got[person.number] != person.replies:
            yield f"{person.kind}: {len(phones.got[person.number])} texts to a phone, {len(person.replies)} replies"


def _uuid(stored: Any) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(str(stored))
