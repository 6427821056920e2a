"""Finds what does not fit together in a questionnaire that reads well part by part."""

import re
from collections.abc import Callable, Collection, Iterator

from engage.questionnaire import conditions
from engage.questionnaire.faults import Fault
from engage.questionnaire.model import (
    ENVELOPE_TYPES,
    MOST_RANKED,
    MULTIPLE_TYPES,
    NOTICE,
    SPECIAL_CODES,
    STYLES,
    TEXT_TYPES,
    Option,
    Question,
    Questionnaire,
    QuestionType,
    Scale,
)
from engage.questionnaire.places import places_of_wording
from engage.questionnaire.references import find_loose_references

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
ALLOWED_PLACEHOLDERS = frozenset({"{place}"})
#: What the record of a survey fills into its privacy notice.
NOTICE_PLACEHOLDERS = frozenset({"{organisation}", "{contact}", "{days}", "{years}"})
#: The wording of a question itself: the only words that a place is filled into.
_QUESTION_WORDS = re.compile(r"[^.]+\.(text|hint|why|note)")
#: Names the interface and the export formats use for themselves.
RESERVED_IDS = frozenset({"survey", "consent", "scale", "help", "assisted", "language", "style", "channel"})
_BOUNDED_TYPES = frozenset({QuestionType.NUMBER, QuestionType.DATE})
_CODED_TYPES = frozenset({QuestionType.SINGLE_CHOICE, QuestionType.SCALE}) | MULTIPLE_TYPES - ENVELOPE_TYPES
#: Fields that only some types of question have. Words have no special codes: they could not be told from words.
FIELD_TYPES = {
    "options": frozenset({QuestionType.SINGLE_CHOICE, QuestionType.RANKING}) | MULTIPLE_TYPES,
    "options_from": frozenset({QuestionType.SINGLE_CHOICE}),
    "scale": frozenset({QuestionType.SCALE}),
    "special": _CODED_TYPES | _BOUNDED_TYPES,
    "max_choices": frozenset({QuestionType.MULTIPLE_CHOICE, QuestionType.RANKING}),
    "minimum": _BOUNDED_TYPES,
    "maximum": _BOUNDED_TYPES,
    "max_length": TEXT_TYPES,
}
#: A question with nothing but what every question has.
_BARE = Question("", QuestionType.NOTE)


