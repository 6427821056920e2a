"""Reads a definition document into a questionnaire, or says everything that is wrong with it."""

from collections.abc import Callable, Mapping
from itertools import islice

from engage.questionnaire import conditions
from engage.questionnaire.conditions import Condition
from engage.questionnaire.consistency import find_inconsistencies
from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.model import (
    CONSENT_RULES,
    DEFAULT_MAX_LENGTH,
    MOST_QUESTIONS,
    SPECIAL_CODES,
    SUMMARY_ROLES,
    Consent,
    HelpLine,
    Language,
    Option,
    Question,
    Questionnaire,
    QuestionType,
    Route,
    Scale,
)
from engage.questionnaire.reading import CODE, LANGUAGE_TAG, NAME, PUBLIC_CODE, SLUG, Reader

FORMAT = "engage-questionnaire/1"
REVIEW_STATES = ("source", "machine_drafted", "reviewed")
QUESTION_WORDS = ("text", "hint", "why", "note")
#: Faults after which no more are looked for.
MOST_FAULTS = 500
#: Conditions inside conditions.
MOST_NESTED = 20

Words = dict[str, str]


def parse_definition(document: object) -> Questionnaire:
    """Return the questionnaire that a document (parsed JSON or YAML) defines.

    Raises DefinitionFaulty with every fault found, each with its path. What does not fit together is not
    reported where a part of it could not be read: it may be only a consequence.
    """
    questionnaire, faults = read_unfinished(document)
    if faults:
        raise DefinitionFaulty(faults)
    return questionnaire


def read_unfinished(document: object) -> tuple[Questionnaire, list[Fault]]:
    """Return what a document defines as far as it can be read, and everything that is wrong with it."""
    faults: list[Fault] = []
    reader = Reader(document, "", faults)
    questionnaire = _questionnaire(reader)
    reader.finish()
    unread = {fault.path.removesuffix(".type") for fault in faults}
    if len(faults) < MOST_FAULTS:
        found = islice(find_inconsistencies(questionnaire), MOST_FAULTS)
        faults.extend([fault for fault in found if not any(_overlap(fault.path, path) for path in unread)])
    return questionnaire, faults


def _overlap(path: str, other: str) -> bool:
    """Say whether one path lies within the other."""
    inner, outer = (path, other) if len(path) > len(other) else (other, path)
    return not outer or inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def _questionnaire(reader: Reader) -> Questionnaire:
    if reader.raw("format") != FORMAT:
        reader.fault("format", "unknown_format", f"expected {FORMAT!r}")
    words: Words = {}
    reader.words("title", _into(words, "survey.title"), is_needed=True)
    reader.words("intro", _into(words, "survey.intro"))
    reader.words("privacy", _into(words, "survey.privacy"))
    default_language = reader.text("default_language", LANGUAGE_TAG, "en")
    reader.raw("$schema")
    return Questionnaire(
        slug=reader.text("slug", SLUG),
        code=reader.text("code", PUBLIC_CODE),
        version=reader.whole("version", 1),
        default_language=default_language,
        styles=reader.texts("styles") if reader.has("styles") else ("standard",),
        areas=reader.texts("areas"),
        consent=_consent(reader.inner("consent"), words),
        routes=_routes(reader),
        scales={name: _scale(name, inner, words) for name, inner in reader.named("scales")},
        questions=tuple(_question(inner, words) for inner in reader.each("questions", MOST_QUESTIONS)),
        help_lines=tuple(_help_line(inner, words) for inner in reader.each("help_lines")),
        languages=_languages(reader, default_language, words),
        intro_pictures=reader.texts("intro_pictures", NAME),
    )


