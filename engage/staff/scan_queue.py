"""The queue of scanned forms: what waits for whom, and how often two readings of the same form differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from engage.channels.paper.forms_reviewed import is_held
from engage.channels.paper.second_readings import to_compare, to_read_again
from engage.collection import whereabouts
from engage.collection.batches import may_key
from engage.staff.scope import reached_surveys, reaches
from engage.storage import scan_reads, scans
from engage.storage.database import Session
from engage.storage.scan_reads import SecondReading
from engage.storage.scans import ScannedForm

#: A form that was scanned, or a second reading of one.
_OfForm = TypeVar("_OfForm", ScannedForm, SecondReading)


@dataclass(frozen=True)
class Waiting:
    """A form that waits, and why this person cannot open it now: `held`, `not_yours` or None."""

    form: ScannedForm
    closed: str | None


@dataclass(frozen=True)
class ReadTwice:
    """How two readings of the same forms compare, survey by survey."""

    survey: str
    forms: int
    questions: int
    differing: int

    @property
    def percent(self) -> str:
        """Return the share of questions read differently."""
        return f"{100 * self.differing / self.questions:.1f}"


@dataclass(frozen=True)
class Queue:
    """Everything of scans that waits for a person; the lists of `again` and `differing` are this person's own."""

    waiting: tuple[Waiting, ...]
    again: tuple[SecondReading, ...]
    differing: tuple[SecondReading, ...]
    #: Second readings and comparisons that wait for somebody else.
    for_others: int
    read_twice: tuple[ReadTwice, ...]

    @property
    def first(self) -> str | None:
        """Return the serial of the form to begin with."""
        return next((one.form.serial for one in self.waiting if one.closed is None), None)


def queue_shown(session: Session, by: str, now: datetime) -> Queue:
    """Return what waits, the oldest first."""
    again, differing = _reached(session, to_read_again(session, by)), _reached(session, to_compare(session, by))
    compared = ((survey.slug, *scan_reads.count_compared(session, survey.slug)) for survey in reached_surveys(session))
    open_pairs = _reached(
        session, [*scan_reads.list_second(session, "first_read"), *scan_reads.list_second(session, "differs")]
    )
    waiting = _reached(session, scans.list_forms(session, "review"))
    return Queue(
        waiting=tuple(Waiting(form, _closed(session, form, by, now)) for form in waiting),
        again=tuple(again),
        differing=tuple(differing),
        for_others=len([one for one in open_pairs if one.first]) - len(again) - len(differing),
        read_twice=tuple(ReadTwice(*counts) for counts in compared if counts[2]),
    )


def _reached(session: Session, forms: Sequence[_OfForm]) -> list[_OfForm]:
    return [form for form in forms if reaches(session, [whereabouts.of_form(session, form.serial)])]


def _closed(session: Session, form: ScannedForm, by: str, now: datetime) -> str | None:
    if not may_key(session, form.serial, by):
        return "not_yours"
    return "held" if is_held(form, by, now) else None
