"""Counts wrong tries to sign in, so that passwords cannot be guessed by trying."""

from datetime import datetime, timedelta
from threading import Lock

#: Wrong tries for one account from one address within the time, after which not even the right password counts.
MOST_WRONG = 5
WITHIN = timedelta(minutes=15)
#: Attempts kept in memory; the oldest go first.
MOST_KEPT = 10_000


class Throttle:
    """Wrong tries of this process; with several processes each counts its own."""

    def __init__(self) -> None:
        self._tries: dict[str, list[datetime]] = {}
        self._lock = Lock()

    def count(self, attempt: str, now: datetime) -> None:
        """Count a wrong try."""
        with self._lock:
            tries = self._recent(attempt, now)
            self._tries.pop(attempt, None)
            self._tries[attempt] = [*tries, now][-MOST_WRONG:]
            while len(self._tries) > MOST_KEPT:
                self._tries.pop(next(iter(self._tries)))

    def is_full(self, attempt: str, now: datetime) -> bool:
        """Say whether there were too many wrong tries."""
        with self._lock:
            return len(self._recent(attempt, now)) >= MOST_WRONG

    def forget(self, attempt: str) -> None:
        """Begin again after a right try."""
        with self._lock:
            self._tries.pop(attempt, None)

    def _recent(self, attempt: str, now: datetime) -> list[datetime]:
        return [moment for moment in self._tries.get(attempt, ()) if now - moment < WITHIN]
