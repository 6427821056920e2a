"""Sketches one block of a form from the top down: paragraphs, options and spaces, in millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from engage.channels.paper.fonts import LEADING_OF_SCRIPT
from engage.channels.paper.form import Form
from engage.channels.paper.layout import Mark, Rule, Slot, Space, Text
from engage.channels.paper.text import text_width, wrap_text
from engage.phrases import script_of

#: Type from which on a style counts as large (points).
_LARGE_PT = 14.0
#: Height of a capital letter, as a share of the type size.
_CAPITAL = 0.714
#: Beside the page code, so little height is left white rather than narrowing what follows (mm).
_LITTLE = 12.0


@dataclass(frozen=True)
class Typography:
    """The sizes of a style: type in points, everything else in millimetres."""

    body_pt: float
    small_pt: float
    title_pt: float
    #: Where text begins beside the question's number.
    gutter: float
    #: Least distance from one row of boxes to the next.
    pitch: float
    #: Distance between two blocks, and between the parts of one.
    gap: float
    part_gap: float
    most_columns: int
    #: Lines a label may take before fewer columns are tried.
    most_label_lines: int
    #: Height of the space for a long answer.
    long_answer: float
    #: Space between a box and its label.
    label_gap: float = 2.0
    #: Above the name of a group of options.
    name_gap: float = 0.25
    #: Side of a face or a picture beside an option, and beside a question; 0 prints none.
    option_figure: float = 0.0
    question_figure: float = 0.0
    has_group_names: bool = True

    @property
    def is_large(self) -> bool:
        """Say whether the type is so large that nothing but short labels goes side by side."""
        return self.body_pt >= _LARGE_PT


#: Easy read from 16 pt and large print from 18 pt, as their readers ask (survey content, section 6).
TYPOGRAPHY = {
    "standard": Typography(
        body_pt=10.5,
        small_pt=9.0,
        title_pt=17.0,
        gutter=8.0,
        pitch=8.0,
        gap=3.5,
        part_gap=1.0,
        most_columns=5,
        most_label_lines=2,
        long_answer=30.0,
    ),
    "easy_read": Typography(
        body_pt=16.0,
        small_pt=16.0,
        title_pt=24.0,
        gutter=11.0,
        pitch=11.0,
        gap=7.0,
        part_gap=2.0,
        most_columns=2,
        most_label_lines=2,
        long_answer=110.0,
        label_gap=3.0,
        name_gap=2.5,
        option_figure=13.0,
        question_figure=20.0,
    ),
    "large_print": Typography(
        body_pt=18.0,
        small_pt=18.0,
        title_pt=26.0,
        gutter=13.0,
        pitch=10.0,
        gap=7.0,
        part_gap=2.0,
        most_columns=2,
        most_label_lines=2,
        long_answer=110.0,
        label_gap=2.5,
        name_gap=1.0,
    ),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph in one size and weight."""

    text: str
    language: str
    size_pt: float
    is_bold: bool = False


@dataclass(frozen=True)
class Room:
    """The width a block has (mm), and how much of its top stands beside the page code with less."""

    width: float
    beside_code: float = 0.0
    notch: float = 0.0


@dataclass(frozen=True)
class Block:
    """A finished block; its marks count from its own top left corner."""

    marks: tuple[Mark, ...]
    height: float


