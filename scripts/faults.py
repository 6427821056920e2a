"""Breaks what engage stands on while people answer by every channel, and checks from outside that nothing was lost.

People and systems answer one by one, in batches, sealed, page by page, by text and on keyed paper, and a coordinator
has forms printed; each remembers what was acknowledged. After every fault the service has to be ready again within a
minute, and then: every acknowledged answer is there exactly once, nothing is there that nobody sent, every job has
ended and printed one batch, and `engage audit verify` finds the log whole. Exits with 1 on any loss.

As root, with a C compiler and nginx on the path, everything is tried; what cannot be is said.
"""

import argparse
import io
import json
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from faults_checks import find_losses
from faults_kinds import FAULTS, NotHere
from faults_people import Crowd, Ledger
from faults_stage import Town, a_town

from engage.staff.printing import PrintOrder, print_order

#: Forms that are keyed in one town, seconds of load before and after each fault.
FORMS, LOAD = 120, 3.0
#: After these a visit or a sign-in may be over: the server's clock says so.
LAPSES = ("clock jumps",)
DATABASES = ("sqlite", "postgresql")


@dataclass
class Tried:
    """What one fault came to."""

    round: int
    database: str
    fault: str
    seen: str = ""
    acknowledged: int = 0
    ready_after: float | None = None
    losses: list[str] = field(default_factory=list)
    skipped: bool = False


def main() -> None:
    """Try every fault so many times and print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--seed", type=int, default=1, help="who answers what, and in which order faults come")
    asked.add_argument("--database", choices=DATABASES, help="only this one")
    asked.add_argument("--fault", action="append", choices=list(FAULTS), help="only these")
    asked.add_argument("--json", type=Path, help="file to write the table to")
    asked.add_argument("--keep", type=Path, help="folder to work in, which is kept")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))  # what was started is stopped
    tried: list[Tried] = []
    for round_ in range(1, options.rounds + 1):
        for database in [options.database] if options.database else DATABASES:
            names = [name for name in options.fault or FAULTS if database in FAULTS[name][1]]
            tried += _round(round_, database, names, options.seed + round_, options.keep)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in tried], indent=1) + "\n", encoding="utf-8")
    lost = sum(len(one.losses) for one in tried)
    counted = sum(one.acknowledged for one in tried)
    skipped = sum(one.skipped for one in tried)
    print(f"{len(tried)} faults, {counted} answers acknowledged, {lost} losses, {skipped} skipped")
    sys.exit(1 if lost else 0)


def _round(round_: int, database: str, names: list[str], seed: int, keep: Path | None) -> list[Tried]:
    """Try faults one after the other in a new town."""
    with tempfile.TemporaryDirectory(prefix="engage-faults-", ignore_cleanup_errors=True) as made:
        folder = (keep or Path(made)) / f"{database}-{round_}"
        with a_town(folder, database) as town:
            crowd = Crowd(lambda: town.ports, town.stage, lambda: town.cookie, Ledger(), seed)
            printed = print_order(
                town.instance,
                PrintOrder("feeling-safe", "en", "standard", None, FORMS, "faults"),
                io.BytesIO(),
                _silent,
            )
            crowd.serials = list(printed.serials)
            return [_try(town, crowd, round_, database, name) for name in names]


def _try(town: Town, crowd: Crowd, round_: int, database: str, name: str) -> Tried:
    """Break one thing and look at what became of it."""
    tried = Tried(round_, database, name)
    before = crowd.ledger.acknowledged()
    crowd.begin()
    time.sleep(LOAD)
    try:
        tried.seen = FAULTS[name][0](town, crowd)
    except NotHere as reason:
        tried.seen, tried.skipped = f"SKIPPED: {reason}", True
    except Exception as fault:  # noqa: BLE001 - a fault that did not go as meant is a loss like any other
        tried.losses.append(f"{type(fault).__name__}: {fault}")
    tried.ready_after = town.wait_ready()
    time.sleep(LOAD)
    crowd.end()
    if tried.ready_after is None:
        tried.losses.append("not ready again")
    with suppress(KeyboardInterrupt):
        tried.losses += find_losses(town, crowd.ledger)
    if name not in LAPSES:
        tried.losses += crowd.ledger.lapsed
    elif crowd.ledger.lapsed:
        tried.seen += f"; {len(crowd.ledger.lapsed)} had to begin again"
        town.sign_in()
    crowd.ledger.faults.clear()
    crowd.ledger.lapsed.clear()
    tried.acknowledged = crowd.ledger.acknowledged() - before
    ready = "never" if tried.ready_after is None else f"{tried.ready_after:.1f} s"
    words = "; ".join(dict.fromkeys(tried.losses)) or "nothing lost"
    figures = f"{tried.acknowledged:>6} answers, ready after {ready:>6}"
    print(f"{round_} {database:<10} {name:<23} {figures}: {words}. {tried.seen}")
    sys.stdout.flush()
    return tried


def _silent(_done: int, _total: int) -> None:
    return None


if __name__ == "__main__":
    main()
