"""Cuts what stands on a scanned page for one question out of the page's picture, by the layout."""

import cv2
import numpy as np

from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Box, Layout, Mark, Page, Space, Text
from engage.questionnaire.model import Questionnaire, QuestionType

#: Pixels a millimetre of the picture that is kept of a page (page_reader).
SCALE = 6
#: Kept beside, above and below what is cut out (mm), as people write over edges; numbers stand beside.
_BESIDE, _ABOVE = 8.0, 5.0
#: A label begins, or from right to left ends, so near to its box, and stands so near to its middle (mm).
_LABEL_BESIDE, _LABEL_OFF = 12.0, 6.0
#: JPEG quality, 0 to 100.
_QUALITY = 88


def pages_with(layout: Layout, question: str) -> tuple[int, ...]:
    """Return the numbers of the pages on which a question has boxes or spaces."""
    return tuple(page.number for page in layout.pages if _marks_of(page, question))


def asked_on(page: Page) -> tuple[Box | Space, ...]:
    """Return everything on a page that can be ticked or filled in."""
    return (*page.boxes, *page.spaces)


def may_be_drawn_in(layout: Layout, questionnaire: Questionnaire, question_id: str) -> bool:
    """Say whether a question may be answered by drawing: its space has no lines to write on."""
    question = questionnaire.question(question_id)
    if question is None or question.type not in (QuestionType.LONG_TEXT, QuestionType.DRAWING):
        return False
    return any(not space.lines for page in layout.pages for space in page.spaces if space.question == question_id)


def width_of(layout: Layout, number: int, question: str) -> float:
    """Return how wide (mm) what is cut out of a page for a question is."""
    edges = _edges(layout, number, question)
    return edges[2] - edges[0] if edges else 0.0


def cut_out(picture: bytes, layout: Layout, number: int, question: str) -> bytes | None:
    """Return the part of a page's picture with a question's boxes, their labels and its spaces, as a grey JPEG.

    None where the page has nothing of the question, or the picture cannot be read.
    """
    edges = _edges(layout, number, question)
    grey = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE) if edges else None
    if edges is None or grey is None:
        return None
    left, top, right, bottom = (round(edge * SCALE) for edge in edges)
    part = grey[top:bottom, left:right]
    done, data = cv2.imencode(".jpg", part, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]) if part.size else (False, None)
    return data.tobytes() if done and data is not None else None


def _marks_of(page: Page, question: str) -> list[Box | Space]:
    return [mark for mark in asked_on(page) if mark.question == question]


def _labels(page: Page, question: str, *, is_right_to_left: bool) -> list[Mark]:
    """Return the printed words beside the boxes of a question; a text's x and y are the left end of its base line."""
    boxes: list[Box | Space] = [box for box in page.boxes if box.question == question]
    spaces = [space for space in page.spaces if space.question == question]
    boxes += spaces if len(spaces) > 1 else ()
    beside = _is_left_of if is_right_to_left else _is_right_of
    return [_covering(text) for text in page.texts if any(beside(text, box) for box in boxes)]


def _is_right_of(text: Text, box: Mark) -> bool:
    return 0 <= text.x - (box.x + box.w) < _LABEL_BESIDE and _is_level(text, box)


def _is_left_of(text: Text, box: Mark) -> bool:
    return 0 <= box.x - (text.x + text.w) < _LABEL_BESIDE and _is_level(text, box)


def _is_level(text: Text, box: Mark) -> bool:
    return abs(text.y - (box.y + box.h / 2)) < _LABEL_OFF


def _covering(text: Text) -> Mark:
    return Mark(text.x, text.y - text.h, text.w, text.h * 1.3)


def _edges(layout: Layout, number: int, question: str) -> tuple[float, float, float, float] | None:
    """Return left, top, right and bottom (mm) of what is cut out; None where the page has nothing of the question."""
    page = next((page for page in layout.pages if page.number == number), None)
    marks = _marks_of(page, question) if page else []
    if page is None or not marks:
        return None
    listed = [*marks, *_labels(page, question, is_right_to_left=layout.is_right_to_left)]
    return (
        max(0.0, min(mark.x for mark in listed) - _BESIDE),
        max(0.0, min(mark.y for mark in listed) - _ABOVE),
        min(PAGE_WIDTH, max(mark.x + mark.w for mark in listed) + _BESIDE),
        min(PAGE_HEIGHT, max(mark.y + mark.h for mark in listed) + _ABOVE),
    )
