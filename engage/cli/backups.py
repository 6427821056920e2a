"""Commands for backups: making one while people answer, trying one, and bringing one back into an empty instance."""

import os
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, opened_instance, ready_instance
from engage.collection.restoring import BackupThere, back_up, try_backup
from engage.collection.restoring import restore as restore_backup
from engage.settings import load_settings
from engage.storage.backup_file import BackupUnreadable
from engage.storage.backups import Backup, RestoreRefused
from engage.storage.erasure_list import ErasureList, ErasureListFaulty

_VERIFY = "verify"
_NO_LIST = (
    "There is no list of erasures at {path}. It has the hashes of the answers that were erased after the backup was "
    "made; without it they come back. Give it with --erasures, or say --without-erasures if there was none."
)
_OLD_LIST = (
    "The list of erasures lacks {count} that the backup knows of: it is an older copy. Give a newer one "
    "to `engage retention erase-again` before anybody uses this instance."
)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[verify] FILE")
def backup(words: tuple[str, ...]) -> None:
    """Write an encrypted backup to FILE while people go on answering; `verify FILE` tries to restore it and compares.

    The keys, the audit head and the list of erasures are not in it: keep `engage keys export` and the folder
    ENGAGE_OUTSIDE somewhere else.
    """
    *before, name = words
    if before not in ([], [_VERIFY]):
        raise click.UsageError("either `engage backup FILE` or `engage backup verify FILE`")
    made = _verified(Path(name)) if before else _made(Path(name))
    click.echo(_told(made))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--erasures", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The list of erasures.")
@click.option("--without-erasures", is_flag=True, help="Nothing was erased since the backup was made.")
def restore(file: Path, erasures: Path | None, without_erasures: bool) -> None:  # noqa: FBT001 - click's flag
    """Bring a backup back into an instance that nobody has used, without what was erased since.

    The keys come first: `engage keys import`.
    """
    instance = opened_instance()
    erased = ErasureList(erasures) if erasures else instance.database.erasures
    if not erased.path.exists() and not without_erasures:
        raise Refused(_NO_LIST.format(path=erased.path))
    try:
        with file.open("rb") as content:
            done = restore_backup(instance, content, erased, actor())
    except (RestoreRefused, BackupUnreadable, ErasureListFaulty) as fault:
        raise Refused(f"not restored: {fault}") from fault
    click.echo(_told(done.backup))
    if done.unlisted:
        click.echo(_OLD_LIST.format(count=done.unlisted), err=True)
    click.echo(f"erased again: {done.erased_again} responses taken back since; {done.over} whose time was over")


def _made(path: Path) -> Backup:
    try:
        return back_up(ready_instance(), path, actor())
    except BackupThere as there:
        raise Refused(f"{there} is there already") from there


def _verified(path: Path) -> Backup:
    try:
        with path.open("rb") as content:
            return try_backup(load_settings(os.environ), content)
    except (FileNotFoundError, RestoreRefused, BackupUnreadable) as fault:
        raise Refused(f"{path}: {fault}") from fault


def _told(made: Backup) -> str:
    tables = f"{made.rows} rows of {len(made.tables)} tables"
    return f"backup of {made.made_at}: {tables}, each with its checksum; {len(made.files)} files"
