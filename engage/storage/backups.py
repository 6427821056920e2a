"""Backups: the whole instance at one moment in one encrypted file, and the way back into an empty one."""

import gzip
import hashlib
import json
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import inspect

from engage.storage import audit, sessions
from engage.storage.audit_head import Head
from engage.storage.backup_file import BackupUnreadable, DecryptedReader, EncryptedWriter
from engage.storage.backup_tables import (
    Checksum,
    TableKept,
    checksum_of,
    count_rows,
    described,
    empty,
    go_on_counting,
    lines_of,
    put_lines,
)
from engage.storage.database import Database, Session
from engage.storage.erasure import FOLDERS
from engage.storage.instance import Instance
from engage.storage.tables import METADATA

FORMAT = "engage-backup/1"
#: Bytes of a table after which a piece of a backup ends.
_PIECE = 8_000_000
#: Of 9; more takes longer than it saves.
_COMPRESSION = 3
#: Tables with rows in an instance that nobody has used: what ships, and where counting begins.
_SHIPPED = frozenset({"areas", "area_revision", "phrase_revision", "survey_revision", "audit_head"})


class RestoreRefused(Exception):
    """A backup that cannot be brought back here; the message says why."""


@dataclass
class Backup:
    """What a backup is of, and what it holds: table → checksum, file → SHA-256 (hex)."""

    made_at: str
    revision: str
    tables: list[TableKept]
    audit_head: Head
    checksums: dict[str, Checksum] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows it has altogether."""
        return sum(checksum.rows for checksum in self.checksums.values())


def write_backup(instance: Instance, file: IO[bytes]) -> Backup:
    """Write a backup while people go on answering: every table as it is at one moment, then the sealed files.

    Keys, the head of the audit log and the list of erasures are not in it.
    """
    with (
        EncryptedWriter(file, instance.settings.keys.backups) as encrypted,
        gzip.GzipFile("", "wb", _COMPRESSION, cast("IO[bytes]", encrypted)) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
        instance.database.snapshot() as session,
    ):
        made_at, revision = instance.now().isoformat(timespec="seconds"), instance.database.revision()
        backup = Backup(made_at, revision, described(METADATA), audit.head_of(session))
        _add(archive, "manifest.json", _manifest(backup))
        for kept in backup.tables:
            backup.checksums[kept.name] = _add_table(archive, session, kept)
        for path in _files_of(instance.settings.instance):
            _add_file(archive, backup, instance.settings.instance, path)
        sums = {name: asdict(checksum) for name, checksum in backup.checksums.items()}
        _add(archive, "checksums.json", {"tables": sums, "files": backup.files})
    return backup


def checksums_of(session: Session) -> dict[str, Checksum]:
    """Return table → checksum, as the database has it now."""
    return {kept.name: checksum_of(lines_of(session, kept)) for kept in described(METADATA)}


def is_unused(database: Database) -> bool:
    """Say whether nobody has worked with a database yet: it has no tables, or in them only what ships."""
    known = set(inspect(database.engine).get_table_names())
    with database.reading() as session:
        has_lines = "audit_head" in known and audit.head_of(session).number > 0
        used = (kept for kept in described(METADATA) if kept.name in known and kept.name not in _SHIPPED)
        return not has_lines and not any(count_rows(session, kept) for kept in used)


def read_backup(instance: Instance, file: IO[bytes]) -> Backup:
    """Bring a backup back into an instance that nobody has used, and compare every table with its checksum.

    Whole or not at all. Raises RestoreRefused or BackupUnreadable.
    """
    if not is_unused(instance.database):
        raise RestoreRefused("the instance is in use; a backup goes only into an empty one")
    try:
        with tarfile.open(
            fileobj=cast("IO[bytes]", DecryptedReader(file, instance.settings.keys.backups)), mode="r|gz"
        ) as archive:
            return _restore(instance, archive)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BackupUnreadable("what is in it is no backup that this version of engage can read") from error


def _restore(instance: Instance, archive: tarfile.TarFile) -> Backup:
    members = iter(archive)
    backup = _backup_of(_json(archive, next(members)))
    _make_tables(instance.database, backup.revision)
    by_name = {kept.name: kept for kept in backup.tables}
    folder = instance.settings.instance
    try:
        with instance.database.writing() as session:
            empty(session, backup.tables)
            for member in members:
                kind, _, rest = member.name.partition("/")
                if kind == "tables":
                    put_lines(
                        session, by_name[rest.partition("/")[0]], _bytes(archive, member).splitlines(keepends=True)
                    )
                elif kind == "instance":
                    _put_file(backup, folder, rest, _bytes(archive, member))
                else:
                    _compare(session, backup, _json(archive, member))
            _expect_end(backup)
            go_on_counting(session, backup.tables)
    except BaseException:
        for name in backup.files:
            (folder / name).unlink(missing_ok=True)
        raise
    instance.database.upgrade()
    with instance.database.writing() as session:
        sessions.end_everybodys(session)
    return backup


def _make_tables(database: Database, revision: str) -> None:
    if not database.knows(revision):
        raise RestoreRefused(f"the backup is of a newer engage (step {revision} of the tables)")
    if database.revision() == revision:
        return
    if "alembic_version" in inspect(database.engine).get_table_names():
        database.downgrade("base")
    database.upgrade(revision)


def _compare(session: Session, backup: Backup, stored: dict[str, Any]) -> None:
    """Compare what was restored with what the backup says it has. Raises BackupUnreadable naming the first table."""
    for kept in backup.tables:
        expected = Checksum(**stored["tables"][kept.name])
        backup.checksums[kept.name] = checksum_of(lines_of(session, kept))
        if backup.checksums[kept.name] != expected:
            raise BackupUnreadable(f"table {kept.name} does not come back as it was")
    if backup.files != stored["files"]:
        raise BackupUnreadable("its files do not come back as they were")


def _expect_end(backup: Backup) -> None:
    if not backup.checksums:
        raise BackupUnreadable("it has no end")


def _manifest(backup: Backup) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_at": backup.made_at,
        "revision": backup.revision,
        "audit_head": backup.audit_head._asdict(),
        "tables": [kept.to_document() for kept in backup.tables],
    }


def _backup_of(manifest: dict[str, Any]) -> Backup:
    if manifest["format"] != FORMAT:
        raise BackupUnreadable(f"it is of the format {manifest['format']!r}, not {FORMAT}")
    tables = [TableKept.from_document(entry) for entry in manifest["tables"]]
    return Backup(manifest["made_at"], manifest["revision"], tables, Head(**manifest["audit_head"]))


def _add_table(archive: tarfile.TarFile, session: Session, kept: TableKept) -> Checksum:
    def pieces() -> Iterator[bytes]:
        piece, number = bytearray(), 0
        for line in lines_of(session, kept):
            piece += line
            if len(piece) > _PIECE:
                _add_bytes(archive, f"tables/{kept.name}/{number:06}.jsonl", bytes(piece))
                piece.clear()
                number += 1
            yield line
        _add_bytes(archive, f"tables/{kept.name}/{number:06}.jsonl", bytes(piece))

    return checksum_of(pieces())


def _files_of(folder: Path) -> Iterator[Path]:
    for name in FOLDERS:
        yield from sorted(path for path in (folder / name).rglob("*") if path.is_file())


def _add_file(archive: tarfile.TarFile, backup: Backup, folder: Path, path: Path) -> None:
    with suppress(FileNotFoundError):  # its time was over meanwhile
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        backup.files[name] = hashlib.sha256(content).hexdigest()
        _add_bytes(archive, f"instance/{name}", content)


def _put_file(backup: Backup, folder: Path, name: str, content: bytes) -> None:
    parts = name.split("/")
    if parts[0] not in FOLDERS or any(part in ("", ".", "..") for part in parts):
        raise BackupUnreadable(f"it names a file that is none of an instance: {name}")
    backup.files[name] = hashlib.sha256(content).hexdigest()
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _add(archive: tarfile.TarFile, name: str, document: dict[str, Any]) -> None:
    _add_bytes(archive, name, json.dumps(document, ensure_ascii=False).encode())


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, BytesIO(content))


def _bytes(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    if file is None:
        raise BackupUnreadable(f"{member.name} is no file")
    return file.read()


def _json(archive: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    document = json.loads(_bytes(archive, member))
    return cast("dict[str, Any]", document)
