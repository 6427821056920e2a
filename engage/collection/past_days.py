"""A wave of the past on its way through the one door: its rows' own days, and what is no longer of use in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from engage.storage.waves import Wave

#: Words are looked through for danger only as long as somebody could still help.
STILL_OF_USE = timedelta(days=30)


@dataclass(frozen=True)
class PastWave:
    """A wave that is brought in from a file: its answers' own days, by id, where the file tells them."""

    wave: Wave
    days: Mapping[UUID, date]

    def day_of(self, response_id: UUID, otherwise: date) -> date:
        """Return the day of an answer."""
        return self.days.get(response_id, otherwise)

    def is_long_over(self, response_id: UUID, now: datetime) -> bool:
        """Say whether an answer is so old that nobody on duty could do anything about it now."""
        return self.day_of(response_id, now.date()) < (now - STILL_OF_USE).date()
