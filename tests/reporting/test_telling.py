"""A summary in words: in the order a councillor reads it, in every language, on the page and in the PDF alike."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from bs4 import BeautifulSoup

from builders import WARD
from engage.reporting.comparing import Change, Compared, WhoAnswered, WhoCell
from engage.reporting.labels import Labels
from engage.reporting.pages import summary_pdf
from engage.reporting.quotes import Quote
from engage.reporting.reading import Published
from engage.reporting.summary import (
    AreaSummary,
    CommunityNotInSurvey,
    SummaryAction,
    summarise_area,
    summarise_community,
)
from engage.reporting.summary_html import summary_html
from engage.reporting.telling import tell_summary
from engage.reporting.told import ToldSummary
from engage.results.plan import BreakdownRefused
from engage.storage.instance import Instance
from reporting.answered import (
    DISTRICT,
    FAR_WARD,
    FORCE,
    NEIGHBOUR,
    a_released_instance,
    people,
    published_tables,
    safe_day,
)

AT = datetime(2026, 12, 1, tzinfo=UTC)
GOOD = {"good_here": ["clubs"], "unsafe_reasons": ["dark"], "would_help": ["lights"], "who_to_go_to": ["family"]}
MORE = {"good_here": ["clubs", "school"], "safe_dark": "neither", "violence_causes": ["money"]}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with one published wave of made-up answers."""
    somali = people(40, {**GOOD, "communities": ["somali"]}, consent={"version": 1, "given": True, "age_band": "25-34"})
    groups = [*safe_day(37, 13, 11), somali, people(33, MORE), people(12, MORE, area=NEIGHBOUR)]
    instance = a_released_instance(tmp_path_factory.mktemp("telling"), groups, is_synthetic=True)
    yield instance
    instance.database.close()


def a_summary(instance: Instance, code: str = WARD) -> tuple[AreaSummary, Published]:
    """Return the summary of an area, and the release it is of."""
    published, _ = published_tables(instance, area=code)
    with instance.database.reading() as session:
        return summarise_area(session, published, code), published


