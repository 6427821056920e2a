"""Finds what does not fit together in a questionnaire that reads well part by part."""

import re
from collections.abc import Callable, Iterator

from engage.questionnaire import conditions
from engage.questionnaire.faults import Fault
from engage.questionnaire.model import (
    AGE_BANDS,
    ASSISTANCE,
    CHANNELS,
    ENVELOPE_TYPES,
    SPECIAL_CODES,
    STYLES,
    Option,
    Question,
    Questionnaire,
    QuestionType,
    Scale,
)

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
ALLOWED_PLACEHOLDERS = frozenset({"{place}"})
#: Names the interface and the export formats use for themselves.
RESERVED_IDS = frozenset({"survey", "consent", "scale", "help", "assisted", "language", "style", "channel"})


def find_inconsistencies(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield every fault between the parts: unknown names, repeated codes, foreign wording keys."""
    yield from _routes(questionnaire)
    yield from _styles(questionnaire)
    for name, scale in questionnaire.scales.items():
        yield from _scale(f"scales.{name}", scale, questionnaire)
    seen: set[str] = set()
    for index, question in enumerate(questionnaire.questions):
        path = f"questions[{index}]"
        if question.id in seen:
            yield Fault(f"{path}.id", "repeated", f"the id {question.id!r} stands twice")
        yield from _question(path, question, questionnaire, seen)
        seen.add(question.id)
    yield from _wording(questionnaire)


def _routes(questionnaire: Questionnaire) -> Iterator[Fault]:
    routes = questionnaire.routes
    ids = [route.id for route in routes]
    if len(set(ids)) != len(ids):
        yield Fault("routes", "repeated", "a route id stands twice")
    if routes[-1].when is not None:
        yield Fault("routes", "no_last_route", "the last route must have no `when`, so that everyone has one")
    for index, route in enumerate(routes):
        if list(conditions.questions_in(route.when)):
            yield Fault(f"routes[{index}].when", "route_on_answer", "a route may look at facts only")
        yield from _facts(f"routes[{index}].when", route.when)
    for index, line in enumerate(questionnaire.help_lines):
        yield from _known_routes(f"help_lines[{index}].for", line.routes, questionnaire)


def _styles(questionnaire: Questionnaire) -> Iterator[Fault]:
    if not questionnaire.styles or (unknown := set(questionnaire.styles) - set(STYLES)):
        unknown = unknown if questionnaire.styles else {"none"}
        yield Fault("styles", "unknown_value", f"{', '.join(unknown)}: not among {', '.join(STYLES)}")
    if questionnaire.language(questionnaire.default_language) is None:
        yield Fault("languages", "default_missing", "the default language is not among the languages")
    if not questionnaire.questions:
        yield Fault("questions", "no_questions", "there is no question")
    if not questionnaire.areas:
        yield Fault("areas", "no_areas", "name the areas the survey covers")


def _scale(path: str, scale: Scale, questionnaire: Questionnaire) -> Iterator[Fault]:
    yield from _options(f"{path}.options", scale.options, questionnaire)
    yield from _options(f"{path}.short", scale.short, questionnaire)
    yield from _known_routes(f"{path}.short_for", scale.short_for, questionnaire)
    long_codes = {option.code for option in scale.options}
    short_codes = {option.code for option in scale.short}
    if long_codes & short_codes:
        yield Fault(f"{path}.short", "repeated", "the short list needs codes of its own")
    if short_codes and (set(scale.fold) != long_codes or not set(scale.fold.values()) <= short_codes):
        yield Fault(f"{path}.fold", "fold_incomplete", "every long code folds into one of the short codes")
    if scale.short_for and not short_codes:
        yield Fault(f"{path}.short_for", "no_short_list", "there is no short list to show")


def _options(path: str, options: tuple[Option, ...], questionnaire: Questionnaire) -> Iterator[Fault]:
    codes = [option.code for option in options]
    if len(set(codes)) != len(codes):
        yield Fault(path, "repeated", "an option code stands twice")
    if reserved := set(codes) & set(SPECIAL_CODES):
        yield Fault(path, "reserved_code", f"{', '.join(sorted(reserved))}: offer these with `special`")
    for index, option in enumerate(options):
        yield from _known_routes(f"{path}[{index}].routes", option.routes, questionnaire)


def _question(path: str, question: Question, whole: Questionnaire, before: set[str]) -> Iterator[Fault]:
    if question.id in RESERVED_IDS:
        yield Fault(f"{path}.id", "reserved_id", f"{question.id!r} is a name engage uses itself")
    if question.type in ENVELOPE_TYPES and question.id != question.type.value:
        yield Fault(f"{path}.id", "envelope_id", f"its id must be {question.type.value!r}")
    yield from _options(f"{path}.options", question.options, whole)
    yield from _known_routes(f"{path}.routes", question.routes, whole)
    yield from _facts(f"{path}.show_when", question.show_when)
    for other in conditions.questions_in(question.show_when):
        if other not in before:
            yield Fault(f"{path}.show_when", "unknown_question", f"{other!r} does not stand before this one")
    if check := _BY_TYPE.get(question.type):
        yield from check(path, question, whole)


def _choice(path: str, question: Question, whole: Questionnaire) -> Iterator[Fault]:
    if question.options_from is not None:
        parent = whole.question(question.options_from)
        if parent is None or parent.type is not QuestionType.MULTIPLE_CHOICE:
            yield Fault(f"{path}.options_from", "unknown_question", "expected a multiple choice before this")
        if question.options or question.type is not QuestionType.SINGLE_CHOICE:
            yield Fault(f"{path}.options", "options_twice", "its options come from another question")
    elif not question.options:
        yield Fault(f"{path}.options", "no_options", "there is nothing to choose from")


def _scaled(path: str, question: Question, whole: Questionnaire) -> Iterator[Fault]:
    if question.scale not in whole.scales:
        yield Fault(f"{path}.scale", "unknown_scale", f"there is no scale {question.scale!r}")


def _known_routes(path: str, routes: tuple[str, ...], whole: Questionnaire) -> Iterator[Fault]:
    known = {route.id for route in whole.routes}
    if unknown := set(routes) - known:
        yield Fault(path, "unknown_route", f"there is no route {', '.join(sorted(unknown))}")


def _facts(path: str, condition: conditions.Condition | None) -> Iterator[Fault]:
    known = {"age_band": (*AGE_BANDS, "25+"), "assisted": ASSISTANCE, "channel": CHANNELS, "style": STYLES}
    for fact, codes in _fact_codes(condition):
        if fact in known and (unknown := set(codes) - set(known[fact])):
            yield Fault(path, "unknown_value", f"{fact} is never {', '.join(sorted(unknown))}")


def _fact_codes(condition: conditions.Condition | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    match condition:
        case conditions.FactIs(fact, codes):
            yield fact, codes
        case conditions.AllOf(parts) | conditions.AnyOf(parts):
            for part in parts:
                yield from _fact_codes(part)
        case conditions.Not(part):
            yield from _fact_codes(part)
        case _:
            return


def _wording(questionnaire: Questionnaire) -> Iterator[Fault]:
    source = questionnaire.language(questionnaire.default_language)
    if source is None:
        return
    known = {key.partition("@")[0] for key in source.wording}
    variants = {route.id for route in questionnaire.routes} | set(STYLES)
    for language in questionnaire.languages:
        for key, text in language.wording.items():
            path = f"languages.{language.tag}.wording.{key}"
            base, _, variant = key.partition("@")
            if base not in known:
                yield Fault(path, "unknown_wording", "no such wording in the default language")
            if variant and variant not in variants:
                yield Fault(path, "unknown_variant", f"{variant!r} is neither a route nor a style")
            yield from _placeholders(path, text)


def _placeholders(path: str, text: str) -> Iterator[Fault]:
    if unknown := set(PLACEHOLDER.findall(text)) - ALLOWED_PLACEHOLDERS:
        yield Fault(path, "unknown_placeholder", f"{', '.join(sorted(unknown))} cannot be filled in")
    if PLACEHOLDER.sub("", text).count("{") or PLACEHOLDER.sub("", text).count("}"):
        yield Fault(path, "stray_brace", "a curly bracket stands alone")


_BY_TYPE: dict[QuestionType, Callable[[str, Question, Questionnaire], Iterator[Fault]]] = {
    QuestionType.SINGLE_CHOICE: _choice,
    QuestionType.MULTIPLE_CHOICE: _choice,
    QuestionType.COMMUNITY: _choice,
    QuestionType.AREA_RELATION: _choice,
    QuestionType.SCALE: _scaled,
}
