"""Says in plain words what differs between two versions of a survey: what came, went, moved or was reworded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from engage.questionnaire.document import to_document
from engage.questionnaire.model import Option, Question, Questionnaire
from engage.questionnaire.telling import name_of, told

#: What parts of a question's wording are called.
_PARTS = {"text": "the words", "hint": "the hint", "why": "why we ask", "note": "the note above it"}
#: What a question's fields are called.
_FIELDS = {
    "type": "the kind of question",
    "scale": "the scale",
    "special": "“I don't know” and the like",
    "routes": "the routes it is asked on",
    "options_from": "where its answers come from",
    "max_choices": "how many may be chosen",
    "sensitive": "the mark “sensitive”",
    "alone": "the mark “only for people who answer alone”",
    "about_you": "the mark “about you”",
    "permits_quotes": "the mark “lets us quote”",
    "summary": "its place in the summary",
    "picture": "its picture",
    "minimum": "the least",
    "maximum": "the most",
    "max_length": "the most letters",
}
_OPTION_FIELDS = {
    "exclusive": "the mark “clears the others”",
    "picture": "the picture",
    "group": "the heading it stands under",
    "routes": "the routes it is offered on",
    "alone": "the mark “only for people who answer alone”",
}
_SURVEY_FIELDS = {"code": "the address", "styles": "the ways of reading", "areas": "the areas"}
_SURVEY_WORDS = {
    "survey.title": "the title",
    "survey.intro": "the first words",
    "consent.statement": "what people agree to",
}


@dataclass(frozen=True)
class Difference:
    """One thing that differs: where it is, and what was done, in words."""

    place: str
    what: str
    #: The id of the question it is about, empty for the survey as a whole.
    question: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def differences(old: Questionnaire, new: Questionnaire) -> tuple[Difference, ...]:
    """Return what somebody did to get from one version to the other, in the order of the new one."""
    return (
        *_survey(old, new),
        *_questions(old, new),
        *_scales(old, new),
        *_help_lines(old, new),
        *_languages(old, new),
    )


def _survey(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    before, after = _wording(old), _wording(new)
    for key, name in _SURVEY_WORDS.items():
        yield from (Difference("The survey", what) for what in _reworded(name, key, before, after))
    for field, name in _SURVEY_FIELDS.items():
        yield from (Difference("The survey", what) for what in _changed(name, getattr(old, field), getattr(new, field)))
    if old.consent.rule != new.consent.rule:
        yield Difference("The survey", f"the rule of consent changed from {old.consent.rule} to {new.consent.rule}")
    if old.routes != new.routes:
        yield Difference("The survey", f"the routes changed from {_routes(old)} to {_routes(new)}")


def _routes(whole: Questionnaire) -> str:
    return "; ".join(
        f"{route.id} ({told(route.when, whole)})" if route.when else f"{route.id} (everybody else)"
        for route in whole.routes
    )


def _questions(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    places = {question.id: place for place, question in enumerate(new.questions, 1)}
    moved = _moved([question.id for question in old.questions], [question.id for question in new.questions])
    for place, question in enumerate(new.questions, 1):
        name, before = f"Question {place}", old.question(question.id)
        if before is None:
            yield Difference(name, f"added: “{name_of(new, question.id)}”", question.id)
            continue
        if question.id in moved:
            at = old.place_of(before) + 1
            yield Difference(name, f"moved from place {at} to place {place}", question.id)
        for what in _question(before, question, old, new):
            yield Difference(name, what, question.id)
    for question in old.questions:
        if question.id not in places:
            yield Difference(f"Question {old.place_of(question) + 1} before", f"removed: “{name_of(old, question.id)}”")


def _question(before: Question, after: Question, old: Questionnaire, new: Questionnaire) -> Iterator[str]:
    words, now = _wording(old), _wording(new)
    for part, name in _PARTS.items():
        yield from _reworded(name, f"{after.id}.{part}", words, now)
    yield from _options(before.options, after.options, f"{after.id}.option.", words, now)
    if before.show_when != after.show_when:
        asked = [told(question.show_when, whole) or "always" for question, whole in ((before, old), (after, new))]
        yield f"asked when changed from: {asked[0]}; to: {asked[1]}"
    for field, name in _FIELDS.items():
        yield from _changed(name, getattr(before, field), getattr(after, field))
    groups = {key for key in (*words, *now) if key.startswith(f"{after.id}.group.")}
    for key in sorted(groups):
        yield from _reworded("a heading over answers", key, words, now, exact=True)


def _options(
    before: tuple[Option, ...], after: tuple[Option, ...], prefix: str, words: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[str]:
    known, moved = {option.code: option for option in before}, _moved([o.code for o in before], [o.code for o in after])
    for option in after:
        key = prefix + option.code
        label = now.get(key, option.code)
        if option.code not in known:
            yield f"option added: “{label}”"
            continue
        if option.code in moved:
            yield f"option moved: “{label}”"
        yield from _reworded(f"the option “{words.get(key, option.code)}”", key, words, now)
        for field, name in _OPTION_FIELDS.items():
            yield from _changed(f"{name} of “{label}”", getattr(known[option.code], field), getattr(option, field))
    here = {option.code for option in after}
    yield from (f"option removed: “{words.get(prefix + code, code)}”" for code in known if code not in here)


def _scales(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    words, now = _wording(old), _wording(new)
    for name, scale in new.scales.items():
        place, before = f"Scale {name}", old.scales.get(name)
        if before is None:
            yield Difference(place, "added")
            continue
        found = [*_options(before.options, scale.options, f"scale.{name}.", words, now)]
        found += _options(before.short, scale.short, f"scale.{name}.", words, now)
        found += _changed("how long answers fold into short ones", before.fold, scale.fold)
        found += _changed("the routes of the short list", before.short_for, scale.short_for)
        yield from (Difference(place, what) for what in found)
    yield from (Difference(f"Scale {name}", "removed") for name in old.scales if name not in new.scales)


def _help_lines(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    before, after = ({line["id"]: line for line in to_document(whole)["help_lines"]} for whole in (old, new))
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was != now:
            line = now or was or {}
            what = "added" if was is None else "removed" if now is None else "changed"
            yield Difference("Help lines", f"{line.get('name', name)}, {line.get('number', '')}: {what}")


def _languages(old: Questionnaire, new: Questionnaire) -> Iterator[Difference]:
    for language in new.languages:
        before = old.language(language.tag)
        if before is None:
            yield Difference("Languages", f"{language.tag} added")
        elif language.tag != new.default_language:
            keys = {*before.wording, *language.wording}
            count = sum(before.wording.get(key) != language.wording.get(key) for key in keys)
            if count:
                yield Difference(
                    "Languages", f"{language.tag}: {count} {'wording' if count == 1 else 'wordings'} changed"
                )
    yield from (
        Difference("Languages", f"{known.tag} removed") for known in old.languages if new.language(known.tag) is None
    )


def _reworded(
    name: str, key: str, before: Mapping[str, str], after: Mapping[str, str], *, exact: bool = False
) -> Iterator[str]:
    """Yield how a wording and its variants changed."""
    keys = {found for found in (*before, *after) if found == key or (not exact and found.startswith(f"{key}@"))}
    for found in sorted(keys):
        was, now = before.get(found), after.get(found)
        if was == now:
            continue
        variant = found.partition("@")[2]
        whose = f"{name} for {variant.replace('_', ' ')}" if variant else name
        if was is None:
            yield f"{whose} added: “{now}”"
        elif now is None:
            yield f"{whose} removed: “{was}”"
        else:
            yield f"{whose} changed from “{was}” to “{now}”"


def _changed(name: str, was: object, now: object) -> Iterator[str]:
    if was != now:
        yield f"{name} changed from {_shown(was)} to {_shown(now)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} → {to}" for key, to in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Return what stands in another order: everything both have but the longest run that kept its own."""
    before, after = [code for code in old if code in new], [code for code in new if code in old]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {code for block in blocks for code in before[block.a : block.a + block.size]}
    return set(after) - kept


def _wording(whole: Questionnaire) -> Mapping[str, str]:
    source = whole.language(whole.default_language)
    return source.wording if source else {}
