"""Visits as staff read them: when, where, who goes, how it stands; and which of them somebody may see at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engage.areas import AreaTree
from engage.collection.receive import LONDON
from engage.collection.visits import REST_WEEKS, AskedLately, asked_lately
from engage.staff.access import Permission, may
from engage.storage import visits
from engage.storage.database import Session
from engage.storage.staff import Account
from engage.storage.visits import Visit

#: What somebody reads beside each count, in the order they are used at a door.
NUMBERS = (("asked", "Asked"), ("took_part", "Took part"), ("needed_help", "Needed help to answer"))
REASONS = (
    ("no_time", "No time"),
    ("asked_before", "Asked too often already"),
    ("no_trust", "Does not trust what becomes of it"),
    ("not_interested", "Not interested"),
    ("language", "No words in their language"),
    ("under_13", "Under 13"),
    ("no_reason", "Did not say why"),
)
_SAME = {"place": "at the same place", "organisation": "with the same organisation", "community": "the same community"}


@dataclass(frozen=True)
class VisitShown:
    """A visit in a list or on its page."""

    visit: Visit
    when: str
    area: str
    who: str
    state: str
    tone: str
    back_by: str = ""
    out_at: str = ""


@dataclass(frozen=True)
class LatelyShown:
    """A visit to the same people, in a sentence."""

    words: str


def may_see(account: Account, tree: AreaTree, visit: Visit) -> bool:
    """Say whether a visit is somebody's own or lies in what they reach."""
    return visit.ambassador == account.email or (
        account.scope.has_survey(visit.survey, visit.wave) and account.scope.has_area(tree, visit.area)
    )


def may_change(account: Account, visit: Visit) -> bool:
    """Say whether somebody may change a visit, count at it, check in and out: whoever goes, or plans visits."""
    return visit.ambassador == account.email or may(account, Permission.PLAN_VISITS)


def seen(session: Session, account: Account, tree: AreaTree, since: date, until: date | None = None) -> list[Visit]:
    """Return the visits of some days that somebody may see."""
    return [visit for visit in visits.list_of(session, since=since, until=until) if may_see(account, tree, visit)]


def shown(visit: Visit, tree: AreaTree, now: datetime, reader: Account) -> VisitShown:
    """Return a visit as it is read."""
    today, area = now.astimezone(LONDON).date(), tree.get(visit.area)
    words, tone = _state(visit, now, today)
    return VisitShown(
        visit=visit,
        when=day_words(visit.day, today) + (f" at {visit.begins}" if visit.begins else ""),
        area=area.name if area else visit.area,
        who="" if visit.ambassador == reader.email else visit.ambassador,
        state=words,
        tone=tone,
        back_by=clock(visit.back_by),
        out_at=clock(visit.checked_out_at),
    )


def lately_of(session: Session, tree: AreaTree, wanted: Visit) -> list[LatelyShown]:
    """Return how lately the people of a visit were asked or are to be asked, whoever does so."""
    near = timedelta(weeks=REST_WEEKS)
    known = visits.list_of(session, since=wanted.day - near, until=wanted.day + near)
    return [LatelyShown(_sentence(one, tree)) for one in asked_lately(tree, known, wanted)]


def rests_until(known: Iterable[Visit], today: date) -> Sequence[tuple[Visit, date]]:
    """Return the places that were asked lately, each with the day until which to leave it alone."""
    last: dict[str, Visit] = {}
    for visit in known:
        if visit.day <= today:
            last[visit.place.casefold()] = visit
    until = [(visit, visit.day + timedelta(weeks=REST_WEEKS)) for visit in last.values()]
    return sorted(((visit, day) for visit, day in until if day > today), key=lambda one: one[1])


def day_words(day: date, today: date) -> str:
    """Return a day as it is spoken of."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    return near or f"{day:%A %-d %B}" + (f" {day:%Y}" if day.year != today.year else "")


def clock(at: datetime | None) -> str:
    """Return the time of day in London."""
    return at.astimezone(LONDON).strftime("%H:%M") if at else ""


def _sentence(one: AskedLately, tree: AreaTree) -> str:
    area = tree.get(one.visit.area)
    return f"{one.visit.day:%-d %B}: {one.visit.place}, {area.name if area else one.visit.area} ({_SAME[one.same]})"


def _state(visit: Visit, now: datetime, today: date) -> tuple[str, str]:
    if visit.is_overdue(now):
        return "not checked out", "alarm"
    if visit.is_out:
        return f"there until {clock(visit.back_by)}", "open"
    if visit.day < today and not visit.tally.asked:
        return "no counts yet", ""
    return ("done", "") if visit.tally.asked else ("", "")
