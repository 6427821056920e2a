"""Staff in tests: people of every role signed in, and printed forms."""

import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from builders import WAVE
from engage.collection.accounts import hash_password, invite, sign_in_link, take_up_invitation
from engage.collection.batches import PrintRun, open_batch
from engage.collection.paper import issue_forms
from engage.questionnaire.model import Questionnaire
from engage.storage import sessions, staff
from engage.storage.batches import Batch
from engage.storage.instance import Instance

PASSWORD = "lamp river wool bench"
ROLES = ("admin", "analyst", "coordinator", "ambassador", "translator", "coder", "partner")


def an_email(role: str) -> str:
    """Return the address of the person with a role."""
    return f"{role}@example.org"


def with_person(instance: Instance, role: str, password: str | None = None) -> str:
    """Make an account; with a password when one is given. Returns its address."""
    keys, now = instance.settings.keys, instance.now()
    hashed = hash_password(password) if password else "not a password"
    with instance.database.writing() as session:
        token = invite(session, keys, an_email(role), role, None, now, "test")
        assert take_up_invitation(session, keys, token, hashed, now)
    return an_email(role)


def signed_in(app: Flask, role: str) -> FlaskClient:
    """Return a client whose session is that of somebody with a role, come in by a sign-in link."""
    instance: Instance = app.extensions["engage"]
    with_person(instance, role)
    with instance.database.writing() as session:
        token = sign_in_link(session, instance.settings.keys, an_email(role), instance.now(), "test")
    client = app.test_client()
    assert post(client, f"/staff/in/{token}").status_code == 303
    with_second_step(instance, an_email(role))
    return client


def with_second_step(instance: Instance, email: str) -> None:
    """Have every session of somebody be one whose second step was shown."""
    with instance.database.writing() as session:
        account = staff.find(session, email)
        assert account is not None
        for known in sessions.of_account(session, account.id):
            sessions.prove(session, known.id, "passkey")


def csrf_token(client: FlaskClient, path: str = "/staff/sign-in") -> str:
    """Return the token of the forms in this client's session."""
    for page in (path, "/staff/", "/staff/translations", "/staff/sign-in"):
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).get_data(as_text=True))
        if found:
            return found[1]
    raise AssertionError("no form on the page")


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
    """Send a form as its page would."""
    return client.post(path, data={"csrf_token": csrf_token(client, path), **(data or {})}, **more)


class ALayout:
    """Stands for a printed layout where nothing is printed."""

    content_hash = "0" * 64

    def to_document(self) -> dict[str, Any]:
        """Return an empty document."""
        return {"pages": []}


def printed_forms(
    instance: Instance,
    survey: Questionnaire,
    count: int = 1,
    language: str = "en",
    style: str = "standard",
    batch: Batch | None = None,
) -> list[str]:
    """Issue forms and return their serials."""
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        issued = issue_forms(session, keys, ALayout(), survey, WAVE, language, style, None, count, now, "test", batch)
    return [serial for serial, _ in issued]


def a_batch(instance: Instance, survey: Questionnaire, count: int = 4, **fields: Any) -> tuple[Batch, list[str]]:
    """Print a batch and return it with its serials."""
    run = PrintRun(survey.slug, survey.version, WAVE, "en", "standard", count, **fields)
    with instance.database.writing() as session:
        batch = open_batch(session, run, "test", instance.now())
    return batch, printed_forms(instance, survey, count, batch=batch)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(response: TestResponse) -> str:
    """Return what a page says, in one line."""
    reader = _Text()
    reader.feed(response.get_data(as_text=True))
    return " ".join(" ".join(reader.parts).split())
