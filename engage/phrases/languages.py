"""What a language is called by those who speak it, which way it is written and how it counts."""

from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.plural import PluralRule

#: The language the interface is written in; whatever another language lacks is read in it.
SOURCE_LANGUAGE = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "fa-AF", "ps", "ur", "pa-Arab", "he"})
#: Scripts written from right to left (ISO 15924), for languages that only their script tells.
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"})
_NAMES = {
    "ckb": "کوردیی سۆرانی",
    "ku": "Kurmancî",
    "fa-AF": "دری",
    "ny": "Chichewa",
    "pa-Arab": "پنجابی",
    "pa-Guru": "ਪੰਜਾਬੀ",
    "rom": "Romani",
    "ti": "ትግርኛ",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}


@cache
def direction(language: str) -> str:
    """Return "rtl" or "ltr", for the `dir` attribute."""
    if language in _RIGHT_TO_LEFT or _RIGHT_TO_LEFT_SCRIPTS & set(language.split("-")):
        return "rtl"
    try:
        return "rtl" if Locale.parse(language, sep="-").character_order == "right-to-left" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "ltr"


@cache
def own_name(language: str) -> str:
    """Return a language's name in that language."""
    if language in _NAMES:
        return _NAMES[language]
    try:
        name = Locale.parse(language, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return language
    return (name or language)[:1].upper() + (name or language)[1:]


def plural_rule(language: str) -> PluralRule:
    """Return the rule (Unicode CLDR) by which a language counts; English's where none is known."""
    try:
        return Locale.parse(language, sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE).plural_form


def plural_categories(language: str) -> tuple[str, ...]:
    """Return the categories of number a language has, in the order in which its catalogue gives their words."""
    known = plural_rule(language).tags
    return (*(name for name in ("zero", "one", "two", "few", "many") if name in known), "other")


def script_of(language: str) -> str:
    """Return the script (ISO 15924) a language tag (BCP 47) is written in; Latin where nobody knows."""
    parts = language.split("-")
    likely = get_global("likely_subtags")
    found = likely.get("_".join(parts)) or likely.get(parts[0]) or ""
    named = (part for part in (*parts[1:], *found.split("_")[1:]) if len(part) == len("Latn"))
    script = next(named, "Latn")
    return "Hani" if script == "Hans" else script
