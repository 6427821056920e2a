"""Commands for responses: bulk import through the one door, and erasure by receipt."""

import json
from itertools import islice
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.receive import ALL_CHANNELS, Door, receive_submissions
from engage.collection.withdrawal import erase_response

#: Submissions taken in under one transaction.
BATCH = 500


@click.group()
def responses() -> None:
    """Responses in bulk, and their erasure."""


@responses.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Bring in submissions, one JSON object a line; good ones are kept, bad ones listed with their line."""
    instance = ready_instance()
    door = Door(instance.settings.keys, instance.now(), actor(), ALL_CHANNELS)
    counts: dict[str, int] = {}
    with file.open("rb") as lines:
        numbered = enumerate(lines, start=1)
        while some := list(islice(numbered, BATCH)):
            with instance.database.writing() as session:
                outcomes = receive_submissions(session, door, [_parsed(line) for _, line in some])
            for (number, _), outcome in zip(some, outcomes, strict=True):
                counts[outcome.status] = counts.get(outcome.status, 0) + 1
                for problem in outcome.problems:
                    where = f" question {problem.question}" if problem.question else ""
                    click.echo(f"line {number}:{where} {problem.to_document()['detail']} ({problem.code})", err=True)
    click.echo(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to import")
    if counts.get("refused"):
        raise Refused(f"{counts['refused']} submissions were refused; the others are kept")


@responses.command()
@click.argument("receipt")
def erase(receipt: str) -> None:
    """Erase the response with this receipt."""
    instance = ready_instance()
    with instance.database.writing() as session:
        erased = erase_response(session, instance.settings.keys, receipt, actor=actor(), now=instance.now())
    if not erased:
        raise Refused("there is no response with this receipt")
    click.echo("Erased. Published figures change at the next release.")


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
