"""Slides for the quarterly partner report: one deck of an area as .pptx, PDF and HTML."""

from collections.abc import Callable

from engage.reporting.slides.deck import Deck, SlideOrder, make_deck
from engage.reporting.slides.handout import deck_html, deck_pdf
from engage.reporting.slides.presentation import deck_pptx

#: Every way slides are taken away: what writes them and its media type.
SLIDE_WRITERS: dict[str, tuple[Callable[[Deck], bytes], str]] = {
    "pptx": (deck_pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": (deck_pdf, "application/pdf"),
    "html": (deck_html, "text/html"),
}

__all__ = ["SLIDE_WRITERS", "Deck", "SlideOrder", "deck_html", "deck_pdf", "deck_pptx", "make_deck"]
