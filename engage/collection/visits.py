"""Visits to ask people: planned, checked in and out of, told in tallies; and who was asked lately."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from engage.areas import AreaTree
from engage.collection.numbers import plain_number, seal_number
from engage.collection.places import is_covered
from engage.collection.receive import LONDON
from engage.settings import Keys
from engage.storage import areas, audit, organisations, questionnaires, staff, visits, waves
from engage.storage.database import Session
from engage.storage.visits import NUMBERS, REASONS, Tally, Visit

#: Weeks in which the same people should not be asked again.
REST_WEEKS = 6
#: Characters of the name of a place.
LONGEST_PLACE = 100
#: Hours that a visit may last, as whoever goes expects it.
LONGEST_VISIT = 12
#: People in one tally; far above any real visit.
MOST_PEOPLE = 5000
#: Digits of a number that somebody can be called on.
_FEWEST_DIGITS, _MOST_DIGITS = 9, 15
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
#: How far ahead or back a visit may lie.
_YEAR = timedelta(days=366)


class VisitRefused(Exception):
    """A visit cannot be written down as asked; `field` is what to mend, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class Plan:
    """A visit as somebody means to make it."""

    survey: str
    area: str
    place: str
    day: date | None
    ambassador: str
    begins: str = ""
    community: str = ""
    organisation: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedLately:
    """A visit to the same people, and by what it is the same: `place`, `organisation` or `community`."""

    visit: Visit
    same: str


def plan_visit(session: Session, keys: Keys, plan: Plan, by: str, now: datetime, known: Visit | None = None) -> Visit:
    """Write down a visit to come or one that was made, or change a known one. Raises VisitRefused naming the field."""
    _check(session, plan, now)
    wave = waves.current(session, plan.survey)
    if plan.day is None or (wave is None and known is None):
        raise VisitRefused("survey", "choose a survey that has a wave")
    values: dict[str, Any] = {
        "survey": plan.survey,
        "area": plan.area,
        "place": " ".join(plan.place.split()),
        "day": plan.day,
        "ambassador": plan.ambassador,
        "begins": plan.begins or None,
        "community": plan.community or None,
        "organisation": UUID(plan.organisation) if plan.organisation else None,
        "languages": plan.languages,
    }
    if known:
        visit = replace(known, **values)
    else:
        visit = Visit(id=uuid4(), wave=wave.name if wave else "", planned_by=by, planned_at=now, **values)
    return _keep(session, keys, visit, "visit.changed" if known else "visit.planned", by, now)


def call_off(session: Session, keys: Keys, visit: Visit, by: str, now: datetime) -> Visit:
    """Call a visit off. Raises VisitRefused once somebody has gone."""
    if visit.checked_in_at is not None:
        raise VisitRefused("visit", "somebody has been there already, so it stays in the log")
    return _keep(session, keys, replace(visit, cancelled_on=_day(now)), "visit.called_off", by, now)


def check_in(session: Session, keys: Keys, visit: Visit, hours: float, number: str, by: str, now: datetime) -> Visit:
    """Write down that somebody is there, and when they will have checked out; again, to stay longer.

    `number` is where they can be called meanwhile; it is kept sealed and forgotten when they check out.
    Raises VisitRefused.
    """
    if visit.checked_out_at is not None or visit.cancelled_on is not None:
        raise VisitRefused("visit", "this visit is over")
    if not 0 < hours <= LONGEST_VISIT:
        raise VisitRefused("hours", f"choose up to {LONGEST_VISIT} hours")
    sealed = visit.number_sealed
    if number.strip():
        digits = plain_number(number)
        if not (digits.isdecimal() and _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS):
            raise VisitRefused("number", "this is no telephone number")
        sealed = seal_number(keys, number)
    changed = replace(
        visit,
        checked_in_at=visit.checked_in_at or now,
        back_by=now + timedelta(hours=hours),
        told_at=None,
        number_sealed=sealed,
    )
    return _keep(session, keys, changed, "visit.checked_in", by, now)


def check_out(session: Session, keys: Keys, visit: Visit, by: str, now: datetime) -> Visit:
    """Write down that somebody is safely away; the number they gave is forgotten. Raises VisitRefused."""
    if not visit.is_out:
        raise VisitRefused("visit", "nobody is checked in to this visit")
    return _keep(session, keys, replace(visit, checked_out_at=now, number_sealed=None), "visit.checked_out", by, now)


