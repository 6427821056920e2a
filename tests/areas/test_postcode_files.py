"""Holds how a list of postcodes and wards is read."""

from collections.abc import Iterator

import pytest

from engage.areas import ReferenceFileFaulty, read_postcodes


@pytest.mark.parametrize("postcode_column", ["postcode", "pcd", "pcds", "pcd7", "PCDS"])
@pytest.mark.parametrize("ward_column", ["ward", "osward", "wd25cd", "WD25CD", "ward_code"])
def test_the_columns_of_a_postcode_list_go_by_many_names(postcode_column: str, ward_column: str) -> None:
    lines = [f"{postcode_column},dointr,{ward_column}\n", "ng1 1aa,198001,E05012277\n"]
    assert list(read_postcodes(lines)) == [("NG11AA", "E05012277")]


def test_the_newest_year_of_wards_is_read() -> None:
    lines = ["pcds,wd24cd,wd25cd,osward", "NG1 1AA,E05000001,E05000002,E05000003"]
    assert list(read_postcodes(lines)) == [("NG11AA", "E05000002")]


def test_postcodes_without_a_ward_are_passed_over() -> None:
    lines = ["pcds,wd25cd", "IM1 1AA,M99999999", "JE2 3AB,", "NG1 1AA,E05012277"]
    assert list(read_postcodes(lines)) == [("NG11AA", "E05012277")]


def test_a_list_of_the_whole_country_is_read_for_the_wards_asked_for() -> None:
    lines = ["pcds,wd25cd", "GIR 0AA,E05000100", "NG1 1AA,E05012277"]
    assert list(read_postcodes(lines, wards={"E05012277"})) == [("NG11AA", "E05012277")]


def test_rows_are_read_one_at_a_time() -> None:
    def lines() -> Iterator[str]:
        yield "postcode,ward\n"
        yield "NG1 1AA,E05012277\n"
        raise AssertionError("read ahead")

    assert next(read_postcodes(lines())) == ("NG11AA", "E05012277")


def test_every_faulty_line_is_listed_after_the_last_row() -> None:
    lines = ["postcode,ward", "NG1,E05012277", "NG1 1AA,E05012277", "NG1 1AB,Castle", "NG1 1AD,E06000018"]
    rows = read_postcodes(lines)
    assert next(rows) == ("NG11AA", "E05012277")
    with pytest.raises(ReferenceFileFaulty) as refused:
        next(rows)
    assert [(f.number, f.code) for f in refused.value.faults] == [
        (2, "bad_postcode"),
        (4, "bad_ward"),
        (5, "bad_ward"),
    ]


def test_reading_stops_after_twenty_faults() -> None:
    lines = ["postcode,ward", *["NG1,E05012277"] * 1000]
    with pytest.raises(ReferenceFileFaulty) as refused:
        list(read_postcodes(lines))
    assert len(refused.value.faults) == 20


@pytest.mark.parametrize("lines", [[], ["postcode,lad\n"], ["outward,ward\n"], ["\n", "\n"]])
def test_a_list_without_postcodes_or_wards_is_refused(lines: list[str]) -> None:
    with pytest.raises(ReferenceFileFaulty):
        list(read_postcodes(lines))


def test_seventy_thousand_rows_are_read_while_nobody_waits() -> None:
    letters = "ABDEFGHJLN"
    lines = ["postcode,ward\n"]
    for n in range(73_923):
        sector, first, second = n // 100, letters[n // 10 % 10], letters[n % 10]
        lines.append(f"NG{sector // 10 % 90 + 1}{sector % 10}{first}{second},E05012277\n")
    assert sum(1 for _ in read_postcodes(lines)) == 73_923
