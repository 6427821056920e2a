"""Brings SQLite's log to disk once for everybody who committed meanwhile, before any of them is answered."""

import os
from contextlib import suppress
from pathlib import Path
from threading import Condition

#: As SQLite itself does it: the times of a file need not be on disk.
_to_disk = getattr(os, "fdatasync", os.fsync)


class LogSync:
    """One call to the disk for all who wait at that moment: whoever comes while it runs waits for the next one."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._state = Condition()
        self._is_running = False
        #: Those who asked so far, and the last of them whose transaction is on disk.
        self._asked = self._done = 0

    def wait(self) -> None:
        """Return when everything committed before the call is on disk. Raises OSError where it cannot be brought."""
        with self._state:
            self._asked += 1
            mine = self._asked
            self._state.wait_for(lambda: self._done >= mine or not self._is_running)
            if self._done >= mine:
                return
            self._is_running, last = True, self._asked
        is_done = False
        try:
            self._bring()
            is_done = True
        finally:
            with self._state:
                self._is_running = False
                self._done = max(self._done, last) if is_done else self._done
                self._state.notify_all()

    def _bring(self) -> None:
        with suppress(FileNotFoundError):  # without a log everything is in the database file, and on disk
            log = os.open(self.log, os.O_RDONLY)
            try:
                _to_disk(log)
            finally:
                os.close(log)
