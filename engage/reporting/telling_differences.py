"""Tells what a summary's figures stand beside: the rest of the ground, the wave before, the census."""

from collections.abc import Iterator
from dataclasses import dataclass

from engage.reporting.comparing import FEWER, MORE, WhoAnswered, WhoCell
from engage.reporting.differences import HIGHER, LOWER, MIX_DIFFERS
from engage.reporting.saying import Sayer
from engage.reporting.summary import AreaSummary
from engage.reporting.told import ToldAnswer, ToldQuestion
from engage.reporting.words import Counted, Saying, percent, tenths_of
from engage.results.published import PublishedCell

#: Changes since the wave before that a summary names.
MOST_CHANGES = 6

_AGAINST_REST = {HIGHER: "summary.higher", LOWER: "summary.lower"}
_AGAINST_CENSUS = {FEWER: "summary.who_fewer", MORE: "summary.who_more"}


@dataclass(frozen=True)
class DifferenceTeller:
    """Tells the differences of one summary; `ground` is the name of the survey's whole ground."""

    sayer: Sayer
    summary: AreaSummary
    ground: str

    def beside_rest(self, question_id: str, cell: PublishedCell) -> tuple[str, ...]:
        """Return that more or fewer gave an answer here than in the rest, where that is clear."""
        compared = self.summary.compared.get((question_id, cell.option))
        key = _AGAINST_REST.get(compared.verdict) if compared else None
        return (self.sayer.say(key),) if key else ()

    def how_elsewhere(self) -> Iterator[str]:
        """Yield what "more than elsewhere" means, where it is said."""
        if any(each.verdict in _AGAINST_REST for each in self.summary.compared.values()):
            yield self.sayer.say("summary.how_elsewhere", area=self.ground)

    def nothing_clear(self) -> Iterator[str]:
        """Yield that nothing differs from the rest, where something was compared and nothing does."""
        compared = self.summary.compared.values()
        if compared and not any(each.verdict in _AGAINST_REST for each in compared):
            yield self.sayer.say("summary.no_difference", area=self.ground)

    def since_last(self) -> Iterator[str]:
        """Yield what changed clearly since the wave before, or why nothing is said of it."""
        change = self.summary.change
        if change is None:
            yield self.sayer.say("summary.change_first")
        elif change.how == MIX_DIFFERS:
            yield self.sayer.say("summary.change_mix")
        else:
            lines = list(self._changes())[:MOST_CHANGES]
            yield from lines or [self.sayer.say("summary.change_none")]

    def _changes(self) -> Iterator[str]:
        cells = self.summary.change.cells if self.summary.change else {}
        for entry in self.summary.entries:
            for cell in entry.row.cells:
                found = cells.get((entry.question_id, cell.option))
                if found is None or found.verdict not in _AGAINST_REST:
                    continue
                label = str(self.sayer.option(entry.question_id, cell.option))
                share, before = (self._hundredths(each) for each in (found.share, found.other))
                question = self.sayer.labels.question(entry.question_id, self.sayer.apart(self.summary.area.name))
                told = self.sayer.say("summary.change_was", answer=label, share=share, before=before)
                yield f"{question} {told}"

    def channels(self) -> Iterator[str]:
        """Yield by which ways people answered, where that is known of just this area."""
        row = self.summary.channels
        if row is None or row.shown_for != row.row or self.sayer.is_easy:
            return
        shares = [cell for cell in row.cells if cell.share is not None]
        if shares:
            told = (f"{self.sayer.say(f'results.mode.{cell.option}')}: {self.sayer.share(cell)}" for cell in shares)
            yield f"{self.sayer.say('results.mode_head')}. {'; '.join(told)}."

    def ways(self) -> Iterator[str]:
        """Yield that answers hang on the way of answering, where those of this summary do."""
        told_of = {entry.question_id for entry in self.summary.entries if entry.row.cells}
        if told_of & self.summary.hang_on_ways:
            yield self.sayer.say("summary.sure.ways")

    def answered(self) -> tuple[ToldQuestion, ...]:
        """Return who of the residents answered, each group beside its share of all who live there."""
        return tuple(self._answered(each) for each in self.summary.answered)

    def _answered(self, who: WhoAnswered) -> ToldQuestion:
        return ToldQuestion(
            id=who.question,
            text=self.sayer.labels.question(who.question, self.sayer.apart(self.summary.area.name)),
            base=self.sayer.say(f"results.quality.{who.quality}", base=who.base),
            quality=who.quality,
            answers=tuple(self._group(who, cell) for cell in who.cells),
            is_ordered=True,
        )

    def _group(self, who: WhoAnswered, cell: WhoCell) -> ToldAnswer:
        census = self._hundredths(cell.census) if cell.census is not None else None
        key = _AGAINST_CENSUS.get(cell.verdict or "")
        return ToldAnswer(
            label=self.sayer.option(who.question, cell.option),
            cell=Counted.of(cell),
            said=self.sayer.share(cell),
            tenths=tenths_of(cell),
            interval=None,
            beside=self.sayer.say("summary.who_census", share=census) if census else None,
            remarks=(self.sayer.say(key),) if key else (),
        )

    def _hundredths(self, share: float) -> str:
        return self.sayer.tell(Saying("results.share", {"share": percent(share)}))
