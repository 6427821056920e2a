"""The pages of whoever goes out to ask people: one's own, within one's area, and nothing of practice is kept."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from builders import DISTRICT, NOW, WARD
from engage.collection.tablets import Preparation, prepare_tablet
from engage.questionnaire.library import read_library_survey
from engage.staff.menu import GROUPS
from engage.storage import drafts, responses, safeguarding, staff, visits
from engage.storage.instance import Instance
from engage.storage.scopes import Scope
from ready import with_record
from sealing_device import sealed_for
from staffing import a_batch, an_email, csrf_token, post, signed_in, text_of

PLAN = {"survey": "feeling-safe", "area": WARD, "place": "Youth club", "day": "2026-11-21", "languages": ["so"]}


def planned(client: FlaskClient, **fields: Any) -> str:
    """Write a visit down and return its address."""
    answer = post(client, "/staff/visits/new", PLAN | fields)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["Location"]).partition("?")[0]


def test_a_visit_is_checked_in_counted_and_checked_out(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    at = planned(client)
    page = text_of(client.get(at))
    assert "Check in when you arrive" in page
    assert "nobody is sent word until ENGAGE_SMTP_URL is set" in page and "they are told" not in page
    post(client, f"{at}/in", {"hours": "2", "number": "07700 900123"})
    assert "away by 12:00" in text_of(client.get(at))
    counted = client.post(
        f"{at}/tally", data={"csrf_token": csrf_token(client), "took_part": "3"}, headers={"Accept": "application/json"}
    )
    assert counted.json == {"kept": True}
    assert post(client, f"{at}/tally", {"asked": "many"}).status_code == 422
    assert "Checked out" in text_of(client.get(str(post(client, f"{at}/out").headers["Location"])))
    with surveyed.database.reading() as session:
        [visit] = visits.list_of(session)
    assert (visit.tally.asked, visit.tally.took_part) == (3, 3)


def test_whoever_plans_sees_who_is_overdue_and_where_to_call_them(app: Flask, surveyed: Instance) -> None:
    ambassador, boss = signed_in(app, "ambassador"), signed_in(app, "coordinator")
    at = planned(ambassador)
    post(ambassador, f"{at}/in", {"hours": "0.5", "number": "07700 900123"})
    object.__setattr__(surveyed, "now", lambda: NOW + timedelta(hours=1))
    assert "Not checked out: ambassador@example.org, Youth club" in text_of(boss.get("/staff/"))
    assert "+447700900123" in text_of(boss.get(at))
    assert "900123" not in text_of(ambassador.get(at))


def test_somebody_asked_again_too_soon_is_warned_of_and_asked_all_the_same_only_on_purpose(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    planned(client)
    again = PLAN | {"day": "2026-12-05"}
    warned = post(client, "/staff/visits/new", again)
    assert warned.status_code == 409
    assert "21 November: Youth club, Clifton East (at the same place)" in text_of(warned)
    assert text_of(client.get("/staff/visits")).count("Youth club") == 1
    assert post(client, "/staff/visits/new", again | {"all_the_same": "yes"}).status_code == 303
    assert "until 2 January" in text_of(client.get("/staff/visits/calendar"))


def test_a_visit_elsewhere_is_not_there_for_whoever_works_in_another_district(app: Flask, surveyed: Instance) -> None:
    boss, client = signed_in(app, "coordinator"), signed_in(app, "ambassador")
    at = planned(boss)
    assert client.get(at).status_code == 200
    with surveyed.database.writing() as session:
        account = staff.find(session, an_email("ambassador"))
        assert account is not None
        staff.set_role(session, account.id, "ambassador", Scope(areas=frozenset({"E07000173"})))
    for address in (at, f"{at}/session", f"{at}/session.pdf", f"{at}/change"):
        assert client.get(address).status_code == 404, address
    assert post(client, f"{at}/tally").status_code == 404
    assert "Youth club" not in text_of(client.get("/staff/visits/calendar"))
    assert post(client, "/staff/visits/new", PLAN).status_code == 404


def test_a_visit_of_somebody_else_is_seen_and_not_changed(app: Flask) -> None:
    boss, client = signed_in(app, "coordinator"), signed_in(app, "ambassador")
    at = planned(boss)
    assert "Count people" not in text_of(client.get(at))
    assert {post(client, f"{at}/{act}").status_code for act in ("in", "out", "tally", "call-off", "change")} == {403}


def test_ones_own_visits_go_into_any_calendar(app: Flask) -> None:
    client = signed_in(app, "ambassador")
    planned(client, begins="17:30", place="Café, “Treff”; " + "ü" * 60)
    lines = client.get("/staff/visits/mine.ics").get_data(as_text=True).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and "DTSTART:20261121T173000Z" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "Café\\, “Treff”\\; " + "ü" * 60 in "".join(lines).replace("ü ü", "üü")


def test_what_to_say_comes_in_the_language_and_says_that_it_is_a_draft(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    at = planned(client)
    shown = text_of(client.get(f"{at}/session?language=ar&style=easy_read"))
    assert "in Arabic Drafted by machine" in shown and "هل أنت في خطر الآن؟" in shown
    assert "Nobody has to take part" not in shown and "You can say no." in shown
    assert client.get(f"{at}/session.pdf?language=ar").data[:5] == b"%PDF-"
    assert "7 of 7 training items are not confirmed" in shown
    assert f"I help {surveyed.settings.organisation}" in shown
    with_record(surveyed)
    assert "I help Nottinghamshire VRU" in text_of(client.get(f"{at}/session"))
    post(client, "/staff/training", {"item": "safe"})
    assert "6 of 7 training items are not confirmed" in text_of(client.get(f"{at}/session"))


def test_nothing_of_practice_on_a_phone_is_kept(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    start = client.get("/staff/practice/web?survey=feeling-safe&language=en&style=standard").headers["Location"]
    assert "Practice." in text_of(client.get(start)) and "<script" not in client.get(start).get_data(as_text=True)
    given = {"csrf_token": csrf_token(client, start), "consent": "yes", "age_band": "25-34"}
    first = client.post("/practice/s/local/1?lang=en&style=standard", data=given)
    assert str(first.headers["Location"]).startswith("/practice/s/local/")
    assert "Practice." in text_of(client.get(first.headers["Location"]))
    assert client.get("/s/local/check").status_code != 200  # what is practised is not there on the real pages
    over = client.post("/practice/s/local/check", data={"csrf_token": given["csrf_token"]})
    assert over.headers["Location"] == "/staff/practice?done=web"
    with surveyed.database.reading() as session:
        assert responses.count_everywhere(session) == {}
        assert drafts.purge(session, untouched_since=NOW + timedelta(days=9), sent_since=NOW + timedelta(days=9)) == []


def test_nothing_of_practice_with_paper_is_kept(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    at = "/staff/practice/keying/feeling-safe"
    assert "Nothing you key here is kept" in text_of(client.get(at))
    wrong = post(client, at, {"consent": "", "age_band": "25-34"})
    assert wrong.status_code == 422 and "Look at this again" in text_of(wrong)
    right = post(client, at, {"consent": "yes", "age_band": "25-34", "area": WARD, "assisted": "none"})
    assert right.headers["Location"] == "/staff/practice?done=keyed"
    with surveyed.database.reading() as session:
        assert responses.count_everywhere(session) == {}


def a_worry(instance: Instance, **fields: Any) -> dict[str, Any]:
    """Return a worry as a device keeps it: sealed."""
    worry = {"kind": "worry", "id": str(uuid4()), "survey": "feeling-safe", "about": "being_hurt", **fields}
    return {"sealed": sealed_for(instance, worry), "waited": 200}


def test_a_tablet_of_nobody_signed_in_tells_of_a_worry_once(app: Flask, surveyed: Instance) -> None:
    token, client = "t" * 64, app.test_client()
    hashed = hashlib.sha256(token.encode()).hexdigest()
    wanted = Preparation("feeling-safe", "Blue", "Club", None, ("en",), ("standard",), 3, hashed)
    with surveyed.database.writing() as session:
        prepare_tablet(session, surveyed.settings.keys, wanted, "amina@example.org", NOW)
    worries = [a_worry(surveyed, district=DISTRICT), {"sealed": {"id": "broken"}}, a_worry(surveyed, about="?")]
    body = {"worries": worries}
    assert client.post("/staff/worried/told", json=body).json == {"taken": None}
    for _ in range(2):
        told = client.post("/staff/worried/told", json=body, headers={"Authorization": f"Bearer {token}"})
        assert told.json == {"taken": [True, False, True]}
    with surveyed.database.reading() as session:
        items = safeguarding.open_items(session)
        assert responses.count_everywhere(session) == {}
    assert {(item.list_code, item.area, item.response_id) for item in items} == {
        ("being_hurt", DISTRICT, None),
        ("reader_worried", None, None),
    }
    assert {item.reference for item in items} == {
        "told by tablet Blue of amina@example.org, waited 3 hours for a network"
    }


def test_a_worry_without_javascript_reaches_the_duty_page(app: Flask) -> None:
    client, boss = signed_in(app, "ambassador"), signed_in(app, "admin")
    assert "Call 999" in text_of(app.test_client().get("/staff/worried"))
    told = post(
        client, "/staff/worried/form", {"about": "running_away", "district": DISTRICT, "asked_at": "feeling-safe"}
    )
    assert "has been told" in text_of(client.get(str(told.headers["Location"])))
    duty = text_of(boss.get("/staff/duty"))
    assert "May have run away, or have nowhere to sleep" in duty
    assert "in person" in duty and "told by ambassador@example.org" in duty and "Nottingham" in duty


def test_an_ambassador_hands_out_and_takes_back_only_their_own_batches(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    survey = read_library_survey("feeling-safe")
    own, _ = a_batch(surveyed, survey, 4, area=WARD, ambassador=an_email("ambassador"))
    other, _ = a_batch(surveyed, survey, 4, area=WARD, ambassador="else@example.org")
    assert "Hand out 4 forms: Clifton East 4" in text_of(client.get("/staff/"))
    assert post(client, f"/staff/my-batches/{other.id}/hand-out").status_code == 404
    post(client, f"/staff/my-batches/{own.id}/hand-out")
    assert "Collect 4 forms: Clifton East 4" in text_of(client.get("/staff/"))
    assert post(client, f"/staff/my-batches/{own.id}/take-back", {"count": "9"}).status_code == 422
    post(client, f"/staff/my-batches/{own.id}/take-back", {"count": "3"})
    assert "Clifton East 4 1 3 0 0" in text_of(client.get("/staff/my-batches"))
    assert "Key 3 forms" not in text_of(client.get("/staff/"))
    assert "Key 3 forms: Clifton East 3" in text_of(signed_in(app, "coordinator").get("/staff/"))


def test_every_page_of_the_menu_is_there(app: Flask) -> None:
    assert [view for _, pages in GROUPS for view, _ in pages if f"staff.{view}" not in app.view_functions] == []


def test_a_worry_goes_out_whatever_survey_and_area_somebody_is_limited_to(app: Flask, surveyed: Instance) -> None:
    client = signed_in(app, "ambassador")
    with surveyed.database.writing() as session:
        account = staff.find(session, an_email("ambassador"))
        assert account is not None
        limits = Scope(areas=frozenset({"E07000173"}), surveys=frozenset({"another"}))
        staff.set_role(session, account.id, "ambassador", limits)
    form = {"about": "self_harm", "district": DISTRICT, "asked_at": "feeling-safe"}
    assert post(client, "/staff/worried/form", form).status_code == 303
    told = {"X-CSRFToken": csrf_token(client, "/staff/worried/form")}
    body = {"worries": [a_worry(surveyed, district=DISTRICT)]}
    assert client.post("/staff/worried/told", json=body, headers=told).json == {"taken": [True]}
    assert client.post("/staff/worried/told", json=body).status_code == 400  # without the token of a page
    with surveyed.database.reading() as session:
        assert len(safeguarding.open_items(session)) == 2


def test_who_helped_and_agreed_is_thanked_under_the_public_results(app: Flask) -> None:
    boss = signed_in(app, "coordinator")
    for name, agreed in (("Boxing Club", "yes"), ("Refuge", "")):
        post(boss, "/staff/organisations", {"name": name, "agreed": agreed})
    page = boss.get("/staff/visits/new").get_data(as_text=True)
    ids = {name: one for one, name in re.findall(r'value="([0-9a-f-]{36})">([^<]+)', page)}
    for name, one in ids.items():
        post(boss, f"{planned(boss, place=name, organisation=one)}/in", {"hours": "1"})
    public = text_of(app.test_client().get("/results/local/did?lang=en"))
    assert "Organisations that helped us ask : Boxing Club" in public.replace("ask:", "ask :")
    assert "Refuge" not in public
    post(boss, f"/staff/organisations/{ids['Boxing Club']}", {"agreed": "no"})
    assert "Boxing Club" not in text_of(app.test_client().get("/results/local/did?lang=en"))
