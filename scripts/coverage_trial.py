"""Counts at simulated truths how often printed intervals hold the true share, and how often a flag is chance alone."""

import argparse
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from reporting.simulated_truths import (
    Tally,
    flags_of_changes,
    flags_of_releases,
    nottinghamshire,
    printed_coverage,
)

#: What must hold: coverage of the worst base, and the part of releases or flags that may be false.
LEAST_COVERAGE, MOST_FALSE = 0.93, 0.05


def main() -> int:
    """Run the trial, print each figure beside what it must be, and return 1 where one is not."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1000, help="rows simulated for each base from 20 to 60")
    asked.add_argument("--releases", type=int, default=100, help="releases of 188 wards and four questions")
    asked.add_argument("--seed", type=int, default=20261121)
    given = asked.parse_args()
    rng, ground = Random(given.seed), nottinghamshire()
    covered = printed_coverage(rng, given.rows)
    worst = min(covered, key=lambda base: covered[base].share)
    alike, _ = flags_of_releases(rng, ground, given.releases)
    _, false = flags_of_releases(rng, ground, given.releases, differing=0.1)
    changes = flags_of_changes(rng, ground, max(given.releases // 2, 1))
    rows = [
        (f"coverage, worst base ({worst} people)", covered[worst], covered[worst].share >= LEAST_COVERAGE),
        ("releases with a flag where all wards think alike", alike, alike.share <= MOST_FALSE),
        ("false ones of the flags where a tenth of wards differ", false, false.share <= MOST_FALSE),
        ("pairs of waves with a flag where nothing changed", changes, changes.share <= MOST_FALSE),
    ]
    for name, tally, holds in rows:
        print(f"{name:<55} {_told(tally):>24}  {'holds' if holds else 'FAILS'}")
    return int(not all(holds for *_, holds in rows))


def _told(tally: Tally) -> str:
    return f"{tally.hits} of {tally.tries} = {tally.share:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