class Sketch:
    """A block in the making; `y` is how far down it has come."""

    def __init__(self, form: Form, room: Room, typography: Typography | None = None) -> None:
        self.form = form
        self.room = room
        self.typography = typography or TYPOGRAPHY[form.style]
        self.y = 0.0
        self.marks: list[Mark] = []

    @property
    def width(self) -> float:
        """Return the width there is at this height."""
        return self.room.beside_code if self.y < self.room.notch else self.room.width

    def finish(self) -> Block:
        """Return the block."""
        return Block(tuple(self.marks), self.y)

    def skip(self, height: float) -> None:
        """Leave white space."""
        self.y += height

    def step_past_code(self) -> None:
        """Leave the rest beside the page code white where it is too little for a list."""
        if self.room.notch - _LITTLE < self.y < self.room.notch:
            self.y = self.room.notch

    def put(self, mark: Mark) -> None:
        """Add a mark at its own place."""
        self.marks.append(mark)

    def paragraph(
        self,
        text: str,
        language: str,
        size_pt: float,
        *,
        x: float = 0.0,
        width: float | None = None,
        is_bold: bool = False,
    ) -> float:
        """Set a paragraph and return where its last line ends (mm from the block's start)."""
        room = (self.width if width is None else width) - x
        end = x
        for line in wrap_text(text, language=language, size_pt=size_pt, width_mm=room, is_bold=is_bold):
            baseline = baseline_in(self.y, size_pt, language)
            end = x + self.line(line, language, size_pt, x=x, baseline=baseline, is_bold=is_bold)
            self.y += line_height_of(size_pt, language)
        return end

    def pieces(
        self,
        pieces: Sequence[Piece],
        *,
        x: float,
        width: float | None = None,
        size_pt: float | None = None,
    ) -> None:
        """Set a paragraph of pieces that differ in size or weight, each running on behind the one before."""
        size, language = size_pt or self.typography.body_pt, self.form.language
        at, room = x, (self.width if width is None else width) - x
        for piece in pieces:
            lines = wrap_text(
                piece.text,
                language=piece.language,
                size_pt=piece.size_pt,
                width_mm=room,
                indent_mm=at - x,
                is_bold=piece.is_bold,
            )
            for number, line in enumerate(lines):
                if number:
                    self.y, at = self.y + line_height_of(size, language), x
                baseline = baseline_in(self.y, size, language)
                if line:
                    wide = self.line(
                        line, piece.language, piece.size_pt, x=at, baseline=baseline, is_bold=piece.is_bold
                    )
                    at += wide + piece.size_pt / mm / 2
        if pieces:
            self.y += line_height_of(size, language)

    def is_free_behind(self, pieces: Sequence[Piece], piece: Piece, *, x: float) -> bool:
        """Say whether another piece fits on the last line of a paragraph of pieces."""
        heights = []
        for tried in (pieces, [*pieces, piece]):
            probe = Sketch(self.form, Room(self.width), self.typography)
            probe.pieces(tried, x=x)
            heights.append(probe.y)
        return heights[0] == heights[1]

    def said(self, key: str, **placeholders: str) -> tuple[str, str]:
        """Return words of the interface and the language to set them in."""
        words = self.form.say(key, **placeholders)
        return words, self.form.language_of(words)

    def phrase(
        self, key: str, *, x: float = 0.0, is_small: bool = False, is_bold: bool = False, **placeholders: str
    ) -> None:
        """Set words of the interface as a paragraph."""
        words = self.form.say(key, **placeholders)
        size = self.typography.small_pt if is_small else self.typography.body_pt
        self.paragraph(words, self.form.language_of(words), size, x=x, is_bold=is_bold)

    def line(
        self, text: str, language: str, size_pt: float, *, x: float, baseline: float, is_bold: bool = False
    ) -> float:
        """Set one line on a base line and return its width."""
        width = text_width(text, language=language, size_pt=size_pt, is_bold=is_bold)
        self.put(Text(x, baseline, width, size_pt / mm, text, size_pt, language, is_bold))
        return width

    def space(self, question: str, height: float, *, x: float, width: float, line_gap: float = 0.0) -> None:
        """Set a frame to write in, with rules `line_gap` apart."""
        lines = max(0, round(height / line_gap) - 1) if line_gap else 0
        self.put(Space(x, self.y, width, height, question, lines))
        self.y += height

    def slot(self, what: str, width: float, height: float, *, x: float, y: float, size_pt: float = 0) -> None:
        """Keep a place that is filled per copy."""
        self.put(Slot(x, y, width, height, what, size_pt))

    def frame(self, width: float, *, weight_pt: float = 0.5) -> None:
        """Frame the block from its top down to here."""
        self.put(Rule(0, 0, width, self.y, weight_pt))


def line_height_of(size_pt: float, language: str) -> float:
    """Return the distance from line to line (mm) of a type size in the script of a language."""
    return size_pt / mm * LEADING_OF_SCRIPT.get(script_of(language), LEADING_OF_SCRIPT["Latn"])


def baseline_in(top: float, size_pt: float, language: str) -> float:
    """Return the base line (mm) on which capitals stand in the middle of a line that begins at `top`."""
    return top + (line_height_of(size_pt, language) + _CAPITAL * size_pt / mm) / 2
