"""Sentences, words and syllables are counted as a reader would, in every script."""

import pytest

from engage.questionnaire.reading_level import length_of, reading_grade, sentences_of, steps_of, syllables_of, words_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("How safe do you feel? Say it.", 2),
        ("Call 999. Then wait.", 2),
        ("هل تشعر بالأمان؟ نعم.", 2),
        ("یہ پہلا ہے۔ یہ دوسرا ہے۔", 2),
        ("ሓደ እዩ። ክልተ ድዩ፧", 2),
        ("ਇਹ ਇੱਕ ਹੈ। ਇਹ ਦੋ ਹੈ।", 2),
        ("您感到安全吗？可以跳过。", 2),
        ("No end at all", 1),
        ("“We look.” Then we tell.", 2),
        ("... !", 0),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, count: int) -> None:
    assert len(sentences_of(text)) == count


def test_a_question_stays_with_what_it_asks_somebody_to_do() -> None:
    assert steps_of("We look. In danger now? Call 999.") == ["We look.", "In danger now? Call 999."]
    assert steps_of("ਇਹ ਇੱਕ ਹੈ। ਇਹ ਦੋ ਹੈ।") == ["ਇਹ ਇੱਕ ਹੈ।", "ਇਹ ਦੋ ਹੈ।"]


def test_a_place_counts_as_one_word() -> None:
    assert words_of("How safe is {place}?") == ["How", "safe", "is", "Place"]


def test_chinese_is_counted_by_characters_and_tigrinya_by_words() -> None:
    assert length_of("您感到安全吗？", "zh-Hans") == 6
    assert length_of("ናይ ከባቢ ዳህሳስ", "ti") == 3
    assert length_of("ናይ፡ከባቢ፡ዳህሳስ", "ti") == 3


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *(("safe", 1), ("people", 2), ("area", 3), ("community", 4), ("scared", 1), ("started", 2), ("someone", 2)),
        *(("place", 1), ("places", 2), ("police", 2), ("idea", 3), ("little", 2), ("being", 2), ("disability", 5)),
    ],
)
def test_syllables_are_counted_as_they_are_said(word: str, syllables: int) -> None:
    assert syllables_of(word) == syllables


def test_the_grade_is_that_of_the_formula() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59.
    assert reading_grade("The cat sat on the mat.") == pytest.approx(-1.45)
    # 5 words, 1 sentence, 16 syllables: 0.39 * 5 + 11.8 * 3.2 - 15.59.
    assert reading_grade("Communities experience considerable disability anxiety.") > 20


def test_nothing_has_no_grade() -> None:
    assert reading_grade("") == 0.0
