"""People who may sign in: an admin invites, gives links and closes accounts."""

import re

from flask import Flask

from engage.storage import staff
from staffing import PASSWORD, an_email, post, signed_in, text_of, with_person


def link_on(page: str) -> str:
    return re.search(r'id="link">[^<]*(/staff/in/[^<]+)<', page)[1]


def test_an_admin_invites_an_ambassador_who_then_signs_in(app: Flask) -> None:
    admin = signed_in(app, "admin")
    page = post(admin, "/staff/people", {"email": "New@example.org", "role": "ambassador", "area": "E06000018"})
    link = link_on(page.get_data(as_text=True))
    assert link not in admin.get("/staff/people").get_data(as_text=True)
    person = app.test_client()
    assert post(person, link, {"password": PASSWORD}).status_code == 303
    assert person.get("/staff/entry").status_code == 200
    assert "new@example.org Ambassador: Nottingham" in text_of(admin.get("/staff/people"))


def test_what_cannot_be_an_account_is_said(app: Flask) -> None:
    admin = signed_in(app, "admin")
    for data in (
        {"email": "nobody", "role": "admin"},
        {"email": "a@b", "role": "king"},
        {"email": "a@b", "role": "admin", "area": "X"},
    ):
        answer = post(admin, "/staff/people", data)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.get_data(as_text=True)
    with app.extensions["engage"].database.reading() as session:
        assert len(staff.list_all(session)) == 1


def test_an_admin_helps_somebody_who_forgot_the_password(app: Flask) -> None:
    admin, email = signed_in(app, "admin"), with_person(app.extensions["engage"], "coordinator")
    with app.extensions["engage"].database.reading() as session:
        account = staff.find(session, email)
    page = post(admin, f"/staff/people/{account.id}/link")
    person = app.test_client()
    assert post(person, link_on(page.get_data(as_text=True))).status_code == 303
    assert person.get("/staff/review").status_code == 200


def test_an_admin_closes_an_account_but_not_their_own(app: Flask) -> None:
    admin, email = signed_in(app, "admin"), with_person(app.extensions["engage"], "analyst", PASSWORD)
    with app.extensions["engage"].database.reading() as session:
        other, own = staff.find(session, email), staff.find(session, an_email("admin"))
    assert "is closed" in text_of(post(admin, f"/staff/people/{other.id}/close"))
    assert post(admin, f"/staff/people/{own.id}/close").status_code == 422
    assert post(admin, "/staff/people/999/close").status_code == 404
    refused = post(app.test_client(), "/staff/sign-in", {"email": email, "password": PASSWORD})
    assert refused.status_code == 401
