"""Notices when a channel brings far more texts than people send, so that a flood costs no money."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from threading import Lock

#: Texts of one channel that one process answers as usual in a minute.
MOST_PER_MINUTE = 30_000
_WINDOW = timedelta(minutes=1)


class FloodGauge:
    """Counts what comes in by channel and minute, in this process only."""

    def __init__(self, most: int = MOST_PER_MINUTE) -> None:
        self.most = most
        self._counts: dict[Hashable, tuple[datetime, int]] = {}
        self._lock = Lock()

    def count(self, channel: Hashable, now: datetime) -> bool:
        """Count one text; return whether there were more than enough in this minute."""
        with self._lock:
            began, count = self._counts.get(channel, (now, 0))
            if not began <= now < began + _WINDOW:
                began, count = now, 0
            self._counts[channel] = (began, count + 1)
            return count >= self.most
