"""Indicators of other suppliers: what a file may hold, and faults with their line."""

import pytest

from engage.areas import ReferenceFileFaulty, period_words, read_indicators
from engage.reporting.beside import byar_limits

KNOWN = ("E06000018", "E05012278")
HEAD = "lad25cd,period,indicator,source,licence,definition,value,numerator,denominator,per,break,suppressed"
ABOUT = "Violence,A force,OGL v3.0,Offences recorded"


def a_line(
    value: str = "12.5", period: str = "2025-Q3", more: str = "125,10000,1000,,", code: str = "E06000018"
) -> str:
    return f"{code},{period},{ABOUT},{value},{more}"


def fault_of(*lines: str) -> str:
    with pytest.raises(ReferenceFileFaulty) as refusal:
        read_indicators([HEAD, *lines], known=KNOWN)
    return str(refusal.value)


def test_a_figure_comes_with_its_small_print() -> None:
    read = read_indicators([HEAD, a_line(more="125,10000,1000,New system,")], known=KNOWN)
    ((head, (figure,)),) = read.items()
    assert (head.name, head.source, head.licence, head.definition, head.per) == (
        "Violence", "A force", "OGL v3.0", "Offences recorded", 1000.0,
    )  # fmt: skip
    assert (figure.value, figure.numerator, figure.denominator) == (12.5, 125.0, 10000.0)
    assert (figure.recording_break, figure.is_suppressed) == ("New system", False)


@pytest.mark.parametrize("mark", ["*", "[c]", "x", ":"])
def test_the_suppliers_own_suppression_is_kept(mark: str) -> None:
    read = read_indicators([HEAD, a_line(value=mark, more=",10000,1000,,")], known=KNOWN)
    ((figure,),) = read.values()
    assert figure.is_suppressed
    assert figure.value is None
    assert figure.denominator == 10000.0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (a_line(value="14"), "line 2: 14 is not 125 of 10000 per 1000, which makes 12.5"),
        (a_line(value="many"), "line 2: “many” in value is not a number"),
        (a_line(value=""), "line 2: there is no value"),
        (a_line(period="Q3"), "line 2: “Q3” is no period"),
        (a_line(period="2025/27"), "line 2: “2025/27” is no financial year"),
        (a_line(code="E06999999"), "line 2: no area here has the code"),
        (a_line(code="Leeds"), "line 2: “Leeds” is not the code of an area"),
        (a_line(more="125,10000,1000,,yes"), "line 2: this figure is said to be suppressed and has a value"),
        (a_line(more="125,0,1000,,"), "line 2: the denominator is 0"),
    ],
)
def test_a_fault_names_its_line(line: str, said: str) -> None:
    assert said in fault_of(line)


def test_every_fault_of_a_file_is_told_together() -> None:
    said = fault_of(a_line(value="x1"), a_line(), a_line())
    assert "line 2" in said
    assert "line 4: Violence of E06000018 in 2025-Q3 stands in this file already" in said


def test_a_file_without_a_licence_is_refused() -> None:
    with pytest.raises(ReferenceFileFaulty, match="“licence”"):
        read_indicators(["area,period,value,source,indicator,definition"], known=KNOWN)


def test_one_indicator_has_one_definition() -> None:
    other = a_line(period="2025-Q2").replace("Offences recorded", "Calls")
    assert "line 3: “Violence” has another licence, definition or per" in fault_of(a_line(), other)


def test_periods_are_told_in_words() -> None:
    assert period_words("2025-Q3") == "July to September 2025"
    assert period_words("2025/26") == "2025/26"
    assert period_words("2025-04/2025-06") == "2025-04 to 2025-06"


def test_byars_limits_of_ten_events_are_the_published_ones() -> None:
    """Byar's 95 % limits for a count of 10, as public health guidance prints them: 4.79 and 18.39."""
    low, high = byar_limits(10, 1.96)
    assert (round(low, 2), round(high, 2)) == (4.79, 18.39)
