"""Scans at rest: every file and picture is sealed in the instance folder and opened only while it is looked at."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engage.settings import KeyVersions, Settings

#: What a sealed file begins with, behind it four bytes with the version of the key.
_MAGIC = b"engage scan 1\n"
#: Bytes of a nonce and a tag (NIST SP 800-38D), and of what is sealed at once, so that memory stays bounded.
_NONCE, _TAG, _CHUNK = 12, 16, 1 << 20
_VERSION_BYTES = 4
#: Seconds after which what no row names is taken for left behind.
_LEFT_BEHIND = 3600.0


class ScanUnreadable(Exception):
    """A sealed scan that is gone, was changed or belongs to another instance's keys."""


class TooLarge(Exception):
    """A file with more bytes than are taken; `content_hash` is that of the part that was looked at."""

    def __init__(self, content_hash: str) -> None:
        super().__init__(content_hash)
        self.content_hash = content_hash


@dataclass(frozen=True)
class SealedFile:
    """A file that was sealed: its length in bytes and the SHA-256 (hex) of what it holds."""

    length: int
    content_hash: str


def folder_of(settings: Settings) -> Path:
    """Return the folder of sealed scans."""
    folder = settings.instance / "scans"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def seal_scan(settings: Settings, name: str, content: IO[bytes], *, most: int) -> SealedFile:
    """Seal a file under a name, at most so many bytes; whole or not at all. Raises TooLarge."""
    path = folder_of(settings) / name
    draft = path.with_suffix(f".{secrets.token_hex(4)}.draft")
    digest, length = hashlib.sha256(), 0
    try:
        with _private(draft) as out:
            out.write(_MAGIC + settings.keys.scans.newest.to_bytes(_VERSION_BYTES))
            for at, (chunk, is_last) in enumerate(_chunks(content)):
                length += len(chunk)
                digest.update(chunk)
                if length > most:
                    raise TooLarge(digest.hexdigest())
                out.write(_sealed(settings.keys.scans, name, at, chunk, is_last=is_last))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return SealedFile(length, digest.hexdigest())


def look_at(path: Path) -> SealedFile:
    """Return the length and the hash of a plain file."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            length += len(chunk)
    return SealedFile(length, digest.hexdigest())


def open_scan(settings: Settings, name: str) -> bytes:
    """Return what was sealed under a name. Raises ScanUnreadable."""
    return b"".join(_opened(settings, name))


@contextmanager
def unsealed(settings: Settings, name: str) -> Iterator[Path]:
    """Lend a scan as a plain file that only this user may read, gone afterwards. Raises ScanUnreadable."""
    plain = folder_of(settings) / f"{secrets.token_hex(8)}.plain"
    try:
        with _private(plain) as out:
            for chunk in _opened(settings, name):
                out.write(chunk)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


def remove_scan(settings: Settings, name: str) -> None:
    """Delete what was sealed under a name; nothing happens where it is gone."""
    (folder_of(settings) / name).unlink(missing_ok=True)


def remove_unknown(settings: Settings, known: Iterable[str]) -> int:
    """Delete every file that nothing names, also what a crash left open; returns how many.

    Files of the last hour stay: their rows may be on their way.
    """
    kept, removed = frozenset(known), 0
    for path in folder_of(settings).iterdir():
        with suppress(FileNotFoundError):
            if path.name not in kept and time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                path.unlink()
                removed += 1
    return removed


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _chunks(content: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces and whether each is the last; an empty file is one empty piece."""
    chunk = content.read(_CHUNK)
    while True:
        following = content.read(_CHUNK) if len(chunk) == _CHUNK else b""
        yield chunk, not following
        if not following:
            return
        chunk = following


def _sealed(key: KeyVersions, name: str, at: int, chunk: bytes, *, is_last: bool) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key.versions[key.newest]).encrypt(nonce, chunk, _place(name, at, is_last=is_last))


def _opened(settings: Settings, name: str) -> Iterator[bytes]:
    """Yield the pieces of a sealed file; one that was cut, put elsewhere or changed does not open."""
    try:
        with (folder_of(settings) / name).open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise ScanUnreadable
            key = AESGCM(settings.keys.scans.versions[int.from_bytes(file.read(_VERSION_BYTES))])
            at, piece = 0, file.read(_NONCE + _CHUNK + _TAG)
            while piece:
                following = file.read(_NONCE + _CHUNK + _TAG)
                yield key.decrypt(piece[:_NONCE], piece[_NONCE:], _place(name, at, is_last=not following))
                at, piece = at + 1, following
            if not at:
                raise ScanUnreadable
    except (OSError, KeyError, InvalidTag, ValueError) as error:
        raise ScanUnreadable from error


def _place(name: str, at: int, *, is_last: bool) -> bytes:
    """Return what ties a piece to its file and its place in it."""
    return f"engage scan|{name}|{at}|{'last' if is_last else 'more'}".encode()
