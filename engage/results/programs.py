"""Shows by linear programs how many values each figure is left: counts that print alike, as far apart as they go.

The range between two such counts is really left to a figure, because all that lies between them agrees with the
print too. So one program serves many figures: it moves all that lack values at once, each by a different weight.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from engage.results.blocks import Shape, Sums
from engage.results.hierarchy import Whole

Reals = NDArray[np.float64]
Which = NDArray[np.bool_]

#: How far from a whole number a solution may lie and still be one, and by how much it may break a sum.
NEAR, ROUGH = 1e-4, 1e-6
#: Programs that move many figures at once, at the most, and how many of them may show nothing new in a row.
SWEEPS, IDLE_SWEEPS = 30, 2
#: Figures of several answers that are looked at all together, at the most.
FEW = 2_000
#: Figures that are looked at one by one where the others have been shown, at the most.
ONE_BY_ONE = 10


class NoCountsAgree(Exception):
    """No counts agree with everything that is printed."""


@dataclass(frozen=True)
class Figures:
    """The figures of one question between their bounds.

    `least_values` is how many values each has to be left: none where it is nobody's concern.
    """

    shape: Shape
    sums: Sums
    low: Whole
    high: Whole
    least_values: Whole


@dataclass
class Proof:
    """What was seen of each figure: the least and the greatest value it can have, and the programs it took."""

    low: Whole
    high: Whole
    #: Counts that agree, in the midst of what is possible: what is given to the outsider of other answers.
    midst: Reals
    programs: int = 0

    def missing(self, figures: Figures) -> Which:
        """Say of each figure whether it was not yet seen at enough values."""
        return self.high - self.low + 1 < figures.least_values

    def see(self, places: Whole, counts: Reals) -> None:
        """Note counts that agree."""
        self.low[places] = np.minimum(self.low[places], np.ceil(counts - NEAR).astype(np.int64))
        self.high[places] = np.maximum(self.high[places], np.floor(counts + NEAR).astype(np.int64))


def prove(figures: Figures, seen: Proof | None = None) -> Proof:
    """Return between which values the figures were seen. Raises NoCountsAgree.

    `seen` is what was seen between narrower bounds, and holds still.
    """
    proof = seen or _midst(figures)
    for is_free in _parts(figures):
        if (proof.missing(figures) & is_free).any():
            _look_around(figures, is_free, proof)
    return proof


def _parts(figures: Figures) -> Iterator[Which]:
    """Yield which figures move together: all, but where several answers make that many each of them first."""
    columns = np.arange(len(figures.low)) % figures.shape.width
    if figures.shape.multiple and len(figures.low) > FEW:
        yield from (columns == column for column in reversed(range(figures.shape.width)))
    yield np.ones(len(figures.low), dtype=bool)


def _midst(figures: Figures) -> Proof:
    """Return counts in the midst of all that agree; of several answers one by one after the base, which is quick."""
    *apart, everything = _parts(figures)
    for programs, parts in enumerate([apart, [everything]] if apart else [[everything]], start=1):
        counts, known = np.zeros(len(everything)), ~everything
        for is_free in parts:
            known = known | is_free
            program = _Program(figures, is_free, counts, known)
            found = program.solve(np.zeros(len(program.places)))
            if found is None:
                break
            counts[program.places] = found
        else:
            whole = np.ceil(counts - NEAR).astype(np.int64), np.floor(counts + NEAR).astype(np.int64)
            return Proof(*whole, counts, programs)
    raise NoCountsAgree


class _Program:
    """The figures of a part as HiGHS holds them, all others given; solutions lie amid what is best, not at corners."""

    def __init__(self, figures: Figures, is_free: Which, counts: Reals, known: Which | None = None) -> None:
        sums = figures.sums
        self.places = np.flatnonzero(is_free)
        is_told = np.ones(len(sums.least), dtype=bool)
        if known is not None:
            is_told[sums.owners[~known[sums.places]]] = False
        given = sums.values(np.where(is_free, 0, counts))
        least, most = sums.least - given - ROUGH, sums.most - given + ROUGH
        entries = is_free[sums.places] & is_told[sums.owners]
        lengths = np.bincount(sums.owners[entries], minlength=len(sums.least))
        low, high = figures.low.astype(float), figures.high.astype(float)
        _bound_alone(sums, entries & (lengths == 1)[sums.owners], least, most, low, high)
        is_row = (lengths > 1) & _can_break(sums, entries, least, most, low, high)
        entries &= is_row[sums.owners]
        number = np.cumsum(is_free) - 1
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.places), int(is_row.sum())
        model.col_cost_ = np.zeros(len(self.places))
        model.col_lower_, model.col_upper_ = low[self.places], high[self.places]
        model.row_lower_, model.row_upper_ = least[is_row], most[is_row]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths[is_row])]).astype(np.int32)
        model.a_matrix_.index_ = number[sums.places[entries]].astype(np.int32)
        model.a_matrix_.value_ = sums.times[entries].astype(float)
        model.sense_ = highspy.ObjSense.kMaximize
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes it by place
        self._solver.setOptionValue("threads", 1)
        for option, value in (("solver", "ipm"), ("run_crossover", "off"), ("presolve", "off")):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(model)

    def solve(self, worth: Reals) -> Reals | None:
        """Return the figures where their worth is greatest; None where HiGHS finds none."""
        self._solver.changeColsCost(len(self.places), np.arange(len(self.places), dtype=np.int32), worth)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(self._solver.getSolution().col_value)

    def go_to_corners(self) -> None:
        """Let solutions lie at corners, each sought from the last one: quick where one figure is sought."""
        self._solver.setOptionValue("solver", "simplex")


def _can_break(sums: Sums, entries: Which, least: Reals, most: Reals, low: Reals, high: Reals) -> Which:
    """Say which sums of free figures leave their bounds while the figures keep theirs."""
    places, times, owners = sums.places[entries], sums.times[entries], sums.owners[entries]
    ends = np.sort(np.stack([times * low[places], times * high[places]]), axis=0)
    lowest, highest = (np.bincount(owners, weights=end, minlength=len(least)) for end in ends)
    broken: Which = (lowest < least) | (highest > most)
    return broken


def _bound_alone(sums: Sums, entries: Which, least: Reals, most: Reals, low: Reals, high: Reals) -> None:
    """Turn sums with one free figure into bounds of that figure."""
    places, times, owners = sums.places[entries], sums.times[entries], sums.owners[entries]
    ends = np.sort(np.stack([least[owners] / times, most[owners] / times]), axis=0)
    np.maximum.at(low, places, ends[0])
    np.minimum.at(high, places, ends[1])


def _look_around(figures: Figures, is_free: Which, proof: Proof) -> None:
    program, idle = _Program(figures, is_free, proof.midst), 0
    for sweep in range(SWEEPS):
        missing = proof.missing(figures)[program.places]
        if not missing.any() or idle == IDLE_SWEEPS:
            break
        _try(program, proof, missing * _weights(program.places, sweep))
        is_new = proof.missing(figures)[program.places].sum() < missing.sum()
        idle = 0 if is_new else idle + 1
    _look_at_each(figures, program, proof)


def _look_at_each(figures: Figures, program: _Program, proof: Proof) -> None:
    places = np.flatnonzero(proof.missing(figures)[program.places])
    if len(places) > ONE_BY_ONE:
        return
    program.go_to_corners()
    for place in places:
        for worth in (1.0, -1.0):
            if proof.missing(figures)[program.places[place]]:
                _try(program, proof, worth * (np.arange(len(program.places)) == place))


def _try(program: _Program, proof: Proof, worth: Reals) -> None:
    proof.programs += 1
    found = program.solve(worth)
    if found is not None:
        proof.see(program.places, found)


def _weights(places: Whole, sweep: int) -> Reals:
    """Return a number between -1 and 1 for each place, mixed well: every second sweep the other way round."""
    mixed = (places + 1) * (2 * (sweep // 2) + 1) * 2654435761 >> 5
    return ((mixed & 0xFFFF) / 0x7FFF - 1) * (1 if sweep % 2 else -1)
