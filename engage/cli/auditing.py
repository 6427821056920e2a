"""Commands for the audit log: checking the whole chain, a copy of it for an outsider, and the key to check that."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.progress import show_progress
from engage.collection.audit_check import check_log
from engage.reporting.audit_files import AuditFileFaulty, fault_in_file, read_key, write_log
from engage.settings import KeyVersions
from engage.storage import audit
from engage.storage.audit_head import HeadUnreadable, Outside
from engage.storage.instance import Instance


@click.group("audit")
def audit_log() -> None:
    """The audit log: who saw or changed what, and when."""


@audit_log.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="With FILE.")
def verify(file: Path | None, key_file: Path | None) -> None:
    """Check the whole chain, or an exported FILE with the KEY for it; exit 1 when anything is not as it was written."""
    fault = _fault_in(file, key_file) if file else _fault_here(ready_instance())
    if fault:
        raise Refused(f"The audit log was tampered with: {fault}.")
    click.echo("The audit log is whole.")


@audit_log.command()
@click.option("--format", "form", type=click.Choice(("jsonl", "csv")), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A new file.")
def export(form: str, out: Path) -> None:
    """Copy the whole log with its chain, for somebody who is to check it."""
    instance = ready_instance()
    with instance.database.writing() as session:
        now = instance.now()
        audit.append(session, instance.settings.keys.audit, at=now, actor=actor(), action="audit.exported")
    with instance.database.snapshot() as session, _new_file(out) as file:
        count = write_log(audit.all_lines(session), form, file)
    click.echo(f"{out}: {count} lines, the last one says that they were exported")


@audit_log.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A new file.")
def key(out: Path) -> None:
    """Copy the key that the log is chained with. Whoever has it can check the log, and forge it: rotate it after."""
    instance = ready_instance()
    versions = {str(version): secret.hex() for version, secret in instance.settings.keys.audit.versions.items()}
    with _new_file(out) as file:
        file.write(json.dumps({"audit": versions}, indent=1) + "\n")
    with instance.database.writing() as session:
        chained, now = instance.settings.keys.audit, instance.now()
        audit.append(session, chained, at=now, actor=actor(), action="keys.exported", subject="audit")
    click.echo(f"{out}: then `engage keys rotate audit`, so that nothing new can be forged with it", err=True)


def _fault_here(instance: Instance) -> str | None:
    """Return what does not hold in the instance's own log; says where it goes on from a restored backup."""
    try:
        fault = check_log(instance, show_progress)
        for line in _restorations(instance.database.audit_head.read()):
            click.echo(line, err=True)
    except HeadUnreadable as error:
        raise Refused(f"The head of the audit log cannot be read: {error}.") from error
    return fault


def _restorations(outside: Outside | None) -> Iterator[str]:
    for entry in outside.restored if outside else ():
        lost = f"lines {entry.after + 1} to {entry.was} of the log before are not in it"
        yield f"Restored from a backup on {entry.at}, whose log ended at line {entry.after}" + (
            f": {lost}." if entry.was > entry.after else "."
        )


def _fault_in(file: Path, key_file: Path | None) -> str | None:
    try:
        keys: KeyVersions = read_key(key_file) if key_file else ready_instance().settings.keys.audit
        return fault_in_file(file, keys)
    except AuditFileFaulty as fault:
        raise Refused(str(fault)) from fault


def _new_file(out: Path) -> IO[str]:
    """Open a file that nobody else can read. Raises Refused where there is one already."""
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(f"{out} is there already") from error
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
