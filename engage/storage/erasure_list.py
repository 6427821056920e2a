"""The list of erasures outside the database: hashes only, so that no restored backup brings an answer back."""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{64}")


class ErasureListFaulty(Exception):
    """A line of the list is no hash; the message names it."""


class ErasureList:
    """One hash of a response's id on each line; it only ever grows."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, hashes: Iterable[str]) -> None:
        """Write hashes down, on disk before this returns. Raises OSError."""
        lines = "".join(f"{entry}\n" for entry in hashes)
        if not lines:
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(_end_of_broken_line(self.path) + lines.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Iterator[str]:
        """Yield every hash once. Raises ErasureListFaulty for any other line but one that a crash cut short."""
        if not self.path.exists():
            return
        seen: set[str] = set()
        with self.path.open(encoding="ascii", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                entry = line.strip()
                if _HASH.fullmatch(entry) and entry not in seen:
                    seen.add(entry)
                    yield entry
                elif entry and not _HASH.fullmatch(entry) and not _is_cut(entry):
                    raise ErasureListFaulty(f"{self.path}, line {number} is no hash of an erased response")

    def size(self) -> int:
        """Return how many bytes the list has."""
        return self.path.stat().st_size if self.path.exists() else 0


def _end_of_broken_line(path: Path) -> bytes:
    """Return what ends a line that a crash cut short, nothing where the file ends with a whole one."""
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return b""
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"


def _is_cut(entry: str) -> bool:
    """Say whether a line is the beginning of a hash: it was being written when the machine stopped."""
    return re.fullmatch(r"[0-9a-f]{1,63}", entry) is not None
