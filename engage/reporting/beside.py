"""Shows what people feel beside what others recorded, place by place, with the caveats that belong to both."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from engage.areas import Area, IndicatorFigure, period_words
from engage.reporting.comparing import compare_with_rest
from engage.reporting.differences import HIGHER, LOWER, NO_DIFFERENCE
from engage.reporting.labels import Labels
from engage.reporting.reading import Published, find_tables
from engage.results.published import PublishedCell, PublishedRow
from engage.storage import indicators
from engage.storage.database import Session
from engage.storage.indicators import Indicator

#: Levels at which the two stand side by side; a ward is too small for either.
LEVELS = ("place", "district")
#: Both bases, of the people who answered and of the people an indicator counts among, are at least this.
LEAST_BASE = 50
#: Other areas that an indicator's rate is compared with.
FEWEST_OTHERS = 2
#: Standard errors of the control limits that public health uses for rates by area (99.8 %).
_LIMITS = 3.09
CAVEATS = (
    (
        "Recorded figures hold what was reported and written down. Much never is. A low figure may mean that little "
        "happened, or that little was told."
    ),
    (
        "What people feel and what is recorded are two different things. Neither is the true one and neither puts the "
        "other right. Where they differ, ask the people there why."
    ),
    (
        "Shares are of the people who answered, not of everybody who lives there. Some told of a place they know and "
        "do not live in."
    ),
    (
        f"Named places or wider only, and only where {LEAST_BASE} people or more stand behind both figures. A place's "
        "recorded figure is added up from its wards only where the supplier shows every one of them."
    ),
    (
        "Not for enforcement: these figures say nothing about any person and are no reason to stop anybody or to send "
        "anybody anywhere."
    ),
    (
        "A place is named as higher or lower only where chance does not explain it: perception against the rest of the "
        "survey's area, recorded rates outside the 99.8 % limits around the other places' rate."
    ),
)


@dataclass(frozen=True)
class BesideRow:
    """One area: the published share with its base and verdict, the indicator with its own."""

    area: Area
    cell: PublishedCell
    base: int
    felt: str | None
    figure: IndicatorFigure
    recorded: str | None


@dataclass(frozen=True)
class Beside:
    """One answer beside one indicator in one period, at one level of area."""

    question: str
    answer: str
    indicator: Indicator
    period: str
    rows: tuple[BesideRow, ...]
    #: Names of areas that are not shown, each with the reason.
    left_out: tuple[tuple[str, str], ...]

    @property
    def felt_not_recorded(self) -> tuple[str, ...]:
        """Return the areas where more people than elsewhere gave the answer, and less than elsewhere is recorded."""
        return tuple(row.area.name for row in self.rows if (row.felt, row.recorded) == (HIGHER, LOWER))

    @property
    def recorded_not_felt(self) -> tuple[str, ...]:
        """Return the areas where fewer people than elsewhere gave the answer, and more than elsewhere is recorded."""
        return tuple(row.area.name for row in self.rows if (row.felt, row.recorded) == (LOWER, HIGHER))

    @property
    def breaks(self) -> tuple[str, ...]:
        """Return the marks of breaks in recording, each once."""
        return tuple(dict.fromkeys(row.figure.recording_break for row in self.rows if row.figure.recording_break))

    @property
    def small_print(self) -> tuple[tuple[str, str], ...]:
        """Return what the supplier says of the indicator."""
        head = self.indicator.head
        per = f"per {head.per:,.0f}" if head.per > 1 else "as given by the supplier"
        return (
            ("Indicator", f"{head.name}, {period_words(self.period)}, {per}"),
            ("Definition", head.definition),
            ("Source", head.source),
            ("Licence", head.licence),
            *(("Break in recording", words) for words in self.breaks),
        )


def put_beside(
    session: Session, published: Published, question: str, indicator: Indicator, period: str, level: str
) -> Beside | None:
    """Return the last answer of a scale, such as "unsafe", beside an indicator; None where nothing is published of it.

    Raises ValueError for a level that is too small.
    """
    if level not in LEVELS:
        raise ValueError(f"figures stand side by side for {' and '.join(LEVELS)} only")
    found = find_tables(session, published, by=level, question=question)
    options = next((row.cells for table in found for row in table.rows_shown if row.cells), ())
    if not options:
        return None
    areas = {area.code: area for root in published.ground.roots for area in published.ground.within(root, level)}
    figures = dict(_figures(session, indicator, period, areas.values()))
    made, left_out = [], []
    for row in found[0].rows_shown:
        figure = figures.get(row.row)
        if reason := _reason(row, figure):
            left_out.append((areas[row.row].name, reason))
        elif figure is not None:
            verdict = compare_with_rest(session, published, row.row).get((question, options[-1].option))
            felt = verdict.verdict if verdict else None
            cell = next(cell for cell in row.cells if cell.option == options[-1].option)
            made.append(
                BesideRow(areas[row.row], cell, row.base or 0, felt, figure, _recorded(figure, figures.values()))
            )
    labels = Labels(published.questionnaire, published.ground.tree)
    words = str(labels.question(question, "…")), str(labels.option(question, options[-1].option))
    return Beside(*words, indicator, period, tuple(made), tuple(left_out))


def _reason(row: PublishedRow, figure: IndicatorFigure | None) -> str | None:
    """Return why an area is left out, None where both its figures may stand side by side."""
    if row.base is None or row.shown_for != row.row:
        return "too few people answered"
    if row.base < LEAST_BASE:
        return f"fewer than {LEAST_BASE} people answered"
    if figure is None:
        return "the supplier gives no figure, or not for every ward"
    if figure.is_suppressed:
        return "the supplier does not show its figure"
    if figure.denominator is None:
        return "how many people the figure counts among is not known"
    if figure.denominator < LEAST_BASE:
        return f"the figure counts among fewer than {LEAST_BASE} people"
    return None


def _figures(
    session: Session, indicator: Indicator, period: str, known: Collection[Area]
) -> Iterator[tuple[str, IndicatorFigure]]:
    """Yield an indicator's figure of each area, of a named place added up from all its wards where it has none."""
    codes = {code for area in known for code in (area.code, *area.wards)}
    stored = indicators.figures_of(session, indicator.id, period, sorted(codes))
    for area in known:
        parts = [stored[code] for code in area.wards if code in stored]
        if area.code in stored:
            yield area.code, stored[area.code]
        elif parts and len(parts) == len(area.wards) and (summed := _sum(area.code, parts, indicator.head.per)):
            yield area.code, summed


