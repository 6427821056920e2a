"""Notes where people of the same broad ages said otherwise than on a screen when they answered in another way."""

from collections.abc import Iterator, Sequence

from engage.reporting.differences import NO_DIFFERENCE, verdict_of
from engage.reporting.ground import Ground
from engage.reporting.weighing import Counted
from engage.results.bounds import FLOOR, LEAST_BASE, round_count
from engage.results.comparison import LEAST_COMPARED, Difference, ShareBoxes, flag_differences, printed_boxes
from engage.results.modes import MODE, MODES
from engage.results.plan import AGE_GROUP, FROM_25, UNDER_25
from engage.results.tabulation import Breakdown, GroupCounts, TableQuestion, row_code
from engage.results.trend import Stratum, standardised_change
from engage.storage.release_extras import ReleaseExtra

#: Mode by broad age: counted for this note alone, never published as a table.
MODE_BY_AGE = "mode_by_age"
#: The way that others are set beside.
_SCREEN = MODES[0]
_AGES = (UNDER_25, FROM_25)


def mode_breakdown(ground: Ground) -> Breakdown:
    """Return what answers are to be counted by, in the whole ground only."""
    forces = frozenset(area.code for area in ground.at_levels({"force"}))
    return Breakdown(MODE_BY_AGE, (MODE, AGE_GROUP), forces)


def mode_effects(ground: Ground, questions: Sequence[TableQuestion], counted: Counted) -> Iterator[ReleaseExtra]:
    """Yield, for each question of a police force area, the answers given more or less often than on a screen.

    Ages are kept as they are among all who answered. What is compared are counts rounded as in tables, though
    they are not shown; only "higher" or "lower" goes out, flagged so that few are chance.
    """
    for force in ground.at_levels({"force"}):
        tests = [
            (question.id, mode, option, difference)
            for question in questions
            for mode in MODES[1:]
            for option, difference in _against_screen(counted[question.id, MODE_BY_AGE], force.code, mode)
        ]
        flags = flag_differences([difference.p for *_, difference in tests])
        found: dict[str, list[dict[str, str]]] = {}
        for (question_id, mode, option, difference), is_flagged in zip(tests, flags, strict=True):
            verdict = verdict_of(difference, is_flagged=is_flagged)
            if verdict != NO_DIFFERENCE:
                found.setdefault(question_id, []).append({"mode": mode, "option": option, "verdict": verdict})
        for question_id, effects in found.items():
            yield ReleaseExtra("mode", {"effects": effects}, force.code, question_id)


def _against_screen(counts: GroupCounts, force: str, mode: str) -> Iterator[tuple[str, Difference]]:
    pairs = [((force, row_code((mode, age))), (force, row_code((_SCREEN, age)))) for age in _AGES]
    shown = [pair for pair in pairs if min(counts.base(group) for group in pair) >= LEAST_BASE]
    people = [sum(round_count(counts.base(group)) for group in pair) for pair in shown]
    sides = [sum(round_count(counts.base(group)) for group in side) for side in zip(*shown, strict=True)]
    if not shown or min(sides) < LEAST_COMPARED:
        return
    for option in counts.question.columns:
        strata = [
            Stratum(part / sum(people), _boxes(counts, pair[0], option), _boxes(counts, pair[1], option))
            for part, pair in zip(people, shown, strict=True)
        ]
        yield option, standardised_change(strata)


def _boxes(counts: GroupCounts, group: tuple[str, str], option: str) -> ShareBoxes:
    n = counts.counts[option].get(group, 0)
    return printed_boxes(None if n < FLOOR else round_count(n), round_count(counts.base(group)))
