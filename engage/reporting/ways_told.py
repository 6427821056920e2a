"""Tells staff in English which answers hang on the way of answering, and what weighting to the census changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engage.reporting.comparing import ModeEffect, mode_effects, weighted_figures
from engage.reporting.differences import HIGHER, LOWER
from engage.reporting.labels import Labels
from engage.reporting.mode_effects import is_offered_alike
from engage.reporting.reading import Published
from engage.reporting.words import percent
from engage.results.modes import MODE, MODES
from engage.results.weighted import MOST_EFFECT, PublishedWeighted, WeightedCell
from engage.storage.database import Session

_OFTEN = {HIGHER: "more often", LOWER: "less often"}


@dataclass(frozen=True)
class ToldWays:
    """One question, and what the way of answering made of it, a sentence for each way."""

    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class ToldWeighted:
    """A question's weighted figures: a line for each answer, whose they are, and how far they can be relied on."""

    lines: tuple[tuple[str, str, str], ...]
    about: str
    note: str


def tell_ways(
    session: Session, published: Published, labels: Labels, area: str, questions: Sequence[str]
) -> tuple[ToldWays, ...]:
    """Return what the way of answering made of some questions; those of which there is nothing to say left out."""
    effects = mode_effects(session, published, area)
    told = ((question, tuple(_ways(labels, question, effects.get(question, ())))) for question in questions)
    return tuple(ToldWays(str(labels.question(question, "…")), lines) for question, lines in told if lines)


def tell_weighted(
    session: Session, published: Published, labels: Labels, area: str, question: str
) -> ToldWeighted | None:
    """Return a question's figures weighted to the census; None where the release has none of this area."""
    figures = weighted_figures(session, published, area).get(question)
    if figures is None:
        return None
    lines = tuple((str(labels.option(question, cell.option)), *_weighted(cell)) for cell in figures.cells)
    return ToldWeighted(lines, f"Shares {figures.note}.", _how_sure(figures, labels))


def _ways(labels: Labels, question: str, effects: Sequence[ModeEffect]) -> Iterator[str]:
    for mode in MODES[1:]:
        name = labels.option(MODE, mode)
        if not is_offered_alike(labels.questionnaire, question, mode):
            yield f"{name}: people chose from fewer answers than on a screen, so the two are not set beside each other."
        found = [effect for effect in effects if effect.mode == mode]
        by_verdict = {each: [one.option for one in found if one.verdict == each] for each in _OFTEN}
        said = [f"{_OFTEN[each]} {_named(labels, question, codes)}" for each, codes in by_verdict.items() if codes]
        if said:
            yield f"{name}: {'; '.join(said)} than people of the same broad ages on a screen."


def _named(labels: Labels, question: str, options: Sequence[str]) -> str:
    return ", ".join(f"“{labels.option(question, option)}”" for option in options)


def _weighted(cell: WeightedCell) -> tuple[str, str]:
    if cell.share is None or cell.low is None or cell.high is None:
        return cell.shown, ""
    return f"{percent(cell.share)} %", f"{percent(cell.low)} to {percent(cell.high)} %"


def _how_sure(figures: PublishedWeighted, labels: Labels) -> str:
    by = ", ".join(f"“{labels.question(each, '…')}”" for each in figures.variables)
    care = " A few people speak for many: take care." if figures.effect > MOST_EFFECT else ""
    return (
        f"Weighted by {by}. {figures.base} people count as {figures.effective} "
        f"(weighting effect {figures.effect}).{care} "
        "People chose to answer: weights do not make them a random sample, and intervals show chance alone."
    )
