"""A second step beside the password: set up first by whoever needs one, shown at every sign-in, lost and removed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from builders import Clock, an_instance
from engage.app import create_app
from engage.staff.passkey_questions import question_to_sign_in, take_challenge
from engage.storage import audit, factors, sessions, staff
from engage.storage.instance import Instance
from engage.storage.staff import Account
from staffing import PASSWORD, an_email, post, signed_in, text_of, with_person

SET_UP, SECOND = "/staff/me/second-step", "/staff/sign-in/second"


@pytest.fixture
def app(tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    instance = an_instance(tmp_path, now=clock)
    yield create_app(instance)
    instance.database.close()


@pytest.fixture
def instance(app: Flask) -> Instance:
    return app.extensions["engage"]


def account_of(instance: Instance, role: str) -> Account:
    with instance.database.reading() as session:
        found = staff.find(session, an_email(role))
    assert found is not None
    return found


def sign_in(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    assert post(client, "/staff/sign-in", {"email": an_email(role), "password": PASSWORD}).status_code == 303
    return client


def with_app(client: FlaskClient, clock: Clock) -> tuple[pyotp.TOTP, list[str]]:
    """Set an authenticator app up as its page says; returns the app and the recovery codes shown."""
    key = re.search(r'class="key">([^<]+)<', client.get(SET_UP).text)
    assert key is not None
    totp = pyotp.TOTP(key[1].replace(" ", ""))
    page = post(client, "/staff/me/app", {"code": totp.at(clock())})
    assert page.status_code == 200, text_of(page)
    return totp, re.findall(r"<li><code>([^<]+)</code>", page.text)


def acts(instance: Instance, role: str) -> list[str]:
    with instance.database.reading() as session:
        return [line.action for line in audit.lines_about(session, an_email(role))]


@pytest.mark.parametrize("role", ["admin", "analyst"])
def test_whoever_needs_a_second_step_sets_it_up_before_anything_else(
    app: Flask, instance: Instance, clock: Clock, role: str
) -> None:
    with_person(instance, role, PASSWORD)
    client = sign_in(app, role)
    for page in ("/staff/", "/staff/results", "/staff/people", "/staff/me"):
        sent = client.get(page)
        assert (sent.status_code, sent.headers["Location"].partition("?")[0]) == (303, SET_UP)
    assert post(client, "/staff/me/password", {"password": "other wool lamp bench"}).status_code == 303
    assert post(client, "/staff/me/app", {"code": "000000"}).status_code == 422
    _, codes = with_app(client, clock)
    assert len(set(codes)) == 8
    assert client.get("/staff/results").status_code == 200
    assert "account.app_added" in acts(instance, role)


def test_a_code_is_asked_for_at_every_sign_in_and_works_once(app: Flask, instance: Instance, clock: Clock) -> None:
    with_person(instance, "admin", PASSWORD)
    totp, _ = with_app(sign_in(app, "admin"), clock)
    client = sign_in(app, "admin")
    assert client.get("/staff/people").headers["Location"].startswith(SECOND)
    assert client.get(SET_UP).headers["Location"].startswith(SECOND)
    used = totp.at(clock())
    assert post(client, SECOND, {"code": used}).status_code == 401
    clock.goes_on(seconds=30)
    assert (
        post(client, SECOND, {"code": totp.at(clock()), "next": "/staff/people"}).headers["Location"] == "/staff/people"
    )
    assert client.get("/staff/people").status_code == 200
    assert acts(instance, "admin")[-2:] == ["account.code_refused", "account.factor_shown"]
    with instance.database.reading() as session:
        stored = factors.of(session, account_of(instance, "admin").id).totp
    assert stored is not None and totp.secret not in stored.secret_sealed


def test_after_five_wrong_codes_not_even_the_right_one_counts(app: Flask, instance: Instance, clock: Clock) -> None:
    with_person(instance, "coordinator", PASSWORD)
    totp, _ = with_app(sign_in(app, "coordinator"), clock)
    client = sign_in(app, "coordinator")
    assert [post(client, SECOND, {"code": "12345"}).status_code for _ in range(5)] == [401] * 5
    clock.goes_on(minutes=1)
    assert post(client, SECOND, {"code": totp.at(clock())}).status_code == 429
    clock.goes_on(minutes=16)
    assert post(client, SECOND, {"code": totp.at(clock())}).status_code == 303


def test_a_recovery_code_lets_somebody_in_once_and_new_ones_end_the_old(
    app: Flask, instance: Instance, clock: Clock
) -> None:
    with_person(instance, "analyst", PASSWORD)
    _, codes = with_app(sign_in(app, "analyst"), clock)
    client, other = sign_in(app, "analyst"), sign_in(app, "analyst")
    assert post(client, SECOND, {"code": f" {codes[0].upper()} "}).status_code == 303
    assert post(other, SECOND, {"code": codes[0]}).status_code == 401
    assert "7 left of 8" in text_of(client.get("/staff/me"))
    assert post(client, "/staff/me/recovery-codes").status_code == 200
    assert post(other, SECOND, {"code": codes[1]}).status_code == 401
    kept = b"".join(path.read_bytes() for path in instance.settings.instance.glob("engage.sqlite*"))
    assert codes[2].encode() not in kept and codes[2].replace("-", "").encode() not in kept


def test_an_admin_removes_what_somebody_lost_which_ends_their_sessions(
    app: Flask, instance: Instance, clock: Clock
) -> None:
    admin = signed_in(app, "admin")
    with_person(instance, "analyst", PASSWORD)
    lost = sign_in(app, "analyst")
    with_app(lost, clock)
    account = account_of(instance, "analyst")
    assert "authenticator app" in text_of(admin.get(f"/staff/people/{account.id}"))
    assert post(admin, f"/staff/people/{account.id}/second-step").status_code == 303
    assert lost.get("/staff/").headers["Location"].startswith("/staff/sign-in")
    assert sign_in(app, "analyst").get("/staff/").headers["Location"].startswith(SET_UP)
    assert acts(instance, "analyst").count("account.factors_removed") == 1
    own = account_of(instance, "admin")
    assert post(admin, f"/staff/people/{own.id}/second-step").status_code == 422


def test_the_last_second_step_of_who_needs_one_stays(app: Flask, instance: Instance, clock: Clock) -> None:
    for role, status in (("analyst", 422), ("coordinator", 303)):
        with_person(instance, role, PASSWORD)
        client = sign_in(app, role)
        with_app(client, clock)
        assert post(client, "/staff/me/app/remove").status_code == status
        assert client.get("/staff/").status_code == 200
    assert sign_in(app, "coordinator").get("/staff/").status_code == 200


def test_a_session_of_who_sees_most_ends_two_hours_after_it_was_last_used(app: Flask, clock: Clock) -> None:
    analyst, coordinator = signed_in(app, "analyst"), signed_in(app, "coordinator")
    for _ in range(3):
        clock.goes_on(hours=1, minutes=50)
        assert analyst.get("/staff/").status_code == 200
    clock.goes_on(hours=2, minutes=11)
    assert (analyst.get("/staff/").status_code, coordinator.get("/staff/").status_code) == (303, 200)


def test_somebody_sees_their_devices_and_signs_out_on_one_or_all_others(app: Flask, instance: Instance) -> None:
    with_person(instance, "coordinator", PASSWORD)
    phone, desk, lost = (app.test_client() for _ in range(3))
    agents = {
        phone: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1",
        desk: "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
        lost: "Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36",
    }
    for client, agent in agents.items():
        client.environ_base["HTTP_USER_AGENT"] = agent
        post(client, "/staff/sign-in", {"email": an_email("coordinator"), "password": PASSWORD})
    page = text_of(desk.get("/staff/me"))
    assert "Safari on iPhone" in page and "Firefox on Windows" in page and "Chrome on Android" in page
    with instance.database.reading() as session:
        kept = sessions.of_account(session, account_of(instance, "coordinator").id)
    android = next(one for one in kept if one.device == "Chrome on Android")
    assert post(desk, f"/staff/me/sessions/{android.id}/end").status_code == 303
    assert (lost.get("/staff/").status_code, phone.get("/staff/").status_code) == (303, 200)
    assert post(desk, "/staff/me/sessions/end").status_code == 303
    assert (phone.get("/staff/").status_code, desk.get("/staff/").status_code) == (303, 200)
    windows, other = next(one for one in kept if one.device == "Firefox on Windows"), signed_in(app, "analyst")
    assert post(other, f"/staff/me/sessions/{windows.id}/end").status_code == 404
    assert desk.get("/staff/").status_code == 200


def test_an_own_password_is_changed_with_the_old_one_and_ends_other_devices(app: Flask, instance: Instance) -> None:
    with_person(instance, "ambassador", PASSWORD)
    client, other = sign_in(app, "ambassador"), sign_in(app, "ambassador")
    form = {"old_password": "not this one at all", "password": "four other plain words"}
    assert post(client, "/staff/me/password", form).status_code == 422
    assert post(client, "/staff/me/password", form | {"old_password": PASSWORD}).status_code == 303
    assert (client.get("/staff/").status_code, other.get("/staff/").status_code) == (200, 303)
    assert "account.password_changed" in acts(instance, "ambassador")


def test_another_role_or_scope_is_written_down_with_what_was_before(app: Flask, instance: Instance) -> None:
    admin = signed_in(app, "admin")
    with_person(instance, "ambassador")
    account = account_of(instance, "ambassador")
    address = f"/staff/people/{account.id}"
    assert post(admin, address, {"role": "coordinator", "area": ["E06000018", "E07000170"]}).status_code == 303
    with instance.database.reading() as session:
        line = list(audit.lines_about(session, account.email))[-1]
    assert (line.action, line.detail["before"]) == ("account.changed", {"role": "ambassador", "scope": {}})
    assert line.detail["after"] == {"role": "coordinator", "scope": {"area": ["E06000018", "E07000170"]}}
    page = admin.get(address)
    assert page.text.count("checked") == 2
    assert post(admin, address, {"role": "coder", "area": "E99999999"}).status_code == 422
    assert post(admin, address, {"role": "admin", "area": "E06000018"}).status_code == 422
    assert post(admin, f"/staff/people/{account_of(instance, 'admin').id}", {"role": "coder"}).status_code == 422


def test_a_cookie_that_was_copied_does_not_bring_a_used_challenge_back(app: Flask) -> None:
    with app.test_request_context(base_url="http://localhost"):
        assert question_to_sign_in()
        copied = dict(session)
        assert take_challenge()
        session.update(copied)
        assert take_challenge() is None
        assert question_to_sign_in()
        assert take_challenge()
