"""Finds the language that a heading such as `label::English (en)` names."""

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from engage.phrases import languages_with_phrases
from engage.phrases.languages import own_name
from engage.questionnaire.reading import LANGUAGE_TAG

_IN_BRACKETS = re.compile(r"(.*?)\s*\(\s*([^()]+?)\s*\)")
#: The languages of these names are more than one; what the name means here.
_MEANT = {
    "chinese": "zh-Hans",
    "mandarin": "zh-Hans",
    "simplified chinese": "zh-Hans",
    "traditional chinese": "zh-Hant",
    "dari": "fa-AF",
    "farsi": "fa",
    "sorani": "ckb",
    "kurdish sorani": "ckb",
    "kurmanji": "ku",
    "kurdish": "ku",
    "punjabi": "pa-Guru",
    "panjabi": "pa-Guru",
    "chichewa": "ny",
}


def tag_of(said: str) -> str | None:
    """Return the tag (BCP 47) of a language as a form names it; None where nobody could tell."""
    whole = " ".join(said.split())
    found = _IN_BRACKETS.fullmatch(whole)
    name, inner = (found[1], found[2]) if found else (whole, "")
    # A country such as (UK) is no tag of a language.
    if inner[:1].islower() and LANGUAGE_TAG.fullmatch(_in_form(inner)):
        return _in_form(inner)
    names = _names()
    for called in (whole, inner, name):
        if tag := names.get(called.casefold()):
            return tag
    return _in_form(whole) if LANGUAGE_TAG.fullmatch(_in_form(whole)) and whole[:1].islower() else None


def heading_name(tag: str) -> str:
    """Return how a language stands in a heading: its English name and its tag."""
    name = _english().get(tag) or _english().get(tag.partition("-")[0]) or tag
    return f"{name} ({tag})"


def _in_form(tag: str) -> str:
    """Return a tag with its letters as they should be, small or large."""
    first, *rest = re.split("[-_]", tag)
    script_letters = 4
    return "-".join([first.lower(), *(part.title() if len(part) == script_letters else part.upper() for part in rest)])


@cache
def _english() -> Mapping[str, str]:
    locale = Locale.parse("en")
    names = {str(tag).replace("_", "-"): str(name) for tag, name in locale.languages.items()}
    return {tag: re.sub(r"[():]", "", name) for tag, name in names.items()}


@cache
def _names() -> Mapping[str, str]:
    """Return name in small letters → tag: the English names of all languages and the own names of ours."""
    english = {name.casefold(): tag for tag, name in _english().items() if LANGUAGE_TAG.fullmatch(tag)}
    own = {own_name(tag).casefold(): tag for tag in (*languages_with_phrases(), "fr", "es", "pt", "de", "it", "tr")}
    return english | own | _MEANT
