"""The duty queue: one item for one danger, in time or escalated, closed with an outcome, every act in the log."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from builders import NOW
from engage.collection.numbers import seal_number
from engage.collection.retention import forget_what_is_over
from engage.collection.safeguarding import (
    Danger,
    ItemClosed,
    NobodyAnswers,
    NobodyOnDuty,
    NumberNotShown,
    acknowledge,
    ask_for_number,
    close,
    escalate,
    hand_over,
    look_at_queue,
    mark_told,
    name_owner,
    pass_on_late,
    put_on_duty,
    put_rule,
    raise_item,
    require_answerable,
    require_duty_contact,
    show_number,
    take_off_duty,
    untold,
    whose_turn,
)
from engage.questionnaire.library import read_library_survey
from engage.storage import safeguarding, staff
from engage.storage.audit import AuditRow
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.safeguarding import OUTCOMES, DutyContact, Item, Rule

SURVEY = "feeling-safe"
PHONE = "+447700900123"


def a_danger(**fields: str) -> Danger:
    return Danger(
        **{"survey": SURVEY, "channel": "sms", "reference": "abc", "language": "so", "list_code": "weapon"} | fields
    )


def raised(session: Session, instance: Instance, **fields: str) -> Item:
    return raise_item(session, instance.settings.keys, a_danger(**fields), "text channel", NOW)


def actions(session: Session) -> list[str]:
    """Return what the log says was done, the newest first."""
    lines = session.scalars(select(AuditRow.action).order_by(AuditRow.number.desc()))
    return [action for action in lines if action.startswith("safeguarding")]


def test_a_survey_without_anybody_on_duty_is_held_back(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    contact = DutyContact(SURVEY, "amina@example.org", "Amina", NOW)
    with surveyed.database.writing() as session:
        with pytest.raises(NobodyOnDuty):
            require_duty_contact(session, SURVEY)
        put_on_duty(session, keys, contact, "test")
        require_duty_contact(session, SURVEY)
        with pytest.raises(NobodyOnDuty):
            take_off_duty(session, keys, SURVEY, contact.email, "test", NOW)
        put_on_duty(session, keys, DutyContact(SURVEY, "ben@example.org", "Ben", NOW), "test")
        take_off_duty(session, keys, SURVEY, contact.email, "test", NOW)
        assert [known.name for known in safeguarding.contacts(session, SURVEY)] == ["Ben"]


def test_one_danger_of_one_person_is_one_item_while_it_is_open(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        first = raised(session, surveyed)
        assert raised(session, surveyed).id == first.id
        others = [raised(session, surveyed, reference="other"), raised(session, surveyed, list_code="self_harm")]
        assert len({first.id, *(item.id for item in others)}) == 3
        close(session, keys, first.id, "help_given", "amina@example.org", NOW)
        assert raised(session, surveyed).id != first.id


def test_an_item_is_due_as_soon_as_the_survey_says(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        assert raised(session, surveyed).due_at == NOW + timedelta(minutes=60)
        put_rule(session, surveyed.settings.keys, Rule(SURVEY, answer_within_minutes=15), "test", NOW)
        assert raised(session, surveyed, reference="next").due_at == NOW + timedelta(minutes=15)


def test_a_survey_in_which_people_write_needs_an_owner_with_an_account_and_somebody_on_duty(
    surveyed: Instance,
) -> None:
    keys, survey = surveyed.settings.keys, read_library_survey(SURVEY)
    ticked = replace(survey, questions=tuple(one for one in survey.questions if one.id != "say_more"))
    with surveyed.database.writing() as session:
        require_answerable(session, ticked)
        with pytest.raises(NobodyAnswers, match="an owner and a duty contact"):
            require_answerable(session, survey)
        put_on_duty(session, keys, DutyContact(SURVEY, "amina@example.org", "Amina", NOW), "test")
        name_owner(session, keys, SURVEY, "amina@example.org", "test", NOW)
        with pytest.raises(NobodyAnswers, match="name an owner first"):
            require_answerable(session, survey)
        staff.add(session, "amina@example.org", "coordinator", None)
        require_answerable(session, survey)


def test_what_nobody_took_up_in_time_goes_from_one_contact_to_the_next_and_then_to_the_admins(
    surveyed: Instance,
) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        for minutes, name in enumerate(("amina", "ben")):
            contact = DutyContact(SURVEY, f"{name}@example.org", name, NOW + timedelta(minutes=minutes))
            put_on_duty(session, keys, contact, "test")
        late, taken = raised(session, surveyed), raised(session, surveyed, reference="taken")
        acknowledge(session, keys, taken.id, "amina@example.org", NOW)
        mark_told(session, untold(session), NOW)
        assert (pass_on_late(session, keys, NOW + timedelta(minutes=59)), untold(session)) == ([], [])
        assert pass_on_late(session, keys, NOW + timedelta(minutes=60)) == []
        (passed,) = untold(session)
        assert (passed.id, passed.due_at) == (late.id, NOW + timedelta(minutes=120))
        assert whose_turn(session, passed) == "ben@example.org"
        assert pass_on_late(session, keys, NOW + timedelta(minutes=119)) == []
        left = pass_on_late(session, keys, NOW + timedelta(minutes=120))
        assert [item.id for item in left] == [late.id]
        escalate(session, keys, left, NOW + timedelta(minutes=120))
        assert pass_on_late(session, keys, NOW + timedelta(days=1)) == []


def test_who_hands_an_item_over_leaves_it_to_be_taken_up_anew(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        item = raised(session, surveyed)
        mark_told(session, untold(session), NOW)
        assert untold(session) == []
        acknowledge(session, keys, item.id, "amina@example.org", NOW)
        hand_over(session, keys, item.id, "ben@example.org", "amina@example.org", NOW)
        (handed,) = untold(session)
    assert (handed.handed_to, handed.acknowledged_by) == ("ben@example.org", None)


def test_every_look_and_act_is_in_the_log_without_a_word_of_what_was_said(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        item = raised(session, surveyed)
        assert [waiting.id for waiting in look_at_queue(session, keys, "amina@example.org", NOW)] == [item.id]
        acknowledge(session, keys, item.id, "amina@example.org", NOW)
        close(session, keys, item.id, "passed_on", "amina@example.org", NOW)
        assert look_at_queue(session, keys, "amina@example.org", NOW) == []
        assert actions(session) == [
            "safeguarding.looked",
            "safeguarding.closed",
            "safeguarding.acknowledged",
            "safeguarding.looked",
            "safeguarding.raised",
        ]


def test_a_closed_item_is_not_changed_again(surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        item = raised(session, surveyed)
        with pytest.raises(ValueError, match="unheard"):
            close(session, keys, item.id, "unheard", "amina@example.org", NOW)
        close(session, keys, item.id, OUTCOMES[0], "amina@example.org", NOW)
        for act in (acknowledge, ask_for_number, show_number):
            with pytest.raises(ItemClosed):
                act(session, keys, item.id, "ben@example.org", NOW)


class TestNumbers:
    """A number is shown to two people of two roles together, where the survey keeps numbers at all."""

    @pytest.fixture
    def kept(self, surveyed: Instance) -> Item:
        keys = surveyed.settings.keys
        with surveyed.database.writing() as session:
            for email, role in (("a@x.org", "admin"), ("b@x.org", "coordinator"), ("c@x.org", "coordinator")):
                staff.add(session, email, role, None)
            put_rule(session, keys, Rule(SURVEY, keeps_number=True), "test", NOW)
            return raised(session, surveyed, number_sealed=seal_number(keys, PHONE))

    def test_by_default_none_is_kept(self, surveyed: Instance) -> None:
        keys = surveyed.settings.keys
        with surveyed.database.writing() as session:
            item = raised(session, surveyed, number_sealed=seal_number(keys, PHONE))
            assert item.number_sealed is None
            with pytest.raises(NumberNotShown):
                ask_for_number(session, keys, item.id, "a@x.org", NOW)

    def test_two_roles_together_see_it(self, surveyed: Instance, kept: Item) -> None:
        keys = surveyed.settings.keys
        with surveyed.database.writing() as session:
            ask_for_number(session, keys, kept.id, "b@x.org", NOW)
            assert show_number(session, keys, kept.id, "a@x.org", NOW) == PHONE
            assert actions(session)[:2] == ["safeguarding.number_shown", "safeguarding.number_asked"]

    @pytest.mark.parametrize(
        ("asks", "agrees"), [("b@x.org", "b@x.org"), ("b@x.org", "c@x.org"), ("gone@x.org", "a@x.org")]
    )
    def test_one_alone_or_two_of_one_role_do_not(self, surveyed: Instance, kept: Item, asks: str, agrees: str) -> None:
        keys = surveyed.settings.keys
        with surveyed.database.writing() as session:
            with pytest.raises(NumberNotShown):
                show_number(session, keys, kept.id, agrees, NOW)
            ask_for_number(session, keys, kept.id, asks, NOW)
            with pytest.raises(NumberNotShown):
                show_number(session, keys, kept.id, agrees, NOW)

    def test_it_goes_when_the_item_is_closed(self, surveyed: Instance, kept: Item) -> None:
        with surveyed.database.writing() as session:
            close(session, surveyed.settings.keys, kept.id, "help_given", "a@x.org", NOW)
            closed = safeguarding.get(session, kept.id)
        assert closed is not None
        assert closed.number_sealed is None

    def test_it_goes_after_three_days_whatever_happened(self, surveyed: Instance, kept: Item) -> None:
        with surveyed.database.writing() as session:
            forget_what_is_over(session, NOW + timedelta(hours=73))
            item = safeguarding.get(session, kept.id)
        assert item is not None
        assert (item.number_sealed, item.is_open) == (None, True)
