"""Who was heard, as staff see it: by where people live, counts for those who may see them and bands for the others."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from builders import DISTRICT, NOW, WARD, WAVE, a_door, a_submission
from engage.collection.receive import receive_submissions
from engage.reporting.coverage import SHORTFALL_KINDS, find_shortfalls, read_fieldwork
from engage.reporting.coverage_counting import count_replies
from engage.settings import load_settings
from engage.staff.progress_mail import send_monthly
from engage.storage import areas, audit_search, coverage, progress, scopes, staff
from engage.storage.instance import Instance
from staffing import an_email, post, signed_in, text_of, with_person

SURVEY = "feeling-safe"
#: A district other than the ward's, and the named place that the ward is in.
OTHER_DISTRICT = "E07000172"
PLACE = "place:clifton"


def take_in(instance: Instance, documents: list[dict[str, Any]]) -> None:
    with instance.database.writing() as session:
        outcomes = receive_submissions(session, a_door(instance), documents)
    assert {outcome.status for outcome in outcomes} == {"stored"}


def limit(instance: Instance, role: str, *areas: str) -> None:
    """Limit the account of a role to some areas."""
    with instance.database.writing() as session:
        account = next(one for one in staff.list_all(session) if one.email == an_email(role))
        scopes.put(session, account.id, scopes.Scope(areas=frozenset(areas)))


def lives_in(page: str, name: str) -> str:
    """Return what stands behind an area's name in the list of areas."""
    return page.rsplit(f" {name} ", maxsplit=1)[-1].split(maxsplit=1)[0]


def test_two_hundred_answers_about_a_ward_by_people_of_another_district_move_that_district_alone(app: Flask) -> None:
    instance = app.extensions["engage"]
    coordinator = signed_in(app, "coordinator")
    take_in(instance, [a_submission() for _ in range(3)])
    visitors = {"area_relation": ["study_work"], "home_district": OTHER_DISTRICT}
    seen = []
    for new in ([], [a_submission(**visitors) for _ in range(200)]):
        if new:
            take_in(instance, new)
        city = text_of(coordinator.get(f"/staff/coverage?area={DISTRICT}"))
        everywhere = text_of(coordinator.get("/staff/coverage"))
        of_ward, of_city = lives_in(city, "Clifton East ward"), lives_in(everywhere, "Nottingham")
        seen.append((of_ward, of_city, lives_in(everywhere, "Broxtowe")))
    assert seen == [("3", "3", "0"), ("3", "3", "200")]
    assert "Clifton East ward 3 203" in city, "they told about the ward, which stands apart"
    for minutes in (0, 2):
        count_replies(replace(instance, now=lambda at=minutes: NOW + timedelta(minutes=at)))
    assert text_of(coordinator.get("/staff/coverage")) == everywhere, "counted by a round it is the same"


def test_an_ambassador_sees_bands_of_their_own_areas_and_nothing_of_others(app: Flask) -> None:
    instance = app.extensions["engage"]
    ambassador = signed_in(app, "ambassador")
    limit(instance, "ambassador", PLACE)
    take_in(instance, [a_submission({"ethnic_group": "black"}) for _ in range(13)])
    page = text_of(ambassador.get("/staff/coverage"))
    assert "Clifton and Wilford: few so far; few or none aged 13 to 17 and few or none aged 65 or over yet" in page
    shown = page[page.index("By area") :]
    assert "Live here: " not in shown
    assert not re.search(r"\b(13|26|1)\b(?! to)", shown), shown
    assert ambassador.get(f"/staff/coverage?area={WARD}").status_code == 200
    for outside in (DISTRICT, OTHER_DISTRICT, "E05012285"):
        assert ambassador.get(f"/staff/coverage?area={outside}").status_code == 404
    assert ambassador.get("/staff/coverage/targets").status_code == 403


def test_where_people_are_still_to_be_heard_is_told_shortest_first_and_within_areas(surveyed: Instance) -> None:
    documents = [a_submission({"condition": "yes", "condition_reduces": "a_lot"}, age_band="65+") for _ in range(12)]
    take_in(surveyed, [*documents, *(a_submission(area="E05012272") for _ in range(2))])
    with surveyed.database.writing() as session:
        wanted = {("area", PLACE): 40, ("area", "E05012272"): 2, ("area", OTHER_DISTRICT): 5}
        coverage.put_targets(session, SURVEY, WAVE, wanted)
    with surveyed.database.reading() as session:
        fieldwork = read_fieldwork(session, SURVEY, WAVE, NOW.date(), SHORTFALL_KINDS)
    found, everywhere = find_shortfalls(fieldwork, [DISTRICT]), [one.area for one in find_shortfalls(fieldwork)]
    assert [one.sentence for one in found] == ["Clifton and Wilford: 12 of 40 wanted; few or none aged 13 to 17 yet"]
    assert everywhere == [OTHER_DISTRICT, PLACE], "of the five wanted there is nobody yet"
    assert found[0].banded == "Clifton and Wilford: few so far; few or none aged 13 to 17 yet"


