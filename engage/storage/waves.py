"""Waves: a survey's collection exercises, each on one version of the questionnaire and in one state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engage.storage import revision
from engage.storage.base import NAME, Base

STATES = ("draft", "pilot", "open", "collecting", "closed")


class WaveRow(Base):
    """One wave of a survey."""

    __tablename__ = "waves"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'pilot', 'open', 'collecting', 'closed')", name="known_state"),
    )
    survey: Mapped[str] = mapped_column(ForeignKey("surveys.slug"), primary_key=True)
    name: Mapped[str] = mapped_column(NAME, primary_key=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(NAME)
    #: Made-up answers: said on every page and export.
    synthetic: Mapped[bool]
    #: Order in which the waves were made.
    position: Mapped[int]
    #: Europe/London; the time that answers are kept begins here.
    closed_on: Mapped[date | None]
    #: Brought in from a file after it was over: closed from the first, and never the wave that answers belong to now.
    imported: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Wave:
    """One wave of a survey."""

    survey: str
    name: str
    version: int
    state: str
    synthetic: bool
    closed_on: date | None = None
    imported: bool = False

    @property
    def takes_starts(self) -> bool:
        """Say whether somebody may begin to answer."""
        return self.state in ("pilot", "open")


def put(session: Session, wave: Wave) -> None:
    """Store a wave, or its new state."""
    row = session.get(WaveRow, (wave.survey, wave.name))
    if row is None:
        position = len(list_of(session, wave.survey))
        row = WaveRow(survey=wave.survey, name=wave.name, position=position)
        session.add(row)
    row.version, row.state, row.synthetic, row.closed_on = wave.version, wave.state, wave.synthetic, wave.closed_on
    row.imported = wave.imported
    session.flush()
    revision.move(session, "surveys")


def get(session: Session, survey: str, name: str) -> Wave | None:
    """Return a wave by its name."""
    return next((wave for wave in list_of(session, survey) if wave.name == name), None)


def list_of(session: Session, survey: str) -> list[Wave]:
    """Return the waves of a survey, oldest first."""
    return list(revision.remembered(session, "surveys", "waves", lambda: _read(session)).get(survey, ()))


def any_synthetic(session: Session) -> bool:
    """Say whether any wave holds made-up answers."""
    return session.execute(select(WaveRow.name).where(WaveRow.synthetic).limit(1)).first() is not None


def imported(session: Session) -> list[Wave]:
    """Return the waves of every survey that were brought in from a file."""
    known = revision.remembered(session, "surveys", "waves", lambda: _read(session)).values()
    return [wave for found in known for wave in found if wave.imported]


def current(session: Session, survey: str) -> Wave | None:
    """Return the wave that answers belong to now: the open one, else one collecting, in pilot, or the last."""
    waves = [wave for wave in list_of(session, survey) if not wave.imported]
    for state in ("open", "collecting", "pilot"):
        for wave in reversed(waves):
            if wave.state == state:
                return wave
    return waves[-1] if waves else None


def _read(session: Session) -> Mapping[str, tuple[Wave, ...]]:
    """Return survey → its waves, of all surveys; those of the past that were brought in come first, by name."""
    found = session.scalars(select(WaveRow).order_by(WaveRow.survey))
    rows = sorted(found, key=lambda row: (row.survey, not row.imported, row.name if row.imported else "", row.position))
    return {survey: tuple(map(_wave, found)) for survey, found in groupby(rows, key=attrgetter("survey"))}


def _wave(row: WaveRow) -> Wave:
    return Wave(row.survey, row.name, row.version, row.state, row.synthetic, row.closed_on, row.imported)
