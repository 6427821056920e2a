"""Tries the release audit on random surveys of three linked tables and two waves, attacked from outside.

`scripts/audit-trial [SEEDS]` (500 where left out) prints a line for each fifty seeds and a summary; it fails where the
outsider, who shares nothing with the audit but the printed rows, pins a count of an audited release.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from engage.results.bounds import HIDDEN_WIDTH, ROUNDED_WIDTH
from results.attacks import Left, attacked_waves

#: Seeds where none are asked for.
SEEDS = 500
#: Seeds to a line of progress.
STEP = 50


def main() -> int:
    """Run the trial; returns 1 where a count was pinned."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    began, withdrawn, rows, bad, open_ = time.monotonic(), 0, 0, 0, 0
    for seed in range(seeds):
        for wave in attacked_waves(seed):
            withdrawn, rows = withdrawn + wave.withdrawn, rows + wave.rows
            bad += is_pinned(wave.left)
            open_ += is_pinned(wave.left_unaudited)
        if (seed + 1) % STEP == 0:
            print(f"{seed + 1} seeds, {time.monotonic() - began:.0f} s, {withdrawn} rows withdrawn, {bad} pinned")
    print(
        f"{seeds} seeds, two waves each: {bad} releases with a count pinned after the audit, {open_} without it; "
        f"{withdrawn} of {rows + withdrawn} rows withdrawn; {time.monotonic() - began:.0f} s"
    )
    return 1 if bad else 0


def is_pinned(left: Left) -> bool:
    """Say whether some count is left fewer values than it must be."""
    return left.hidden < HIDDEN_WIDTH or left.rounded < ROUNDED_WIDTH


if __name__ == "__main__":
    sys.exit(main())
