"""Every type of question is asked, answered, mended and shown again without JavaScript."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from builders import DISTRICT, WARD, an_instance, with_survey
from by_hand import QUESTIONS as BY_HAND
from channels.web.given import ANSWERS, MISTAKES
from channels.web.respondent import Respondent, by_client
from channels.web.tiny import EVERY_TYPE, YES_NO, a_questionnaire, number_of
from engage.app import create_app
from engage.collection.drafts import OPEN_DISTRICT
from engage.questionnaire.model import Questionnaire, QuestionType
from engage.storage import areas, drafts
from engage.storage.instance import Instance


@pytest.fixture(scope="module")
def one_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return one instance for the whole module: each respondent has their own draft, and nothing is sent."""
    opened = an_instance(tmp_path_factory.mktemp("instance"))
    with_survey(opened, a_questionnaire())
    yield opened
    opened.database.close()


@pytest.fixture
def instance(one_instance: Instance) -> Instance:
    with one_instance.database.writing() as session:
        session.execute(delete(drafts.DraftRow))
        session.execute(delete(areas.PostcodeRow))
    return one_instance


@pytest.fixture
def questionnaire(instance: Instance) -> Questionnaire:
    return a_questionnaire()


@pytest.fixture
def respondent(instance: Instance, questionnaire: Questionnaire) -> Respondent:
    return Respondent(by_client(create_app(instance).test_client()), "tiny").starts().agrees()


def the_draft(instance: Instance) -> drafts.DraftRow:
    with instance.database.reading() as session:
        return session.scalars(select(drafts.DraftRow)).one()


@pytest.mark.parametrize(("question_id", "fields", "kept"), ANSWERS)
def test_an_answer_is_kept_in_coded_values(
    instance: Instance,
    questionnaire: Questionnaire,
    respondent: Respondent,
    question_id: str,
    fields: dict[str, Any],
    kept: Any,
) -> None:
    respondent.skips_to(number_of(questionnaire, question_id)).presses("next", **fields)
    assert the_draft(instance).answers == {question_id: kept}


@pytest.mark.parametrize(("question_id", "fields", "kept"), ANSWERS)
def test_an_answer_stands_there_again_when_somebody_goes_back(
    instance: Instance,
    questionnaire: Questionnaire,
    respondent: Respondent,
    question_id: str,
    fields: dict[str, Any],
    kept: Any,
) -> None:
    number = number_of(questionnaire, question_id)
    respondent.skips_to(number).presses("next", **fields).opens(f"/s/tiny/{number}").presses("next")
    assert the_draft(instance).answers == {question_id: kept}


@pytest.mark.parametrize(("question_id", "fields", "words"), MISTAKES)
def test_a_mistake_is_said_beside_the_question_and_nothing_typed_is_lost(
    questionnaire: Questionnaire, respondent: Respondent, question_id: str, fields: dict[str, Any], words: str
) -> None:
    number = number_of(questionnaire, question_id)
    respondent.skips_to(number).presses("next", **fields)
    assert respondent.status == 422
    assert respondent.address == f"/s/tiny/{number}"
    summary = respondent.page.select_one(".problems")
    assert summary is not None
    link = summary.a
    assert link is not None
    assert link.get_text() == words
    assert respondent.page.find(id=str(link["href"])[1:]) is not None
    assert respondent.page.select_one("#problem") is not None
    for name, value in fields.items():
        typed = respondent.page.select_one(f'input[type="text"][name="{name}"]')
        if typed is not None:
            assert typed["value"] == value
        for tick in respondent.page.select(f'input[name="{name}"]:not([type="text"])'):
            assert tick.has_attr("checked") == (tick["value"] in value)


def test_next_without_an_answer_is_as_good_as_skip(instance: Instance, respondent: Respondent) -> None:
    while not respondent.is_at_check:
        respondent.presses("next")
    assert the_draft(instance).answers == {}


def test_skip_takes_an_answer_away(instance: Instance, questionnaire: Questionnaire, respondent: Respondent) -> None:
    number = number_of(questionnaire, "one")
    respondent.skips_to(number).presses("next", answer="yes").opens(f"/s/tiny/{number}").skips()
    assert the_draft(instance).answers == {}


def test_back_keeps_what_was_given(instance: Instance, questionnaire: Questionnaire, respondent: Respondent) -> None:
    respondent.skips_to(number_of(questionnaire, "one")).presses("back", answer="no")
    assert the_draft(instance).answers == {"one": "no"}
    assert respondent.heading == "Now about this area."


def test_a_note_is_only_passed(questionnaire: Questionnaire, respondent: Respondent) -> None:
    respondent.skips_to(number_of(questionnaire, "welcome"))
    assert [button["value"] for button in respondent.page.select("main button[name]")] == ["next", "back"]
    assert respondent.presses("next").heading == "One?"


def test_which_matters_most_offers_what_was_ticked(questionnaire: Questionnaire, respondent: Respondent) -> None:
    respondent.skips_to(number_of(questionnaire, "several")).presses("next", answer=["b", "other"])
    assert respondent.heading == "Which most?"
    assert [tick["value"] for tick in respondent.page.select("main input[type=radio]")] == ["b", "other"]


def test_a_list_has_one_order_for_a_person_and_keeps_the_ends(questionnaire: Questionnaire, instance: Instance) -> None:
    orders = set()
    client = create_app(instance)
    for _ in range(6):
        person = Respondent(by_client(client.test_client()), "tiny").starts().agrees()
        person.skips_to(number_of(questionnaire, "several"))
        shown = tuple(str(tick["value"]) for tick in person.page.select("main input[type=checkbox]"))
        again = person.opens(person.address)
        assert shown == tuple(str(tick["value"]) for tick in again.page.select("main input[type=checkbox]"))
        assert (shown[0], shown[-2:]) == ("none", ("other", "dk"))
        assert sorted(shown[1:-2]) == list("abcdefgh")
        orders.add(shown)
    assert len(orders) > 1


