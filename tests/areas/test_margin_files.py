"""Holds how census margins are read, long and wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.areas import Margin, ReferenceFileFaulty, read_margins

CITY = "E06000018"


def faults_of(*lines: str) -> list[str]:
    with pytest.raises(ReferenceFileFaulty) as refused:
        read_margins(lines)
    return [f"{fault.where} {fault.number} {fault.code}" for fault in refused.value.faults]


def test_a_plain_long_list_is_read_as_it_stands() -> None:
    lines = ["area,variable,category,count", f"{CITY},main_language,so,1200", "place:sneinton,sex,female,7"]
    assert read_margins(lines) == (
        Margin(CITY, "main_language", "so", 1200),
        Margin("place:sneinton", "sex", "female", 7),
    )


def test_the_nineteen_ethnic_groups_of_the_census_have_short_codes() -> None:
    lines = [
        "lad_code,lad_name,ethnic_group,count",
        f'{CITY},Nottingham,"Black, Black British, Black Welsh, Caribbean or African: African",12000',
        f'{CITY},Nottingham,"White: English, Welsh, Scottish, Northern Irish or British",185000',
        f"{CITY},Nottingham,Other ethnic group: Arab,3000",
    ]
    assert read_margins(lines) == (
        Margin(CITY, "ethnic_group_19", "black_african", 12000),
        Margin(CITY, "ethnic_group_19", "white_british", 185000),
        Margin(CITY, "ethnic_group_19", "other_arab", 3000),
    )


def test_the_five_headings_are_their_own_variable() -> None:
    lines = ["code,ethnic_group,count", f"{CITY},White,10", f"{CITY},Mixed or Multiple ethnic groups,2"]
    assert read_margins(lines) == (
        Margin(CITY, "ethnic_group_5", "white", 10),
        Margin(CITY, "ethnic_group_5", "mixed", 2),
    )


def test_one_column_a_category_is_read_by_the_names_of_the_columns() -> None:
    lines = [
        "lad_code,lad_name,all,female,male,age_16_24,age_65_plus,eth_asian,disabled_yes,rel_no_religion",
        f"{CITY},Nottingham,9,5,4,3,2,1,0,8",
    ]
    assert read_margins(lines) == (
        Margin(CITY, "sex", "female", 5),
        Margin(CITY, "sex", "male", 4),
        Margin(CITY, "age", "16-24", 3),
        Margin(CITY, "age", "65+", 2),
        Margin(CITY, "ethnic_group_5", "asian", 1),
        Margin(CITY, "disability", "yes", 0),
        Margin(CITY, "religion", "no_religion", 8),
    )


def test_single_years_of_age_are_read() -> None:
    lines = ["lad_code,lad_name,all,13,90+", f"{CITY},Nottingham,5,3,2"]
    assert read_margins(lines) == (
        Margin(CITY, "single_year_of_age", "13", 3),
        Margin(CITY, "single_year_of_age", "90+", 2),
    )


def test_a_ward_summed_from_no_small_area_has_no_figures_and_not_zeros() -> None:
    lines = [
        "ward_code,ward_name,lad_code,n_lsoa21,age_0_15",
        "E05010102,Castle Donington Park,E07000134,0,",
        "E05010103,Castle Rock,E07000134,2,500",
    ]
    assert read_margins(lines) == (Margin("E05010103", "age", "0-15", 500),)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Nottingham,sex,female,5", "bad_code"),
        (f"{CITY},Sex of person,female,5", "bad_variable"),
        (f"{CITY},sex,,5", "bad_category"),
        (f"{CITY},sex,female,", "bad_count"),
        (f"{CITY},sex,female,-5", "bad_count"),
        (f"{CITY},sex,female,5.5", "bad_count"),
        (f"{CITY},sex,female,٥", "bad_count"),
        (f"{CITY},sex,male,6", "margin_twice"),
        (f"{CITY},sex,female", "wrong_width"),
    ],
)
def test_a_faulty_row_is_named_by_its_line(row: str, code: str) -> None:
    assert faults_of("area,variable,category,count", f"{CITY},sex,male,5", row) == [f"line 3 {code}"]


def test_a_missing_count_in_a_wide_file_is_a_fault_and_not_zero() -> None:
    with pytest.raises(ReferenceFileFaulty, match=r"line 2: “” is not a count of people \(column male\)"):
        read_margins(["lad_code,female,male", f"{CITY},5,"])


def test_a_column_nobody_knows_is_not_passed_over_in_silence() -> None:
    assert faults_of("lad_code,female,helicopters", f"{CITY},5,6") == ["line 1 unknown_column"]


def test_an_ethnic_group_nobody_knows_is_a_fault() -> None:
    assert faults_of("lad_code,ethnic_group,count", f"{CITY},White: Martian,5") == ["line 2 unknown_category"]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ((), "file None empty"),
        (("female,male", "1,2"), "line 1 no_code_column"),
        (("lad_code,lad_name", f"{CITY},Nottingham"), "line 1 no_column"),
        (("lad_code,count", f"{CITY},5"), "line 1 no_column"),
        (("lad_code,sex,age,count", f"{CITY},female,16-24,5"), "line 1 no_column"),
        (("lad_code,female",), "file None empty"),
    ],
)
def test_a_file_without_figures_is_refused(lines: tuple[str, ...], fault: str) -> None:
    assert faults_of(*lines) == [fault]


@given(st.lists(st.text(max_size=30), max_size=6))
def test_no_text_breaks_the_reading_of_margins(lines: list[str]) -> None:
    with pytest.raises(ReferenceFileFaulty):
        read_margins(lines)