def told(
    instance: Instance, code: str = WARD, language: str = "en", style: str = "standard", **changes: object
) -> ToldSummary:
    """Return an area's summary in words, with changes to what it sums up."""
    summary, published = a_summary(instance, code)
    labels = Labels(published.questionnaire, published.ground.tree, language, style)
    return tell_summary(replace(summary, **changes), published, labels)  # type: ignore[arg-type] # names of its fields


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF as a reader gets it out, in one line."""
    pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    return " ".join(" ".join(pages).split())


def a_pdf(summary: ToldSummary) -> bytes:
    """Return a summary as a PDF."""
    return summary_pdf(summary, at=AT)


def test_what_is_good_comes_first_and_what_was_asked_besides_is_left_to_the_long_page(released: Instance) -> None:
    assert [section.role for section in told(released).sections] == [
        "good", "safety", "unsafe", "causes", "help", "turn_to",
    ]  # fmt: skip
    safety = told(released).sections[1]
    assert [question.id for question in safety.questions][:2] == ["safe_day", "safe_dark"]
    assert len(safety.runs) == 1


def test_easy_read_tells_what_was_asked_in_easy_read_with_ten_people_and_pictures(released: Instance) -> None:
    easy = told(released, style="easy_read")
    asked = [question.id for section in easy.sections for question in section.questions]
    assert asked == ["good_here", "safe_day", "safe_dark", "unsafe_reasons", "would_help"]
    first = easy.sections[0].questions[0].answers[0]
    assert (first.said, first.tenths, first.interval, first.picture) == ("nearly everyone", None, None, "club")


def test_a_ward_with_few_answers_says_whose_figures_it_has(released: Instance) -> None:
    summary = told(released, NEIGHBOUR)
    assert "Clifton West alone" in text_of(a_pdf(summary))
    assert "Clifton West alone" in summary_html(summary)


def test_a_ward_with_nothing_to_show_says_so_and_has_no_figures(released: Instance) -> None:
    summary = told(released, FAR_WARD)
    assert "not enough answers to show safely" in summary.sure.lines[0]
    assert "not enough answers to show safely" in summary.notes[0]
    assert summary.sections == ()


def test_made_up_answers_say_so_in_the_pdf(released: Instance) -> None:
    assert "Everything here is made up" in text_of(a_pdf(told(released)))


def test_the_page_and_the_pdf_say_the_same_shares(released: Instance) -> None:
    summary = told(released)
    summary = replace(summary, how=replace(summary.how, lines=()))
    shares = re.compile(r"about (\d+) in 100")
    page = BeautifulSoup(summary_html(summary), "html.parser")
    for chart in page.find_all("svg"):
        chart.decompose()
    on_page = sorted(shares.findall(" ".join(page.get_text(" ").split())))
    assert on_page == sorted(shares.findall(text_of(a_pdf(summary))))
    assert len(on_page) > 4


def test_the_pdf_is_read_in_the_order_of_the_page(released: Instance) -> None:
    summary = told(released, DISTRICT)
    read = text_of(a_pdf(summary))
    wanted = [summary.heading, *(section.heading for section in summary.sections)]
    wanted += [part.heading for part in (summary.change, summary.sure)] + ["Who answered"]
    wanted += [part.heading for part in (summary.next, summary.how)]
    places = [read.index(words) for words in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("style", ["standard", "easy_read", "large_print"])
def test_every_language_and_style_makes_a_tagged_pdf(released: Instance, style: str) -> None:
    _, published = a_summary(released)
    for language in published.questionnaire.languages:
        made = a_pdf(told(released, language=language.tag, style=style))
        assert b"pdfuaid:part" in made
        assert 1 <= len(pypdfium2.PdfDocument(made)) <= 24


def test_more_or_less_than_elsewhere_is_said_only_where_it_is_clear(released: Instance) -> None:
    clear = Compared("safe_day", "safe", "higher", 0.6, 0.4, 0.05, 0.3)
    unclear = replace(clear, option="unsafe", verdict="no_clear_difference")
    compared = {(each.question, each.option): each for each in (clear, unclear)}
    summary = told(released, compared=compared)
    answers = next(question for question in summary.sections[1].questions if question.id == "safe_day").answers
    assert {answer.cell.option: answer.remarks for answer in answers} == {
        "safe": ("more than elsewhere",), "between": (), "unsafe": (),
    }  # fmt: skip
    assert any("too big to be only chance" in line for line in summary.how.lines)
    nothing = told(released, compared={("safe_day", "unsafe"): unclear})
    assert any(line.startswith("Nothing here is clearly different") for line in nothing.sure.lines)


def test_what_changed_since_the_wave_before_is_told_with_both_figures(released: Instance) -> None:
    better = Compared("safe_day", "safe", "higher", 0.6, 0.4, 0.05, 0.3)
    change = Change("2026-spring", "0" * 64, "as_answered", {("safe_day", "safe"): better})
    [line] = told(released, change=change).change.lines
    assert line.endswith("Safe: about 60 in 100. Last time: about 40 in 100.")
    assert "clearly changed" in told(released, change=replace(change, cells={})).change.lines[0]
    assert "in other ways than last time" in told(released, change=replace(change, how="mix_differs")).change.lines[0]
    assert "nothing from last time" in told(released).change.lines[0]


def test_who_answered_stands_beside_the_census(released: Instance) -> None:
    cell = WhoCell("female", "60", 0.6, 0.5, 0.7, 0.51, "about_as_many")
    few = replace(cell, option="male", share=0.4, census=0.49, verdict="fewer")
    summary = told(released, DISTRICT, answered=(WhoAnswered("gender", 100, "ok", (cell, few)),))
    assert summary.who is not None
    [question] = summary.who.questions
    assert (question.answers[0].beside, question.answers[0].remarks) == ("live here: about 51 in 100", ())
    assert question.answers[1].remarks == ("fewer than live here",)
    assert "from the Census 2021" in summary.who_notes[-1]


def test_a_ward_does_not_say_who_answered(released: Instance) -> None:
    assert told(released).who is None


def test_half_from_one_batch_is_said_and_not_called_few_people(released: Instance) -> None:
    summary, published = a_summary(released)
    sections = tuple(
        replace(section, entries=tuple(replace(entry, is_from_one_batch=True) for entry in section.entries))
        for section in summary.sections
    )
    labels = Labels(published.questionnaire, published.ground.tree)
    question = tell_summary(replace(summary, sections=sections), published, labels).sections[0].questions[0]
    assert question.base == "About 75 people answered this."
    assert "came from one group or one place" in question.notes[-1]


def test_what_was_done_is_told_with_owner_and_day_and_escaped(released: Instance) -> None:
    action = SummaryAction("It is <dark>", "12 new lights #panic()", "Highways, *Ann*", date(2026, 12, 3))
    summary = told(released, actions=(action,))
    assert summary.next.lines == ()
    page = summary_html(summary)
    assert "It is &lt;dark&gt;" in page
    assert "<dark>" not in page
    read = text_of(a_pdf(summary))
    assert "12 new lights #panic()" in read
    assert "Highways, *Ann*, 3 December 2026" in read
    assert "say here what is done" in told(released).next.lines[0]


def test_quotes_name_their_district_and_stand_in_their_own_language(released: Instance) -> None:
    quote = Quote("The <b>stairs</b> by the [place] are dark.", DISTRICT, "under_25", is_translated=True)
    summary = told(released, language="ar", quotes=(quote,))
    page = BeautifulSoup(summary_html(summary), "html.parser").blockquote
    words = page.find(attrs={"lang": "en"})
    assert (words.text, words["dir"]) == (quote.words, "ltr")
    assert "Nottingham" in page.text
    assert "Clifton East" not in page.text
    said = text_of(a_pdf(told(released, quotes=(quote,))))
    assert f"{quote.words} Somebody, under 25, who told us about Nottingham" in said
    assert "In people's own words" not in text_of(a_pdf(told(released)))


def test_a_community_is_summed_up_for_the_whole_ground_and_its_districts_but_no_ward(released: Instance) -> None:
    published, _ = published_tables(released, area=WARD)
    with released.database.reading() as session:
        somali = summarise_community(session, published, "somali")
        assert (somali.area.code, somali.base, somali.quality) == (FORCE, 40, "care")
        with pytest.raises(CommunityNotInSurvey):
            summarise_community(session, published, "atlantean")
        with pytest.raises(BreakdownRefused):
            summarise_community(session, published, "somali", WARD)
    heading = tell_summary(somali, published, Labels(published.questionnaire, published.ground.tree)).heading
    assert heading == "What people said who feel part of this community: Somali"


def test_a_survey_without_roles_is_summed_up_in_its_own_order(released: Instance) -> None:
    summary, published = a_summary(released)
    questions = tuple(replace(question, summary=None) for question in published.questionnaire.questions)
    plain = replace(published, questionnaire=replace(published.questionnaire, questions=questions))
    with released.database.reading() as session:
        again = summarise_area(session, plain, WARD)
    labels = Labels(plain.questionnaire, plain.ground.tree)
    [section] = tell_summary(again, plain, labels).sections
    assert section.heading == "What people said"
    assert len(section.questions) == sum(bool(entry.row.cells) for entry in summary.entries)


def test_a_ward_of_its_own_stands_beside_its_district(released: Instance) -> None:
    day = next(question for question in told(released).sections[1].questions if question.id == "safe_day")
    assert [answer.beside for answer in day.answers] == ["In Nottingham: about 58 in 100", None, None]


def test_every_number_of_people_in_a_pdf_is_rounded(released: Instance) -> None:
    read = " ".join(text_of(a_pdf(told(released, code))) for code in (WARD, NEIGHBOUR, DISTRICT, FORCE))
    people_told = [int(number.replace(",", "")) for number in re.findall(r"About ([\d,]+) people", read)]
    assert len(people_told) > 20
    assert all(number % 5 == 0 for number in people_told)
