"""Reads a text as its details are meant: any digits as 0 to 9, wide letters as plain ones, nothing invisible."""

import unicodedata
from dataclasses import dataclass

#: Kinds of detail, and what is shown in their place.
KINDS = {
    "name": "[name]",
    "phone": "[phone]",
    "email": "[e-mail]",
    "postcode": "[postcode]",
    "address": "[address]",
    "account": "[account]",
    "link": "[link]",
    "birth": "[date of birth]",
    "car": "[car]",
    "number": "[number]",
    "detail": "[hidden]",
}

_SAME = str.maketrans("’‘ʼ`´–—‐‑−\u00a0\u2007\u202f", "'''''-----   ")


@dataclass(frozen=True, order=True)
class Span:
    """A detail in a text: where it begins and ends (characters of the text as it was given), and its kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Plain:
    """A text as it is searched, and for every character of it the place it has in the text as it was given."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int, kind: str) -> Span:
        """Return a piece of this text as a span of the text as it was given."""
        return Span(self.places[start], self.places[end - 1] + 1, kind)


def plain(text: str) -> Plain:
    """Return a text in plain signs, one for one, without those that nobody sees."""
    signs = [(at, _plain(sign)) for at, sign in enumerate(text) if unicodedata.category(sign) != "Cf"]
    return Plain("".join(sign for _, sign in signs), tuple(at for at, _ in signs))


def _plain(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    wide = unicodedata.normalize("NFKC", sign)
    return (wide if len(wide) == 1 else sign).translate(_SAME)
