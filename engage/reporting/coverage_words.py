"""The sentences in which staff are told how fieldwork goes: findings about questions, readers and ways of answering."""

from collections.abc import Callable

from engage.questionnaire.conditions import AnswerIs
from engage.reporting.coverage_census import CHANNEL_WORDS, STYLE_WORDS
from engage.reporting.coverage_quality import Finding, hangs_on_answers
from engage.reporting.labels import Labels

#: What is to be looked at where one kind of reader passes a question over more often.
_LOOK = {"language": "look at the wording", "style": "look at the wording", "channel": "look at how it is asked"}
#: Questions that have no words of their own in the interface of staff.
_ENVELOPE = {
    "age_band": "How old are you?",
    "area": "Which area?",
    "area_relation": "What is the area to you?",
    "home_district": "Which council area do you live in?",
}
#: Characters of a question in a sentence.
_LONGEST = 110


def question_words(labels: Labels, question_id: str) -> str:
    """Return a question as it is asked, cut where it is long."""
    words = _ENVELOPE.get(question_id) or str(labels.question(question_id, "this place"))
    asked = labels.questionnaire.question(question_id)
    if asked is not None and isinstance(asked.show_when, AnswerIs):
        given = [str(labels.option(asked.show_when.question_id, code)) for code in asked.show_when.codes]
        words = f"{words} ({', '.join(given)})"
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} …"


def reader_words(by: str, code: str, language_name: Callable[[str], str]) -> str:
    """Return the name of a language, a style or a way of answering."""
    if by == "language":
        return language_name(code)
    return (STYLE_WORDS if by == "style" else CHANNEL_WORDS).get(code, code)


def finding_words(found: Finding, labels: Labels, language_name: Callable[[str], str]) -> str:
    """Return a finding as a sentence that says how often, of how many, and what to look at."""
    own, other = (reader_words(found.by, code, language_name) for code in (found.code, found.baseline))
    within = "in" if found.by == "language" else "with"
    happened = "is skipped" if found.what == "skipped" else "is where people leave"
    compared = f"{_times(found.ratio)} as often {within} {own} as {within} {other}"
    asked = labels.questionnaire.question(found.question)
    of = "" if asked is not None and hangs_on_answers(asked) else f" of {found.rate.of}"
    figures = f"{percent_words(found.rate.count / found.rate.of)}{of}, expected {percent_words(found.expected)}"
    return f"“{question_words(labels, found.question)}” {happened} {compared} ({figures}): {_LOOK[found.by]}."


def _times(ratio: float) -> str:
    rounded = round(ratio * 2) / 2
    return {1.5: "one and a half times", 2.0: "twice"}.get(rounded, f"{rounded:g} times")


def percent_words(share: float) -> str:
    """Return a share in per cent; a small one is not told as none."""
    return "under 1 %" if 0 < share < 0.005 else f"{share * 100:.0f} %"  # noqa: PLR2004 - rounds to nothing
