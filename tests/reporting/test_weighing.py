"""Residents' answers are weighted to imported census counts, and who answered stands beside the census."""

import json
from pathlib import Path
from typing import Any

import pytest

from builders import WARD, an_instance
from engage.app import create_app
from engage.collection.reference import import_margins
from engage.reporting.comparing import ABOUT_AS_MANY, FEWER, MORE, WhoAnswered, weighted_figures, who_answered
from engage.reporting.reading import last_release, open_release
from engage.results.weighted import ALL, RESIDENTS, PublishedWeighted
from engage.storage import release_extras
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, FAR_DISTRICT, FORCE, SURVEY, Group, people, publish, row_of, take_in, to_state
from reporting.companions_read import exported, ways_out
from staffing import signed_in, text_of

CENSUS = Path(__file__).resolve().parents[3] / "shared/data/geo"
FILES = ("mye_lad_single_year_of_age.csv", "census2021_lad_sex.csv", "census2021_lad_summed_from_lsoa.csv")
#: Made-up counts of Nottingham: as many women as men, seven in ten of them 25 to 34.
MARGINS = """area,variable,category,count
E06000018,sex,female,500
E06000018,sex,male,500
E06000018,single_year_of_age,5,999
E06000018,single_year_of_age,20,300
E06000018,single_year_of_age,30,700
"""


def answering(count: int, answer: str, gender: str | None = None, **fields: Any) -> Group:
    """Return so many people who feel alike by day; of this gender, where they say."""
    return people(count, {"safe_day": answer} | ({"gender": gender} if gender else {}), **fields)


def of_nottingham() -> list[Group]:
    """Return many women who feel safe and few men who do not; some only know the place, some live elsewhere."""
    return [
        answering(120, "very_safe", "female"),
        answering(20, "very_unsafe", "female", age_band="18-24"),
        answering(10, "very_safe", "male"),
        answering(30, "very_unsafe", "male"),
        answering(40, "very_unsafe", area_relation=["study_work"]),
        answering(25, "very_unsafe", "male", area_relation=["pass_through"], home_district=FAR_DISTRICT),
    ]


def imported(instance: Instance, lines: list[str]) -> None:
    with instance.database.writing() as session:
        import_margins(session, instance.settings.keys, lines, actor="test", now=instance.now())


def released(folder: Path, *files: list[str]) -> Instance:
    """Return an instance with these census counts and one published wave."""
    instance = an_instance(folder, surveyed=True)
    for lines in files:
        imported(instance, lines)
    take_in(instance, of_nottingham())
    to_state(instance, "closed")
    publish(instance)
    return instance


