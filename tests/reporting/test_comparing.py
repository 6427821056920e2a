"""What a release says of an area beside the rest and the wave before, from printed figures alone."""

import json
from collections.abc import Iterator

import pytest

from builders import WARD, an_instance, with_survey
from engage.app import create_app
from engage.collection.surveys import set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.reporting.companions import COMPANIONS
from engage.reporting.comparing import (
    AS_ANSWERED,
    HIGHER,
    LOWER,
    MIX_DIFFERS,
    NO_DIFFERENCE,
    STANDARDISED,
    ModeEffect,
    change_since_last,
    channel_split,
    compare_group_with_rest,
    compare_with_rest,
    mode_effects,
    trend_of,
    who_answered,
)
from engage.reporting.exports import FormatRefused
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.mode_effects import is_offered_alike
from engage.reporting.perception_gaps import ADULTS, PRACTITIONERS, YOUNG, perception_gaps
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.results.modes import MODES
from engage.results.plan import BreakdownRefused
from engage.storage.database import Session
from engage.storage.instance import Instance
from reporting.answered import (
    DISTRICT,
    FAR_DISTRICT,
    FAR_WARD,
    FORCE,
    NEIGHBOUR,
    PLACE,
    SURVEY,
    people,
    publish,
    safe_day,
    take_in,
    to_state,
)
from reporting.companions_read import exported, ways_out
from staffing import signed_in, text_of

SPRING, AUTUMN = "2026-spring", "2026-autumn"
SAFE = ("safe_day", "safe")
HELPED = {"assisted": "ambassador"}
YOUNG_PEOPLE = {"age_band": "16-17"}
SOMALI = {"communities": ["somali"]}


def in_autumn() -> list:
    """Return answers by which Clifton East feels safer than the rest, and Ashfield less safe than in spring."""
    return [
        *safe_day(70, 12, 8),
        *safe_day(3, 4, 2, area=NEIGHBOUR),
        *safe_day(30, 20, 60, area=FAR_WARD),
        *safe_day(10, 0, 30, area=FAR_WARD, **YOUNG_PEOPLE),
        people(25, {"safe_day": "neither", **SOMALI}, area=FAR_DISTRICT),
        people(10, {"safe_day": "very_safe", **SOMALI}, area=FAR_DISTRICT),
        *safe_day(0, 10, 20, area=FAR_DISTRICT, **HELPED),
    ]


