"""How long answering took, as a band: what is kept instead of two times."""

from datetime import datetime, timedelta

#: Upper bounds of how long answering took; what is kept is the band, never the times.
DURATION_BANDS = (
    (timedelta(minutes=2), "under 2 min"),
    (timedelta(minutes=5), "2 to 5 min"),
    (timedelta(minutes=10), "5 to 10 min"),
    (timedelta(minutes=20), "10 to 20 min"),
    (timedelta(days=365), "over 20 min"),
)


def duration_band(started_at: datetime | None, finished_at: datetime | None) -> str | None:
    """Return the band; None where a time is missing, or the device's clock ran backwards."""
    if started_at is None or finished_at is None:
        return None
    took = finished_at - started_at
    if took < timedelta(0):
        return None
    return next((band for most, band in DURATION_BANDS if took < most), None)