def _languages(reader: Reader, default_language: str, words: Words) -> tuple[Language, ...]:
    languages = []
    for tag, inner in reader.named("languages"):
        if not LANGUAGE_TAG.fullmatch(tag):
            reader.fault(f"languages.{tag}", "text_malformed", f"{tag!r} is not a language tag such as zh-Hans")
        wording = _wording(inner)
        if tag == default_language:
            if wording:
                inner.fault("wording", "wording_twice", "the default language is worded at the questions")
            wording = words
        usual = "source" if tag == default_language else "machine_drafted"
        languages.append(Language(tag, inner.choice("review", REVIEW_STATES, usual), wording))
        inner.finish()
    if not languages:
        languages.append(Language(default_language, "source", words))
    return tuple(languages)


def _wording(inner: Reader) -> Words:
    wording: Words = {}
    if inner.has("file"):
        inner.fault("file", "file_not_joined", "name a file beside this one that can be read")
    texts = inner.inner("wording")
    for key in texts.value:
        wording[key] = texts.text(key)
    inner.raw("file")
    return wording


def _consent(reader: Reader, words: Words) -> Consent:
    reader.words("statement", _into(words, "consent.statement"), is_needed=True)
    rule = reader.choice("rule", CONSENT_RULES, "own")
    consent = Consent(reader.whole("version", 1), rule, reader.texts("pictures", NAME))
    reader.finish()
    return consent


def _routes(reader: Reader) -> tuple[Route, ...]:
    routes = []
    for inner in reader.each("routes"):
        routes.append(Route(inner.text("id", NAME), _optional_condition(inner, "when")))
        inner.finish()
    return tuple(routes) or (Route("everyone"),)


def _scale(name: str, reader: Reader, words: Words) -> Scale:
    prefix = f"scale.{name}."
    if not NAME.fullmatch(name):
        reader.fault("", "text_malformed", f"{name!r} is not a name")
    fold = reader.inner("fold")
    scale = Scale(
        name=name,
        options=tuple(_option(inner, prefix, words) for inner in reader.each("options")),
        short=tuple(_option(inner, prefix, words) for inner in reader.each("short")),
        fold={code: fold.text(code, CODE) for code in fold.value},
        short_for=reader.texts("short_for", NAME),
        faces=reader.flag("faces"),
    )
    reader.finish()
    return scale


def _option(reader: Reader, prefix: str, words: Words) -> Option:
    code = reader.text("code", CODE)
    reader.words("label", _into(words, prefix + code), is_needed=True)
    option = Option(
        code=code,
        exclusive=reader.flag("exclusive"),
        picture=reader.optional_text("picture", NAME),
        group=reader.optional_text("group", NAME),
        routes=reader.texts("routes", NAME),
        alone=reader.flag("alone"),
    )
    reader.finish()
    return option


def _question(reader: Reader, words: Words) -> Question:
    question_id = reader.text("id", NAME)
    for part in QUESTION_WORDS:
        reader.words(part, _into(words, f"{question_id}.{part}"), is_needed=part == "text")
    groups = reader.inner("groups")
    for key in groups.value:
        words[f"{question_id}.group.{key}"] = groups.text(key)
        if not NAME.fullmatch(key.partition("@")[0]):
            groups.fault(key, "text_malformed", f"a group's name does not fit {NAME.pattern}")
    question = Question(
        id=question_id,
        type=QuestionType(reader.choice("type", tuple(QuestionType))),
        options=tuple(_option(inner, f"{question_id}.option.", words) for inner in reader.each("options")),
        scale=reader.optional_text("scale", NAME),
        special=reader.texts("special"),
        routes=reader.texts("routes", NAME),
        show_when=_optional_condition(reader, "show_when"),
        options_from=reader.optional_text("options_from", NAME),
        max_choices=reader.whole("max_choices") if reader.has("max_choices") else None,
        sensitive=reader.flag("sensitive"),
        alone=reader.flag("alone"),
        about_you=reader.flag("about_you"),
        permits_quotes=reader.flag("permits_quotes"),
        summary=reader.choice("summary", SUMMARY_ROLES) if reader.has("summary") else None,
        picture=reader.optional_text("picture", NAME),
        minimum=_bound(reader, "minimum"),
        maximum=_bound(reader, "maximum"),
        max_length=reader.whole("max_length", DEFAULT_MAX_LENGTH),
    )
    if unknown := set(question.special) - set(SPECIAL_CODES):
        reader.fault("special", "unknown_value", f"{', '.join(sorted(unknown))}: not one of {', '.join(SPECIAL_CODES)}")
    reader.finish()
    return question


