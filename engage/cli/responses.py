"""Commands for responses: bulk import and rescue files through the one door, and erasure by receipt."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.receive import ALL_CHANNELS, Door, receive_submissions
from engage.collection.sealed import SEALED_CHANNELS, RescueFileFaulty, import_rescue_file
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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rescue(file: Path) -> None:
    """Take in a rescue file from a device whose answers could not be sent; doing it twice is harmless."""
    instance = ready_instance()
    door = Door(instance.settings.keys, instance.now(), actor(), SEALED_CHANNELS)
    try:
        outcomes = import_rescue_file(instance, door, file.read_bytes())
    except RescueFileFaulty as fault:
        raise Refused(f"{file}: {fault}") from fault
    for number, (bundle_id, outcome) in enumerate(outcomes, start=1):
        reasons = ", ".join(dict.fromkeys(problem.code for problem in outcome.problems))
        click.echo(f"{number:>4}  {bundle_id or '(no id)':<32}  {outcome.status}{f' ({reasons})' if reasons else ''}")
    counts = Counter(outcome.status for _, outcome in outcomes)
    click.echo(", ".join(f"{count} {status}" for status, count in counts.items()) or "nothing to take in")
    if counts["unreadable"]:
        raise Refused(f"{counts['unreadable']} could not be read: keep the file. The others are dealt with.")
    if counts["refused"]:
        raise Refused(f"{counts['refused']} were refused and are not kept. The others are dealt with.")


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