def _sum(code: str, parts: Sequence[IndicatorFigure], per: float) -> IndicatorFigure | None:
    if any(part.numerator is None or part.denominator is None for part in parts):
        return None
    numerator = sum(part.numerator or 0 for part in parts)
    denominator = sum(part.denominator or 0 for part in parts)
    broken = "; ".join(dict.fromkeys(part.recording_break for part in parts if part.recording_break))
    value = numerator / denominator * per
    return IndicatorFigure(
        code, parts[0].period, value, numerator, denominator, is_suppressed=False, recording_break=broken
    )


def _recorded(figure: IndicatorFigure, figures: Iterable[IndicatorFigure]) -> str | None:
    """Say whether an area's rate lies above or below that of the others, beyond the control limits (Byar)."""
    known = [
        (one.numerator, one.denominator)
        for one in figures
        if one is not figure and one.numerator is not None and one.denominator
    ]
    if len(known) < FEWEST_OTHERS or figure.numerator is None or not figure.denominator:
        return None
    rest = sum(numerator for numerator, _ in known) / sum(denominator for _, denominator in known)
    low, high = (end / figure.denominator for end in byar_limits(figure.numerator))
    if low > rest:
        return HIGHER
    return LOWER if high < rest else NO_DIFFERENCE


def byar_limits(count: float, deviation: float = _LIMITS) -> tuple[float, float]:
    """Return the limits of a count of events, so many standard errors wide (Byar's approximation to Poisson)."""
    low = count * (1 - 1 / (9 * count) - deviation / (3 * sqrt(count))) ** 3 if count else 0.0
    above = count + 1
    return max(0.0, low), above * (1 - 1 / (9 * above) + deviation / (3 * sqrt(above))) ** 3
