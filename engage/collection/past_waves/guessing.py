"""Guesses what a column tells and which code a value stands for, by names and labels; a person looks at each guess."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from engage.areas import Area, AreaTree, Level
from engage.collection.past_waves.mapping import Column, targets_of
from engage.collection.past_waves.overview import ColumnSeen
from engage.phrases import source_words
from engage.questionnaire.model import AGE_BANDS, SPECIAL_CODES, Question, Questionnaire
from engage.questionnaire.wording import option_key

#: How alike two headings are at least to be taken for one (0 to 1).
ALIKE = 0.82
#: Headings, as they are compared, that tell of a field.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "row_key": ("id", "respondent id", "respondent", "response id", "record", "case", "ref", "reference", "serial"),
    "area": ("area", "ward", "ward code", "ward name", "area code", "neighbourhood", "where", "place"),
    "home_district": ("home district", "district", "council area", "local authority"),
    "area_relation": ("area relation", "relation to area", "relation"),
    "age_band": ("age", "age band", "age group", "how old are you"),
    "day": ("day", "date", "survey date", "date submitted", "submitted", "completed", "end date", "timestamp"),
    "language": ("language", "language read"),
    "style": ("style",),
    "channel": ("channel", "mode", "source"),
    "assisted": ("assisted", "help", "helped by"),
    "consent": ("consent", "agreed", "agree to take part"),
    "guardian": ("guardian", "parental consent", "parent consent"),
}
_SPECIAL = {
    "dk": ("dont know", "do not know", "not sure", "unsure", "i dont know"),
    "pns": ("prefer not to say", "rather not say", "id rather not say", "refused", "pnts"),
    "na": ("n a", "na", "not applicable", "does not apply", "doesnt apply"),
}
_YES = ("1", "yes", "y", "true", "x", "ticked", "selected", "checked")
_NO = ("0", "no", "n", "false", "unticked", "not selected", "unchecked")
_SIGNS = re.compile(r"[\W_]+")
_BAND = re.compile(r"(\d{1,3})\s*(?:-|–|to|and)\s*(\d{1,3})")
_SEVERAL = (";", "|", ",")


def plain(text: str) -> str:
    """Return a text as it is compared: small letters, words and figures only."""
    return " ".join(_SIGNS.sub(" ", text.casefold().replace("'", "").replace("’", "")).split())


def guess_columns(questionnaire: Questionnaire, columns: Iterable[ColumnSeen], tree: AreaTree) -> dict[str, Column]:
    """Return column → what it seems to tell, with its values; columns that nothing fits are left out."""
    guessed: dict[str, Column] = {}
    ticks = _ticks(questionnaire)
    for column in columns:
        target = _target(questionnaire, column.head)
        if plain(column.head) in ticks:
            question, code = ticks[plain(column.head)]
            guessed[column.head] = Column(question, tick=code)
            continue
        if target is None or any(known.to == target for known in guessed.values()):
            continue
        split = _split(questionnaire, target, column)
        guessed[column.head] = Column(target, guess_values(questionnaire, target, _pieces(column, split), tree), split)
    return guessed


def guess_values(questionnaire: Questionnaire, target: str, values: Iterable[str], tree: AreaTree) -> dict[str, str]:
    """Return value → the code it seems to stand for; values that nothing fits are left out."""
    known = dict(_labels(questionnaire, target, tree))
    found = ((value, known.get(plain(value)) or _age(target, value)) for value in values)
    return {value: code for value, code in found if code}


def codes_of(questionnaire: Questionnaire, target: str) -> tuple[str, ...]:
    """Return the codes a target may have, none where any text, number or area may stand."""
    relation = questionnaire.question("area_relation")
    fixed: dict[str, tuple[str, ...]] = {
        "age_band": AGE_BANDS,
        "language": tuple(language.tag for language in questionnaire.languages),
        "style": questionnaire.styles,
        "channel": ("web", "outreach", "paper_keyed", "paper_read", "sms", "phone", "api"),
        "assisted": ("none", "ambassador", "interpreter", "family", "friend"),
        "consent": ("yes", "no"),
        "guardian": ("agreed", "opted_out"),
        "area_relation": tuple(option.code for option in relation.options) if relation else (),
    }
    question = targets_of(questionnaire).get(target)
    return fixed.get(target) or (_options(questionnaire, question) if question else ())


def age_band_of(years: int) -> str:
    """Return the band of an age in years."""
    bands = ((12, "under-13"), (15, "13-15"), (17, "16-17"), (24, "18-24"), (34, "25-34"), (49, "35-49"), (64, "50-64"))
    return next((band for last, band in bands if years <= last), "65+")


def is_yes(value: str) -> bool | None:
    """Say whether a value is a yes or a no; None where it is neither."""
    text = plain(value)
    return True if text in _YES else False if text in _NO else None


def _target(questionnaire: Questionnaire, head: str) -> str | None:
    text = plain(head)
    names = {question_id: {plain(question_id)} for question_id in targets_of(questionnaire)}
    names = {field: {plain(field), *alike} for field, alike in _FIELDS.items()} | names
    for language in questionnaire.languages[:1]:
        for key, words in language.wording.items():
            question_id, _, part = key.partition("@")[0].partition(".")
            if part == "text" and question_id in names:
                names[question_id].add(plain(words))
    for name, alike in names.items():
        if text in alike:
            return name
    best = max(
        ((max(_likeness(text, known) for known in alike), name) for name, alike in names.items()), default=(0, "")
    )
    return best[1] if best[0] >= ALIKE else None


def _ticks(questionnaire: Questionnaire) -> dict[str, tuple[str, str]]:
    """Return heading → question and code, for files in which each answer has a column of its own."""
    source = questionnaire.language(questionnaire.default_language)
    wording = source.wording if source else {}
    found: dict[str, tuple[str, str]] = {}
    for question in questionnaire.questions:
        for option in question.options if question.is_multiple else ():
            label, asked = wording.get(option_key(question, option.code), ""), wording.get(f"{question.id}.text", "")
            for head in (f"{question.id} {option.code}", f"{asked} {label}", f"{question.id} {label}"):
                found[plain(head)] = (question.id, option.code)
    return found


def _likeness(one: str, other: str) -> float:
    if abs(len(one) - len(other)) > max(len(one), len(other)) / 2:
        return 0.0
    return SequenceMatcher(None, one, other).ratio()


def _labels(questionnaire: Questionnaire, target: str, tree: AreaTree) -> Iterator[tuple[str, str]]:
    codes = codes_of(questionnaire, target)
    question = targets_of(questionnaire).get(target) or questionnaire.question(target)
    for code in (code for code in codes if code in SPECIAL_CODES):
        yield from ((alike, code) for alike in _SPECIAL[code])
    for code in codes:
        yield from ((plain(text), code) for text in _words_of(questionnaire, question, target, code))
        yield plain(code), code
    if target in ("area", "home_district"):
        yield from ((plain(name), code) for name, code in area_names(questionnaire, tree, target).items())
    if target == "consent":
        yield from ((alike, "yes") for alike in _YES)
        yield from ((alike, "no") for alike in _NO)


def area_names(questionnaire: Questionnaire, tree: AreaTree, target: str) -> dict[str, str]:
    """Return name → code of the areas in use that a column may tell of.

    Of a ward and something wider of one name the ward is meant; a name that two wards have leads to neither.
    """
    found: dict[str, list[Area]] = {}
    for area in tree:
        is_meant = area.valid_to is None and (target == "area" or area.level is Level.DISTRICT)
        if is_meant and (target != "area" or any(tree.is_within(area.code, root) for root in questionnaire.areas)):
            found.setdefault(area.name, []).append(area)
    narrowest = {name: [area for area in alike if area.level is Level.WARD] or alike for name, alike in found.items()}
    return {name: alike[0].code for name, alike in narrowest.items() if len(alike) == 1}


def _words_of(questionnaire: Questionnaire, question: Question | None, target: str, code: str) -> Iterator[str]:
    source = questionnaire.language(questionnaire.default_language)
    wanted = option_key(question, code) if question else f"{target}.{code}"
    for known, words in (source.wording if source else {}).items():
        if known.partition("@")[0] == wanted:
            yield words
    named = source_words()
    yield from (named[key] for key in (f"option.{code}", f"{target}.{code}") if key in named)


def _options(questionnaire: Questionnaire, question: Question) -> tuple[str, ...]:
    scale = questionnaire.scale_of(question)
    listed = [*scale.options, *scale.short] if scale else list(question.options)
    if question.options_from and (of := questionnaire.question(question.options_from)):
        listed = list(of.options)
    codes = tuple(option.code for option in listed)
    return (*codes, *question.special) if codes else ()


def _age(target: str, value: str) -> str | None:
    if target != "age_band":
        return None
    if value.isascii() and value.isdecimal() and int(value) <= 120:  # noqa: PLR2004 - years
        return age_band_of(int(value))
    found = _BAND.search(value)
    bands = {age_band_of(int(years)) for years in found.groups()} if found else set()
    return (
        bands.pop()
        if len(bands) == 1
        else "65+"
        if re.match(r"\s*(6[5-9]|[7-9]\d)\s*(\+|and over|or over)", value)
        else None
    )


def _split(questionnaire: Questionnaire, target: str, column: ColumnSeen) -> str:
    question = targets_of(questionnaire).get(target) or questionnaire.question(target)
    if question is None or not question.is_multiple:
        return ""
    known = dict(_labels(questionnaire, target, AreaTree(())))
    whole = sum(plain(value) in known for value in column.values)
    for sign in _SEVERAL:
        pieces = [piece for value in column.values for piece in value.split(sign)]
        if len(pieces) > len(column.values) and sum(plain(piece) in known for piece in pieces) > whole:
            return sign
    return ""


def _pieces(column: ColumnSeen, split: str) -> list[str]:
    if not split:
        return column.commonest
    return list(dict.fromkeys(piece.strip() for value in column.commonest for piece in value.split(split)))
