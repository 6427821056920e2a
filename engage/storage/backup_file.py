"""Backups at rest: one encrypted stream (AES-256-GCM) that opens only whole, in its order and with its own key."""

import os
import secrets
from types import TracebackType
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engage.settings import KeyVersions

#: What a backup begins with; behind it the version of the key (4 bytes) and the backup's own id.
MAGIC = b"engage backup 1\n"
_VERSION_BYTES, _ID_BYTES = 4, 16
#: Bytes of a nonce and a tag (NIST SP 800-38D), and of what is encrypted at once.
_NONCE, _TAG, _CHUNK = 12, 16, 1 << 20


class BackupUnreadable(Exception):
    """What was given is no backup, was cut or changed, or is under a key that is not here; the message says which."""


class EncryptedWriter:
    """Takes bytes and writes them encrypted; `close` writes the end, without which nothing opens."""

    def __init__(self, file: IO[bytes], keys: KeyVersions) -> None:
        self._file, self._aead = file, AESGCM(keys.current)
        self._id, self._at, self._waiting = secrets.token_bytes(_ID_BYTES), 0, bytearray()
        file.write(MAGIC + keys.newest.to_bytes(_VERSION_BYTES) + self._id)

    def write(self, content: bytes) -> int:
        """Take bytes."""
        self._waiting += content
        while len(self._waiting) > _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]), is_last=False)
            del self._waiting[:_CHUNK]
        return len(content)

    def close(self) -> None:
        """Write what is left, and bring everything to the disk."""
        self._put(bytes(self._waiting), is_last=True)
        self._waiting.clear()
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Write the end, unless something went wrong: then what there is must not open."""
        if kind is None:
            self.close()

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = secrets.token_bytes(_NONCE)
        self._file.write(nonce + self._aead.encrypt(nonce, chunk, _place(self._id, self._at, is_last=is_last)))
        self._at += 1


class DecryptedReader:
    """Gives the bytes of an encrypted stream. Raises BackupUnreadable, at the latest before its end is given."""

    def __init__(self, file: IO[bytes], keys: KeyVersions) -> None:
        head = file.read(len(MAGIC) + _VERSION_BYTES + _ID_BYTES)
        if not head.startswith(MAGIC) or len(head) != len(MAGIC) + _VERSION_BYTES + _ID_BYTES:
            raise BackupUnreadable("the file is no backup of engage")
        version = int.from_bytes(head[len(MAGIC) : len(MAGIC) + _VERSION_BYTES])
        if version not in keys.versions:
            raise BackupUnreadable(f"it is under version {version} of the key for backups, which is not here")
        self._file, self._aead, self._id = file, AESGCM(keys.versions[version]), head[-_ID_BYTES:]
        self._at, self._ready, self._following = 0, bytearray(), self._next()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, fewer at the end."""
        while self._following and (size < 0 or len(self._ready) < size):
            piece, self._following = self._following, self._next()
            self._ready += self._open(piece, is_last=not self._following)
        taken = bytes(self._ready if size < 0 else self._ready[:size])
        del self._ready[: len(taken)]
        return taken

    def _next(self) -> bytes:
        return self._file.read(_NONCE + _CHUNK + _TAG)

    def _open(self, piece: bytes, *, is_last: bool) -> bytes:
        place = _place(self._id, self._at, is_last=is_last)
        try:
            opened = self._aead.decrypt(piece[:_NONCE], piece[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            raise BackupUnreadable("it was cut or changed, or it is under another instance's key") from error
        self._at += 1
        return opened


def _place(backup_id: bytes, at: int, *, is_last: bool) -> bytes:
    """Return what ties a piece to its backup and its place in it."""
    return b"engage backup|" + backup_id + f"|{at}|{'last' if is_last else 'more'}".encode()
