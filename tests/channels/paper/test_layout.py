"""The printed layout: every box in its place, with room to tick it and nothing in the way."""

from itertools import combinations

import pytest

from channels.paper.forms import DISTRICTS, a_layout, a_questionnaire, options, say
from engage.channels.paper.composition import BOTTOM, CORNER, MARGIN, QuestionTooLong, make_layout
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Box, Layout, Mark, Page, Text, printed_document
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire

FORMS = [("en", "standard"), ("en", "easy_read"), ("en", "large_print"), ("ar", "standard"), ("pl", "standard")]
FORMS += [("ur", "standard"), ("so", "standard"), ("ar", "easy_read"), ("ur", "large_print"), ("zh-Hans", "standard")]
forms = pytest.mark.parametrize(("language", "style"), FORMS)


def laid_out(questionnaire: Questionnaire, style: str = "standard") -> Layout:
    return make_layout(questionnaire, "en", style, say=say, districts=DISTRICTS)


def boxes(layout: Layout) -> list[Box]:
    return [box for page in layout.pages for box in page.boxes]


def marks(page: Page) -> list[Mark]:
    return [*page.boxes, *page.spaces, *page.texts, *page.rules, *page.figures, *page.slots]


def edges(mark: Mark) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom; a text's y is its base line."""
    if isinstance(mark, Text):
        return mark.x, mark.y - 0.75 * mark.h, mark.x + mark.w, mark.y + 0.2 * mark.h
    return mark.x, mark.y, mark.x + mark.w, mark.y + mark.h


def touch(one: Mark, other: Mark, distance: float = 0.0) -> bool:
    left, top, right, bottom = edges(one)
    left2, top2, right2, bottom2 = edges(other)
    apart = left2 - right, left - right2, top2 - bottom, top - bottom2
    return all(gap < distance - 0.01 for gap in apart)


@forms
def test_boxes_have_room_to_be_ticked(language: str, style: str) -> None:
    for page in a_layout(language, style).pages:
        assert all(box.w == box.h == 4.0 for box in page.boxes)
        for one, other in combinations(page.boxes, 2):
            assert max(abs(one.x - other.x), abs(one.y - other.y)) >= 7.99


@forms
def test_nothing_stands_in_a_box_or_closer_than_a_millimetre(language: str, style: str) -> None:
    for page in a_layout(language, style).pages:
        for box in page.boxes:
            near = [mark for mark in (*page.texts, *page.figures, *page.spaces) if touch(box, mark, 1.0)]
            # A space to write in may begin right below a row of boxes, but never reaches into it.
            assert not [mark for mark in near if isinstance(mark, Text) or touch(box, mark)]


@forms
def test_no_text_runs_into_another(language: str, style: str) -> None:
    for page in a_layout(language, style).pages:
        for one, other in combinations(page.texts, 2):
            assert not touch(one, other), (one.text, other.text)


@forms
def test_everything_stands_inside_the_printable_area_and_the_corners_stay_free(language: str, style: str) -> None:
    for page in a_layout(language, style).pages:
        last_line = min(PAGE_HEIGHT, page.bottom_mm)
        for mark in marks(page):
            left, top, right, bottom = edges(mark)
            assert left >= MARGIN - 0.01, mark
            assert top >= MARGIN - 0.01, mark
            assert right <= PAGE_WIDTH - MARGIN + 0.01, mark
            assert bottom <= PAGE_HEIGHT - MARGIN + 0.01, mark
            for y in (0.0, last_line - CORNER):
                for x in (0.0, PAGE_WIDTH - CORNER):
                    assert not touch(mark, Mark(x, y, CORNER, CORNER)), mark


@forms
def test_the_white_around_the_page_code_is_four_modules_wide(language: str, style: str) -> None:
    for page in a_layout(language, style).pages:
        (code,) = [slot for slot in page.slots if slot.what == "page_code"]
        quiet = code.w / 21 * 4
        assert not [mark for mark in marks(page) if mark is not code and touch(code, mark, quiet)]


@forms
def test_a_question_never_splits_over_two_pages(language: str, style: str) -> None:
    pages: dict[str, set[int]] = {}
    for page in a_layout(language, style).pages:
        for mark in (*page.boxes, *page.spaces):
            pages.setdefault(mark.question, set()).add(page.number)
    assert all(len(found) == 1 for found in pages.values())


def test_every_option_has_one_box_and_every_question_an_answer() -> None:
    layout = a_layout()
    drawn = [(box.question, box.option) for box in boxes(layout)]
    assert len(drawn) == len(set(drawn))
    survey = read_library_survey("feeling-safe")
    for question in survey.questions:
        for option in question.options:
            assert ((question.id, option.code) in drawn) is not question.permits_quotes
        for code in question.special:
            assert (question.id, code) in drawn
    assert ("consent", "yes") in drawn
    assert ("assisted", "interpreter") in drawn
    assert ("age_band", "13-15") in drawn
    assert ("area", "E06000018") in drawn
    assert ("home_district", "elsewhere") in drawn
    spaces = {space.question for page in layout.pages for space in page.spaces}
    assert spaces == {"area", "say_more", "communities"}


