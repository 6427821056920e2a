"""Puts charts into Word documents as pictures with the words that stand for them where they are not seen."""

import io
from typing import Any

from docx.document import Document as WordDocument
from docx.shared import Length, Mm

from engage.reporting.typesetting import draw_picture

#: A picture that stands on a page with the words around it.
_BROADEST, _HIGHEST = Mm(95), Mm(190)


def add_chart(document: WordDocument, svg: str, *, alternative: str, title: str) -> None:
    """Add a chart, given as SVG; the library takes no SVG, so it is drawn at 200 dots an inch."""
    picture = document.add_picture(io.BytesIO(draw_picture(svg)), width=_BROADEST)
    if picture.height > _HIGHEST:
        picture.width, picture.height = Length(picture.width * _HIGHEST // picture.height), _HIGHEST
    described: Any = picture._inline.docPr  # noqa: SLF001 - the library has no other way to alternative text
    described.set("descr", alternative)
    described.set("title", title)
