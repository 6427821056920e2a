"""What publishing a wave takes in, what it leaves out, and what stays as it was."""

import json

import pytest

from builders import WARD, WAVE, a_door, a_submission, with_survey
from engage.collection.receive import receive_submission
from engage.collection.withdrawal import erase_response
from engage.reporting.extras import hashed_documents
from engage.reporting.releasing import ReleaseRefused, publish_release
from engage.results.published import release_hash
from engage.storage import audit, releases
from engage.storage.instance import Instance
from engage.storage.release_extras import KINDS, of_release
from reporting.answered import (
    DISTRICT,
    FAR_DISTRICT,
    FAR_WARD,
    FORCE,
    NEIGHBOUR,
    PLACE,
    SURVEY,
    counts_in,
    mark_synthetic,
    people,
    publish,
    published_tables,
    row_of,
    safe_day,
    table_of,
    take_in,
    to_state,
)


@pytest.mark.parametrize("state", ["draft", "pilot", "open"])
def test_a_wave_that_still_takes_starts_is_not_published(instance: Instance, state: str) -> None:
    with_survey(instance, state=state)
    with pytest.raises(ReleaseRefused, match=state) as refusal:
        publish(instance)
    assert refusal.value.code == "wave_not_closed"
    with instance.database.reading() as session:
        assert releases.list_of(session, SURVEY) == []


def test_a_wave_nobody_knows_is_not_published(surveyed: Instance) -> None:
    with pytest.raises(ReleaseRefused) as refusal:
        publish(surveyed, wave="1066-winter")
    assert refusal.value.code == "unknown_wave"


def test_the_same_figures_published_twice_are_one_release(surveyed: Instance) -> None:
    take_in(surveyed, safe_day(20, 12, 9))
    to_state(surveyed, "collecting")
    first, second = publish(surveyed), publish(surveyed)
    assert first == second
    with surveyed.database.reading() as session:
        assert len(releases.list_of(session, SURVEY)) == 1
        lines = [line for line in audit.lines_about(session, SURVEY) if line.action == "results.published"]
    assert [(line.detail["wave"], line.detail["hash"]) for line in lines] == [(WAVE, first.release_hash)]


def test_the_hash_can_be_worked_out_again_from_what_is_stored(surveyed: Instance) -> None:
    take_in(surveyed, safe_day(20, 12, 9))
    to_state(surveyed, "closed")
    release = publish(surveyed)
    with surveyed.database.reading() as session:
        stored = [
            row.document for row in session.query(releases.ReleaseTableRow).order_by(releases.ReleaseTableRow.id).all()
        ]
        extras = [extra for kind in KINDS for extra in of_release(session, release, kind)]
    assert release_hash(hashed_documents(stored, extras)) == release.release_hash


def test_pilot_answers_never_count(instance: Instance) -> None:
    with_survey(instance, state="pilot")
    take_in(instance, safe_day(40, 40, 40))
    to_state(instance, "open")
    take_in(instance, safe_day(20, 12, 9))
    to_state(instance, "closed")
    publish(instance)
    assert row_of(instance, "safe_day", DISTRICT).base == 40


def test_a_release_of_made_up_answers_says_so(surveyed: Instance) -> None:
    mark_synthetic(surveyed)
    to_state(surveyed, "closed")
    assert publish(surveyed).synthetic


def test_faces_and_five_points_meet_folded(surveyed: Instance) -> None:
    take_in(surveyed, [*safe_day(20, 12, 9), people(14, {"safe_day": "safe"}, style="easy_read")])
    to_state(surveyed, "closed")
    publish(surveyed)
    assert table_of(surveyed, "safe_day").codes == "folded"
    assert counts_in(row_of(surveyed, "safe_day", DISTRICT)) == {"safe": 35, "between": 10, "unsafe": 10}


def test_dont_know_and_skipped_are_in_no_base(surveyed: Instance) -> None:
    take_in(surveyed, [*safe_day(20, 12, 9), people(50, {"safe_day": "dk"}), people(50, {})])
    to_state(surveyed, "closed")
    publish(surveyed)
    assert row_of(surveyed, "safe_day", DISTRICT).base == 40


def test_a_small_ward_rolls_up_to_its_place_and_then_to_its_district(surveyed: Instance) -> None:
    take_in(surveyed, [*safe_day(20, 12, 9), *safe_day(3, 3, 3, area=NEIGHBOUR), *safe_day(4, 4, 4, area=FAR_WARD)])
    to_state(surveyed, "closed")
    publish(surveyed)
    shown = {code: row_of(surveyed, "safe_day", code).shown_for for code in (WARD, NEIGHBOUR, PLACE, FAR_WARD)}
    assert shown == {WARD: WARD, NEIGHBOUR: PLACE, PLACE: PLACE, FAR_WARD: FAR_DISTRICT}


def test_whoever_names_a_district_alone_is_in_no_ward(surveyed: Instance) -> None:
    take_in(surveyed, [*safe_day(20, 12, 9), *safe_day(30, 30, 30, area=DISTRICT)])
    to_state(surveyed, "closed")
    publish(surveyed)
    bases = [row_of(surveyed, "safe_day", code).base for code in (WARD, DISTRICT, FORCE)]
    assert bases == [40, 130, 130]


