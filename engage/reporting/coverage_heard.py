"""Reads how many replies came from where and whom, up to this moment: counts of replies and nothing they say."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engage.questionnaire.model import HOME_ELSEWHERE
from engage.reporting.ground import Ground
from engage.storage import areas, coverage, responses
from engage.storage.coverage import REPLIES, TOLD, UNKNOWN_HOME
from engage.storage.database import Session

#: Stands for everybody, wherever they live.
EVERYBODY = "*"
#: Replies behind the counters that a page counts by itself; more wait for the next round.
MOST_COUNTED_AT_ONCE = 1500


@dataclass(frozen=True)
class Heard:
    """Replies of a wave by area lived in, kind and category; areas hold what lives in the areas within them."""

    counts: Mapping[tuple[str, str, str], int]
    #: Whether everything that came in is counted.
    is_up_to_date: bool = True

    def of(self, area: str, kind: str = REPLIES, category: str = "") -> int:
        """Return the replies of people who live in an area, all of them or those of one category."""
        return self.counts.get((area, kind, category), 0)

    def told(self, area: str) -> int:
        """Return the replies of people who told about an area, wherever they live."""
        return self.of(area, TOLD)

    def categories(self, area: str, kind: str) -> dict[str, int]:
        """Return replies by category of one kind."""
        return {
            category: replies for (of, about, category), replies in self.counts.items() if (of, about) == (area, kind)
        }


def read_heard(session: Session, survey: str, wave: str, ground: Ground, kinds: Sequence[str] = ()) -> Heard:
    """Return the replies of a wave: what is in the counters, and what came in since."""
    cells: Counter[tuple[str, str, str]] = Counter()
    for home, kind, category, replies in coverage.heard(session, survey, wave, kinds):
        cells[home, kind, category] += replies
    counted = coverage.counting(session).counted
    since = responses.come_after(session, counted, MOST_COUNTED_AT_ONCE)
    tree = areas.read_tree(session)
    for reply in since:
        for cell in coverage.cells_of(tree, reply):
            if (cell.survey, cell.wave) == (survey, wave) and cell.kind in (kinds or coverage.BY_HOME):
                cells[cell.home, cell.kind, cell.category] += 1
    return Heard(_rolled_up(cells, ground), is_up_to_date=len(since) < MOST_COUNTED_AT_ONCE)


def _rolled_up(cells: Mapping[tuple[str, str, str], int], ground: Ground) -> Mapping[tuple[str, str, str], int]:
    paths = {home: _path(ground, home) for home in {home for home, _, _ in cells}}
    counts: Counter[tuple[str, str, str]] = Counter()
    for (home, kind, category), replies in cells.items():
        for area in paths[home]:
            counts[area, kind, category] += replies
    return counts


def _path(ground: Ground, home: str) -> tuple[str, ...]:
    """Return every area that a home counts in; a home outside the survey's ground is elsewhere."""
    if home == UNKNOWN_HOME:
        return (UNKNOWN_HOME, EVERYBODY)
    within = ground.path(home) if home in ground.tree else ()
    return (*(within or (HOME_ELSEWHERE,)), EVERYBODY)
