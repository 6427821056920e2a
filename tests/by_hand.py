"""A small survey with what is answered by hand: a ranking and a drawing."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from builders import DISTRICT
from engage.channels.paper.composition import make_layout
from engage.channels.paper.crops import SCALE, pages_with
from engage.channels.paper.layout import PAGE_HEIGHT, PAGE_WIDTH, Layout, Space
from engage.phrases import phrases_for
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.model import Questionnaire

Picture = NDArray[np.uint8]
RANKED = ("lights", "youth", "police", "buses")
#: A house with a roof, as a script draws it.
HOUSE = [
    [100, 400, 100, 200, 300, 80, 500, 200, 500, 400, 100, 400],
    [280, 400, 280, 300, 340, 300, 340, 400],
    [20, 20],
]
QUESTIONS: list[dict[str, Any]] = [
    {"id": "age_band", "type": "age_band", "text": "How old are you?"},
    {"id": "area", "type": "area", "text": "Which area?"},
    {
        "id": "matters",
        "type": "ranking",
        "text": "What matters most in {place}?",
        "options": [
            {"code": "lights", "label": "Better street lights", "label@sms": "Lights"},
            {"code": "youth", "label": "Things to do for young people", "label@sms": "Youth clubs"},
            {"code": "police", "label": "More police on foot", "label@sms": "Police"},
            {"code": "buses", "label": "Safer buses and trams in the evening", "label@sms": "Buses"},
        ],
    },
    {"id": "scene", "type": "drawing", "text": "Draw a place where you feel safe."},
]


def a_survey_by_hand(**fields: Any) -> Questionnaire:
    """Return the survey, with code and slug `hand`."""
    document: dict[str, Any] = {
        "format": "engage-questionnaire/1",
        "slug": "hand",
        "code": "hand",
        "version": 1,
        "areas": [DISTRICT],
        "title": "Local survey",
        "intro": "A few questions.",
        "styles": ["standard", "easy_read", "large_print"],
        "consent": {"version": 1, "rule": "own", "statement": "It is your choice."},
        "routes": [{"id": "sms", "when": {"fact": "channel", "is": ["sms"]}}, {"id": "everyone"}],
        "languages": {"en": {"review": "source"}, "ar": {"review": "machine_drafted"}},
        "questions": QUESTIONS,
    }
    return parse_definition(document | fields)


def a_layout_by_hand(style: str = "standard", language: str = "en") -> Layout:
    """Return the survey laid out on paper."""
    say = phrases_for(language, style).say
    return make_layout(a_survey_by_hand(), language, style, say=say, districts={DISTRICT: "Nottingham"})


def a_page_by_hand(layout: Layout) -> tuple[Picture, int, Space]:
    """Return the page of the drawing as grey paper beside a lamp, its number and the sheet to draw on, framed."""
    [number] = pages_with(layout, "scene")
    [space] = [space for page in layout.pages for space in page.spaces if space.question == "scene"]
    shape = (round(PAGE_HEIGHT * SCALE), round(PAGE_WIDTH * SCALE))
    grey = np.linspace(250, 170, shape[1]).astype(np.uint8)[None, :].repeat(shape[0], axis=0).copy()
    left, top, right, bottom = (round(at * SCALE) for at in (space.x, space.y, space.x + space.w, space.y + space.h))
    cv2.rectangle(grey, (left, top), (right, bottom), 40, 3)
    return grey, number, space


def drawn_on(layout: Layout, page: int) -> bytes:
    """Return a page's picture (JPEG) with a square drawn on its sheet, where it has one."""
    grey, number, space = a_page_by_hand(layout)
    x, y = round((space.x + 20) * SCALE), round((space.y + 20) * SCALE)
    if page == number:
        cv2.rectangle(grey, (x, y), (x + 40 * SCALE, y + 30 * SCALE), 60, 8)
    return as_jpeg(grey)


def as_jpeg(grey: Picture) -> bytes:
    """Return a picture as it is kept of a page."""
    return bytes(cv2.imencode(".jpg", grey)[1])