@pytest.fixture(scope="module")
def nottingham(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Return an instance with the made-up census counts of Nottingham."""
    return released(tmp_path_factory.mktemp("weighed"), MARGINS.splitlines())


def read_weighted(instance: Instance, code: str) -> dict[str, PublishedWeighted]:
    with instance.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        return weighted_figures(session, open_release(session, release), code)


def read_who(instance: Instance, code: str) -> dict[str, WhoAnswered]:
    with instance.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        return {each.question: each for each in who_answered(session, open_release(session, release), code)}


def test_weights_bring_those_who_answered_seldom_to_their_share(nottingham: Instance) -> None:
    figures = read_weighted(nottingham, DISTRICT)["safe_day"]
    assert (figures.base, figures.variables) == (180, ("age_band", "gender"))
    assert {cell.option: cell.shown for cell in figures.cells} == {"safe": "60", "between": "<8", "unsafe": "120"}
    assert (figures.effective, figures.effect, figures.quality) == (90, 2.0, "ok")


def test_only_people_who_live_there_are_weighted(nottingham: Instance) -> None:
    told_about = 120 + 20 + 10 + 30 + 40 + 25
    figures = read_weighted(nottingham, DISTRICT)["safe_day"]
    assert (figures.base, figures.whose) == (180, RESIDENTS)
    assert figures.base < told_about
    assert read_weighted(nottingham, WARD) == {}


def test_an_area_without_census_counts_has_no_weighted_figures(nottingham: Instance) -> None:
    assert read_weighted(nottingham, FORCE) == {}
    assert read_weighted(nottingham, FAR_DISTRICT) == {}


def test_too_few_residents_have_no_weighted_figure_of_a_question(nottingham: Instance) -> None:
    assert set(read_weighted(nottingham, DISTRICT)) == {"safe_day"}


def test_residents_who_answered_stand_beside_the_census(nottingham: Instance) -> None:
    gender = read_who(nottingham, DISTRICT)["gender"]
    assert (gender.base, gender.whose) == (180, RESIDENTS)
    told = {cell.option: (cell.shown, cell.census, cell.verdict) for cell in gender.cells}
    assert told == {
        "female": ("140", 0.5, MORE),
        "male": ("40", 0.5, FEWER),
        "another_way": ("<8", None, None),
    }


def test_people_under_13_are_no_part_of_the_census_shares(nottingham: Instance) -> None:
    ages = {cell.option: (cell.census, cell.verdict) for cell in read_who(nottingham, DISTRICT)["age_band"].cells}
    assert ages["18-24"] == (0.3, FEWER)
    assert ages["25-34"] == (0.7, MORE)
    assert ages["65+"] == (None, None)


def test_who_answered_is_never_said_of_a_ward(nottingham: Instance) -> None:
    assert read_who(nottingham, WARD) == {}


def test_no_count_of_what_goes_with_a_release_is_raw(nottingham: Instance) -> None:
    with nottingham.database.reading() as session:
        release = last_release(session, SURVEY)
        kinds = ("mode", "who_answered")
        tables = [extra.document for kind in kinds for extra in release_extras.of_release(session, release, kind)]
    rows = [row for document in tables for row in document.get("table", document)["rows_shown"]]
    counts = [cell["n"] for row in rows for cell in row["cells"]] + [row["base"] for row in rows]
    assert len(set(counts)) > 3
    assert {count % 5 for count in counts if count is not None} == {0}


def test_weighted_figures_go_out_apart_with_their_note_the_same_every_way(nottingham: Instance) -> None:
    for first, *others in ways_out(nottingham, ("weighted", "who_answered"), area=DISTRICT).values():
        assert first
        assert others == [first] * 3
    document = json.loads(exported(nottingham, "json", area=DISTRICT))
    assert {entry["note"] for entry in document["weighted"]} == {
        "of the people who live here and answered, weighted to the census"
    }
    analyst = signed_in(create_app(nottingham), "analyst")
    page = text_of(analyst.get(f"/staff/results/explore?survey={SURVEY}&area={DISTRICT}&question=safe_day"))
    assert "Shares of the people who live here and answered, weighted to the census." in page
    assert "weights do not make them a random sample" in page
    file = analyst.get(f"/staff/results/file?format=csv&part=weighted&survey={SURVEY}&area={DISTRICT}")
    assert file.headers["Content-Disposition"].endswith("weighted.csv")


def test_a_few_more_residents_change_no_weighted_figure(tmp_path: Path) -> None:
    instance = an_instance(tmp_path, surveyed=True)
    imported(instance, MARGINS.splitlines())
    take_in(instance, of_nottingham())
    to_state(instance, "collecting")
    first = publish(instance)
    before = read_weighted(instance, DISTRICT), read_who(instance, DISTRICT)
    take_in(instance, [answering(3, "very_safe", "male")])
    assert publish(instance) == first
    take_in(instance, [answering(40, "very_safe", "male")])
    publish(instance)
    after = read_weighted(instance, DISTRICT), read_who(instance, DISTRICT)
    assert [before[0]["safe_day"].base, after[0]["safe_day"].base] == [180, 225]
    assert [before[1]["gender"].base, after[1]["gender"].base] == [180, 225]


def test_where_only_a_few_others_answered_everybody_is_weighted(tmp_path: Path) -> None:
    instance = an_instance(tmp_path, surveyed=True)
    imported(instance, MARGINS.splitlines())
    few = answering(4, "very_unsafe", "male", area_relation=["pass_through"])
    take_in(instance, [answering(90, "very_safe", "female"), answering(30, "very_unsafe", "male"), few])
    to_state(instance, "closed")
    publish(instance)
    figures, gender = read_weighted(instance, DISTRICT)["safe_day"], read_who(instance, DISTRICT)["gender"]
    assert (figures.whose, figures.base) == (ALL, 125)
    assert (gender.whose, gender.base) == (ALL, 125)
    assert gender.cells[0].shown == row_of(instance, "gender", DISTRICT).cells[0].shown


@pytest.mark.skipif(not CENSUS.is_dir(), reason=f"NO CENSUS FILES: {CENSUS} is not on this machine")
def test_the_census_of_nottinghamshire_is_imported_and_met(tmp_path: Path) -> None:
    instance = released(tmp_path, *((CENSUS / name).read_text().splitlines() for name in FILES))
    figures = read_weighted(instance, DISTRICT)["safe_day"]
    assert figures.variables == ("age_band", "gender")
    gender = {cell.option: (cell.census, cell.verdict) for cell in read_who(instance, DISTRICT)["gender"].cells}
    assert gender == {"female": (0.51, MORE), "male": (0.49, FEWER), "another_way": (None, None)}
    assert read_who(instance, FORCE)["gender"].base == 205
    assert read_weighted(instance, FORCE)["safe_day"].base == 205
    assert ABOUT_AS_MANY not in {verdict for _, verdict in gender.values()}
