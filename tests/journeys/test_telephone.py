"""Somebody answers by telephone: an ambassador reads the pages out, and it is stored as what it was."""

import pytest
from flask import Flask

from builders import DISTRICT, WARD
from channels.web.respondent import Respondent, by_client
from engage.channels.web.practising import TELEPHONE_PATH
from engage.storage.instance import Instance
from journeys.test_web_journeys import stored_of
from staffing import an_email, signed_in, text_of


def test_a_call_is_stored_as_one_with_who_read_the_questions_out(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    offered = client.get("/staff/telephone/begin?survey=feeling-safe&language=so&style=easy_read")
    caller = Respondent(by_client(client)).opens(offered.headers["Location"])
    assert caller.address.startswith(f"{TELEPHONE_PATH}/s/local")
    caller.presses().agrees("18-24", "ambassador")
    caller.presses("next", district=DISTRICT).presses("next", area=WARD)
    assert "read each question and its answers out" in caller.text
    assert "<script" not in caller.text
    caller.skips_the_rest().sends()
    assert "Next call" in caller.text
    stored = stored_of(caller, surveyed)
    assert (stored.channel, stored.keyed_by, stored.assisted) == ("phone", an_email("ambassador"), "ambassador")
    assert (stored.language, stored.style, stored.area) == ("so", "easy_read", WARD)


@pytest.mark.parametrize(("role", "status"), [(None, 303), ("analyst", 403), ("coordinator", 200)])
def test_only_who_may_enter_answers_of_others_reads_the_pages_out(
    app: Flask, surveyed: Instance, role: str | None, status: int
) -> None:
    client = signed_in(app, role) if role else app.test_client()
    assert client.get(f"{TELEPHONE_PATH}/s/local").status_code == status
    assert client.get(f"{TELEPHONE_PATH}/s/local", follow_redirects=True).status_code in (200, status)
    assert client.get("/s/local").status_code == 200


def test_the_page_before_a_call_says_what_to_say_first(app: Flask, surveyed: Instance) -> None:
    page = signed_in(app, "ambassador").get("/staff/telephone")
    said = text_of(page)
    assert said.index("You can skip any question, and stop whenever you like.") < said.index("Begin a call")
    assert "Somali (Soomaali)" in said, "whoever takes the call may not read its language"