def in_spring() -> list:
    """Return answers a season before: the same of Clifton East with help, many safe ones of Ashfield."""
    return [
        *safe_day(70, 12, 8, **HELPED),
        *safe_day(80, 20, 30, area=FAR_WARD),
        *safe_day(0, 10, 20, area=FAR_DISTRICT),
    ]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with two published waves."""
    instance = an_instance(tmp_path_factory.mktemp("two_waves"))
    with_survey(instance, wave=SPRING)
    publish_wave(instance, SPRING, in_spring())
    with instance.database.writing() as session:
        set_wave_state(session, instance.settings.keys, SURVEY, AUTUMN, "open", actor="test", now=instance.now())
    publish_wave(instance, AUTUMN, in_autumn())
    yield instance
    instance.database.close()


def publish_wave(instance: Instance, wave: str, groups: list) -> None:
    take_in(instance, groups, wave=wave)
    to_state(instance, "closed", wave=wave)
    publish(instance, wave=wave)


@pytest.fixture
def session(released: Instance) -> Iterator[Session]:
    """Return a session that reads."""
    with released.database.reading() as session:
        yield session


def opened(session: Session, wave: str = AUTUMN) -> Published:
    release = last_release(session, SURVEY, wave)
    assert release is not None
    return open_release(session, release)


def test_an_area_safer_than_the_rest_is_higher(session: Session) -> None:
    compared = compare_with_rest(session, opened(session), WARD)[SAFE]
    assert compared.verdict == HIGHER
    assert compared.share == 0.78
    assert 0 < compared.low < compared.share - compared.other < compared.high


def test_an_area_less_safe_than_the_rest_is_lower(session: Session) -> None:
    assert compare_with_rest(session, opened(session), FAR_DISTRICT)[SAFE].verdict == LOWER


def test_an_area_that_shows_another_ones_figures_is_not_compared(session: Session) -> None:
    published = opened(session)
    assert compare_with_rest(session, published, NEIGHBOUR) == {}
    assert compare_with_rest(session, published, PLACE)[SAFE].verdict == HIGHER


def test_the_whole_ground_has_no_rest(session: Session) -> None:
    assert compare_with_rest(session, opened(session), FORCE) == {}


def test_an_area_the_survey_does_not_speak_of_is_refused(session: Session) -> None:
    with pytest.raises(AreaNotInSurvey):
        compare_with_rest(session, opened(session), "E06000016")
    with pytest.raises(AreaNotInSurvey):
        change_since_last(session, opened(session), "E06000016")


def test_a_community_is_compared_with_everybody_else(session: Session) -> None:
    compared = compare_group_with_rest(session, opened(session), "community", "somali")
    assert compared["safe_day", "between"].verdict == HIGHER
    assert compared[SAFE].verdict == NO_DIFFERENCE
    assert compare_group_with_rest(session, opened(session), "community", "polish") == {}


def test_a_fall_since_the_wave_before_is_lower(session: Session) -> None:
    change = change_since_last(session, opened(session), FAR_WARD)
    assert (change.wave, change.how) == (SPRING, AS_ANSWERED)
    assert change.cells[SAFE].verdict == LOWER
    assert change.cells[SAFE].high < 0


def test_a_ward_answered_in_other_ways_than_last_time_is_not_compared(session: Session) -> None:
    change = change_since_last(session, opened(session), WARD)
    assert (change.how, change.cells) == (MIX_DIFFERS, {})


def test_a_district_answered_in_other_ways_is_compared_way_by_way(session: Session) -> None:
    change = change_since_last(session, opened(session), FAR_DISTRICT)
    assert change.how == STANDARDISED
    assert change.cells[SAFE].verdict == LOWER


def test_the_first_wave_has_nothing_to_compare_with(session: Session) -> None:
    assert change_since_last(session, opened(session, SPRING), FAR_WARD) is None


def test_a_trend_goes_up_to_the_wave_that_is_read(session: Session) -> None:
    points = trend_of(session, opened(session), FAR_WARD, *SAFE)
    assert [(point.wave, point.base, point.share) for point in points] == [(SPRING, 130, 0.62), (AUTUMN, 150, 0.27)]
    assert trend_of(session, opened(session, SPRING), FAR_WARD, *SAFE) == points[:1]
    assert trend_of(session, opened(session), NEIGHBOUR, *SAFE) == ()


def test_how_people_answered_is_a_row_like_any_other(session: Session) -> None:
    row = channel_split(session, opened(session), FAR_DISTRICT)
    assert {cell.option: cell.shown for cell in row.cells if cell.shown != "<8"} == {"web": "185", "with_help": "30"}
    assert channel_split(session, opened(session), NEIGHBOUR).shown_for == PLACE


def test_people_who_answered_otherwise_than_on_a_screen_at_the_same_ages_are_noted(session: Session) -> None:
    effects = mode_effects(session, opened(session), WARD)["safe_day"]
    assert effects == (ModeEffect("with_help", "unsafe", HIGHER),)
    assert mode_effects(session, opened(session, SPRING), FORCE)["safe_day"]


def test_a_district_has_its_answers_by_the_way_of_answering_and_a_ward_has_not(session: Session) -> None:
    published = opened(session)
    table = next(
        table for table in find_tables(session, published, area=FAR_DISTRICT, by="mode") if table.question == SAFE[0]
    )
    assert {row.row: row.base for row in table.rows_shown if row.base} == {"web": 185, "with_help": 30}
    labels = Labels(published.questionnaire, published.ground.tree)
    assert str(labels.row("mode", "with_help")) == str(labels.option("mode", "with_help"))
    assert str(labels.row("mode", "with_help")) == "With somebody asking or helping"
    with pytest.raises(BreakdownRefused, match="ward_by_demographic"):
        find_tables(session, published, area=FAR_WARD, by="mode")


def test_young_people_and_adults_who_were_asked_the_same_stand_side_by_side(session: Session) -> None:
    gaps = {(gap.question, gap.option): gap for gap in perception_gaps(session, opened(session), FORCE)}
    unsafe = gaps["safe_day", "unsafe"]
    assert [side.who for side in unsafe.sides] == [YOUNG, ADULTS]
    assert unsafe.verdicts == {ADULTS: LOWER}


def test_practitioners_stand_beside_them_where_they_were_asked_alike(session: Session) -> None:
    published = opened(session)
    gaps = perception_gaps(session, published, FORCE, practitioners=opened(session, SPRING))
    unsafe = next(gap for gap in gaps if (gap.question, gap.option) == ("safe_day", "unsafe"))
    assert [side.who for side in unsafe.sides] == [YOUNG, ADULTS, PRACTITIONERS]
    assert unsafe.verdicts[PRACTITIONERS] == LOWER


def test_without_census_figures_nobody_is_set_beside_them(session: Session) -> None:
    assert who_answered(session, opened(session), DISTRICT) == ()


def test_what_was_compared_is_the_same_by_interface_json_csv_and_workbook(released: Instance) -> None:
    found = ways_out(released, ("ways", "mode_effects", "compared", "changed"), by="district")
    for cells in found.values():
        first, *others = cells
        assert first
        assert others == [first] * 3
    ward = json.loads(exported(released, "json", area=WARD))
    assert {kind for kind in COMPANIONS if ward[kind]} == {"ways", "mode_effects", "compared", "changed"}
    assert {entry["area"] for entry in ward["compared"]} == {WARD}
    assert {entry["row"] for entry in json.loads(exported(released, "json", by="community"))["compared"]} == {"somali"}


def test_a_part_that_is_not_there_is_refused_by_name(released: Instance) -> None:
    for form, part in (("csv", "secrets"), ("json", "weighted")):
        with pytest.raises(FormatRefused, match="weighted, who_answered, ways"):
            exported(released, form, part=part, area=WARD)


def test_staff_read_which_answers_hang_on_the_way_and_the_summary_says_so(released: Instance) -> None:
    analyst = signed_in(create_app(released), "analyst")
    effect = "With somebody asking or helping: more often “Not safe” than people of the same broad ages on a screen."
    asked = f"survey={SURVEY}&area={FAR_DISTRICT}"
    assert effect in text_of(analyst.get(f"/staff/results/explore?{asked}&question=safe_day"))
    summary = text_of(analyst.get(f"/staff/summaries?{asked}"))
    assert effect in summary
    assert "gave some of these answers more or less often on paper, with help or by text" in summary


def test_a_shorter_list_of_answers_is_never_taken_for_an_effect_of_the_way() -> None:
    survey = read_library_survey("feeling-safe")
    assert [mode for mode in MODES if is_offered_alike(survey, "would_help", mode)] == ["web", "paper", "with_help"]
    assert all(is_offered_alike(survey, "safe_day", mode) for mode in MODES)
