"""What somebody who goes out to ask people does next: visits, paper, tablets, training; who is overdue."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from engage.areas import AreaTree
from engage.collection import batches as paper
from engage.collection.receive import LONDON
from engage.collection.training import missing
from engage.collection.visits import overdue
from engage.staff.access import Permission, may
from engage.staff.my_batches import is_of
from engage.staff.visits_shown import VisitShown, may_see, shown
from engage.storage import questionnaires, tablets, visits
from engage.storage.database import Session
from engage.storage.staff import Account

#: Days ahead that count as soon.
SOON = 14
#: Days before its last one on which a tablet is spoken of.
_TABLET_ENDS = 3


@dataclass(frozen=True)
class Step:
    """Something to do next, and where; `is_urgent` stands before all others."""

    words: str
    address: str
    is_urgent: bool = False


def visits_ahead(session: Session, account: Account, tree: AreaTree, now: datetime) -> list[VisitShown]:
    """Return somebody's own visits of today and soon, and those they are still checked in to."""
    today = now.astimezone(LONDON).date()
    mine = visits.list_of(session, since=today - timedelta(days=1), ambassador=account.email)
    last = today + timedelta(days=SOON)
    return [shown(one, tree, now, account) for one in mine if one.is_out or today <= one.day <= last]


def field_steps(session: Session, account: Account, tree: AreaTree, now: datetime) -> Iterator[Step]:
    """Yield what somebody who runs sessions, plans visits or keys forms does next."""
    today = now.astimezone(LONDON).date()
    if may(account, Permission.RUN_SESSIONS):
        for visit in overdue(session, now):
            if may_see(account, tree, visit) and (
                visit.ambassador == account.email or may(account, Permission.PLAN_VISITS)
            ):
                words = f"Not checked out: {visit.ambassador}, {visit.place}"
                yield Step(words, url_for("staff.visit", visit_id=visit.id), is_urgent=True)
        yield from _own_paper(session, account, tree)
        yield from _own_counts(session, account, today)
        yield from _own_tablets(session, account, today)
        if left := len(missing(session, account)):
            words = f"{left} training {'item is' if left == 1 else 'items are'} still to be confirmed"
            yield Step(words, url_for("staff.my_training"))
    if may(account, Permission.ENTER_FORMS):
        yield from _to_key(session, account, tree)


def _own_paper(session: Session, account: Account, tree: AreaTree) -> Iterator[Step]:
    """Yield one's own batches to hand out and to collect, with how many forms of each area."""
    to_hand_out, to_collect = Counter[str](), Counter[str]()
    for one in paper.count_own(session, account.email):
        if one.batch.state == "printed":
            to_hand_out[_area_name(tree, one.batch.area)] += one.batch.count
        elif one.batch.state == "handed_out":
            to_collect[_area_name(tree, one.batch.area)] += one.batch.count
    address = url_for("staff.my_batches")
    if to_hand_out:
        yield Step(f"Hand out {_forms(to_hand_out)}", address)
    if to_collect:
        yield Step(f"Collect {_forms(to_collect)}", address)


def _own_counts(session: Session, account: Account, today: date) -> Iterator[Step]:
    """Yield visits that were made and not counted."""
    made = visits.list_of(session, since=today - timedelta(days=SOON), until=today, ambassador=account.email)
    for visit in made:
        if visit.checked_out_at is not None and not visit.tally.asked:
            yield Step(f"Count who was asked: {visit.place}", url_for("staff.visit", visit_id=visit.id))


def _own_tablets(session: Session, account: Account, today: date) -> Iterator[Step]:
    """Yield tablets that will soon start nobody new."""
    for tablet in tablets.list_all(session, account.email):
        left = (tablet.last_day - today).days
        if tablet.revoked_on is None and 0 <= left <= _TABLET_ENDS:
            words = f"Tablet “{tablet.label}” may be used until {tablet.last_day:%-d %B}: prepare it again"
            yield Step(words, url_for("staff.list_tablets"))


def _to_key(session: Session, account: Account, tree: AreaTree) -> Iterator[Step]:
    """Yield how many forms wait to be keyed that somebody else handed out, by area."""
    waiting = Counter[str]()
    for survey in questionnaires.newest(session):
        if not account.scope.has_survey(survey.slug):
            continue
        for one in paper.count_batches(session, survey.slug):
            area = one.batch.area
            is_within = not account.scope.areas or (area is not None and account.scope.has_area(tree, area))
            if one.awaited and one.batch.state == "returned" and is_within and not is_of(one.batch, account.email):
                waiting[_area_name(tree, area)] += one.awaited
    if waiting:
        yield Step(f"Key {_forms(waiting)}", url_for("staff.key_a_form"))


def _area_name(tree: AreaTree, code: str | None) -> str:
    area = tree.get(code) if code else None
    return area.name if area else "no one area"


def _forms(counted: Counter[str]) -> str:
    total = counted.total()
    by_area = ", ".join(f"{area} {count}" for area, count in sorted(counted.items()))
    return f"{total} {'form' if total == 1 else 'forms'}: {by_area}"
