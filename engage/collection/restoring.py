"""Backups: made while people answer, tried by restoring, and brought back without what was erased since."""

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from engage.collection.coming_back import erase_again
from engage.collection.retention import forget_waves
from engage.settings import Settings
from engage.storage import audit, tombstones
from engage.storage.backups import Backup, read_backup, write_backup
from engage.storage.erasure_list import ErasureList
from engage.storage.instance import Instance, open_database_of

_ACTION = "instance.restored"


@dataclass(frozen=True)
class Restored:
    """What came of restoring: the backup, answers erased since it was made, and responses whose time was over."""

    backup: Backup
    erased_again: int
    over: int
    #: Erasures that the backup knows of and the list does not: then the list is an older copy.
    unlisted: int


class BackupThere(Exception):
    """There is a file of that name already."""


def back_up(instance: Instance, path: Path, actor: str) -> Backup:
    """Write an encrypted backup to a new file that only its owner can read, whole or not at all."""
    if path.exists():
        raise BackupThere(str(path))
    keys, now = instance.settings.keys.audit, instance.now()
    with instance.database.writing() as session:
        audit.append(session, keys, at=now, actor=actor, action="instance.backed_up", subject=path.name[:100])
    draft = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            backup = write_backup(instance, file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return backup


def try_backup(settings: Settings, file: IO[bytes]) -> Backup:
    """Restore a backup into a folder that is gone afterwards, comparing every table with its checksum.

    Raises BackupUnreadable.
    """
    with tempfile.TemporaryDirectory(prefix="engage-backup-") as folder:
        trial = Path(folder)
        url = f"sqlite:///{trial / 'engage.sqlite'}"
        tried = replace(settings, instance=trial, outside=trial, database_url=url)
        instance = Instance(tried, open_database_of(tried))
        try:
            return read_backup(instance, file)
        finally:
            instance.database.close()


def restore(instance: Instance, file: IO[bytes], erased: ErasureList, actor: str) -> Restored:
    """Bring a backup back into an empty instance, then erase again what was erased since it was made.

    Nobody may use the instance before this returns. The audit log goes on from where the backup's ends, and both the
    log and the head outside the database say so. Raises RestoreRefused, BackupUnreadable or ErasureListFaulty.
    """
    listed = set(erased.read())  # a faulty list stops this before anything is there
    backup = read_backup(instance, file)
    with instance.database.reading() as session:
        head = audit.head_of(session)
        unlisted = sum(entry not in listed for entry in tombstones.all_hashes(session))
    instance.database.audit_head.go_on_from(head, instance.now())
    detail = {"made_at": backup.made_at, "rows": backup.rows, "erasures": len(listed)}
    with instance.database.writing() as session:
        keys, now = instance.settings.keys.audit, instance.now()
        audit.append(session, keys, at=now, actor=actor, action=_ACTION, detail=detail)
    again = erase_again(instance, erased, actor)
    over = forget_waves(instance)
    instance.database.shrink()
    return Restored(backup, again, over, unlisted)
