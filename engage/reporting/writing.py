"""Writes numbers, days and names as a language does, each kept in order among words from right to left."""

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from engage.phrases import SOURCE_LANGUAGE, direction

#: Days and numbers are those of this place where a language has none of its own.
_FALLBACK = Locale("en", "GB")
#: Marks around what is put into a sentence, so that its letters do not turn it round (Unicode first strong isolate).
_ISOLATE, _POP = "\u2068", "\u2069"


def written_number(value: int, language: str) -> str:
    """Return a number as it is written in a language."""
    return format_decimal(value, locale=_locale(language))


def written_day(day: date, language: str) -> str:
    """Return a day as it is written in a language."""
    return format_date(day, "long", locale=_locale(language))


def set_apart(value: str, language: str) -> str:
    """Return what is put into a sentence of a language, marked where that is written from right to left."""
    return f"{_ISOLATE}{value}{_POP}" if direction(language) == "rtl" else value


@cache
def _locale(language: str) -> Locale:
    try:
        return _FALLBACK if language == SOURCE_LANGUAGE else Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return _FALLBACK
