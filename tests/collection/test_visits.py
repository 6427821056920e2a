"""Visits: nobody is asked too often, whoever goes comes home, and of those who were asked only numbers stay."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from builders import NOW, WARD
from engage.collection.organisations import OrganisationRefused, add_organisation, let_be_named
from engage.collection.safeguarding import put_on_duty
from engage.collection.training import ITEMS, confirm, missing
from engage.collection.visit_notices import send_visit_notices
from engage.collection.visits import (
    Plan,
    VisitRefused,
    asked_lately,
    check_in,
    check_out,
    keep_tally,
    plan_visit,
)
from engage.reporting.thanks import thanked
from engage.storage import areas, staff, visits
from engage.storage.audit_search import Sought, find_lines
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact
from engage.storage.visits import Visit
from staffing import with_person

DAY = date(2026, 11, 21)
WHO = "ambassador@example.org"


def a_plan(**fields: Any) -> Plan:
    """Return a visit as it is meant, today in the ward."""
    usual = {"survey": "feeling-safe", "area": WARD, "place": "Youth club", "day": DAY, "ambassador": WHO}
    return Plan(**(usual | fields))


def planned(instance: Instance, **fields: Any) -> Visit:
    """Plan a visit."""
    with_person(instance, "ambassador")
    with instance.database.writing() as session:
        return plan_visit(session, instance.settings.keys, a_plan(**fields), "boss@example.org", NOW)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("survey", "unknown"),
        ("area", "E05000001"),
        ("place", " "),
        ("place", "x" * 101),
        ("day", None),
        ("day", date(2029, 1, 1)),
        ("begins", "half past five"),
        ("languages", ("tlh",)),
        ("ambassador", "nobody@example.org"),
        ("organisation", "no id"),
    ],
)
def test_a_visit_that_cannot_be_says_what_to_mend(surveyed: Instance, field: str, wrong: object) -> None:
    with_person(surveyed, "ambassador")
    with surveyed.database.writing() as session, pytest.raises(VisitRefused) as refused:
        plan_visit(session, surveyed.settings.keys, a_plan(**{field: wrong}), "boss@example.org", NOW)
    assert refused.value.field == field


def test_the_same_people_are_not_asked_again_within_six_weeks(surveyed: Instance) -> None:
    keys, by = surveyed.settings.keys, "boss@example.org"
    with surveyed.database.writing() as session:
        club = add_organisation(session, keys, "Boxing Club", agreed=False, by=by, now=NOW)
        tree = areas.read_tree(session)
    first = planned(surveyed, organisation=str(club.id), community="somali")
    far = DAY + timedelta(weeks=6, days=1)
    cases = {
        "place": a_visit(first, place="youth CLUB"),
        "organisation": a_visit(first, place="Library", organisation=club.id),
        "community": a_visit(first, place="Mosque", community="somali", area="E05012279"),
        "another district": a_visit(first, place="Mosque", community="somali", area="E05013536"),
        "long after": a_visit(first, place="Youth club", day=far),
        "somebody else": a_visit(first, place="Market"),
    }
    same = {name: [one.same for one in asked_lately(tree, [first], visit)] for name, visit in cases.items()}
    assert same == {
        **{name: [name] for name in ("place", "organisation", "community")},
        **{name: [] for name in ("another district", "long after", "somebody else")},
    }


def a_visit(like: Visit, **fields: Any) -> Visit:
    """Return another visit three weeks later to nobody in particular."""
    usual = {"id": like.planned_at, "day": like.day + timedelta(weeks=3), "organisation": None, "community": None}
    return replace(like, **(usual | fields))


def test_a_number_is_sealed_while_somebody_is_out_and_forgotten_when_they_check_out(surveyed: Instance) -> None:
    visit, keys = planned(surveyed), surveyed.settings.keys
    with surveyed.database.writing() as session:
        with pytest.raises(VisitRefused):
            check_in(session, keys, visit, 2, "no number", WHO, NOW)
        inside = check_in(session, keys, visit, 2, "07700 900123", WHO, NOW)
        assert inside.back_by == NOW + timedelta(hours=2)
        assert inside.number_sealed and "900123" not in inside.number_sealed
        check_out(session, keys, inside, WHO, NOW + timedelta(hours=1))
        stored = visits.get(session, visit.id)
        assert stored is not None
        assert (stored.number_sealed, stored.is_out) == (None, False)
        with pytest.raises(VisitRefused):
            check_in(session, keys, stored, 2, "", WHO, NOW)


def test_whoever_does_not_check_out_is_told_of_once_and_not_to_themselves(surveyed: Instance) -> None:
    with_person(surveyed, "coordinator")
    visit, keys = planned(surveyed), surveyed.settings.keys
    contact = DutyContact("feeling-safe", "coordinator@example.org", "Amina", NOW)
    with surveyed.database.writing() as session:
        put_on_duty(session, keys, contact, "test")
        check_in(session, keys, visit, 2, "", WHO, NOW - timedelta(hours=3))
    assert send_visit_notices(surveyed)
    assert send_visit_notices(surveyed)
    mails = [path.read_text() for path in (surveyed.settings.instance / "mail").iterdir()]
    assert len(mails) == 1
    assert "To: coordinator@example.org" in mails[0] and str(visit.id) in mails[0] and visit.place not in mails[0]
    with surveyed.database.reading() as session:
        assert [line.actor for line in find_lines(session, Sought(action="visit.overdue"), most=5)] == ["engage"]


def test_whoever_took_part_or_said_no_was_asked(surveyed: Instance) -> None:
    visit, keys = planned(surveyed), surveyed.settings.keys
    with surveyed.database.writing() as session:
        keep_tally(session, keys, visit, {"asked": 3, "took_part": 4, "no_time": 2, "needed_help": 1}, WHO, NOW)
        stored = visits.get(session, visit.id)
        assert stored is not None
        assert (stored.tally.asked, stored.tally.said_no, dict(stored.tally.declined)) == (6, 2, {"no_time": 2})
        with pytest.raises(VisitRefused) as refused:
            keep_tally(session, keys, visit, {"took_part": -1}, WHO, NOW)
    assert refused.value.field == "took_part"


def test_an_organisation_is_named_only_where_it_agreed_and_somebody_was_there(surveyed: Instance) -> None:
    keys, by = surveyed.settings.keys, "boss@example.org"
    with surveyed.database.writing() as session:
        club = add_organisation(session, keys, " Boxing  Club", agreed=True, by=by, now=NOW)
        quiet = add_organisation(session, keys, "Refuge", agreed=False, by=by, now=NOW)
        with pytest.raises(OrganisationRefused):
            add_organisation(session, keys, "boxing club", agreed=False, by=by, now=NOW)
    for one in (club, quiet):
        visit = planned(surveyed, organisation=str(one.id), place=one.name)
        with surveyed.database.writing() as session:
            assert one.name not in thanked(session, "feeling-safe")
            check_in(session, keys, visit, 1, "", WHO, NOW)
    with surveyed.database.writing() as session:
        assert thanked(session, "feeling-safe") == ["Boxing Club"]
        let_be_named(session, keys, club.id, agreed=False, by=by, now=NOW)
        assert thanked(session, "feeling-safe") == []
        acts = [line.action for line in find_lines(session, Sought(subjects=(str(club.id),)), most=5)]
    assert acts == ["organisation.unnamed", "organisation.added"]


def test_training_is_confirmed_item_by_item_with_its_day(surveyed: Instance) -> None:
    with_person(surveyed, "ambassador")
    with surveyed.database.writing() as session:
        account = staff.find(session, WHO)
        assert account is not None
        assert missing(session, account) == list(ITEMS)
        for _ in range(2):
            confirm(session, surveyed.settings.keys, account, "safe", NOW)
        assert missing(session, account) == [item for item in ITEMS if item != "safe"]
        assert len(find_lines(session, Sought(action="training.confirmed"), most=5)) == 1
