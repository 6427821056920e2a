"""Printed forms, read back from the PDF: codes, boxes, words."""

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from channels.paper.forms import a_layout
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.layout import Box, Layout
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.wording import Words
from engage.response import receipts, serials

PUBLIC_URL = "https://survey.example.org"
#: Pixels per millimetre of the pictures read back: 200 dpi, an office scanner.
SCALE = 200 / 25.4
SERIALS = ["7KQM4RTX3", "DG6KP7447"]


def a_serial(seed: int) -> str:
    digits = iter(range(seed, seed + 100))
    return serials.make_serial(lambda below: next(digits) % below)


FORMS = [
    PrintedForm(serial, receipts.receipt_of(serials.response_id_of(serial))) for serial in (a_serial(1), a_serial(11))
]


def printed(layout: Layout, forms: list[PrintedForm] | None = None) -> bytes:
    out = io.BytesIO()
    print_forms(layout, forms or FORMS[:1], PUBLIC_URL, out)
    return out.getvalue()


def pictures(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=200 / 72, grayscale=True).to_pil() for page in document]


def words_of(pdf: bytes) -> list[str]:
    return [
        " ".join(page.get_textpage().get_text_range().replace("\u00a0", " ").split())
        for page in pypdfium2.PdfDocument(pdf)
    ]


def outline_and_inside(picture: Image.Image, box: Box) -> tuple[int, int]:
    """Return the lightest pixel along the four sides of a box, and the darkest inside it."""
    left, top = box.x * SCALE, box.y * SCALE
    right, bottom = (box.x + box.w) * SCALE, (box.y + box.h) * SCALE
    middles = [(left, (top + bottom) / 2), (right, (top + bottom) / 2)]
    middles += [((left + right) / 2, top), ((left + right) / 2, bottom)]
    sides = [
        min(picture.getpixel((round(x) + dx, round(y) + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        for x, y in middles
    ]
    inside = picture.crop((round(left) + 3, round(top) + 3, round(right) - 3, round(bottom) - 3))
    return max(sides), inside.getextrema()[0]


@pytest.mark.parametrize(("language", "style"), [("en", "standard"), ("ur", "standard"), ("ar", "easy_read")])
def test_every_page_says_by_its_code_which_page_of_which_form_it_is(language: str, style: str) -> None:
    layout = a_layout(language, style)
    read = []
    for picture in pictures(printed(layout, FORMS)):
        codes = [serials.read_page_code(code.text) for code in zxingcpp.read_barcodes(picture)]
        (page_code,) = [code for code in codes if code is not None]
        read.append(page_code)
    assert read == [(form.serial, page.number) for form in FORMS for page in layout.pages]


def test_the_first_page_leads_online_by_a_code_of_its_own() -> None:
    first, second = pictures(printed(a_layout()))[:2]
    addresses = [code.text for code in zxingcpp.read_barcodes(first) if code.text.startswith("http")]
    assert addresses == [f"{PUBLIC_URL}/f/{FORMS[0].serial}"]
    assert len(zxingcpp.read_barcodes(second)) == 1


@pytest.mark.parametrize(("language", "style"), [("en", "standard"), ("ar", "standard"), ("en", "large_print")])
def test_boxes_are_drawn_where_the_layout_says_and_are_empty(language: str, style: str) -> None:
    layout = a_layout(language, style)
    for page, picture in zip(layout.pages, pictures(printed(layout)), strict=True):
        for box in page.boxes:
            outline, inside = outline_and_inside(picture, box)
            assert outline < 140, box
            assert inside > 240, box


@pytest.mark.parametrize("style", ["standard", "easy_read", "large_print"])
@pytest.mark.parametrize("language", ["en", "pl", "so"])
def test_the_words_of_every_question_can_be_found_in_the_file(language: str, style: str) -> None:
    layout = a_layout(language, style)
    found = " ".join(words_of(printed(layout)))
    route = "easy_read" if style == "easy_read" else "adult"
    words = Words(read_library_survey("feeling-safe"), language, route, style)
    for question_id in set(layout.numbers) - {"assisted", "good_things_to_do", "support_needs"}:
        text = words.text(f"{question_id}.text", place="this place").text
        assert text in found, question_id


def test_every_page_carries_the_serial_and_only_the_slip_the_receipt() -> None:
    pages = words_of(printed(a_layout()))
    assert all(serials.spoken(FORMS[0].serial) in page for page in pages)
    assert all(serials.page_code(FORMS[0].serial, at) in page for at, page in enumerate(pages, 1))
    assert [FORMS[0].receipt in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert f"{PUBLIC_URL}/w/{FORMS[0].receipt}" in pages[-1]


def test_a_demonstration_says_so_on_every_page() -> None:
    assert all("demonstration" in page for page in words_of(printed(a_layout(is_synthetic=True))))
    assert not any("demonstration" in page for page in words_of(printed(a_layout())))


def test_equal_forms_are_equal_to_the_byte() -> None:
    assert printed(a_layout("ar")) == printed(a_layout("ar"))


def test_printing_tells_how_far_it_has_come() -> None:
    told: list[tuple[int, int]] = []
    print_forms(a_layout(), FORMS, PUBLIC_URL, io.BytesIO(), lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_a_hundred_copies_cost_little_more_than_one() -> None:
    forms = [PrintedForm(a_serial(seed), "JX6V-9YT4-DWFC") for seed in range(100)]
    assert len(printed(a_layout("ar"), forms)) < 100 * 20_000