def keep_tally(session: Session, keys: Keys, visit: Visit, counts: Mapping[str, int], by: str, now: datetime) -> Tally:
    """Write down how a visit went: `asked`, `took_part`, `needed_help` and how many declined for each reason.

    Where more took part or declined than were asked, those are how many were asked. Raises VisitRefused.
    """
    if wrong := [name for name in (*NUMBERS, *REASONS) if not 0 <= counts.get(name, 0) <= MOST_PEOPLE]:
        raise VisitRefused(wrong[0], f"a whole number from 0 to {MOST_PEOPLE}")
    declined = {reason: count for reason in REASONS if (count := counts.get(reason, 0))}
    took_part, needed_help = counts.get("took_part", 0), counts.get("needed_help", 0)
    asked = max(counts.get("asked", 0), took_part + sum(declined.values()))
    tally = Tally(asked, took_part, needed_help, MappingProxyType(declined))
    if tally == visit.tally:
        return tally
    visits.put_tally(session, visit.id, tally)
    subject, detail = str(visit.id), {"survey": visit.survey, "area": visit.area}
    audit.append(session, keys.audit, at=now, actor=by, action="visit.tallied", subject=subject, detail=detail)
    return tally


def asked_lately(
    tree: AreaTree, known: Sequence[Visit], wanted: Visit, weeks: int = REST_WEEKS
) -> Iterator[AskedLately]:
    """Yield the visits by which the same people are asked within some weeks of the one that is wanted."""
    near = timedelta(weeks=weeks)
    for visit in known:
        is_near = visit.id != wanted.id and visit.survey == wanted.survey and abs(visit.day - wanted.day) <= near
        if is_near and (same := _same(tree, visit, wanted)):
            yield AskedLately(visit, same)


def overdue(session: Session, now: datetime) -> list[Visit]:
    """Return the visits that somebody should have checked out of by now."""
    return [visit for visit in visits.out_now(session) if visit.is_overdue(now)]


def _same(tree: AreaTree, one: Visit, other: Visit) -> str | None:
    if one.place.casefold() == other.place.casefold():
        return "place"
    if one.organisation is not None and one.organisation == other.organisation:
        return "organisation"
    if one.community and one.community == other.community and _district(tree, one) == _district(tree, other):
        return "community"
    return None


def _district(tree: AreaTree, visit: Visit) -> str:
    district = tree.district_of(visit.area) if visit.area in tree else None
    return district.code if district else visit.area


def _check(session: Session, plan: Plan, now: datetime) -> None:
    questionnaire = questionnaires.get(session, plan.survey)
    if questionnaire is None:
        raise VisitRefused("survey", "choose a survey")
    if not is_covered(areas.read_tree(session), questionnaire, plan.area):
        raise VisitRefused("area", "choose an area of the survey")
    place = " ".join(plan.place.split())
    if not place or len(place) > LONGEST_PLACE or not place.isprintable():
        raise VisitRefused("place", f"write where it is, in at most {LONGEST_PLACE} characters")
    if plan.day is None or abs(plan.day - _day(now)) > _YEAR:
        raise VisitRefused("day", "choose a day within a year")
    if plan.begins and not _TIME.fullmatch(plan.begins):
        raise VisitRefused("begins", "write the time as 17:30")
    if not set(plan.languages) <= set(questionnaire.offered()):
        raise VisitRefused("languages", "choose languages of the survey")
    if staff.find(session, plan.ambassador) is None:
        raise VisitRefused("ambassador", "choose somebody who has an account")
    if plan.organisation and not _is_organisation(session, plan.organisation):
        raise VisitRefused("organisation", "choose one of the organisations")


def _is_organisation(session: Session, text: str) -> bool:
    try:
        return organisations.get(session, UUID(text)) is not None
    except ValueError:
        return False


def _keep(session: Session, keys: Keys, visit: Visit, action: str, by: str, now: datetime) -> Visit:
    visits.put(session, visit)
    detail = {"survey": visit.survey, "area": visit.area, "day": visit.day.isoformat(), "who": visit.ambassador}
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=str(visit.id), detail=detail)
    return visit


def _day(now: datetime) -> date:
    return now.astimezone(LONDON).date()
