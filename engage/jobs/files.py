"""The files that jobs make: whole or not there at all."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from engage.storage.instance import Instance

#: Ends the name of a file that is not whole yet.
HALF_MADE = ".part"
#: Seconds after which a file that nobody writes to was left by a worker that died.
ABANDONED_AFTER = 24 * 3600


def files_of(instance: Instance) -> Path:
    """Return the folder in which jobs leave the files they make."""
    folder = instance.settings.instance / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def making(instance: Instance, name: str) -> Iterator[BinaryIO]:
    """Open a file of `files_of` to write; it is there under its name only when all of it is on disk."""
    path = files_of(instance) / name
    draft = path.with_name(f"{name}.{uuid4().hex[:8]}{HALF_MADE}")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def forget_half_made(instance: Instance) -> None:
    """Delete what killed workers left half made."""
    for path in files_of(instance).glob(f"*{HALF_MADE}"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                path.unlink()