def test_the_tick_that_matters_most_has_its_box_beside_the_first() -> None:
    found = {(box.question, box.option): box for box in boxes(a_layout())}
    first, most = found["unsafe_reasons", "dark"], found["unsafe_most", "dark"]
    assert first.y == most.y
    assert first.x < most.x < first.x + 10
    assert ("unsafe_most", "nothing") not in found


def test_consent_and_age_come_first_and_the_private_questions_say_so() -> None:
    first = [box.question for box in boxes(a_layout())]
    assert list(dict.fromkeys(first))[:4] == ["consent", "age_band", "assisted", "area"]
    private = [text for page in a_layout().pages for text in page.texts if text.text == "alone"]
    assert len(private) == 3


def test_a_form_from_right_to_left_has_its_boxes_at_the_right_of_their_labels() -> None:
    for language, runs_right_to_left in (("en", False), ("ar", True)):
        layout = a_layout(language)
        box = next(box for box in boxes(layout) if box.question == "consent")
        (label,) = [text for text in layout.pages[0].texts if text.text == "consent yes"]
        assert (box.x > label.x) is runs_right_to_left


@forms
def test_the_slip_tears_off_without_taking_an_answer_along(language: str, style: str) -> None:
    layout = a_layout(language, style)
    last = layout.pages[-1]
    assert last.bottom_mm < PAGE_HEIGHT
    torn = [last, layout.pages[-2]] if last.number % 2 == 0 else [last]
    for page in torn:
        assert page.bottom_mm == last.bottom_mm
        assert all(edges(mark)[3] < page.bottom_mm for mark in (*page.boxes, *page.spaces))
    on_slip = [text.text for text in last.texts if text.y > last.bottom_mm]
    assert on_slip == ["slip keep", "slip how"]
    assert {slot.what for slot in last.slots if slot.y > last.bottom_mm} == {"receipt", "receipt_address"}


def test_the_standard_form_of_the_library_survey_takes_three_sheets() -> None:
    assert len(a_layout().pages) <= 6


def test_a_layout_comes_back_unchanged_from_its_document() -> None:
    layout = a_layout("ar")
    again = Layout.from_document(layout.to_document())
    assert again == layout
    assert again.content_hash == layout.content_hash
    assert a_layout("en").content_hash != layout.content_hash


def test_a_document_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="engage-paper-layout/1"):
        Layout.from_document({"format": "something else"})


def test_the_document_of_printed_forms_names_every_page_of_every_copy() -> None:
    layout = a_layout()
    document = printed_document(layout, ["7KQM4RTXC", "DG6KP7447"])
    count = len(layout.pages)
    assert [page["pdf_page"] for page in document["pages"]] == list(range(1, 2 * count + 1))
    assert [page["serial"] for page in document["pages"]] == ["7KQM4RTXC"] * count + ["DG6KP7447"] * count
    first = document["pages"][count]
    assert (first["page"], first["width_mm"], first["height_mm"]) == (1, 210.0, 297.0)
    assert set(first["boxes"][0]) == {"question", "option", "x", "y", "w", "h"}


def test_every_type_of_question_can_be_put_on_paper() -> None:
    questions = [
        {"id": "people", "type": "number", "text": "How many?"},
        {"id": "day", "type": "date", "text": "When?"},
        {"id": "word", "type": "short_text", "text": "One word?"},
        {"id": "story", "type": "long_text", "text": "Tell us more."},
        {"id": "between", "type": "note", "text": "Nearly done."},
    ]
    for style in ("standard", "easy_read", "large_print"):
        layout = laid_out(a_questionnaire(*questions, styles=[style]), style)
        spaces = {space.question for page in layout.pages for space in page.spaces}
        assert spaces == {"people", "day", "word", "story"}
        assert "between" not in layout.numbers


def test_a_parents_agreement_has_its_box_where_the_survey_asks_for_it() -> None:
    question = {"id": "word", "type": "short_text", "text": "One word?"}
    asked = a_questionnaire(question, consent={"version": 1, "rule": "parent_opt_in", "statement": "Your choice."})
    assert ("guardian", "agreed") in [(box.question, box.option) for box in boxes(laid_out(asked))]


def test_a_list_too_long_for_any_page_is_an_error_that_names_the_question() -> None:
    many = options(*(f"c{number}" for number in range(200)))
    survey = a_questionnaire({"id": "many", "type": "single_choice", "text": "Which?", "options": many})
    with pytest.raises(QuestionTooLong) as raised:
        laid_out(survey, "large_print")
    assert raised.value.question_id == "many"


def test_pages_end_above_the_line_at_their_foot() -> None:
    for page in a_layout().pages:
        foot = page.bottom_mm - (PAGE_HEIGHT - BOTTOM)
        assert all(edges(mark)[3] <= foot + 0.01 for mark in (*page.boxes, *page.spaces))