def test_easy_read_keeps_the_order_as_written_and_shows_three_faces(
    questionnaire: Questionnaire, instance: Instance
) -> None:
    person = Respondent(by_client(create_app(instance).test_client()), "tiny").starts(style="easy_read").agrees()
    person.skips_to(number_of(questionnaire, "several"))
    shown = [tick["value"] for tick in person.page.select("main input[type=checkbox]")]
    assert shown == ["none", *"abcdefgh", "other", "dk"]
    person.skips_to(number_of(questionnaire, "graded"))
    assert len(person.page.select(".choices:not(.specials) .picture svg")) == 3


def test_under_16_no_community_in_own_words(instance: Instance, questionnaire: Questionnaire) -> None:
    person = Respondent(by_client(create_app(instance).test_client()), "tiny").starts().agrees("13-15")
    person.skips_to(number_of(questionnaire, "communities"))
    assert person.page.select_one("input[name=other]") is None
    person.presses("next", other="Roma")
    assert person.status == 422


def test_a_place_is_chosen_by_district_then_by_name(
    instance: Instance, questionnaire: Questionnaire, respondent: Respondent
) -> None:
    assert respondent.page.select_one("input[name=postcode]") is None
    respondent.presses("next", district=DISTRICT)
    assert respondent.address == f"/s/tiny/{number_of(questionnaire, 'area')}"
    offered = [tick["value"] for tick in respondent.page.select("input[name=area]")]
    assert offered[0] == DISTRICT
    assert WARD in offered
    respondent.presses("next", area=WARD)
    assert the_draft(instance).envelope["area"] == WARD
    assert respondent.heading == "What is Clifton East to you?"
    respondent.presses("back")
    assert respondent.page.select_one(f"input[value={DISTRICT}][checked]") is not None
    respondent.presses("next")
    assert [tick["value"] for tick in respondent.page.select("input[checked]")] == [WARD]


def test_the_whole_district_is_enough(instance: Instance, respondent: Respondent) -> None:
    respondent.presses("next", district=DISTRICT).presses("next", area=DISTRICT)
    assert the_draft(instance).envelope["area"] == DISTRICT
    respondent.presses("back").presses("next")
    assert [tick["value"] for tick in respondent.page.select("input[checked]")] == [DISTRICT]


def test_in_a_district_nothing_is_ticked_beforehand(instance: Instance, respondent: Respondent) -> None:
    respondent.presses("next", district=DISTRICT)
    assert respondent.page.select("input[checked]") == []
    respondent.presses("next")
    assert "area" not in the_draft(instance).envelope


def test_which_district_is_open_is_forgotten_on_the_way_back_and_with_the_next_answer(
    instance: Instance, questionnaire: Questionnaire, respondent: Respondent
) -> None:
    number = number_of(questionnaire, "area")
    respondent.presses("next", district=DISTRICT)
    assert respondent.opens(f"/s/tiny/{number}?lang=en").page.select_one(f"#area-{WARD}") is not None
    respondent.presses("back")
    assert respondent.address == f"/s/tiny/{number}"
    assert respondent.page.select_one("input[name=district]") is not None
    respondent.presses("next", district=DISTRICT).presses("next", area="nonsense")
    assert (respondent.status, respondent.address) == (422, f"/s/tiny/{number}")
    assert respondent.page.select_one(f"#area-{WARD}") is not None
    respondent.opens(f"/s/tiny/{number + 1}").presses("next", answer=["yes"])
    assert OPEN_DISTRICT not in the_draft(instance).envelope


def test_of_a_postcode_only_the_ward_is_kept(instance: Instance, respondent: Respondent) -> None:
    with instance.database.writing() as session:
        areas.put_postcodes(session, [("NG11AA", WARD), ("LE11AA", "E05010458")])
    respondent.opens(respondent.address).presses("next", postcode="ng1 1zz")
    assert "We do not know this postcode." in respondent.text
    assert "1ZZ" not in str(the_draft(instance).envelope).upper()
    respondent.presses("next", postcode="LE1 1AA")
    assert "This place is not part of the survey." in respondent.text
    respondent.presses("next", postcode="ng1 1aa")
    row = the_draft(instance)
    assert row.envelope["area"] == WARD
    assert "NG1" not in str(row.envelope).upper()


def test_a_sensitive_question_shows_the_way_to_help_first(tmp_path: Path) -> None:
    instance = an_instance(tmp_path)
    sensitive = {"id": "home", "type": "scale", "scale": "grade", "text": "At home?", "sensitive": True}
    after = {"id": "after", "type": "single_choice", "text": "After?", "options": YES_NO}
    with_survey(instance, a_questionnaire(sensitive, after))
    app = create_app(instance)
    for answer, helps in (("great", False), ("fair", False), ("bad", True), ("awful", True), (None, False)):
        person = Respondent(by_client(app.test_client()), "tiny").starts().agrees("16-17")
        details = person.page.select_one("main details.help")
        assert details is not None
        person.presses("next", answer=answer)
        assert (person.page.select_one("section.now") is not None) == helps
        if helps:
            assert person.page.select_one('section.now a[href="tel:08001111"]') is not None
    instance.database.close()


def test_every_type_of_question_is_in_a_small_survey() -> None:
    assert {question["type"] for question in (*EVERY_TYPE, *BY_HAND)} == set(QuestionType)