def test_an_area_crossed_with_a_group_tells_nobody_a_small_or_an_exact_count(app: Flask) -> None:
    take_in(app.extensions["engage"], [a_submission({"ethnic_group": "black"}) for _ in range(6)])
    take_in(app.extensions["engage"], [a_submission({"ethnic_group": "white"}) for _ in range(13)])
    analyst = signed_in(app, "analyst")
    page = text_of(analyst.get(f"/staff/coverage?area={WARD}"))
    assert "Caribbean or African 1 to 7" in page
    assert "White about 15" in page
    assert "Asian or Asian British none" in page
    everywhere = text_of(analyst.get("/staff/coverage"))
    assert "White about 15" in everywhere, "an exact count and the total would tell the small one"
    assert "Caribbean or African 1 to 7" in everywhere


#: What one person said of themselves, and how a page names it.
ONE_PERSON = {"ethnic_group": "mixed"}
NAMED = ("18 to 24", "Mixed", "Asian", "aged 65", "Easy read", "Disabled")


def ways_out(app: Flask, asked: str = "") -> dict[str, str]:
    """Return everything that coverage says, by who reads it and how, without what it asks of whom to choose."""
    instance, said = app.extensions["engage"], {}
    for role in ("admin", "coordinator", "analyst", "ambassador"):
        client = signed_in(app, role)
        said[role] = text_of(client.get(f"/staff/coverage{asked}"))
        if role == "ambassador":
            said["ambassador at home"] = text_of(client.get("/staff/"))
        else:
            said[f"{role}'s report"] = text_of(client.get("/staff/progress"))
            said[f"{role}'s text"] = client.get("/staff/progress/file?format=text").get_data(as_text=True)
    with instance.database.writing() as session:
        progress.put_recipients(session, SURVEY, [an_email(one) for one in ("admin", "ambassador", "partner")])
    december = replace(instance, now=lambda: datetime(2026, 12, 1, 7, 0, tzinfo=UTC))
    send_monthly(december)
    return said | {to: mail.get_body().get_content() for to, mail in mails(instance).items()}


@pytest.mark.parametrize("asked", ["", f"?area={WARD}"])
def test_of_nine_replies_nobody_learns_who_answered_and_of_ten_nobody_learns_of_one(app: Flask, asked: str) -> None:
    with_person(app.extensions["engage"], "partner")
    with app.extensions["engage"].database.writing() as session:
        coverage.put_targets(session, SURVEY, WAVE, {("area", PLACE): 40})
    take_in(app.extensions["engage"], [a_submission(ONE_PERSON, age_band="18-24")])
    take_in(app.extensions["engage"], [a_submission({"ethnic_group": "white"}) for _ in range(8)])
    for reader, said in ways_out(app, asked).items():
        assert not [name for name in NAMED if name in said], reader
        assert "Too few replies to say who" in said or reader == "ambassador at home", reader
    take_in(app.extensions["engage"], [a_submission({"ethnic_group": "white"})])
    admin = text_of(signed_in(app, "admin").get(f"/staff/coverage{asked}"))
    assert re.search(r"Mixed[^%]* 1 to 7(?! [\d.]+ %)", admin)
    assert not re.search(r"Mixed[^%]* 1 (?!to)", admin)
    ambassador = signed_in(app, "ambassador").get(f"/staff/coverage{asked}").get_data(as_text=True)
    (of_groups,) = re.findall(r'id="by-ethnic_group">.*?</section>', ambassador, re.DOTALL)
    assert "Few or none:" in of_groups and "Mixed" in of_groups and "Asian" in of_groups
    assert "Nobody yet" not in of_groups


