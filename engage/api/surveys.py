"""Describes a survey to programs: every question with its codes, scale and fold."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify

from engage.questionnaire import conditions
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    HOME_ELSEWHERE,
    SPECIAL_CODES,
    Option,
    Question,
    Questionnaire,
    QuestionType,
)
from engage.response.drawings import LONGEST_DESCRIPTION, MOST_LINES, MOST_POINTS, SHEET_HEIGHT, SHEET_WIDTH
from engage.storage import questionnaires, waves
from engage.storage.instance import Instance
from engage.storage.waves import Wave

#: What a drawing is made of: units of its sheet, lines and points it may have, characters of words beside it.
_SHEET = {
    "width": SHEET_WIDTH,
    "height": SHEET_HEIGHT,
    "lines": MOST_LINES,
    "points": MOST_POINTS,
    "words": LONGEST_DESCRIPTION,
}
surveys = Blueprint("surveys", __name__, url_prefix="/api/v1")


@surveys.get("/surveys/<slug>")
def get_survey(slug: str) -> Response:
    """Return the questionnaire of the current wave."""
    instance: Instance = current_app.extensions["engage"]
    with instance.database.reading() as session:
        wave = waves.current(session, slug)
        questionnaire = questionnaires.get(session, slug, wave.version if wave else None)
    if questionnaire is None:
        abort(404)
    return jsonify(survey_document(questionnaire, wave))


def survey_document(questionnaire: Questionnaire, wave: Wave | None) -> dict[str, Any]:
    """Return the survey as the API describes it: ids and codes, no wording."""
    return {
        "slug": questionnaire.slug,
        "code": questionnaire.code,
        "version": questionnaire.version,
        "wave": wave.name if wave else None,
        "state": wave.state if wave else None,
        "synthetic": wave.synthetic if wave else False,
        "languages": list(questionnaire.offered()),
        "styles": list(questionnaire.styles),
        "areas": list(questionnaire.areas),
        "consent": {"version": questionnaire.consent.version, "rule": questionnaire.consent.rule},
        "age_bands": [*AGE_BANDS, "25+"],
        "assisted": list(ASSISTANCE),
        "home_district": {"besides": [HOME_ELSEWHERE]},
        "special_codes": list(SPECIAL_CODES),
        "routes": [
            {"id": route.id, "when": conditions.to_document(route.when) if route.when else None}
            for route in questionnaire.routes
        ],
        "questions": [_question(questionnaire, question) for question in questionnaire.questions],
    }


def _question(questionnaire: Questionnaire, question: Question) -> dict[str, Any]:
    scale = questionnaire.scale_of(question)
    parent = questionnaire.question(question.options_from) if question.options_from else None
    options = scale.options if scale else parent.options if parent else question.options
    return {
        "id": question.id,
        "type": question.type.value,
        "multiple": question.is_multiple or question.type is QuestionType.RANKING,
        "in_answers": question.takes_answer,
        "options": [_option(option) for option in options] + [{"code": code} for code in question.special],
        "options_from": question.options_from,
        "max_choices": question.max_choices,
        "scale": scale.name if scale else None,
        "short": [option.code for option in scale.short] if scale else None,
        "short_for": list(scale.short_for) if scale else None,
        "fold": dict(scale.fold) if scale else None,
        "routes": list(question.routes) or [route.id for route in questionnaire.routes],
        "show_when": conditions.to_document(question.show_when) if question.show_when else None,
        "alone": question.alone,
        "about_you": question.about_you,
        "minimum": question.minimum,
        "maximum": question.maximum,
        "max_length": question.max_length,
        "drawing": dict(_SHEET) if question.type is QuestionType.DRAWING else None,
    }


def _option(option: Option) -> dict[str, Any]:
    document: dict[str, Any] = {"code": option.code}
    limits = {"exclusive": option.exclusive, "alone": option.alone, "routes": list(option.routes)}
    return document | {name: value for name, value in limits.items() if value}
