"""Draws published figures as SVG bars that read without colour; every number in a chart is a published one."""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from engage.reporting.words import Figure
from engage.results.published import NOT_ENOUGH, OVER

#: Units of a whole chart's width, and of the bars in it; a bar as wide as this stands for everybody.
CHART_WIDTH = 420
BAR_WIDTH = 250
BAR_HEIGHT = 22
#: Units of a bar that stands alone, beside its own words.
STRIP_WIDTH = 300
STRIP_HEIGHT = 24
LINE_HEIGHT = 20
MARGIN = 10

#: Letters to a line of label; an average letter of 15 units is half as wide as it is high.
_LETTERS = 52
_INK = "#0b2b40"
_BAR = "#1f6f8b"
_PALE = "#cfdde3"
_PAPER = "#ffffff"
#: Where the band "over 90 %" begins, as a proportion.
_BAND = 0.9
#: Units between the lines of a hatched part.
_HATCH = 7
#: How a bar is drawn by the quality of its row: filled, outlined thick, outlined in dashes.
_STYLES = {
    "ok": f'fill="{_BAR}" stroke="{_INK}"',
    "care": f'fill="{_BAR}" fill-opacity="0.45" stroke="{_INK}" stroke-width="2"',
    "low": f'fill="{_PAPER}" stroke="{_INK}" stroke-width="2" stroke-dasharray="5 3"',
}


@dataclass(frozen=True)
class Bar:
    """One answer in a chart: its label, its published cell, what is said of it, and its row's quality."""

    label: str
    cell: Figure
    said: str
    quality: str


@dataclass(frozen=True)
class BarGroup:
    """The bars of one row of a table under its heading; none where the row is not shown."""

    heading: str
    bars: Sequence[Bar]


def draw_chart(title: str, description: str, groups: Iterable[BarGroup], *, direction: str = "ltr") -> str:
    """Return a whole chart with its words, as an SVG image that speaks for itself."""
    parts: list[str] = []
    height = MARGIN
    for line in textwrap.wrap(title, _LETTERS):
        height += LINE_HEIGHT
        parts.append(_words(line, height, direction, weight="bold"))
    for group in groups:
        height = _draw_group(parts, group, height + MARGIN, direction)
    height += MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {CHART_WIDTH} {height}" role="img" '
        f'direction="{direction}" font-family="Noto Sans, Segoe UI, sans-serif" font-size="15" fill="{_INK}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f'<rect width="{CHART_WIDTH}" height="{height}" fill="{_PAPER}"/>{"".join(parts)}</svg>'
    )


def draw_strip(cell: Figure, quality: str, name: str, *, direction: str = "ltr") -> str:
    """Return one answer's bar to stand beside its words; `name` says it to whoever does not see it."""
    bar = _bar(cell, quality, 1, 1, STRIP_WIDTH - 2, STRIP_HEIGHT - 2)
    mirrored = f' transform="translate({STRIP_WIDTH} 0) scale(-1 1)"' if direction == "rtl" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 {STRIP_WIDTH} {STRIP_HEIGHT}" '
        f'preserveAspectRatio="none" role="img"><title>{escape(name)}</title><g{mirrored}>{bar}</g></svg>'
    )


def draw_stack(cells: Sequence[Figure], quality: str, name: str, *, direction: str = "ltr") -> str:
    """Return a scale's answers as one bar: the first filled, those between pale, the last hatched from the far end.

    The thin line is the interval of the first. What is hidden leaves a gap, which says no more than "<8" does.
    """
    width, height = STRIP_WIDTH - 2, STRIP_HEIGHT - 2
    parts = [f'<rect class="track" x="1" y="1" width="{width}" height="{height}" fill="{_PAPER}" stroke="#8a9aa5"/>']
    strength = 1.0 if quality == "ok" else 0.45
    end = 1 + width
    last = cells[-1].share if len(cells) > 1 else None
    if last is not None:
        end -= round(width * last)
        parts.append(_hatched(end, 1, 1 + width - end, height))
    start = 1
    for place, cell in enumerate(cells[:-1] or cells):
        length = max(0, min(round(width * (cell.share or 0)), end - start))
        fill = _BAR if place == 0 else _PALE
        parts.append(
            f'<rect class="part-{min(place, 1)}" x="{start}" y="1" width="{length}" height="{height}" '
            f'fill="{fill}" fill-opacity="{strength:g}" stroke="{_INK}"/>'
        )
        start += length
    if any(cell.shown == OVER for cell in cells[:1]):
        parts.append(_nearly_all(1, 1, width, height))
    if cells and cells[0].low is not None and cells[0].high is not None:
        low, high = (1 + round(width * part) for part in (cells[0].low, cells[0].high))
        parts.append(_whisker(low, high, 1, height))
    mirrored = f' transform="translate({STRIP_WIDTH} 0) scale(-1 1)"' if direction == "rtl" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 {STRIP_WIDTH} {STRIP_HEIGHT}" '
        f'preserveAspectRatio="none" role="img"><title>{escape(name)}</title><g{mirrored}>{"".join(parts)}</g></svg>'
    )