def find_inconsistencies(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Yield every fault between the parts: unknown names, repeated codes, foreign wording keys."""
    yield from _survey(questionnaire)
    yield from _routes(questionnaire)
    yield from _help_lines(questionnaire)
    for name, scale in questionnaire.scales.items():
        yield from _scale(f"scales.{name}", scale, questionnaire)
    before: set[str] = set()
    for index, question in enumerate(questionnaire.questions):
        path = f"questions[{index}]"
        if question.id in before:
            yield Fault(f"{path}.id", "repeated", f"the id {question.id!r} stands twice")
        yield from _question(path, question, questionnaire, before)
        before.add(question.id)
    yield from _wording(questionnaire)


def _survey(questionnaire: Questionnaire) -> Iterator[Fault]:
    if not questionnaire.styles or (unknown := set(questionnaire.styles) - set(STYLES)):
        unknown = unknown if questionnaire.styles else {"none"}
        yield Fault("styles", "unknown_value", f"{', '.join(sorted(unknown))}: not among {', '.join(STYLES)}")
    if questionnaire.language(questionnaire.default_language) is None:
        yield Fault("languages", "default_missing", "the default language is not among the languages")
    if not questionnaire.questions:
        yield Fault("questions", "no_questions", "there is no question")
    if not questionnaire.areas:
        yield Fault("areas", "no_areas", "name the areas the survey covers")


def _routes(questionnaire: Questionnaire) -> Iterator[Fault]:
    routes = questionnaire.routes
    ids = [route.id for route in routes]
    if len(set(ids)) != len(ids):
        yield Fault("routes", "repeated", "a route id stands twice")
    if routes[-1].when is not None:
        yield Fault("routes", "no_last_route", "the last route must have no `when`, so that everyone has one")
    for index, route in enumerate(routes):
        if route.when is None and route is not routes[-1]:
            yield Fault(f"routes[{index}]", "routes_behind", "without `when` nobody takes the later ones")
        if list(conditions.questions_in(route.when)):
            yield Fault(f"routes[{index}].when", "route_on_answer", "a route may look at facts only")
        else:
            yield from find_loose_references(f"routes[{index}].when", route.when, questionnaire, ())


def _help_lines(questionnaire: Questionnaire) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, line in enumerate(questionnaire.help_lines):
        if line.id in seen:
            yield Fault(f"help_lines[{index}].id", "repeated", f"the id {line.id!r} stands twice")
        seen.add(line.id)
        yield from _known_routes(f"help_lines[{index}].for", line.routes, questionnaire)


def _scale(path: str, scale: Scale, questionnaire: Questionnaire) -> Iterator[Fault]:
    if not scale.options:
        yield Fault(f"{path}.options", "no_options", "there is nothing to choose from")
    yield from _options(f"{path}.options", scale.options, questionnaire)
    yield from _options(f"{path}.short", scale.short, questionnaire)
    yield from _known_routes(f"{path}.short_for", scale.short_for, questionnaire)
    long_codes = {option.code for option in scale.options}
    short_codes = {option.code for option in scale.short}
    if long_codes & short_codes:
        yield Fault(f"{path}.short", "repeated", "the short list needs codes of its own")
    if short_codes and (set(scale.fold) != long_codes or not set(scale.fold.values()) <= short_codes):
        yield Fault(f"{path}.fold", "fold_incomplete", "every long code folds into one of the short codes")
    for field in ("fold", "short_for"):
        if getattr(scale, field) and not short_codes:
            yield Fault(f"{path}.{field}", "no_short_list", "there is no short list")


def _options(path: str, options: tuple[Option, ...], questionnaire: Questionnaire, owner: str = "") -> Iterator[Fault]:
    source = questionnaire.language(questionnaire.default_language)
    headings = source.wording if source else {}
    codes = [option.code for option in options]
    if len(set(codes)) != len(codes):
        yield Fault(path, "repeated", "an option code stands twice")
    if reserved := set(codes) & set(SPECIAL_CODES):
        yield Fault(path, "reserved_code", f"{', '.join(sorted(reserved))}: offer these with `special`")
    for index, option in enumerate(options):
        yield from _known_routes(f"{path}[{index}].routes", option.routes, questionnaire)
        if option.group is not None and f"{owner}.group.{option.group}" not in headings:
            yield Fault(f"{path}[{index}].group", "unknown_group", f"`groups` has no heading {option.group!r}")


def _question(path: str, question: Question, whole: Questionnaire, before: Collection[str]) -> Iterator[Fault]:
    if question.id in RESERVED_IDS:
        yield Fault(f"{path}.id", "reserved_id", f"{question.id!r} is a name engage uses itself")
    if (question.is_envelope or question.id in ENVELOPE_TYPES) and question.id != question.type.value:
        yield Fault(f"{path}.id", "envelope_id", f"the ids {', '.join(sorted(ENVELOPE_TYPES))} are those types' own")
    for field, types in FIELD_TYPES.items():
        if getattr(question, field) != getattr(_BARE, field) and question.type not in types:
            yield Fault(f"{path}.{field}", "field_not_for_type", f"a question of type {question.type} has no {field}")
    yield from _options(f"{path}.options", question.options, whole, question.id)
    yield from _known_routes(f"{path}.routes", question.routes, whole)
    yield from find_loose_references(f"{path}.show_when", question.show_when, whole, before)
    if check := _BY_TYPE.get(question.type):
        yield from check(path, question, whole, before)


def _choice(path: str, question: Question, whole: Questionnaire, before: Collection[str]) -> Iterator[Fault]:
    if question.options_from is None:
        if not question.options:
            yield Fault(f"{path}.options", "no_options", "there is nothing to choose from")
        return
    parent = whole.question(question.options_from)
    if parent is None or parent.id not in before or parent.type is not QuestionType.MULTIPLE_CHOICE:
        yield Fault(f"{path}.options_from", "unknown_question", "expected a multiple choice before this")
    if question.options:
        yield Fault(f"{path}.options", "options_twice", "its options come from another question")


def _ranked(path: str, question: Question, _whole: Questionnaire, _before: Collection[str]) -> Iterator[Fault]:
    if not 1 < len(question.options) <= MOST_RANKED:
        yield Fault(f"{path}.options", "not_to_rank", f"a ranking orders 2 to {MOST_RANKED} options")
    for index, option in enumerate(question.options):
        for field in ("exclusive", "alone", "group", "routes"):
            if not getattr(option, field):
                continue
            yield Fault(f"{path}.options[{index}].{field}", "field_not_for_type", f"a ranked option has no {field}")


def _scaled(path: str, question: Question, whole: Questionnaire, _before: Collection[str]) -> Iterator[Fault]:
    if question.scale not in whole.scales:
        yield Fault(f"{path}.scale", "unknown_scale", f"there is no scale {question.scale!r}")


def _bounded(path: str, question: Question, _whole: Questionnaire, _before: Collection[str]) -> Iterator[Fault]:
    is_date = question.type is QuestionType.DATE
    bounds = {"minimum": question.minimum, "maximum": question.maximum}
    given = {field: bound for field, bound in bounds.items() if bound is not None}
    wrong = [field for field, bound in given.items() if isinstance(bound, str) is not is_date]
    for field in wrong:
        yield Fault(f"{path}.{field}", "bound_malformed", "expected a date" if is_date else "expected a number")
    if len(given) > 1 and not wrong and given["minimum"] > given["maximum"]:  # type: ignore[operator] # same kind
        yield Fault(f"{path}.minimum", "bounds_crossed", "the minimum is above the maximum")


def _known_routes(path: str, routes: tuple[str, ...], whole: Questionnaire) -> Iterator[Fault]:
    known = {route.id for route in whole.routes}
    if unknown := set(routes) - known:
        yield Fault(path, "unknown_route", f"there is no route {', '.join(sorted(unknown))}")


def _wording(questionnaire: Questionnaire) -> Iterator[Fault]:
    source = questionnaire.language(questionnaire.default_language)
    if source is None:
        return
    known = {key.partition("@")[0] for key in source.wording}
    variants = {route.id for route in questionnaire.routes} | set(STYLES)
    places = places_of_wording(questionnaire)
    for language in questionnaire.languages:
        for key, text in language.wording.items():
            base, mark, variant = key.partition("@")
            faults = list(_words(base, text))
            if base not in known:
                faults.append(("unknown_wording", "no such wording in the default language"))
            if mark and variant not in variants:
                faults.append(("unknown_variant", f"{variant!r} is neither a route nor a style"))
            at = f"languages.{language.tag}.wording.{base}"
            path = f"{places.get(base, at) if language is source else at}{mark}{variant}"
            for code, detail in faults:
                yield Fault(path, code, detail)


def _words(base: str, text: str) -> Iterator[tuple[str, str]]:
    allowed = ALLOWED_PLACEHOLDERS if _QUESTION_WORDS.fullmatch(base) else frozenset()
    if base == NOTICE:
        allowed = NOTICE_PLACEHOLDERS
    if unknown := set(PLACEHOLDER.findall(text)) - allowed:
        yield "unknown_placeholder", f"{', '.join(sorted(unknown))} cannot be filled in here"
    if "{" in (rest := PLACEHOLDER.sub("", text)) or "}" in rest:
        yield "stray_brace", "a curly bracket stands alone"


_BY_TYPE: dict[QuestionType, Callable[[str, Question, Questionnaire, Collection[str]], Iterator[Fault]]] = {
    QuestionType.SINGLE_CHOICE: _choice,
    QuestionType.MULTIPLE_CHOICE: _choice,
    QuestionType.COMMUNITY: _choice,
    QuestionType.AREA_RELATION: _choice,
    QuestionType.RANKING: _ranked,
    QuestionType.SCALE: _scaled,
    QuestionType.NUMBER: _bounded,
    QuestionType.DATE: _bounded,
}
