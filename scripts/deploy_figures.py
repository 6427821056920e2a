"""Measures what the plan for many forces rests on: processor time, memory and room that a response takes.

Prints one figure a line; compare times only within one run. `scripts/bench` has what a web process answers.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from bench_people import Line, Visitor, submission
from bench_servers import Server, a_postgresql, an_engage
from sqlalchemy import Engine, text

from engage.collection.receive import ALL_CHANNELS, Door, receive_submissions
from engage.collection.restoring import back_up
from engage.settings import load_settings
from engage.storage.instance import open_instance

#: Submissions in one transaction.
BATCH = 500
TABLES = """SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""
WAL = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"


def main() -> None:
    """Take responses in by every way and print what they took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--responses", type=int, default=20_000, help="in batches")
    asked.add_argument("--people", type=int, default=60, help="who answer page by page, and in one document")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="engage-figures-") as made, a_postgresql(Path(made) / "db") as database:
        with an_engage(Path(made) / "served", 1, database) as server:
            of_people(server, options.people)
        of_storage(Path(made) / "served" / "instance", database, options.responses)


def of_people(server: Server, people: int) -> None:
    """Print what the web process works for a response, and the memory it holds."""
    line = Line(server.port)
    Visitor(line).answers_the_survey()
    for name, answer in (("page by page, no script", _pages), ("one document and one submission", _document)):
        before, began = server.processor_seconds(), time.time()
        for _ in range(people):
            answer(line)
        worked, took = server.processor_seconds() - before, time.time() - began
        print(
            f"{name}: {worked / people * 1000:.1f} ms of processor time a response, {people / took:.1f} a second alone"
        )
    print(f"memory of a web instance with one process: {server.memory():,.0f} MiB")


def of_storage(folder: Path, database: str, count: int) -> None:
    """Print what responses in batches take, and the room they need."""
    instance = open_instance(load_settings({"ENGAGE_INSTANCE": str(folder), "ENGAGE_DATABASE_URL": database}))
    engine, door = instance.database.engine, Door(instance.settings.keys, instance.now(), "figures", ALL_CHANNELS)
    room, written = _size(engine, TABLES), _size(engine, WAL)
    began, worked = time.time(), _worked()
    for _ in range(count // BATCH):
        with instance.database.writing() as session:
            receive_submissions(session, door, [submission() for _ in range(BATCH)])
    took, worked = time.time() - began, _worked() - worked
    room, written = _size(engine, TABLES) - room, _size(engine, WAL) - written
    each = f"{worked / count * 1000:.2f} ms of processor time a response"
    print(f"in batches of {BATCH}: {each}, {count / took:,.0f} a second")
    print(f"room in PostgreSQL, tables and indexes: {room / count:,.0f} bytes a response")
    print(f"write-ahead log: {written / count:,.0f} bytes a response")
    began, file = time.time(), folder / "one.backup"
    back_up(instance, file, "figures")
    rate = count / (time.time() - began)
    print(f"backup: {file.stat().st_size / count:,.0f} bytes a response, {rate:,.0f} a second")
    instance.database.close()


def _pages(line: Line) -> None:
    Visitor(line).answers_the_survey()


def _document(line: Line) -> None:
    line.ask("GET", "/s/local/whole?lang=en&style=standard")
    line.ask("POST", "/api/v1/submissions", json.dumps(submission()).encode(), "application/json")


def _size(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        return int(connection.execute(text(query)).scalar() or 0)


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
