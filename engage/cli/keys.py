"""Commands for the instance's keys: where they are, a new one to seal to, and a copy to lock away."""

import json
import os
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.sealing import SealingKeysFaulty, add_key, read_keys
from engage.sealing import replace_keys as replace_sealing_keys
from engage.settings import KEY_NAMES, SettingFaulty, add_key_version, load_settings, replace_keys
from engage.storage import audit
from engage.storage.backups import is_unused
from engage.storage.instance import Instance, open_database_of

#: Every key has versions; the ones before go on to open, find and check what was made under them.
CHANGEABLE = ("sealing", *KEY_NAMES)
#: What a new version means, where it is more than a new version.
_MEANS = {
    "cookies": "Everybody stays signed in; pages that are open now have to be loaded again before they are sent.",
    "receipts": "Until then a process finds nothing under the code of an answer that another one has taken since.",
    "audit": "Lines written until then are checked with the version they were written under, within a day from now.",
    "backups": "Backups made until then still need the version before: keep its copy as long as you keep them.",
}
_START_AGAIN = "Start every server and worker again now, on every host, all at once and not one after the other."
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
    versions = ((name, getattr(settings.keys, name).newest) for name in KEY_NAMES)
    click.echo("versions in use: " + ", ".join(f"{name} {version}" for name, version in versions))


@keys.command()
@click.argument("which", type=click.Choice(CHANGEABLE))
def rotate(which: str) -> None:
    """Make a new key; the one before still opens what was sealed to it, until you delete its file.

    All but the sealing key take effect when the server starts again; what was kept under an older one is found.
    """
    instance = ready_instance()
    if which == "sealing":
        key = add_key(instance.settings.sealing_keys, instance.now().date())
        said = f"Devices seal to {key.id} from now on."
    else:
        version = add_key_version(instance.settings.keys_file, which)
        said = " ".join(filter(None, (f"{which} has version {version}. {_START_AGAIN}", _MEANS.get(which))))
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


@keys.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_copy(file: Path) -> None:
    """Put the keys of a copy into an instance that nobody has used, before `engage restore`."""
    settings = load_settings(os.environ)
    database = open_database_of(settings)
    try:
        if not is_unused(database):
            raise Refused("the instance is in use; its keys stay")
    finally:
        database.close()
    try:
        copied = json.loads(file.read_text(encoding="utf-8"))
        settings.sealing_keys.mkdir(mode=0o700, exist_ok=True)
        replace_sealing_keys(settings.sealing_keys, copied["sealing-keys"])
        replace_keys(settings.keys_file, copied["keys.json"])
    except (ValueError, KeyError, TypeError, AttributeError, SettingFaulty, SealingKeysFaulty) as fault:
        raise Refused(f"{file} is no copy of an instance's keys") from fault
    click.echo(f"{settings.keys_file} and {settings.sealing_keys} are those of the copy")


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
