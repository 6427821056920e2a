"""Pages of every script: words are shown and never run, letters come out of the PDF once and in reading order."""

import re
import unicodedata
from datetime import UTC, datetime

import pypdfium2
import pytest

from engage.phrases import direction
from engage.questionnaire.library import read_library_survey
from engage.reporting.typesetting import ScriptUnknown, letters_of, quoted, set_pages

AT = datetime(2026, 12, 1, tzinfo=UTC)
LANGUAGES = [language.tag for language in read_library_survey("feeling-safe").languages]
#: Marks and spaces that steer letters and are not read.
UNREAD = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffe]")


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF as a reader gets it out."""
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def letters_in(text: str) -> str:
    """Return text without what is not read, letters in their usual form."""
    return UNREAD.sub("", unicodedata.normalize("NFKC", text))


def a_page(language: str, *lines: str) -> bytes:
    """Return a PDF with a paragraph for each line."""
    body = "".join(f"#par({quoted(line)})\n" for line in lines)
    return set_pages(f'#set document(title: "x")\n{letters_of(language)}{body}', at=AT)


@pytest.mark.parametrize(
    "words",
    [
        '#panic("run")',
        "*bold* _slanted_ = heading",
        r'a "b" \ c \" #{1+1}',
        "$x$ <label> @ref // comment",
        "{{ name }}",
    ],
)
def test_what_words_say_is_shown_and_never_run(words: str) -> None:
    assert text_of(a_page("en", words)).strip() == words


def test_a_sign_that_no_font_has_and_a_control_sign_become_question_marks() -> None:
    assert text_of(a_page("en", "a\U000f0000b\x07c")).strip() == "a?b?c"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_each_language_is_accessible_and_its_words_come_out_again(language: str) -> None:
    survey = read_library_survey("feeling-safe").language(language)
    assert survey is not None
    words = [survey.wording[key] for key in ("good_here.option.family_friends", "who_to_go_to.option.nobody")]
    page = a_page(language, *words, *survey.wording.values())
    assert b"pdfuaid:part" in page
    assert f"/Lang ({language.partition('-')[0]}".encode() in page.replace(b"/Lang(", b"/Lang (")
    read = letters_in(text_of(page))
    if language == "pa-Guru":  # A vowel sign that is written before its consonant comes out before it.
        assert all(set(letters_in(word)) <= set(read) for word in words)
    elif direction(language) == "ltr":
        assert all(letters_in(word) in read for word in words)


@pytest.mark.parametrize("language", ["ar", "ur", "fa", "ckb", "ps", "pa-Arab"])
def test_letters_from_right_to_left_come_out_once_and_in_order(language: str) -> None:
    words = "قالت پانی چشمہ" if language == "ur" else "بيت قديم"
    assert letters_in(text_of(a_page(language, words))) == letters_in(words)


def test_names_and_numbers_keep_their_order_among_words_from_right_to_left() -> None:
    read = text_of(a_page("ar", "نحو \u206860\u2069 من \u2068Clifton East\u2069 هنا"))
    assert "60" in read
    assert "06" not in read


def test_equal_pages_of_one_moment_are_equal_to_the_byte() -> None:
    assert a_page("ti", "ትግርኛ") == a_page("ti", "ትግርኛ")


def test_a_language_in_an_unknown_script_is_refused() -> None:
    with pytest.raises(ScriptUnknown, match="Thaa"):
        letters_of("dv")
