"""Forms filled in without any paper: pages as a perfect reader would see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from builders import DISTRICT
from engage.channels.paper.composition import make_layout
from engage.channels.paper.layout import Layout
from engage.channels.paper.page_reader import BoxRead, PageRead, SpaceRead
from engage.phrases import phrases_for
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire

#: What an adult ticks at the head of a form: agreement, age and that nobody helps.
AGREED: Mapping[str, Sequence[str]] = {"consent": ["yes"], "age_band": ["25-34"], "assisted": ["none"]}


@cache
def library_layout(style: str = "standard", language: str = "en") -> Layout:
    """Return the layout of the library survey."""
    say = phrases_for(language, style).say
    return make_layout(library_survey(), language, style, say=say, districts={DISTRICT: "Nottingham"})


@cache
def library_survey() -> Questionnaire:
    """Return the library survey."""
    return read_library_survey("feeling-safe")


def seen(
    layout: Layout,
    ticks: Mapping[str, Sequence[str]],
    *,
    serial: str = "7KQM4RTXC",
    written: Iterable[str] = (),
    states: Mapping[tuple[str, str], str] | None = None,
) -> tuple[PageRead, ...]:
    """Return the pages of a form with ticks in some boxes, ink in some spaces, and boxes in other states."""
    odd, inked = dict(states or {}), frozenset(written)
    pages = []
    for page in layout.pages:
        boxes = tuple(
            BoxRead(
                box.question,
                box.option,
                odd.get((box.question, box.option), "marked" if box.option in ticks.get(box.question, ()) else "empty"),
                0.99,
            )
            for box in page.boxes
        )
        spaces = tuple(SpaceRead(space.question, space.question in inked, b"") for space in page.spaces)
        pages.append(PageRead("a.pdf", page.number, serial, page.number, boxes=boxes, spaces=spaces))
    return tuple(pages)


def seen_again(pages: Sequence[PageRead], box: tuple[str, str], state: str) -> tuple[PageRead, ...]:
    """Return the same pages with one box in another state."""
    return tuple(
        replace(
            page,
            boxes=tuple(
                replace(found, state=state) if (found.question, found.option) == box else found for found in page.boxes
            ),
        )
        for page in pages
    )
