"""The duty queue: whoever is on duty sees what waits, never what was written; two roles together see a number."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from builders import NOW
from engage.collection.duty_notices import send_duty_notices
from engage.collection.numbers import seal_number
from engage.collection.safeguarding import Danger, put_on_duty, put_rule, raise_item
from engage.storage import audit, safeguarding
from engage.storage.instance import Instance
from engage.storage.safeguarding import DutyContact, Item, Rule
from staffing import an_email, post, signed_in, text_of, with_person

NUMBER = "+447700900123"


def raised(instance: Instance, list_code: str = "self_harm", *, keeps_number: bool = False) -> Item:
    keys = instance.settings.keys
    danger = Danger("feeling-safe", "sms", "ab12cd34ef56", "so", list_code, seal_number(keys, NUMBER))
    with instance.database.writing() as session:
        if keeps_number:
            put_rule(session, keys, Rule("feeling-safe", keeps_number=True), "test", NOW)
        return raise_item(session, keys, danger, "test", instance.now())


def on_duty(instance: Instance, role: str = "coordinator") -> None:
    with instance.database.writing() as session:
        contact = DutyContact("feeling-safe", an_email(role), "Amina", NOW)
        put_on_duty(session, instance.settings.keys, contact, "test")


@pytest.fixture
def held(app: Flask) -> Instance:
    """Return the instance behind the pages."""
    instance: Instance = app.extensions["engage"]
    return instance


@pytest.fixture
def amina(app: Flask, held: Instance) -> FlaskClient:
    """Return the coordinator who is on duty."""
    on_duty(held)
    return signed_in(app, "coordinator")


def acts(client: FlaskClient, item: Item, act: str, **fields: Any) -> Any:
    return post(client, f"/staff/duty/{item.id}", {"act": act} | fields)


def now_of(instance: Instance, item: Item) -> Item:
    with instance.database.reading() as session:
        found = safeguarding.get(session, item.id)
    assert found is not None
    return found


def lines(instance: Instance, subject: str | None) -> list[str]:
    with instance.database.reading() as session:
        if subject is not None:
            return [line.action for line in audit.lines_about(session, subject)]
        rows = session.connection().exec_driver_sql("SELECT action FROM audit_lines WHERE subject IS NULL")
        return [row[0] for row in rows]


def test_whoever_is_on_duty_sees_what_waits_and_for_how_long(amina: FlaskClient, held: Instance) -> None:
    item = raised(held)
    page = text_of(amina.get("/staff/duty"))
    assert "May be thinking of hurting or killing themselves" in page
    assert "60 minutes left" in page and "Text message, Somali" in page and item.reference in page
    assert "7700900123" not in page and "Ask for the number" not in page
    assert "1 item waits in the duty queue" in text_of(amina.get("/staff/"))


def test_every_look_is_in_the_audit_log(amina: FlaskClient, held: Instance) -> None:
    before = lines(held, None).count("safeguarding.looked")
    amina.get("/staff/duty")
    amina.get("/staff/duty")
    assert lines(held, None).count("safeguarding.looked") == before + 2


def test_an_item_is_taken_up_handed_over_and_closed(amina: FlaskClient, app: Flask, held: Instance) -> None:
    item = raised(held)
    with_person(held, "admin")
    assert acts(amina, item, "acknowledge").status_code == 303
    assert "coordinator@example.org has it" in text_of(amina.get("/staff/duty"))
    assert "duty queue" not in text_of(amina.get("/staff/")).partition("To do next")[2]
    assert acts(amina, item, "hand_over", to=an_email("admin")).status_code == 303
    assert now_of(held, item).handed_to == an_email("admin")
    admin = signed_in(app, "admin")
    assert acts(admin, item, "close", outcome="help_given").status_code == 303
    closed = now_of(held, item)
    assert (closed.outcome, closed.closed_by, closed.number_sealed) == ("help_given", an_email("admin"), None)
    assert "Help was given" in text_of(amina.get("/staff/duty"))
    assert acts(amina, item, "acknowledge").status_code == 409
    assert lines(held, str(item.id)) == [
        "safeguarding.raised",
        "safeguarding.acknowledged",
        "safeguarding.handed_over",
        "safeguarding.closed",
    ]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"act": ""}, 400),
        ({"act": "close"}, 422),
        ({"act": "close", "outcome": "x"}, 422),
        ({"act": "hand_over", "to": "x@example.org"}, 422),
    ],
)
def test_an_act_that_makes_no_sense_changes_nothing(
    amina: FlaskClient, held: Instance, fields: dict[str, str], status: int
) -> None:
    item = raised(held)
    assert post(amina, f"/staff/duty/{item.id}", fields).status_code == status
    assert now_of(held, item) == item


def test_somebody_who_is_not_on_duty_sees_nothing_of_it(app: Flask, held: Instance) -> None:
    on_duty(held, "admin")
    item = raised(held)
    stranger = signed_in(app, "coordinator")
    assert "Nothing waits for you" in text_of(stranger.get("/staff/duty"))
    assert acts(stranger, item, "acknowledge").status_code == 404
    assert "duty queue" not in text_of(stranger.get("/staff/"))


def test_a_number_is_shown_to_two_roles_together_and_once(amina: FlaskClient, app: Flask, held: Instance) -> None:
    item = raised(held, keeps_number=True)
    admin = signed_in(app, "admin")
    assert "7700900123" not in text_of(amina.get("/staff/duty"))
    assert acts(amina, item, "show_number").status_code == 409, "nobody asked"
    assert acts(amina, item, "ask_number").status_code == 303
    assert acts(amina, item, "show_number").status_code == 409, "not the same role"
    assert "Somebody of another role has to agree" in text_of(amina.get("/staff/duty"))
    shown = acts(admin, item, "show_number")
    assert NUMBER in text_of(shown)
    assert NUMBER not in text_of(admin.get("/staff/duty"))
    assert lines(held, str(item.id))[1:] == ["safeguarding.number_asked", "safeguarding.number_shown"]
    acts(admin, item, "close", outcome="passed_on")
    assert now_of(held, item).number_sealed is None


def test_a_number_is_not_kept_unless_the_survey_says_so(amina: FlaskClient, held: Instance) -> None:
    item = raised(held)
    assert now_of(held, item).number_sealed is None
    assert acts(amina, item, "ask_number").status_code == 409


def test_who_is_on_duty_is_changed_on_the_page(app: Flask, held: Instance) -> None:
    admin = signed_in(app, "admin")
    with_person(held, "coordinator")
    with_person(held, "ambassador")
    form = {"survey": "feeling-safe", "act": "add", "email": an_email("coordinator"), "name": "Amina"}
    assert post(admin, "/staff/duty", form | {"email": an_email("ambassador")}).status_code == 422
    assert post(admin, "/staff/duty", form | {"name": " "}).status_code == 422
    assert post(admin, "/staff/duty", form).status_code == 303
    assert "Amina" in text_of(admin.get("/staff/duty"))
    last = post(admin, "/staff/duty", form | {"act": "remove"})
    assert last.status_code == 422 and "Nobody else is on duty" in text_of(last)
    assert post(admin, "/staff/duty", form | {"email": an_email("admin"), "name": "Ben"}).status_code == 303
    assert post(admin, "/staff/duty", form | {"act": "remove"}).status_code == 303
    with held.database.reading() as session:
        assert [contact.name for contact in safeguarding.contacts(session, "feeling-safe")] == ["Ben"]
    assert post(admin, "/staff/duty", form | {"survey": "none"}).status_code == 404
    assert post(admin, "/staff/duty", form | {"act": "x"}).status_code == 400


def test_the_rule_of_a_survey_is_changed_on_the_page(amina: FlaskClient, held: Instance) -> None:
    form = {"survey": "feeling-safe", "act": "rule", "minutes": "15", "keeps": "yes"}
    for wrong in ("0", "x", "", "99999"):
        assert post(amina, "/staff/duty", form | {"minutes": wrong}).status_code == 422
    assert post(amina, "/staff/duty", form).status_code == 303
    with held.database.reading() as session:
        assert safeguarding.rule_of(session, "feeling-safe") == Rule("feeling-safe", 15, keeps_number=True)
    assert "15 minutes left" in text_of(amina.get("/staff/duty")) or raised(held).due_at == NOW + timedelta(minutes=15)


def mails(instance: Instance) -> list[str]:
    folder = instance.settings.instance / "mail"
    return sorted(path.read_text(encoding="utf-8") for path in Path(folder).glob("*.eml")) if folder.exists() else []


def test_word_goes_out_once_and_says_nothing_of_what_it_is(amina: FlaskClient, held: Instance) -> None:
    raised(held, "weapon")
    for _ in range(3):
        assert send_duty_notices(held)
    (mail,) = mails(held)
    assert f"To: {an_email('coordinator')}" in mail and "/staff/duty" in mail and "60 minutes" in mail
    said = mail.partition("\n\n")[2]
    for telling in ("weapon", "feeling-safe", "ab12cd34ef56", "Somali", "text", "7700"):
        assert telling not in said
    assert "No mail server is set" in text_of(amina.get("/staff/duty"))


def test_what_nobody_takes_up_in_time_is_told_to_every_admin_once(app: Flask, held: Instance) -> None:
    on_duty(held)
    admin = signed_in(app, "admin")
    item = raised(held)
    send_duty_notices(held)
    later = Instance(held.settings, held.database, lambda: NOW + timedelta(minutes=61))
    for _ in range(2):
        send_duty_notices(later)
    assert [an_email("admin") in mail for mail in mails(held)].count(True) == 1
    assert now_of(held, item).escalated_at == NOW + timedelta(minutes=61)
    assert "Every admin was told" in text_of(admin.get("/staff/duty"))
    assert lines(held, str(item.id))[-1] == "safeguarding.escalated"


def test_what_somebody_has_taken_up_is_not_told_to_the_admins(amina: FlaskClient, held: Instance) -> None:
    item = raised(held)
    acts(amina, item, "acknowledge")
    send_duty_notices(Instance(held.settings, held.database, lambda: NOW + timedelta(hours=9)))
    assert now_of(held, item).escalated_at is None
