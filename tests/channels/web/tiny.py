"""Tiny questionnaires: one behaviour each, on the web."""

from typing import Any

from builders import DISTRICT
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.model import Questionnaire

YES_NO = [{"code": "yes", "label": "Yes"}, {"code": "no", "label": "No"}]
#: One question of every type, with what each is answered with.
EVERY_TYPE: list[dict[str, Any]] = [
    {"id": "age_band", "type": "age_band", "text": "How old are you?"},
    {"id": "area", "type": "area", "text": "Which area?"},
    {"id": "area_relation", "type": "area_relation", "text": "What is {place} to you?", "options": YES_NO},
    {"id": "home_district", "type": "home_district", "text": "Where do you live?"},
    {"id": "welcome", "type": "note", "text": "Now about {place}."},
    {"id": "one", "type": "single_choice", "text": "One?", "options": YES_NO, "special": ["dk", "pns"]},
    {
        "id": "several",
        "type": "multiple_choice",
        "text": "Several?",
        "max_choices": 2,
        "special": ["dk"],
        "options": [
            {"code": "none", "label": "None", "exclusive": True},
            *({"code": code, "label": code.upper()} for code in "abcdefgh"),
            {"code": "other", "label": "Something else"},
        ],
    },
    {"id": "most", "type": "single_choice", "text": "Which most?", "options_from": "several"},
    {"id": "graded", "type": "scale", "text": "How is it in {place}?", "scale": "grade", "special": ["na"]},
    {"id": "count", "type": "number", "text": "How many?", "minimum": 0, "maximum": 99, "special": ["dk"]},
    {"id": "short", "type": "short_text", "text": "In a word?", "max_length": 20},
    {"id": "long", "type": "long_text", "text": "More?", "note": "Mind the gap.", "why": "We listen."},
    {"id": "day", "type": "date", "text": "Since when?", "minimum": "2000-01-01"},
    {"id": "communities", "type": "community", "text": "Communities?", "special": ["pns"], "options": YES_NO},
]
GRADE = {
    "options": [{"code": code, "label": code.title()} for code in ("great", "good", "fair", "bad", "awful")],
    "short": [
        {"code": "safe", "label": "Good", "picture": "face_safe"},
        {"code": "between", "label": "Between", "picture": "face_between"},
        {"code": "unsafe", "label": "Not good", "picture": "face_unsafe"},
    ],
    "fold": {"great": "safe", "good": "safe", "fair": "between", "bad": "unsafe", "awful": "unsafe"},
    "short_for": ["easy_read"],
    "faces": True,
}


def a_questionnaire(*questions: dict[str, Any], **fields: Any) -> Questionnaire:
    """Return a questionnaire with these questions (one of every type by default) and code `tiny`."""
    document: dict[str, Any] = {
        "format": "engage-questionnaire/1",
        "slug": "tiny",
        "code": "tiny",
        "version": 1,
        "areas": [DISTRICT],
        "title": "Local survey",
        "intro": "A few questions.",
        "styles": ["standard", "easy_read", "large_print"],
        "consent": {"version": 1, "rule": "own", "statement": "It is your choice."},
        "routes": [
            {"id": "easy_read", "when": {"fact": "style", "is": ["easy_read"]}},
            {"id": "young", "when": {"fact": "age_band", "is": ["13-15", "16-17", "pns"]}},
            {"id": "adult"},
        ],
        "scales": {"grade": GRADE},
        "help_lines": [{"id": "childline", "number": "0800 1111", "name": "Childline", "for": ["young", "easy_read"]}],
        "questions": list(questions or EVERY_TYPE),
    }
    if not any(question.get("scale") for question in document["questions"]):
        document["scales"] = {}
    return parse_definition(document | fields)


def number_of(questionnaire: Questionnaire, question_id: str) -> int:
    """Return the page number of a question."""
    return 2 + [question.id for question in questionnaire.questions].index(question_id)