def draw_tenths(tenths: int, quality: str, name: str, *, direction: str = "ltr") -> str:
    """Return ten people, the first `tenths` of them filled, for easy read."""
    width, step = 300, 30
    strength = 1.0 if quality == "ok" else 0.45
    people = "".join(_person(place * step + step // 2, strength * (place < tenths)) for place in range(10))
    mirrored = f' transform="translate({width} 0) scale(-1 1)"' if direction == "rtl" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tenths" viewBox="0 0 {width} 44" role="img">'
        f"<title>{escape(name)}</title><g{mirrored}>{people}</g></svg>"
    )


def _draw_group(parts: list[str], group: BarGroup, height: int, direction: str) -> int:
    """Draw a row's bars below `height`; returns where they end."""
    for line in textwrap.wrap(group.heading, _LETTERS):
        height += LINE_HEIGHT
        parts.append(_words(line, height, direction, weight="bold"))
    for bar in group.bars:
        for line in textwrap.wrap(bar.label, _LETTERS):
            height += LINE_HEIGHT
            parts.append(_words(line, height, direction))
        height += 6
        left = CHART_WIDTH - MARGIN if direction == "rtl" else MARGIN
        mirrored = " scale(-1 1)" if direction == "rtl" else ""
        drawn = _bar(bar.cell, bar.quality, 0, 0, BAR_WIDTH, BAR_HEIGHT)
        parts.append(f'<g transform="translate({left} {height}){mirrored}">{drawn}</g>')
        parts.append(_words(bar.said, height + 17, direction, indent=BAR_WIDTH + MARGIN))
        height += BAR_HEIGHT + 4
    return height


def _bar(cell: Figure, quality: str, x: int, y: int, width: int, height: int) -> str:
    """Return the track of a bar, its share and its interval if it has one; an empty track where there is no share."""
    track = f'<rect class="track" x="{x}" y="{y}" width="{width}" height="{height}" fill="{_PAPER}" stroke="#8a9aa5"/>'
    if cell.shown == OVER and quality != NOT_ENOUGH:
        return track + _nearly_all(x, y, width, height)
    if cell.share is None or quality == NOT_ENOUGH:
        return track
    share = round(width * cell.share)
    filled = f'<rect class="bar {quality}" x="{x}" y="{y}" width="{share}" height="{height}" {_STYLES[quality]}/>'
    if cell.low is None or cell.high is None:
        return track + filled
    low, high = (x + round(width * part) for part in (cell.low, cell.high))
    return f"{track}{filled}{_whisker(low, high, y, height)}"


def _nearly_all(x: int, y: int, width: int, height: int) -> str:
    """Return a bar filled as far as its band begins, and from there left open: somewhere in it the share ends."""
    known = round(width * _BAND)
    return (
        f'<rect class="part-0" x="{x}" y="{y}" width="{known}" height="{height}" fill="{_BAR}" stroke="{_INK}"/>'
        f'<rect class="part-1" x="{x + known}" y="{y}" width="{width - known}" height="{height}" fill="{_PALE}" '
        f'stroke="{_INK}" stroke-dasharray="5 3"/>'
    )


def _whisker(low: int, high: int, y: int, height: int) -> str:
    middle, top, bottom = y + height // 2, y + height // 4, y + height - height // 4
    whisker = f"M{low} {top}V{bottom}M{low} {middle}H{high}M{high} {top}V{bottom}"
    halo = f'<path class="halo" d="{whisker}" fill="none" stroke="{_PAPER}" stroke-width="4"/>'
    return f'{halo}<path class="whisker" d="{whisker}" fill="none" stroke="{_INK}" stroke-width="2"/>'


def _hatched(x: int, y: int, width: int, height: int) -> str:
    """Return a rectangle filled with slanting lines, each cut off at its edges."""
    lines = []
    for offset in range(_HATCH, width + height, _HATCH):
        left, right = max(0, offset - height), min(offset, width)
        lines.append(f"M{x + left} {y + offset - left}L{x + right} {y + offset - right}")
    return (
        f'<rect class="part-last" x="{x}" y="{y}" width="{width}" height="{height}" fill="{_PAPER}" stroke="{_INK}"/>'
        f'<path class="hatch" d="{"".join(lines)}" fill="none" stroke="{_INK}" stroke-width="1.5"/>'
    )


def _person(x: int, strength: float) -> str:
    body = f"M{x - 10} 41V30a10 10 0 0 1 20 0V41Z"
    ink = f'class="person" fill="{_BAR}" fill-opacity="{strength:g}" stroke="{_INK}" stroke-width="2"'
    return f'<circle cx="{x}" cy="11" r="8" {ink}/><path d="{body}" {ink}/>'


def _words(text: str, y: int, direction: str, *, indent: int = 0, weight: str = "normal") -> str:
    x = CHART_WIDTH - MARGIN - indent if direction == "rtl" else MARGIN + indent
    return f'<text x="{x}" y="{y}" font-weight="{weight}">{escape(text)}</text>'
