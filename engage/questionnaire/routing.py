"""Works out which questions a respondent is asked, and in what order, from facts and answers alone."""

from collections.abc import Mapping
from typing import Any

from engage.questionnaire.conditions import holds
from engage.questionnaire.model import Facts, Option, Question, Questionnaire


def route_of(questionnaire: Questionnaire, facts: Facts) -> str:
    """Return the id of the first route whose condition holds; the last always does."""
    return _route(questionnaire, _facts(facts))


def asked_questions(questionnaire: Questionnaire, facts: Facts, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """Return the questions on this respondent's path, in order.

    Answers to questions that are not on the path count as absent for what follows, so changing an early
    answer never leaves a later one standing on something the person no longer says.
    """
    named = _facts(facts)
    route = _route(questionnaire, named)
    standing: dict[str, Any] = {}
    asked = []
    for question in questionnaire.on_route(route, is_alone=facts.assisted == "none"):
        is_conditional = question.show_when is not None or question.options_from is not None
        if is_conditional and not _is_asked(questionnaire, question, route, facts, named, standing):
            continue
        asked.append(question)
        if question.takes_answer and question.id in answers:
            standing[question.id] = answers[question.id]
    return tuple(asked)


def options_asked(
    questionnaire: Questionnaire,
    question: Question,
    facts: Facts,
    answers: Mapping[str, Any],
    route: str | None = None,
) -> tuple[Option, ...]:
    """Return the options this respondent may choose from, without the special codes.

    `route` is the respondent's, for a caller who knows it already.
    """
    route = route or route_of(questionnaire, facts)
    if question.options_from:
        parent = questionnaire.question(question.options_from)
        assert parent is not None  # noqa: S101 - the definition was checked
        ticked = answers.get(parent.id)
        chosen = ticked if isinstance(ticked, list | tuple) else ()
        return tuple(
            option
            for option in options_asked(questionnaire, parent, facts, answers, route)
            if option.code in chosen and not option.exclusive
        )
    return questionnaire.options_on_route(question, route, is_alone=facts.assisted == "none")


def _is_asked(
    questionnaire: Questionnaire,
    question: Question,
    route: str,
    facts: Facts,
    named: Mapping[str, Any],
    standing: Mapping[str, Any],
) -> bool:
    if question.show_when is not None and not holds(question.show_when, named, standing):
        return False
    if question.options_from:
        return len(options_asked(questionnaire, question, facts, standing, route)) > 1
    return True


def _route(questionnaire: Questionnaire, named: Mapping[str, Any]) -> str:
    return next(route.id for route in questionnaire.routes if route.when is None or holds(route.when, named, {}))


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "channel": facts.channel,
        "language": facts.language,
        "style": facts.style,
        "assisted": facts.assisted,
        "age_band": facts.age_band or "pns",
        "area_relation": facts.area_relation,
    }