def test_whoever_names_no_place_counts_in_the_whole_survey_alone(surveyed: Instance) -> None:
    take_in(surveyed, [*safe_day(20, 12, 9), *safe_day(30, 30, 30, area=None)])
    to_state(surveyed, "closed")
    publish(surveyed)
    assert [row_of(surveyed, "safe_day", code).base for code in (DISTRICT, FORCE)] == [40, 130]


def test_questions_about_the_person_have_no_rows_below_a_district(surveyed: Instance) -> None:
    take_in(surveyed, [people(60, {"gender": "female"})])
    to_state(surveyed, "closed")
    publish(surveyed)
    for question in ("gender", "age_band", "ethnic_group", "ethnic_asian", "communities", "condition", "support_needs"):
        rows = {row.row for row in table_of(surveyed, question).rows_shown}
        assert FORCE in rows
        assert not any(code.startswith(("E05", "place:", "E10")) for code in rows)


def test_a_question_about_the_person_is_never_crossed_with_another(surveyed: Instance) -> None:
    to_state(surveyed, "closed")
    publish(surveyed)
    _, tables = published_tables(surveyed, by="gender")
    crossed = {table.question for table in tables}
    assert {"safe_day", "unsafe_reasons", "area_relation", "safe_home", "trusted_person"} <= crossed
    assert crossed.isdisjoint({"gender", "age_band", "ethnic_group", "communities", "condition", "support_needs"})


def test_words_numbers_and_dates_never_go_out(surveyed: Instance) -> None:
    take_in(surveyed, [people(60, {"safe_day": "neither", "say_more": "the secret of Old Market"})])
    to_state(surveyed, "closed")
    publish(surveyed)
    with surveyed.database.reading() as session:
        stored = json.dumps([row.document for row in session.query(releases.ReleaseTableRow).all()])
    assert "secret" not in stored
    assert '"say_more"' not in stored


def test_a_community_in_own_words_counts_as_another_one(surveyed: Instance) -> None:
    own = {"communities": ["somali", {"other": "Bravanese of Sneinton"}], "safe_day": "very_safe"}
    take_in(surveyed, [people(43, own), people(22, {"communities": ["polish"], "safe_day": "very_unsafe"})])
    to_state(surveyed, "closed")
    publish(surveyed)
    counted = counts_in(row_of(surveyed, "communities", FORCE))
    assert (counted["somali"], counted["other"], counted["polish"], counted["kurdish"]) == (45, 45, 20, None)
    assert row_of(surveyed, "safe_day", "other", by="community").base == 45
    with surveyed.database.reading() as session:
        stored = json.dumps([row.document for row in session.query(releases.ReleaseTableRow).all()])
    assert "Bravanese" not in stored


def test_the_short_age_list_of_texts_stays_out_of_the_age_table(surveyed: Instance) -> None:
    text = {"channel": "sms", "age_band": "25+", "area_relation": []}
    take_in(surveyed, [people(31, {"safe_dark": "very_safe"}), people(40, {"safe_dark": "neither"}, **text)])
    to_state(surveyed, "closed")
    publish(surveyed)
    assert row_of(surveyed, "safe_dark", FORCE).base == 70
    rows = table_of(surveyed, "safe_dark", by="age_band").rows_shown
    assert {row.row: row.base for row in rows if row.base} == {"25-34": 30}
    crossed = row_of(surveyed, "age_band", FORCE)
    assert crossed.base == 30


def test_withdrawing_changes_nothing_until_the_next_release(surveyed: Instance) -> None:
    receipts = take_in(surveyed, safe_day(33, 22, 0))
    to_state(surveyed, "closed")
    first = publish(surveyed)
    before = row_of(surveyed, "safe_day")
    with surveyed.database.writing() as session:
        for receipt in receipts[:20]:
            assert erase_response(session, surveyed.settings.keys, receipt, actor="test", now=surveyed.now())
    assert row_of(surveyed, "safe_day") == before
    second = publish(surveyed)
    assert second.release_hash != first.release_hash
    assert (before.base, row_of(surveyed, "safe_day").base) == (55, 35)


def test_a_late_answer_in_a_collecting_wave_changes_no_figure(surveyed: Instance) -> None:
    take_in(surveyed, safe_day(32, 22, 8))
    to_state(surveyed, "collecting")
    first = publish(surveyed)
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), a_submission({"safe_day": "very_safe"}, wave=WAVE))
    assert publish(surveyed) == first


def test_progress_is_told_question_by_question(surveyed: Instance) -> None:
    to_state(surveyed, "closed")
    told: list[tuple[int, int]] = []
    with surveyed.database.writing() as session:
        publish_release(
            session,
            surveyed.settings.keys,
            SURVEY,
            WAVE,
            by="test",
            now=surveyed.now(),
            progress=lambda done, total: told.append((done, total)),
        )
    total = told[-1][1]
    assert told == [(done, total) for done in range(1, total + 1)]
