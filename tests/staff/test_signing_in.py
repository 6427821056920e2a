"""Signing in: by password, by a link that works once, and only as often as somebody may be wrong."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from builders import Clock, an_instance
from engage.app import create_app
from engage.collection.accounts import close_account, invite, password_fault, sign_in_link
from engage.demo.extras import add_accounts
from engage.storage import audit, staff, waves
from engage.storage.instance import Instance
from engage.storage.limits import TryRow
from engage.storage.waves import Wave
from staffing import PASSWORD, an_email, csrf_token, post, signed_in, text_of, with_person, with_second_step


@pytest.fixture
def timed(tmp_path, clock: Clock):
    instance = an_instance(tmp_path, now=clock)
    yield create_app(instance)
    instance.database.close()


def instance_of(app: Flask) -> Instance:
    return app.extensions["engage"]


def sign_in(client: FlaskClient, email: str, password: str, onward: str = "/staff/", **more) -> TestResponse:
    data = {"email": email, "password": password, "next": onward}
    return post(client, "/staff/sign-in", data, **more)


def a_link(app: Flask, email: str) -> str:
    instance = instance_of(app)
    with instance.database.writing() as session:
        return f"/staff/in/{sign_in_link(session, instance.settings.keys, email, instance.now(), 'test')}"


def an_invitation(app: Flask, email: str, role: str = "ambassador") -> str:
    instance = instance_of(app)
    with instance.database.writing() as session:
        return f"/staff/in/{invite(session, instance.settings.keys, email, role, None, instance.now(), 'test')}"


def close(app: Flask, email: str) -> None:
    instance = instance_of(app)
    with instance.database.writing() as session:
        account = staff.find(session, email)
        close_account(session, instance.settings.keys, account.id, instance.now(), "admin@example.org")


def test_somebody_signs_in_with_a_password_and_goes_on_to_where_they_were(app: Flask) -> None:
    email, client = with_person(instance_of(app), "coordinator", PASSWORD), app.test_client()
    sent = client.get("/staff/paper?survey=feeling-safe")
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"])
    assert page.status_code == 200
    assert 'name="next" value="/staff/paper?survey=feeling-safe"' in page.get_data(as_text=True)
    entered = sign_in(client, email.upper(), PASSWORD, "/staff/paper?survey=feeling-safe")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/staff/paper?survey=feeling-safe")
    assert client.get("/staff/paper").status_code == 200
    assert client.get("/staff/sign-in").headers["Location"] == "/staff/"


def test_signing_in_never_leads_to_another_host(app: Flask) -> None:
    email, client = with_person(instance_of(app), "coordinator", PASSWORD), app.test_client()
    assert sign_in(client, email, PASSWORD, "https://example.org/staff/").headers["Location"] == "/staff/"


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(app: Flask) -> None:
    email, client = with_person(instance_of(app), "coordinator", PASSWORD), app.test_client()
    wrong, unknown = sign_in(client, email, "not this one"), sign_in(client, "nobody@example.org", "not this one")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert text_of(wrong) == text_of(unknown)


def test_after_five_wrong_tries_not_even_the_right_password_counts_for_15_minutes(timed: Flask, clock: Clock) -> None:
    email, client = with_person(instance_of(timed), "coordinator", PASSWORD), timed.test_client()
    assert [sign_in(client, email, "wrong").status_code for _ in range(5)] == [401] * 5
    refused = sign_in(client, email, PASSWORD)
    assert refused.status_code == 429
    assert "15 minutes" in text_of(refused)
    elsewhere = sign_in(client, email, PASSWORD, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 303
    post(client, "/staff/sign-out")
    clock.goes_on(minutes=16)
    assert sign_in(client, email, PASSWORD).status_code == 303


def test_wrong_tries_are_counted_by_all_processes_together_and_name_nobody(app: Flask) -> None:
    email = with_person(instance_of(app), "coordinator", PASSWORD)
    others = [create_app(instance_of(app)).test_client() for _ in range(5)]
    assert [sign_in(client, email, "wrong").status_code for client in others] == [401] * 5
    assert sign_in(app.test_client(), email, PASSWORD).status_code == 429
    with instance_of(app).database.reading() as session:
        kept = session.scalars(select(TryRow)).all()
    assert [len(one.key) for one in kept] == [64]
    assert email not in repr([vars(one) for one in kept])


def test_many_tries_at_once_are_no_more_than_one_after_another(app: Flask) -> None:
    email = with_person(instance_of(app), "coordinator", PASSWORD)
    with ThreadPoolExecutor(8) as at_once:
        told = list(at_once.map(lambda _: sign_in(app.test_client(), email, "wrong").status_code, range(8)))
    assert sorted(told) == [401] * 5 + [429] * 3


def test_behind_a_proxy_tries_are_counted_by_who_asked_and_without_one_nobody_can_pretend(
    instance: Instance,
) -> None:
    email = with_person(instance, "coordinator", PASSWORD)
    behind = replace(instance, settings=replace(instance.settings, trusted_proxies=1))
    for one, statuses in ((instance, [401] * 5 + [429]), (behind, [401] * 6)):
        client = create_app(one).test_client()
        told = [
            sign_in(client, email, "wrong", headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
            for number in range(6)
        ]
        assert told == statuses


def test_all_addresses_of_one_ipv6_network_are_one_that_tries(app: Flask) -> None:
    email, client = with_person(instance_of(app), "coordinator", PASSWORD), app.test_client()

    def tries_from(address: str) -> int:
        return sign_in(client, email, "wrong", environ_base={"REMOTE_ADDR": address}).status_code

    assert [tries_from(f"2001:db8:1:2::{number}") for number in range(6)] == [401] * 5 + [429]
    assert tries_from("2001:db8:1:3::1") == 401
    assert [tries_from("192.0.2.9"), tries_from("::ffff:192.0.2.9")] == [401] * 2


def test_a_sign_in_link_is_used_up_by_sending_the_form_and_not_by_looking(app: Flask) -> None:
    link = a_link(app, with_person(instance_of(app), "coordinator"))
    client = app.test_client()
    assert [client.get(link).status_code for _ in range(3)] == [200] * 3
    assert post(client, link).headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200
    other = app.test_client()
    assert other.get(link).status_code == 410
    assert post(other, link).status_code == 410


def test_both_people_of_the_demonstration_get_in_by_a_link(app: Flask) -> None:
    instance = instance_of(app)
    with instance.database.writing() as session:
        waves.put(session, Wave("feeling-safe", "made-up", 1, "closed", synthetic=True))
        add_accounts(session, instance)
    for email, page in (("admin@demo.invalid", "/staff/people"), ("ambassador@demo.invalid", "/staff/entry")):
        client = app.test_client()
        assert post(client, a_link(app, email)).status_code == 303
        assert client.get(page).status_code == 200


def test_links_grow_old(timed: Flask, clock: Clock) -> None:
    link = a_link(timed, with_person(instance_of(timed), "coordinator"))
    invitation = an_invitation(timed, "new@example.org")
    client = timed.test_client()
    clock.goes_on(hours=25)
    assert (client.get(link).status_code, client.get(invitation).status_code) == (410, 200)
    clock.goes_on(days=6)
    assert client.get(invitation).status_code == 410


def test_an_invitation_lets_somebody_choose_a_password_once(app: Flask) -> None:
    invitation, client = an_invitation(app, "New@Example.org"), app.test_client()
    short = post(client, invitation, {"password": "short"})
    assert short.status_code == 422
    assert "at least 12 characters" in text_of(short)
    assert post(client, invitation, {"password": PASSWORD}).status_code == 303
    assert client.get("/staff/entry").status_code == 200
    other = app.test_client()
    assert post(other, invitation, {"password": "another one of mine"}).status_code == 410
    assert sign_in(other, "new@example.org", PASSWORD).status_code == 303


def test_only_hashes_of_tokens_and_passwords_are_kept(app: Flask) -> None:
    instance, link = instance_of(app), an_invitation(app, "new@example.org")
    post(app.test_client(), link, {"password": PASSWORD})
    token = link.rpartition("/")[2].encode()
    kept = b"".join(path.read_bytes() for path in instance.settings.instance.glob("engage.sqlite*"))
    assert token not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept or not kept


def test_the_session_begins_anew_so_that_none_can_be_planted(app: Flask) -> None:
    email, client = with_person(instance_of(app), "coordinator", PASSWORD), app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "yes"
    before = csrf_token(client)
    sign_in(client, email, PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
    assert csrf_token(client, "/staff/") != before


def test_the_cookie_is_for_our_pages_alone(app: Flask) -> None:
    cookie = sign_in(app.test_client(), with_person(instance_of(app), "coordinator", PASSWORD), PASSWORD).headers[
        "Set-Cookie"
    ]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_signing_out_needs_a_form_and_ends_the_session(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    assert client.get("/staff/sign-out").status_code == 405
    assert client.get("/staff/").status_code == 200
    post(client, "/staff/sign-out")
    assert client.get("/staff/").status_code == 303


def test_nothing_is_sent_without_the_token_of_its_form(app: Flask) -> None:
    instance, client = instance_of(app), app.test_client()
    email = with_person(instance, "admin", PASSWORD)
    assert client.post("/staff/sign-in", data={"email": email, "password": PASSWORD}).status_code == 400
    assert client.get("/staff/").status_code == 303
    sign_in(client, email, PASSWORD)
    with_second_step(instance, email)
    answer = client.post("/staff/people", data={"email": "x@example.org", "role": "admin"})
    assert answer.status_code == 400
    assert "Nothing was changed" in text_of(answer)


def test_a_copied_cookie_is_worth_nothing_once_its_owner_has_signed_out(app: Flask) -> None:
    client, thief = signed_in(app, "coordinator"), app.test_client()
    cookie = client.get_cookie("session")
    assert cookie
    thief.set_cookie("session", cookie.value)
    assert thief.get("/staff/").status_code == 200
    post(client, "/staff/sign-out")
    thief.set_cookie("session", cookie.value)
    assert thief.get("/staff/").status_code == 303
    assert post(client, a_link(app, an_email("coordinator"))).status_code == 303
    thief.set_cookie("session", cookie.value)
    assert (client.get("/staff/").status_code, thief.get("/staff/").status_code) == (200, 303)


def test_signing_out_leaves_other_devices_signed_in_and_a_new_password_and_closing_do_not(app: Flask) -> None:
    phone, desk, email = signed_in(app, "coordinator"), signed_in(app, "coordinator"), an_email("coordinator")
    assert phone.get("/staff/").status_code == 303
    phone = app.test_client()
    post(phone, a_link(app, email))
    post(phone, "/staff/sign-out")
    assert (phone.get("/staff/").status_code, desk.get("/staff/").status_code) == (303, 200)
    post(app.test_client(), an_invitation(app, email, "coordinator"), {"password": PASSWORD})
    assert desk.get("/staff/").status_code == 303
    sign_in(desk, email, PASSWORD)
    close(app, email)
    assert desk.get("/staff/").status_code == 303


def test_a_session_ends_after_twelve_hours(timed: Flask, clock: Clock) -> None:
    client = signed_in(timed, "coordinator")
    clock.goes_on(hours=11)
    assert client.get("/staff/").status_code == 200
    clock.goes_on(hours=2)
    assert client.get("/staff/").status_code == 303


def test_a_session_carried_to_another_browser_ends(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    assert client.get("/staff/").status_code == 200
    assert client.get("/staff/", headers={"User-Agent": "another browser"}).status_code == 303


def test_a_new_password_ends_every_other_session(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    post(app.test_client(), an_invitation(app, an_email("coordinator"), "coordinator"), {"password": PASSWORD})
    assert client.get("/staff/").status_code == 303


def test_choosing_a_password_uses_every_other_link_up(app: Flask) -> None:
    email = with_person(instance_of(app), "coordinator")
    invitation, link = an_invitation(app, email, "coordinator"), a_link(app, email)
    other = a_link(app, with_person(instance_of(app), "analyst"))
    assert post(app.test_client(), invitation, {"password": PASSWORD}).status_code == 303
    client = app.test_client()
    assert [client.get(path).status_code for path in (invitation, link, other)] == [410, 410, 200]


def test_a_new_invitation_uses_every_link_before_it_up(app: Flask) -> None:
    email = with_person(instance_of(app), "coordinator")
    link, old, new = (
        a_link(app, email),
        an_invitation(app, email, "coordinator"),
        an_invitation(app, email, "coordinator"),
    )
    client = app.test_client()
    assert [client.get(path).status_code for path in (link, old, new)] == [410, 410, 200]
    assert post(client, old, {"password": PASSWORD}).status_code == 410


def test_no_old_invitation_lets_somebody_who_has_left_back_in(app: Flask) -> None:
    email = with_person(instance_of(app), "coordinator")
    invitation = an_invitation(app, email, "coordinator")
    close(app, email)
    client = app.test_client()
    assert client.get(invitation).status_code == 410
    assert post(client, invitation, {"password": PASSWORD}).status_code == 410
    assert sign_in(client, email, PASSWORD).status_code == 401


def test_a_closed_account_is_out_at_once_and_opens_by_invitation_only(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    link = a_link(app, an_email("coordinator"))
    close(app, an_email("coordinator"))
    assert client.get("/staff/").status_code == 303
    assert client.get(link).status_code == 410
    assert sign_in(client, an_email("coordinator"), "closed").status_code == 401
    assert post(client, an_invitation(app, an_email("coordinator")), {"password": PASSWORD}).status_code == 303


def test_another_role_counts_at_once(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    assert client.get("/staff/review").status_code == 200
    an_invitation(app, an_email("coordinator"), "ambassador")
    assert client.get("/staff/review").status_code == 403


def test_signing_in_is_written_down(app: Flask) -> None:
    signed_in(app, "coordinator")
    with instance_of(app).database.reading() as session:
        acts = [line.action for line in audit.lines_about(session, an_email("coordinator"))]
    assert acts == ["staff.invited", "staff.password_chosen", "staff.sign_in_link", "staff.signed_in"]


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        (PASSWORD, True),
        ("ß" * 3 + "lampe fluss", True),
        ("elevensigns", False),
        ("aaaaaaaaaaaaaaa", False),
        ("me@example.org 1", False),
        ("x" * 50 + "abcdefgh" * 30, False),
    ],
)
def test_passwords_that_are_easy_to_guess_are_not_taken(password: str, is_good: bool) -> None:
    assert (password_fault("me@example.org", password) is None) == is_good
