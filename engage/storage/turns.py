"""Lets writers of SQLite queue, those of one process and of several, instead of looking again and again."""

import fcntl
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

#: Seconds between two looks whether another process is done: the first, and the longest. SQLite's go up to 0.1.
_FIRST_LOOK, _LONGEST_LOOK = 0.0003, 0.002


class Turn:
    """Whose turn it is to write; whoever has it may take it again."""

    def __init__(self, path: Path | None) -> None:
        #: The file that processes lock; it stays empty. None where no other process can have the database.
        self.path = path
        self._mine = RLock()
        self._depth = 0
        #: Descriptor of the file, closed with this.
        self._file: int | None = None

    @contextmanager
    def taken(self, patience: float) -> Iterator[None]:
        """Wait until it is ours, so many seconds in each of two queues at most, then go on without it."""
        if not self._mine.acquire(timeout=patience):
            yield
            return
        try:
            self._depth += 1
            if self._depth == 1:
                self._lock(patience)
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._unlock()
            self._mine.release()

    def _lock(self, patience: float) -> None:
        if self.path is None:
            return
        if self._file is None:
            try:
                self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:  # such as a full disk: SQLite has its own lock
                return
            weakref.finalize(self, os.close, self._file)
        ends, wait = time.monotonic() + patience, _FIRST_LOOK
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= ends:
                    return
            else:
                return
            time.sleep(wait)
            wait = min(wait * 2, _LONGEST_LOOK)

    def _unlock(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
