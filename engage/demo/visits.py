"""Visits of the demo and the organisations that helped, all made up: something to plan and to count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from engage.collection.organisations import add_organisation
from engage.collection.receive import LONDON
from engage.collection.visits import Plan, check_in, check_out, keep_tally, plan_visit
from engage.demo.diary import ACTOR
from engage.demo.submissions import AMBASSADOR
from engage.storage import questionnaires, visits
from engage.storage.database import Session
from engage.storage.instance import Instance

#: Each organisation, and whether it agreed to be named.
ORGANISATIONS: Mapping[str, bool] = {
    "Lantern Boxing Club (made up)": True,
    "Trent Community Kitchen (made up)": True,
    "Hillside Faith Centre (made up)": False,
}


@dataclass(frozen=True)
class _Outing:
    """A visit so many days from today; with counts it was made."""

    days: int
    place: str
    area: str
    organisation: str
    begins: str
    languages: tuple[str, ...] = ("en",)
    counts: Mapping[str, int] = field(default_factory=dict)


_OUTINGS = (
    _Outing(
        -19,
        "Lantern Boxing Club (made up)",
        "E05012278",
        "Lantern Boxing Club (made up)",
        "18:00",
        counts={"asked": 23, "took_part": 17, "needed_help": 4, "no_time": 3, "no_trust": 2, "no_reason": 1},
    ),
    _Outing(
        -6,
        "Trent Community Kitchen (made up)",
        "E05012281",
        "Trent Community Kitchen (made up)",
        "12:30",
        ("so", "ar", "en"),
        {"asked": 31, "took_part": 22, "needed_help": 9, "language": 4, "asked_before": 2, "no_time": 3},
    ),
    _Outing(
        0, "Youth club by the river (made up)", "E05012279", "Hillside Faith Centre (made up)", "17:30", ("pl", "en")
    ),
    _Outing(8, "Market square (made up)", "E05012280", "Trent Community Kitchen (made up)", "10:00"),
)


def go_visiting(session: Session, instance: Instance, survey: str) -> None:
    """Write the demo's visits down, where there is none yet."""
    if visits.list_of(session):
        return
    keys, now = instance.settings.keys, instance.now()
    helping = {
        name: add_organisation(session, keys, name, agreed=agreed, by=ACTOR, now=now).id
        for name, agreed in ORGANISATIONS.items()
    }
    for outing in _OUTINGS:
        _go(session, instance, survey, outing, helping)


def _go(session: Session, instance: Instance, survey: str, outing: _Outing, helping: Mapping[str, UUID]) -> None:
    keys, now = instance.settings.keys, instance.now()
    questionnaire = questionnaires.get(session, survey)
    offered = questionnaire.offered() if questionnaire else ()
    plan = Plan(
        survey=survey,
        area=outing.area,
        place=outing.place,
        day=now.astimezone(LONDON).date() + timedelta(days=outing.days),
        ambassador=AMBASSADOR,
        begins=outing.begins,
        organisation=str(helping[outing.organisation]),
        languages=tuple(tag for tag in outing.languages if tag in offered),
    )
    then = now + timedelta(days=min(outing.days, 0))
    visit = plan_visit(session, keys, plan, ACTOR, then)
    if outing.counts:
        inside = check_in(session, keys, visit, 2, "", AMBASSADOR, then)
        check_out(session, keys, inside, AMBASSADOR, then + timedelta(hours=2))
        keep_tally(session, keys, visit, outing.counts, AMBASSADOR, then + timedelta(hours=2))