def _help_line(reader: Reader, words: Words) -> HelpLine:
    name = reader.text("id", NAME)
    reader.words("name", _into(words, f"help.{name}.name"), is_needed=True)
    reader.words("what", _into(words, f"help.{name}.what"))
    line = HelpLine(
        id=name,
        number=reader.text("number"),
        routes=reader.texts("for", NAME),
        areas=reader.texts("areas"),
        checked_on=reader.day("checked_on"),
    )
    reader.finish()
    return line


def _bound(reader: Reader, key: str) -> float | str | None:
    """Return the bound of a date as a text, that of a number as a number."""
    return reader.day(key) if isinstance(reader.raw(key), str) else reader.number(key)


def _optional_condition(reader: Reader, key: str) -> Condition | None:
    value = reader.raw(key)
    return None if value is None else _condition(value, f"{reader.path}.{key}", reader.faults)


def _condition(value: object, path: str, faults: list[Fault], depth: int = 0) -> Condition:
    reader = Reader(value, path, faults)
    kind = next((kind for kind in _CONDITIONS if reader.has(kind)), None)
    condition = _CONDITIONS[kind](reader, depth) if kind else _unknown_condition(reader, depth)
    reader.finish()
    return condition


def _unknown_condition(reader: Reader, _depth: int) -> Condition:
    reader.fault("", "condition_malformed", "expected all, any, not, fact, answer or answered")
    return conditions.AnyOf(())


def _fact(reader: Reader, _depth: int) -> Condition:
    return conditions.FactIs(reader.choice("fact", conditions.FACTS), reader.texts("is", least=1))


def _answer(reader: Reader, _depth: int) -> Condition:
    question_id = reader.text("answer", NAME)
    if reader.has("is"):
        return conditions.AnswerIs(question_id, reader.texts("is", least=1))
    at_least, at_most = reader.number("at_least"), reader.number("at_most")
    if reader.raw("at_least") is None and reader.raw("at_most") is None:
        reader.fault("", "condition_malformed", "expected `is`, `at_least` or `at_most`")
    return conditions.AnswerBetween(question_id, at_least, at_most)


def _parts(reader: Reader, key: str, depth: int) -> tuple[Condition, ...]:
    entries = reader.raw(key)
    if not isinstance(entries, list) or depth >= MOST_NESTED:
        reader.fault(key, "condition_malformed", "expected a list of conditions, not nested too deep")
        return ()
    return tuple(
        _condition(entry, f"{reader.path}.{key}[{index}]", reader.faults, depth + 1)
        for index, entry in enumerate(entries)
    )


def _not(reader: Reader, depth: int) -> Condition:
    inner = reader.raw("not")
    if depth >= MOST_NESTED:
        reader.fault("not", "condition_malformed", "nested too deep")
        return conditions.AnyOf(())
    return conditions.Not(_condition(inner, f"{reader.path}.not", reader.faults, depth + 1))


_CONDITIONS: Mapping[str, Callable[[Reader, int], Condition]] = {
    "all": lambda reader, depth: conditions.AllOf(_parts(reader, "all", depth)),
    "any": lambda reader, depth: conditions.AnyOf(_parts(reader, "any", depth)),
    "not": _not,
    "fact": _fact,
    "answer": _answer,
    "answered": lambda reader, _depth: conditions.Answered(reader.text("answered", NAME)),
}


def _into(words: Words, key: str) -> Callable[[str, str], None]:
    def put(suffix: str, text: str) -> None:
        words[key + suffix] = text

    return put
