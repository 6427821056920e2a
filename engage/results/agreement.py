"""Says how far two people agree who coded the same things, beyond what chance alone would bring: Cohen's kappa."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

_Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Agreement:
    """How far two people agree; kappa is None where both gave everything one and the same code."""

    #: How many things both coded.
    count: int
    #: Share on which they gave the same code, and the share that chance alone would bring.
    observed: float
    expected: float
    kappa: float | None
    #: Bounds of a 95 % interval; None without a kappa.
    low: float | None = None
    high: float | None = None


def cohen_kappa(table: Sequence[Sequence[int]]) -> Agreement:
    """Return the agreement of two people from a square table: rows are the codes of one, columns those of the other.

    Cohen, J. (1960) A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
    The interval is the large-sample one of Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, 323-327.
    """
    total = sum(map(sum, table))
    if total == 0:
        raise ValueError("nothing was coded by both")
    shares = [[count / total for count in row] for row in table]
    rows, columns = [sum(row) for row in shares], [sum(column) for column in zip(*shares, strict=True)]
    observed = sum(shares[at][at] for at in range(len(shares)))
    expected = sum(row * column for row, column in zip(rows, columns, strict=True))
    if expected >= 1:
        return Agreement(total, observed, expected, None)
    kappa = (observed - expected) / (1 - expected)
    spread = _Z95 * sqrt(_variance(shares, rows, columns, kappa, expected) / total)
    return Agreement(total, observed, expected, kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread))


def agreement_on(code: str, both: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Agreement:
    """Return how far two people agree on giving one code or not; `both` are the codes of each for the same things."""
    table = [[0, 0], [0, 0]]
    for first, second in both:
        table[code not in first][code not in second] += 1
    return cohen_kappa(table)


def _variance(
    shares: Sequence[Sequence[float]], rows: Sequence[float], columns: Sequence[float], kappa: float, expected: float
) -> float:
    """Return the variance of kappa for one thing (Fleiss, Cohen and Everitt 1969, formula 13)."""
    places = range(len(shares))
    alike = sum(shares[at][at] * (1 - (rows[at] + columns[at]) * (1 - kappa)) ** 2 for at in places)
    apart = sum(
        shares[row][column] * (columns[row] + rows[column]) ** 2 for row in places for column in places if row != column
    )
    over = (kappa - expected * (1 - kappa)) ** 2
    return max(0.0, (alike + (1 - kappa) ** 2 * apart - over) / (1 - expected) ** 2)
