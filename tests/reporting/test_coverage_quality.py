"""How fieldwork goes: what is said of questions that are passed over, and that chance and small counts are not."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from engage.areas import AreaTree
from engage.questionnaire.library import read_library_survey
from engage.reporting.coverage_heard import Heard
from engage.reporting.coverage_quality import mantel_haenszel_p, read_quality
from engage.reporting.coverage_words import finding_words
from engage.reporting.labels import Labels
from engage.storage.coverage import QuestionCell, Went

SURVEY = read_library_survey("feeling-safe")


def cell(question: str, language: str = "en", style: str = "standard", channel: str = "web") -> QuestionCell:
    return QuestionCell("feeling-safe", "w", 1, question, language, style, channel)


def quality(counts: dict[QuestionCell, Went]):
    return read_quality(counts, SURVEY, Heard({}))


def test_the_test_is_the_one_of_mantel_and_haenszel() -> None:
    tables = [(12, 40, 9, 80), (5, 33, 11, 121), (30, 90, 14, 60)]
    arrays = [np.array([[a, n - a], [b, m - b]], dtype=float) for a, n, b, m in tables]
    known = StratifiedTable(arrays).test_null_odds(correction=False).pvalue
    assert mantel_haenszel_p(tables) == pytest.approx(known, abs=1e-12)
    assert mantel_haenszel_p([(0, 40, 0, 50)]) == 1.0


def test_a_question_skipped_twice_as_often_in_one_language_is_named_with_its_figures() -> None:
    counts = {
        cell("safe_dark"): Went(600, 60),
        cell("safe_dark", "so"): Went(200, 40),
        cell("safe_day"): Went(600, 60),
        cell("safe_day", "so"): Went(200, 22),
    }
    (found,) = quality(counts).findings
    words = finding_words(found, Labels(SURVEY, AreaTree(())), {"so": "Somali", "en": "English"}.__getitem__)
    assert words == (
        "“How safe do you feel outside in this place after dark?” is skipped twice as often in Somali as in English "
        "(20 % of 200, expected 10 %): look at the wording."
    )


def test_a_language_is_compared_among_those_who_answered_in_the_same_way() -> None:
    by_paper = {"style": "easy_read", "channel": "paper_keyed"}
    counts = {
        cell("safe_dark"): Went(900, 18),
        cell("safe_dark", **by_paper): Went(100, 30),
        cell("safe_dark", "so"): Went(50, 1),
        cell("safe_dark", "so", **by_paper): Went(300, 90),
    }
    assert [one for one in quality(counts).findings if one.by == "language"] == [], "paper is skipped, not Somali"


def test_too_few_are_not_compared_and_small_counts_not_told() -> None:
    counts = {cell("safe_dark"): Went(600, 30), cell("safe_dark", "so"): Went(29, 20), cell("safe_day"): Went(90, 7)}
    found = quality(counts)
    assert found.findings == ()
    assert [(one.skipped.words, one.skipped.share is None) for one in found.questions] == [
        ("under 8", True),
        ("50", False),
    ]


def test_how_many_gave_an_answer_is_not_told_by_how_many_were_asked_on() -> None:
    (one,) = quality({cell("unsafe_most"): Went(133, 40, 9)}).questions
    assert (one.asked, one.skipped.words, round(one.skipped.share, 2)) == (None, "", 0.3)
