"""Commands for responses: import and rescue files through the one door, erasure by receipt, and row-level data."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from shutil import copyfileobj

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.past_waves import bring_in, map_file
from engage.cli.progress import say_above, show_progress
from engage.collection.receive import ALL_CHANNELS, Door, receive_submissions
from engage.collection.sealed import SEALED_CHANNELS, RescueFileFaulty, import_rescue_file
from engage.collection.withdrawal import erase_response
from engage.reporting.microdata import (
    AREA_DETAILS,
    FORMATS,
    Handout,
    MicrodataFile,
    MicrodataRefused,
    hand_out,
    hand_out_codebook,
)

#: Submissions taken in under one transaction.
BATCH = 500


@click.group()
def responses() -> None:
    """Responses in bulk, and their erasure."""


@responses.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Of a wave of the past in CSV or XLSX: which column answers what (engage responses map).",
)
@click.option("--survey", help="With --map: another survey than the mapping names.")
@click.option("--wave", help="With --map: another wave than the mapping names.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="With --map: every row, as CSV.")
def import_file(file: Path, mapping: Path | None, survey: str | None, wave: str | None, report: Path | None) -> None:
    """Bring in submissions, one JSON object a line; good ones are kept, bad ones listed with their line.

    With --map a wave of the past comes in from CSV or XLSX, closed from the first.
    """
    instance = ready_instance()
    if mapping is not None:
        bring_in(instance, file, mapping, {"survey": survey, "wave": wave}, report)
        return
    if file.suffix.lower() in (".csv", ".xlsx"):
        raise Refused(f"{file}: say which column answers what: --map F.json (engage responses map makes one)")
    door = Door(instance.settings.keys, instance.now(), actor(), ALL_CHANNELS)
    counts: dict[str, int] = {}
    with file.open("rb") as lines:
        total = sum(1 for _ in lines)
        lines.seek(0)
        numbered = enumerate(lines, start=1)
        while some := list(islice(numbered, BATCH)):
            with instance.database.writing() as session:
                outcomes = receive_submissions(session, door, [_parsed(line) for _, line in some])
            for (number, _), outcome in zip(some, outcomes, strict=True):
                counts[outcome.status] = counts.get(outcome.status, 0) + 1
                for problem in outcome.problems:
                    where = f" question {problem.question}" if problem.question else ""
                    say_above(f"line {number}:{where} {problem.to_document()['detail']} ({problem.code})")
            show_progress(some[-1][0], total)
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


responses.add_command(map_file)


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


@responses.command()
@click.argument("slug")
@click.option("--wave", help="Name of the wave; needed for everything but the codebook.")
@click.option("--format", "form", type=click.Choice([*FORMATS, "codebook"]), default="csv", show_default=True)
@click.option("--reason", default="", help="What it is for; it goes into the audit log.")
@click.option("--areas", type=click.Choice(AREA_DETAILS), default="district", show_default=True)
@click.option("--language", default="en", show_default=True, help="Language of the labels.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def export(slug: str, wave: str | None, form: str, reason: str, areas: str, language: str, out: Path) -> None:
    """Write row-level data: no ids, receipts, serials or own words; a day and a duration band for the time."""
    instance = ready_instance()
    try:
        if form == "codebook":
            with instance.database.reading() as session:
                file = hand_out_codebook(session, slug, wave, language)
        else:
            asked = Handout(slug, wave or "", form, reason, areas, language)
            file = hand_out(instance, asked, by=actor(), progress=show_progress)
    except MicrodataRefused as refusal:
        raise Refused(f"not handed out: {refusal}") from refusal
    out.touch(mode=0o600)
    with file.content as content, out.open("wb") as written:
        copyfileobj(content, written)
    click.echo(_told(file, out), err=True)


def _told(file: MicrodataFile, out: Path) -> str:
    """Return what was written, and how careful to be with it."""
    if not file.rows:
        return f"{out}: the codebook"
    return (
        f"{out}: {file.rows} rows, as many as the database has; {file.alone} of them are the only one with their area "
        "and what the person said about themselves. Keep the file where only you can read it, and delete it after use."
    )


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