def test_before_anybody_answered_no_one_place_is_advised_and_the_largest_come_first(app: Flask) -> None:
    instance = app.extensions["engage"]
    with instance.database.writing() as session:
        coverage.put_targets(session, SURVEY, WAVE, {("area", DISTRICT): 30, ("area", OTHER_DISTRICT): 30})
        margins = {DISTRICT: 3000, OTHER_DISTRICT: 4000}
        areas.put_margins(session, [(code, "age", "16-24", count) for code, count in margins.items()])
        tree = areas.read_tree(session)
        districts = [area.code for area in tree.areas if area.level == "district" and area.code not in margins]
        areas.put_margins(session, [(code, "age", "16-24", 9) for code in districts])
    coordinator, ambassador = signed_in(app, "coordinator"), signed_in(app, "ambassador")
    page = text_of(coordinator.get("/staff/coverage"))
    assert "Nobody has answered yet" in page
    assert page.index("Broxtowe: nobody yet") < page.index("Nottingham: nobody yet"), "more people live there"
    report = text_of(coordinator.get("/staff/progress"))
    assert "Nobody has answered yet: begin anywhere." in report and "Go to Broxtowe" not in report
    assert "Nobody has answered yet: begin anywhere." in text_of(ambassador.get("/staff/"))
    take_in(instance, [a_submission()])
    assert "1 of 60 wanted replies" in text_of(coordinator.get("/staff/progress"))
    assert "Broxtowe: nobody yet" in text_of(ambassador.get("/staff/")), "now one place is shorter"


def test_answers_not_counted_yet_are_told_with_when_they_will_be(app: Flask) -> None:
    coordinator = signed_in(app, "coordinator")
    assert "Nobody has answered yet." in text_of(coordinator.get("/staff/quality"))
    take_in(app.extensions["engage"], [a_submission()])
    page = text_of(coordinator.get("/staff/quality"))
    assert "One reply came in; its questions are not counted yet." in page
    assert "look again in up to twenty minutes" in page
    for minutes in (0, 11):
        count_replies(replace(app.extensions["engage"], now=lambda at=minutes: NOW + timedelta(minutes=at)))
    by_language = text_of(coordinator.get("/staff/quality")).partition("By language")[2]
    assert by_language.startswith(" Too few replies to say who"), "one reader's language is told of nobody"
    assert "begin in any of them" in text_of(coordinator.get("/staff/progress")), "by the alphabet is no advice"
    assert "1 reply from people so far" in text_of(coordinator.get("/staff/progress"))


def test_targets_are_suggested_from_the_census_set_audited_and_read_from_a_file(app: Flask) -> None:
    instance = app.extensions["engage"]
    coordinator = signed_in(app, "coordinator")
    with instance.database.writing() as session:
        areas.put_margins(session, [(WARD, "age", "16-24", 900), ("E05012272", "age", "16-24", 100)])
    asked = "/staff/coverage/targets?total=1000&level=ward&floor=30"
    assert "187 of 188 areas have 30" not in text_of(coordinator.get(asked)), "figures of two wards are not the census"
    path = "/staff/coverage/targets"
    assert post(coordinator, path, {f"area:{WARD}": "40", "age_band:13-15": "60"}).status_code == 303
    assert post(coordinator, path, {f"area:{WARD}": "a few"}).status_code == 422
    assert post(coordinator, path, {"area:E05010458": "40"}).status_code == 400, "a ward of Leicester"
    faulty = {"file": (BytesIO(b"area,wanted\nE05012272,20\nE05000000,many\n"), "t.csv")}
    refused = post(coordinator, f"{path}/file", faulty)
    assert refused.status_code == 422
    assert "Line 3: area “E05000000” is not one of this survey’s." in text_of(refused)
    good = {"file": (BytesIO(b"kind,code,wanted\r\narea,E05012272,20\r\nage_band,13-15,\r\n"), "t.csv")}
    assert post(coordinator, f"{path}/file", good).status_code == 422
    good = {"file": (BytesIO(b"kind,code,wanted\r\narea,E05012272,20\r\nage_band,13-15,0\r\n"), "t.csv")}
    assert post(coordinator, f"{path}/file", good).status_code == 303
    with instance.database.reading() as session:
        assert coverage.targets(session, SURVEY, WAVE) == {("area", WARD): 40, ("area", "E05012272"): 20}
        lines = audit_search.find_lines(session, audit_search.Sought(action="targets.set"), 9)
    assert [line.detail["changed"] for line in lines] == [
        {"area E05012272": [0, 20], "age_band 13-15": [60, 0]},
        {f"area {WARD}": [0, 40], "age_band 13-15": [0, 60]},
    ]
    assert "Clifton East ward 0 40 0" in text_of(coordinator.get(f"/staff/coverage?area={DISTRICT}"))


def test_who_is_limited_to_a_district_sets_targets_there_and_nowhere_else(app: Flask) -> None:
    coordinator = signed_in(app, "coordinator")
    limit(app.extensions["engage"], "coordinator", DISTRICT)
    path = "/staff/coverage/targets"
    assert post(coordinator, path, {f"area:{WARD}": "40"}).status_code == 303
    assert post(coordinator, path, {f"area:{OTHER_DISTRICT}": "40"}).status_code == 404
    assert post(coordinator, path, {"age_band:13-15": "60"}).status_code == 404
    assert f"area:{OTHER_DISTRICT}" not in coordinator.get(path).get_data(as_text=True)


