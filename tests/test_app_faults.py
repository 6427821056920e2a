"""A fault on our side is told in the survey's words, whatever is broken; a sender's host leads nowhere."""

from flask.testing import FlaskClient
from sqlalchemy import text

from engage.phrases import SHIPPED
from engage.storage.instance import Instance


def test_a_page_that_cannot_read_the_database_still_says_so_in_words(surveyed: Instance, client: FlaskClient) -> None:
    with surveyed.database.writing() as session:
        session.execute(text("DROP TABLE survey_revision"))
    answer = client.get("/s/local")
    assert answer.status_code == 500
    assert SHIPPED.phrases("en").say("web.fault_title") in answer.text


def test_an_address_without_its_slash_leads_to_no_host_that_the_sender_said(client: FlaskClient) -> None:
    answer = client.get("/w", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/w/")
