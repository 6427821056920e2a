"""Rankings and drawings in results: what was ranked first and among the first three; drawings only as agreed."""

import csv
import io
from collections.abc import Iterator
from itertools import permutations

import pytest

from builders import DISTRICT, WARD, WAVE, a_door, a_submission, an_instance, with_survey
from by_hand import HOUSE, RANKED, a_survey_by_hand
from engage.app import create_app
from engage.collection import drawings as looking
from engage.collection.receive import receive_submissions
from engage.collection.surveys import set_wave_state
from engage.collection.withdrawal import erase_response
from engage.reporting.labels import Labels
from engage.reporting.linking import links_of
from engage.reporting.microdata import Handout, hand_out, hand_out_codebook
from engage.reporting.planning import table_questions
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.reporting.releasing import publish_release
from engage.response.receipts import receipt_of
from engage.results.audited import AuditedQuestion
from engage.results.blocks import Shape
from engage.results.hierarchy import Hierarchy, RowKey
from engage.storage import areas, drawings
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow

#: A ward of another district, where few people answered.
FAR_WARD, FAR_DISTRICT = "E05010690", "E07000170"
MAY_BE_SEEN, NOT_AGREED = {"lines": HOUSE, "may_show": True}, {"lines": HOUSE[:1]}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with 48 rankings, three drawings and a description, published."""
    instance = an_instance(tmp_path_factory.mktemp("by_hand"))
    with_survey(instance, a_survey_by_hand(areas=["E23000019"]))
    given: list[dict[str, object]] = [{"matters": list(order)} for order in [*permutations(RANKED)] * 2]
    given[0] |= {"scene": MAY_BE_SEEN}
    given[1] |= {"scene": NOT_AGREED}
    given[2] |= {"scene": {"words": "By the canal"}}
    given[3] |= {"matters": ["police"]}
    asked = {"survey": "hand", "area_relation": []}
    documents = [a_submission(answers, **asked) for answers in given]
    documents.append(a_submission({"scene": MAY_BE_SEEN}, **asked, area=FAR_WARD))
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        assert {one.status for one in receive_submissions(session, a_door(instance), documents)} == {"stored"}
        set_wave_state(session, keys, "hand", WAVE, "closed", actor="test", now=now)
        publish_release(session, keys, "hand", WAVE, by="test", now=now)
        for one in drawings.in_state(session, "hand", WAVE, "waiting"):
            if looking.find_drawing(session, one.reference, "scene").may_be_shown:
                looking.show(session, keys, one.reference, "scene", "test", now)
    yield instance
    instance.database.close()


def opened(instance: Instance) -> Published:
    with instance.database.reading() as session:
        release = last_release(session, "hand")
        assert release is not None
        return open_release(session, release)


def test_a_ranking_has_a_table_of_the_first_and_one_of_the_first_three(released: Instance) -> None:
    published = opened(released)
    with released.database.reading() as session:
        tables = {table.question: table for table in find_tables(session, published, area=WARD)}
        labels = Labels(published.questionnaire, areas.read_tree(session))
    assert set(tables) == {"matters", "matters.top_three"}
    first, top = tables["matters"].rows_shown[0], tables["matters.top_three"].rows_shown[0]
    assert (first.base, top.base) == (50, 50)
    assert {cell.option: cell.n for cell in first.cells} == {**dict.fromkeys(RANKED, 10), "police": 15}
    assert {cell.n for cell in top.cells} == {35}
    assert str(labels.question("matters", "Clifton")) == "What matters most in Clifton? (ranked first)"
    assert str(labels.question("matters.top_three", "Clifton")).endswith("(among the first three)")
    assert str(labels.option("matters.top_three", "buses")) == "Safer buses and trams in the evening"


def test_the_audit_knows_that_what_was_ranked_first_is_among_the_first_three() -> None:
    survey, key = a_survey_by_hand(), RowKey("area", "E23000019")
    rows = Hierarchy((key,), ())
    audited = [AuditedQuestion(table.id, Shape(len(table.columns)), rows, ()) for table in table_questions(survey)]
    links = {(link.lesser, link.greater): link.pairs for link in links_of(survey, audited)}
    assert len(links["matters", "matters.top_three"]) == len(RANKED) + 1
    assert links["matters.top_three", "matters"] == ((key, -1, key, (-1,)),)


def test_row_level_data_has_the_place_of_each_option_and_no_drawing(released: Instance) -> None:
    asked = Handout("hand", WAVE, "csv", reason="Weights for the annual needs assessment")
    with hand_out(released, asked, by="admin@example.org").content as content:
        body = content.read().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    assert [name for name in rows[0] if name.startswith("matters")] == [f"matters__{code}" for code in RANKED]
    assert sorted({row["matters__police"] for row in rows}) == ["", "1", "2", "3", "4"]
    assert not any("scene" in name for name in rows[0])
    assert "canal" not in body and "500, 200" not in body
    with released.database.reading() as session:
        codebook = hand_out_codebook(session, "hand", None, "en")
    assert "More police on foot (place)" in codebook.content.read().decode("utf-8-sig")


def test_drawings_are_shown_about_a_district_as_their_owners_agreed(released: Instance) -> None:
    client = create_app(released).test_client()
    page = client.get(f"/results/hand/{DISTRICT}/drawings")
    assert page.text.count("<path d=") == 1 and 'role="img"' in page.text
    assert f"/results/hand/{DISTRICT}/drawings" in client.get(f"/results/hand/{DISTRICT}").text
    for area in (WARD, FAR_DISTRICT, FAR_WARD, "E09000001"):
        assert client.get(f"/results/hand/{area}/drawings").status_code == 404
    assert "drawings" not in client.get(f"/results/hand/{FAR_DISTRICT}").text


def test_no_way_out_has_a_drawing(released: Instance) -> None:
    client = create_app(released).test_client()
    assert "scene" not in client.get("/api/v1/results/hand").text
    assert "scene" not in client.get(f"/results/hand/{DISTRICT}/all").text.replace("/scene", "")


def test_a_drawing_taken_back_is_gone_from_results_at_once(released: Instance) -> None:
    with released.database.writing() as session:
        owners = [one.response_id for one in drawings.in_state(session, "hand", WAVE, "shown")]
        near = session.query(ResponseRow).filter(ResponseRow.response_id.in_(owners), ResponseRow.area == WARD).one()
        assert erase_response(
            session, released.settings.keys, receipt_of(near.response_id), actor="owner", now=released.now()
        )
    client = create_app(released).test_client()
    assert client.get(f"/results/hand/{DISTRICT}/drawings").status_code == 404
