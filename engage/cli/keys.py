"""Commands for the instance's keys: where they are, a new one to seal to, and a copy to lock away."""

import json
import os
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.sealing import add_key, read_keys
from engage.settings import add_key_version
from engage.storage import audit
from engage.storage.instance import Instance

#: Keys that can be changed while the instance runs; the others would make what they stand over unreadable.
CHANGEABLE = ("sealing", "phone_numbers", "opt_outs", "numbers", "scans")
_WARNING = """Whoever has this opens every sealed answer, signs in as anybody and writes the audit log.
Lock it away from the database and its backups; delete the copy you do not need."""


@click.group(invoke_without_command=True)
@click.pass_context
def keys(context: click.Context) -> None:
    """Show the instance's keys: where they are and how old; `rotate`s and `export`s them."""
    if context.invoked_subcommand is not None:
        return
    settings = ready_instance().settings
    click.echo(settings.keys_file)
    click.echo(f"{settings.sealing_keys}, one file for each key that devices seal answers to:")
    *older, current = read_keys(settings.sealing_keys)
    for key in older:
        click.echo(f"  {key.id}  made {key.made_on}  opens what was sealed to it; delete its file when nothing waits")
    click.echo(f"  {current.id}  made {current.made_on}  in use")


@keys.command()
@click.argument("which", type=click.Choice(CHANGEABLE))
def rotate(which: str) -> None:
    """Make a new key; the one before still opens what was sealed to it, until you delete its file.

    Keys of telephone numbers take effect when the server starts again; what was kept under an older one is found.
    """
    instance = ready_instance()
    if which == "sealing":
        key = add_key(instance.settings.sealing_keys, instance.now().date())
        said = f"Devices seal to {key.id} from now on."
    else:
        said = f"{which} has version {add_key_version(instance.settings.keys_file, which)}. Start the server again."
    _audit(instance, "keys.rotated", which)
    click.echo(f"{said} Make a new copy: engage keys export")


@keys.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A new file; otherwise it is printed.")
def export(out: Path | None) -> None:
    """Copy every key, to lock away: without them a restored backup is worth little."""
    instance = ready_instance()
    text = json.dumps(_all_keys(instance), indent=1)
    click.echo(_WARNING, err=True)
    if out is None:
        click.echo(text)
    else:
        _write(out, text)
    _audit(instance, "keys.exported", "all")


def _all_keys(instance: Instance) -> dict[str, object]:
    settings = instance.settings
    sealing = [
        {"id": key.id, "made_on": key.made_on.isoformat(), "private": key.secret}
        for key in read_keys(settings.sealing_keys)
    ]
    return {"keys.json": json.loads(settings.keys_file.read_text(encoding="ascii")), "sealing-keys": sealing}


def _write(out: Path, text: str) -> None:
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused(f"{out} is there already") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")


def _audit(instance: Instance, action: str, which: str) -> None:
    with instance.database.writing() as session:
        key, now = instance.settings.keys.audit, instance.now()
        audit.append(session, key, at=now, actor=actor(), action=action, subject=which)
