"""Builders of printed layouts for the tests of paper."""

from functools import cache

from engage.channels.paper.composition import make_layout
from engage.channels.paper.form import Form
from engage.channels.paper.layout import Layout
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire

DISTRICTS = {"E06000018": "Nottingham", "E07000170": "Ashfield", "E07000175": "Newark and Sherwood"}


def say(key: str, **placeholders: str) -> str:
    """Return words that show their key and what was put into them."""
    return " ".join([key.rpartition(".")[2].replace("_", " "), *placeholders.values()])


@cache
def a_layout(language: str = "en", style: str = "standard", *, is_synthetic: bool = False) -> Layout:
    """Return the library survey laid out."""
    return make_layout(
        read_library_survey("feeling-safe"),
        language,
        style,
        say=say,
        districts=DISTRICTS,
        is_synthetic=is_synthetic,
    )


def a_form(questionnaire: Questionnaire | None = None, language: str = "en", style: str = "standard") -> Form:
    """Return what a form asks."""
    survey = questionnaire or read_library_survey("feeling-safe")
    return Form(survey, language, style, say, DISTRICTS, "Sneinton")


def a_questionnaire(*questions: dict[str, object], **fields: object) -> Questionnaire:
    """Return a small questionnaire."""
    document = {
        "format": "engage-questionnaire/1",
        "slug": "small",
        "code": "small",
        "version": 1,
        "default_language": "en",
        "areas": ["E06000018"],
        "title": "Small survey",
        "intro": "A few questions.",
        "consent": {"version": 1, "statement": "It is your choice."},
        "questions": list(questions),
    }
    return parse_definition(document | fields)


def options(*codes: str) -> list[dict[str, str]]:
    """Return options that are labelled with their code."""
    return [{"code": code, "label": code.capitalize()} for code in codes]
