"""Fills in a printed page as people do: chooses, marks, strikes out, slips, writes; and says what was meant."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from paper_ink import (
    MARKS,
    Image,
    Pen,
    chance,
    draw,
    light_pencil,
    pick_pen,
    round_about,
    scribble,
    through,
    writing,
)
from paper_plain import PLAIN_MARKS, draw_plain, scribble_plain

from engage.channels.paper.layout import Box, Page
from engage.questionnaire.model import Question, Questionnaire

#: Shares of the kinds of mark; a light pencil is one held lightly, whatever it draws.
_KINDS = {"tick": 0.27, "cross": 0.27, "fill": 0.12, "sloppy": 0.14, "light": 0.11}
_OTHERS = ("dot", "circle", "slash")
#: Shares of unchosen boxes that are scribbled out, and that a stray line runs through.
SCRIBBLED, STRAY = 0.015, 0.01


@dataclass(frozen=True)
class Truth:
    """What the person meant by a box: `marked`, `empty` or `corrected`; how it was drawn tells nobody."""

    state: str
    kind: str


@dataclass(frozen=True)
class Hand:
    """How somebody fills in a form: one pen and one kind of mark, or whatever comes to hand."""

    pen: Pen
    kind: str | None
    #: Draws as `paper_plain` does.
    is_plain: bool = False
    #: Share of the questions of a page that are left out.
    leaves_out: float = 0.05

    @classmethod
    def of_somebody(cls, rng: Generator, *, is_plain: bool = False) -> "Hand":
        """Return a hand; half of them do the same throughout, and a few fill in next to nothing."""
        leaves_out = float(rng.choice([0.05, 0.7, 1.0], p=[0.9, 0.05, 0.05]))
        return cls(pick_pen(rng), _kind(rng) if chance(rng, 0.5) else None, is_plain, leaves_out)

    def mark(self, page: Image, kind: str, pen: Pen, box: Box, rng: Generator) -> None:
        """Put a mark of a kind, or a `scribble`, on a box of the page, in place."""
        marks = PLAIN_MARKS | {"scribble": scribble_plain} if self.is_plain else MARKS | {"scribble": scribble}
        strokes = marks[kind](box.x + box.w / 2, box.y + box.h / 2, box.w, rng)
        (draw_plain if self.is_plain else draw)(page, strokes, pen, rng, rng.uniform(0.85, 1.1))

    def next_mark(self, rng: Generator) -> tuple[str, Pen]:
        """Return the kind of the next mark and the pen it is made with."""
        kind = self.kind if self.kind and chance(rng, 0.9) else _kind(rng)
        if kind == "light":
            return kind, light_pencil(rng)
        return kind, self.pen if self.kind or chance(rng, 0.5) else pick_pen(rng)


def _kind(rng: Generator) -> str:
    dice = rng.random()
    for kind, share in _KINDS.items():
        if dice < share:
            return kind
        dice -= share
    return str(rng.choice(_OTHERS))


def fill_in(
    paper: Image, page: Page, questionnaire: Questionnaire, hand: Hand, rng: Generator
) -> dict[tuple[str, str], Truth]:
    """Mark the boxes of a page; returns what was meant by each."""
    truths = {}
    for question in dict.fromkeys(box.question for box in page.boxes):
        boxes = [box for box in page.boxes if box.question == question]
        is_left_out = chance(rng, hand.leaves_out)
        chosen = frozenset() if is_left_out else _choice(boxes, questionnaire.question(question), rng)
        for box in boxes:
            is_chosen = box.option in chosen
            truths[box.question, box.option] = _mark(paper, box, hand, rng, is_chosen=is_chosen, has_other=bool(chosen))
    return truths


def _choice(boxes: Sequence[Box], question: Question | None, rng: Generator) -> frozenset[str]:
    """Return the options somebody chooses: one, or several where that is asked; now and then two of one."""
    codes = [box.option for box in boxes]
    if question and question.is_multiple:
        alone = {*question.special, *(option.code for option in question.options if option.exclusive)}
        if alone & set(codes) and chance(rng, 0.1):
            return frozenset({str(rng.choice(sorted(alone & set(codes))))})
        return frozenset(code for code in codes if chance(rng, 0.3)) - alone
    count = 2 if len(codes) > 1 and chance(rng, 0.01) else 1
    return frozenset(str(code) for code in rng.choice(codes, count, replace=False))


def _mark(paper: Image, box: Box, hand: Hand, rng: Generator, *, is_chosen: bool, has_other: bool) -> Truth:
    """Put on a box what there is to put, and return what it means."""
    x, y = box.x + box.w / 2, box.y + box.h / 2
    if is_chosen:
        kind, pen = hand.next_mark(rng)
        drawn = str(rng.choice(["tick", "cross", "slash"], p=[0.5, 0.4, 0.1])) if kind == "light" else kind
        hand.mark(paper, drawn, pen, box, rng)
        return Truth("marked", kind)
    if chance(rng, SCRIBBLED) and has_other:
        if chance(rng, 0.6):
            kind, pen = hand.next_mark(rng)
            hand.mark(paper, "tick" if kind == "light" else kind, pen, box, rng)
        hand.mark(paper, "scribble", hand.pen, box, rng)
        return Truth("corrected", "scribble")
    if chance(rng, STRAY):
        draw(paper, [_stray(x, y, rng)], hand.pen, rng, rng.uniform(0.5, 1.0))
        return Truth("empty", "stray")
    if chance(rng, STRAY / 2):
        draw(paper, [round_about(x + rng.normal(0, 1), y + rng.normal(0, 1), 0.3, 0.2, rng)], hand.pen, rng, 0.5)
        return Truth("empty", "speck")
    return Truth("empty", "none")


def _stray(x: float, y: float, rng: Generator) -> np.ndarray:
    """Return a line that runs across a box from somewhere to somewhere, as a slipped pen leaves it.

    One that stays within a box would be a mark to anybody: it comes from outside, and most often goes on.
    """
    angle, away = rng.uniform(0, 6.3), rng.uniform(-1.9, 1.9)
    along = np.array([np.cos(angle), np.sin(angle)])
    middle = np.array([x, y]) + away * np.array([-along[1], along[0]])
    behind = rng.uniform(5, 20) if chance(rng, 0.75) else rng.uniform(-1.5, 1.0)
    ends = middle - along * rng.uniform(6, 20), middle + along * behind
    return through([tuple(end) for end in ends], rng, 0.3)


def write_in(paper: Image, page: Page, hand: Hand, rng: Generator) -> frozenset[str]:
    """Write or draw in half of the spaces, and sometimes a doodle in the margin; returns which have writing."""
    written = set()
    for space in page.spaces:
        if chance(rng, 0.5):
            continue
        written.add(space.question)
        gap = space.h / (space.lines + 1) if space.lines else 10.0
        for line in range(int(rng.integers(1, max(2, space.h // gap + 1)))):
            wide = (space.w - 6) * rng.uniform(0.2, 1.0)
            base = space.y + (line + 0.85) * gap
            draw(paper, writing(space.x + 3, base, wide, min(gap, 9.0) * 0.5, rng), hand.pen, rng)
        if not space.lines and chance(rng, 0.5):
            middle = (space.x + space.w * rng.uniform(0.2, 0.8), space.y + space.h / 2)
            draw(paper, [round_about(*middle, space.h * 0.6, space.h * 0.6, rng)], hand.pen, rng)
    if chance(rng, 0.1):
        draw(paper, writing(rng.uniform(5, 9), rng.uniform(60, 250), rng.uniform(3, 7), 4, rng), hand.pen, rng)
    return frozenset(written)