def test_the_planner_goes_by_the_rules_of_publishing(app: Flask) -> None:
    coordinator = signed_in(app, "coordinator")
    with app.extensions["engage"].database.writing() as session:
        in_sneinton = {"E05012280": 27, "E05012285": 9}
        coverage.put_targets(session, SURVEY, WAVE, {("area", code): count for code, count in in_sneinton.items()})
    page = text_of(coordinator.get("/staff/coverage/planner"))
    assert "Dales ward 27 Not by itself: shown as part of Sneinton and the Meadows." in page
    assert "Sneinton and the Meadows 36 By itself, can be shown, with care" in page
    assert "Broxtowe district 0 Nothing: too few, here and around." in page
    page = text_of(coordinator.get("/staff/coverage/planner?share=100&E05012280=52"))
    assert "Dales ward 52 By itself, can be shown. If half say yes, it may be from 37 % to 63 %." in page


@pytest.fixture
def mailed(surveyed: Instance) -> Instance:
    """Return an instance in December whose coordinator, partner and ambassador get the report."""
    for role in ("coordinator", "partner", "ambassador", "coder"):
        with_person(surveyed, role)
    limit(surveyed, "ambassador", PLACE)
    take_in(surveyed, [a_submission() for _ in range(13)])
    with surveyed.database.writing() as session:
        progress.put_recipients(
            session, SURVEY, [an_email(one) for one in ("coordinator", "partner", "ambassador", "coder")]
        )
    return replace(surveyed, now=lambda: datetime(2026, 12, 1, 7, 0, tzinfo=UTC))


def mails(instance: Instance) -> dict[str, EmailMessage]:
    """Return what was written for each address."""
    read = [
        message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
        for path in (instance.settings.instance / "mail").glob("*.eml")
    ]
    assert len({mail["To"] for mail in read}) == len(read), "nobody gets it twice"
    return {mail["To"]: mail for mail in read}


def test_the_report_of_a_month_goes_out_once_and_tells_each_what_they_may_see(mailed: Instance) -> None:
    assert [send_monthly(mailed), send_monthly(mailed)] == [3, 0]
    sent = mails(mailed)
    assert set(sent) == {an_email(role) for role in ("coordinator", "partner", "ambassador")}
    texts = {address.partition("@")[0]: mail.get_body().get_content() for address, mail in sent.items()}
    assert "13 replies from people so far, 13 of them in November." in texts["coordinator"]
    assert "13" not in re.sub(r"13 to 1[57]", "", texts["partner"] + texts["ambassador"])
    assert "* Clifton and Wilford\n" in texts["partner"]
    assert "nobody" not in texts["partner"], "that there is nobody of a group is a count too"
    assert "Clifton and Wilford: few so far" in texts["ambassador"]
    assert "Nottingham" not in texts["ambassador"], "it lies outside their area"
    for mail in sent.values():
        (pdf,) = mail.iter_attachments()
        assert pdf.get_content_type() == "application/pdf"
        assert pdf.get_content().startswith(b"%PDF")


def test_a_report_the_mail_server_did_not_take_goes_out_in_a_later_round(mailed: Instance) -> None:
    address = {"ENGAGE_SMTP_URL": "smtp://127.0.0.1:9?from=engage@example.org"}
    variables = {"ENGAGE_INSTANCE": str(mailed.settings.instance)} | address
    no_server = replace(mailed, settings=load_settings(variables))
    assert send_monthly(no_server) == 0
    assert send_monthly(mailed) == 3


def test_staff_choose_who_gets_the_report_send_it_and_take_it_away(app: Flask) -> None:
    instance = app.extensions["engage"]
    coordinator = signed_in(app, "coordinator")
    with_person(instance, "coder")
    take_in(instance, [a_submission() for _ in range(12)])
    chosen = {"to": [an_email("coordinator"), an_email("coder"), "somebody@else.example"]}
    assert post(coordinator, "/staff/progress/recipients", chosen).status_code == 303
    assert post(coordinator, "/staff/progress/send").status_code == 303
    assert set(mails(instance)) == {an_email("coordinator")}, "a coder has nothing to do with fieldwork"
    assert "12 replies from people so far" in text_of(coordinator.get("/staff/progress"))
    assert coordinator.get("/staff/progress/file?format=pdf").data.startswith(b"%PDF")
    assert b"12 replies from people so far" in coordinator.get("/staff/progress/file?format=text").data
