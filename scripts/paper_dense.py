"""A page as full as the goals of reading are stated for: 22 questions with five boxes each."""

from collections.abc import Mapping
from dataclasses import replace

from engage.channels.paper.choices import BOX
from engage.channels.paper.composition import make_layout
from engage.channels.paper.form import Say
from engage.channels.paper.layout import PAGE_HEIGHT, Box, Layout, Text
from engage.channels.paper.registration import corner_markers
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.model import Questionnaire

_ROWS, _OPTIONS = 11, 5
#: Where the two columns begin, the first row stands, and how far apart rows and boxes are (mm).
_COLUMNS, _TOP, _ROW, _PITCH = (15.0, 110.0), 46.0, 21.0, 17.0
#: From a box to its label (mm).
_LABEL_GAP = 2.0
_SLOTS = ("page_code", "page_code_text", "serial")


def dense_questionnaire() -> Questionnaire:
    """Return the survey; every other question takes several ticks."""
    options = [{"code": f"o{at}", "label": "ABCDE"[at]} for at in range(_OPTIONS)]
    questions = [
        {
            "id": f"q{at}",
            "type": "multiple_choice" if at % 2 else "single_choice",
            "text": f"Question {at}?",
            "options": options,
        }
        for at in range(_ROWS * len(_COLUMNS))
    ]
    document = {
        "format": "engage-questionnaire/1",
        "slug": "dense",
        "code": "dense",
        "version": 1,
        "default_language": "en",
        "areas": ["E06000018"],
        "title": "Dense",
        "intro": "Many boxes.",
        "consent": {"version": 1, "statement": "It is your choice."},
        "questions": questions,
    }
    return parse_definition(document)


def dense_layout(questionnaire: Questionnaire, say: Say, districts: Mapping[str, str]) -> Layout:
    """Return the form as the app lays it out, its first page filled with all boxes instead."""
    layout = make_layout(questionnaire, "en", "standard", say=say, districts=districts)
    page = replace(
        layout.pages[0],
        boxes=tuple(_box(*place) for place in _places()),
        texts=tuple(text for place in _places() for text in _texts(*place)),
        spaces=(),
        rules=(),
        figures=(),
        slots=tuple(slot for slot in layout.pages[0].slots if slot.what in _SLOTS),
        markers=corner_markers(PAGE_HEIGHT),
        bottom_mm=PAGE_HEIGHT,
    )
    return replace(layout, pages=(page,))


def _places() -> list[tuple[int, int, int]]:
    return [(side, row, at) for side in range(len(_COLUMNS)) for row in range(_ROWS) for at in range(_OPTIONS)]


def _box(side: int, row: int, at: int) -> Box:
    return Box(_COLUMNS[side] + at * _PITCH, _TOP + row * _ROW, BOX, BOX, f"q{side * _ROWS + row}", f"o{at}")


def _texts(side: int, row: int, at: int) -> tuple[Text, ...]:
    box = _box(side, row, at)
    label = Text(box.x + BOX + _LABEL_GAP, box.y + 3.3, 3.0, 3.0, "ABCDE"[at], 11.0, "en")
    if at:
        return (label,)
    return (label, Text(box.x, box.y - 4.0, 40.0, 4.0, f"{box.question[1:]}  Question?", 11.0, "en", is_bold=True))
