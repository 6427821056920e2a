"""Text on paper: every script joined, in the right order, within its column."""

import pytest

from engage.channels.paper.fonts import FontMissing, is_right_to_left
from engage.channels.paper.text import text_width, visual_order, visual_runs, wrap_text
from engage.phrases import script_of
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.wording import Words

ARABIC = "اتصل على الرقم 0800 1111 في أي وقت (مجانًا)"
RIGHT_TO_LEFT = ["ar", "ur", "ckb", "fa", "fa-AF", "ps", "pa-Arab"]


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
@pytest.mark.parametrize("number", ["0800 1111", "0808 16 89 111", "116 123", "85258"])
def test_a_telephone_number_keeps_its_order_inside_right_to_left_text(language: str, number: str) -> None:
    (line,) = wrap_text(ARABIC.replace("0800 1111", number), language=language, size_pt=10, width_mm=500)
    assert number in visual_order(line, language=language).replace("\u00a0", " ")


def test_every_telephone_number_of_the_library_survey_is_printed_in_order() -> None:
    survey = read_library_survey("feeling-safe")
    for language in ("ar", "ur"):
        words = Words(survey, language, "adult")
        for help_line in survey.help_lines:
            text = f"{words.text(f'help.{help_line.id}.name')}: {help_line.number}"
            (line,) = wrap_text(text, language=language, size_pt=10, width_mm=500)
            assert help_line.number in visual_order(line, language=language).replace("\u00a0", " ")


def test_words_of_arabic_stand_from_right_to_left_and_latin_names_from_left_to_right() -> None:
    shown = visual_order("في Sneinton أثناء", language="ar")
    assert shown == "ءانثأ Sneinton يف"


def test_a_telephone_number_is_never_broken_over_two_lines() -> None:
    for width in range(20, 80, 3):
        lines = wrap_text("Call Childline on 0800 1111 now", language="en", size_pt=10, width_mm=width)
        assert any("0800\u00a01111" in line for line in lines)


@pytest.mark.parametrize("language", ["en", "ar", "pl", "so", "ur"])
def test_no_line_is_wider_than_its_column(language: str) -> None:
    words = Words(read_library_survey("feeling-safe"), language, "adult")
    text = words.text("consent.statement").text
    for width in (30.0, 61.7, 180.0):
        for line in wrap_text(text, language=language, size_pt=10.5, width_mm=width):
            assert text_width(line, language=language, size_pt=10.5) <= width + 0.01


def test_a_word_wider_than_the_column_is_cut_rather_than_lost() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    lines = wrap_text(word, language="en", size_pt=10, width_mm=20)
    assert "".join(lines) == word
    assert len(lines) > 1


def test_a_paragraph_that_begins_behind_another_starts_a_new_line_when_no_word_fits() -> None:
    lines = wrap_text("Tick one.", language="en", size_pt=10, width_mm=50, indent_mm=48)
    assert lines[0] == ""
    assert "".join(lines[1:]) == "Tick one."


def test_a_chinese_line_ends_between_any_two_signs_but_not_before_a_full_stop() -> None:
    words = Words(read_library_survey("feeling-safe"), "zh-Hans", "adult")
    text = words.text("consent.statement").text
    for width in range(20, 60, 7):
        lines = wrap_text(text, language="zh-Hans", size_pt=10.5, width_mm=width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not any(line[0] in "，。、；：？！）”" or line[-1] in "（“" for line in lines)
        widths = [text_width(line, language="zh-Hans", size_pt=10.5) for line in lines]
        assert max(widths) <= width + 0.01
        assert sum(widths[:-1]) / len(widths[:-1]) > width - 12


def test_a_number_and_a_latin_name_stay_whole_in_a_chinese_line() -> None:
    for width in range(22, 60, 3):
        lines = wrap_text("请拨打Childline的0800 1111，随时都可以。", language="zh-Hans", size_pt=10, width_mm=width)
        assert any("Childline" in line for line in lines)
        assert any("0800\u00a01111，" in line for line in lines)


@pytest.mark.parametrize("tag", [language.tag for language in read_library_survey("feeling-safe").languages])
def test_every_language_of_the_library_survey_has_its_letters(tag: str) -> None:
    words = Words(read_library_survey("feeling-safe"), tag, "easy_read")
    for is_bold in (False, True):
        assert visual_runs(words.text("consent.statement").text, tag, is_bold=is_bold)


def test_latin_letters_in_an_arabic_line_run_their_own_way() -> None:
    directions = {run.text.strip(): run.is_right_to_left for run in visual_runs("في Sneinton", "ar")}
    assert directions["Sneinton"] is False
    assert any(directions.values())


def test_a_character_that_no_font_has_is_an_error_and_not_an_empty_box() -> None:
    with pytest.raises(FontMissing, match=r"U\+1F600"):
        wrap_text("\U0001f600", language="en", size_pt=10, width_mm=50)


@pytest.mark.parametrize(
    ("language", "script", "runs_right_to_left"),
    [
        ("en", "Latn", False),
        ("so", "Latn", False),
        ("pa-Arab", "Arab", True),
        ("pa-Guru", "Guru", False),
        ("ckb", "Arab", True),
        ("fa-AF", "Arab", True),
        ("ti", "Ethi", False),
        ("zh-Hans", "Hani", False),
        ("zh", "Hani", False),
        ("zh-Hant", "Hant", False),
    ],
)
def test_a_language_tag_tells_its_script_and_direction(language: str, script: str, runs_right_to_left: bool) -> None:
    assert script_of(language) == script
    assert is_right_to_left(language) is runs_right_to_left
