"""Hides personal details in what people write before anybody reads it, each shown as what it was: [name], [phone].

Rules and lists of our own, no model: what they miss is for the reader to hide (`hidden`), and an English text alone is
masked well enough to be read. `scripts/masking-trial` measures how well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engage.response.masking.details import details_in
from engage.response.masking.language import is_english
from engage.response.masking.lists import Lists, shipped_lists
from engage.response.masking.people import names_in
from engage.response.masking.plain import KINDS, Plain, Span, plain

__all__ = ["KINDS", "Lists", "Masked", "Part", "Span", "is_english", "mask", "mask_details", "shipped_lists"]


@dataclass(frozen=True)
class Part:
    """A piece of a masked text: words that may be read, or the kind of what is hidden there."""

    start: int
    #: Empty where something is hidden.
    words: str
    kind: str | None = None

    @property
    def shown(self) -> str:
        """Return what is shown of it."""
        return self.words if self.kind is None else KINDS[self.kind]


@dataclass(frozen=True)
class Masked:
    """A text as it may be read: its parts in order. Nothing of what is hidden is in it."""

    parts: tuple[Part, ...]

    @property
    def shown(self) -> str:
        """Return the whole text as it may be read."""
        return "".join(part.shown for part in self.parts)

    def places_of(self, words: str) -> tuple[tuple[int, int], ...]:
        """Return where words stand in what may be read, as beginning and end in the text as it was given."""
        wanted = words.strip().casefold()
        return tuple(
            (part.start + at, part.start + at + len(wanted))
            for part in self.parts
            if wanted
            for at in _places(part.words.casefold(), wanted)
        )


def mask(text: str, hidden: Iterable[tuple[int, int, str]] = (), lists: Lists | None = None) -> Masked:
    """Return an English text with its personal details hidden, those that a reader hid besides (`hidden`) too."""
    searched = plain(text)
    names = [searched.span(start, end, "name") for start, end in names_in(searched.text, lists or shipped_lists())]
    by_readers = [Span(max(0, start), min(end, len(text)), kind) for start, end, kind in hidden]
    return Masked(tuple(_parts(text, _apart([*_details(searched), *names, *by_readers]))))


def mask_details(text: str) -> Masked:
    """Return a text in any language with numbers, e-mail, addresses and the like hidden; names are not found."""
    return Masked(tuple(_parts(text, _apart(_details(plain(text))))))


def _details(searched: Plain) -> list[Span]:
    return [searched.span(start, end, kind) for start, end, kind in details_in(searched.text)]


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Return spans that do not overlap: of those that do, one over all of them, of the kind that was found first."""
    apart: list[Span] = []
    order = {span: place for place, span in reversed(list(enumerate(spans)))}
    for span in sorted(span for span in spans if span.start < span.end):
        if apart and span.start < apart[-1].end:
            last = apart.pop()
            kind = min((last, span), key=lambda each: order.get(each, 0)).kind
            joined = Span(last.start, max(last.end, span.end), kind)
            order[joined] = min(order.get(last, 0), order.get(span, 0))
            span = joined  # noqa: PLW2901 - the one over both goes on instead
        apart.append(span)
    return apart


def _parts(text: str, spans: Sequence[Span]) -> Iterable[Part]:
    at = 0
    for span in spans:
        if at < span.start:
            yield Part(at, text[at : span.start])
        yield Part(span.start, "", span.kind)
        at = span.end
    if at < len(text):
        yield Part(at, text[at:])


def _places(text: str, wanted: str) -> Iterable[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))
