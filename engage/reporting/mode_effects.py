"""Notes where people of the same broad ages said otherwise than on a screen when they answered in another way."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from engage.questionnaire.model import Facts, Questionnaire
from engage.questionnaire.routing import options_asked, route_of
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
#: Somebody of each route who answers in each way.
_SOMEBODY: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "web": {},
        "paper": {"channel": "paper_keyed"},
        "with_help": {"assisted": "ambassador"},
        "text": {"channel": "sms"},
        "easy_read": {"style": "easy_read"},
    }
)
_SOME_AGES = ("13-15", "16-17", "18-24", "25-34")


def mode_breakdown(ground: Ground) -> Breakdown:
    """Return what answers are to be counted by, in the whole ground only."""
    forces = frozenset(area.code for area in ground.at_levels({"force"}))
    return Breakdown(MODE_BY_AGE, (MODE, AGE_GROUP), forces)


def is_offered_alike(questionnaire: Questionnaire, question_id: str, mode: str) -> bool:
    """Say whether people chose from the same answers in this way as on a screen; a short scale is folded."""
    question = questionnaire.question(question_id)
    if question is None or question.scale is not None:
        return True
    parent = questionnaire.question(question.options_from) if question.options_from else question
    assert parent is not None  # noqa: S101 - the definition was checked

    def offered(way: str, age: str) -> frozenset[str]:
        facts = Facts(age_band=age, **_SOMEBODY[way])
        if parent.routes and route_of(questionnaire, facts) not in parent.routes:
            return frozenset()
        return frozenset(one.code for one in options_asked(questionnaire, parent, facts, {}) if not one.alone)

    pairs = [(offered(mode, age), offered(_SCREEN, age)) for age in _SOME_AGES]
    return all(here == there for here, there in pairs if here and there)


def mode_effects(
    questionnaire: Questionnaire, ground: Ground, questions: Sequence[TableQuestion], counted: Counted
) -> Iterator[ReleaseExtra]:
    """Yield, for each question of a police force area, the answers given more or less often than on a screen.

    Ages are kept as they are among all who answered. What is compared are counts rounded as in tables, though
    they are not shown; only "higher" or "lower" goes out, flagged so that few are chance. Where fewer answers were
    offered, as in easy read, what people gave is no sign of how they answered: nothing is compared.
    """
    for force in ground.at_levels({"force"}):
        tests = [
            (question.id, mode, option, difference)
            for question in questions
            for mode in MODES[1:]
            if is_offered_alike(questionnaire, question.id, mode)
            for option, difference in _against_screen(counted[question.id, MODE_BY_AGE], force.code, mode)
            if option not in _offered_alone(questionnaire, question.id)
        ]
        flags = flag_differences([difference.p for *_, difference in tests])
        found: dict[str, list[dict[str, str]]] = {}
        for (question_id, mode, option, difference), is_flagged in zip(tests, flags, strict=True):
            verdict = verdict_of(difference, is_flagged=is_flagged)
            if verdict != NO_DIFFERENCE:
                found.setdefault(question_id, []).append({"mode": mode, "option": option, "verdict": verdict})
        for question_id, effects in found.items():
            yield ReleaseExtra("mode", {"effects": effects}, force.code, question_id)


def _offered_alone(questionnaire: Questionnaire, question_id: str) -> frozenset[str]:
    """Return the answers that nobody is offered while somebody else looks on."""
    question = questionnaire.question(question_id)
    options = question.options if question else ()
    return frozenset(option.code for option in options if option.alone)


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
