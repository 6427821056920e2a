"""Benchmarks: every figure beside its floor, bare Flask on the same server and processes, measured in the same run.

Server and clients run on this machine; compare figures only within one run. Each measure is one warm-up second and
then `--seconds`, from eight keep-alive connections of a second process. `--runs 3` does everything three times: the
median, and behind it the lowest and the highest.
"""

import argparse
import atexit
import gzip
import http.client
import json
import os
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bench_people import BATCH, make_ready, pace, pages_of_a_response
from bench_servers import Server, a_floor, a_postgresql, an_engage
from million_bench import ROW_LEVEL, in_own_process

MILLION = 1_000_000


class Figure(NamedTuple):
    """What came out of one measure."""

    name: str
    value: float
    unit: str
    #: How often a second the floor ran in the same run.
    floor: float | None = None
    #: Milliseconds within which 95 of 100 were done, and of the processor's time that one took.
    p95: float | None = None
    processor: float | None = None


class Plan(NamedTuple):
    """What every group of measures is told."""

    folder: Path
    seconds: float
    processes: int


def main() -> None:
    """Measure everything and print one table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=1, help="how often everything is measured")
    asked.add_argument("--seconds", type=float, default=5.0, help="seconds a measure takes")
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="that answer; default: one each core")
    asked.add_argument("--only", choices=list(GROUPS), action="append", help="groups of figures; default: all")
    asked.add_argument("--json", type=Path, help="file to write the figures to")
    given = asked.parse_args()
    runs = [one_run(given.only or list(GROUPS), given.seconds, given.processes) for _ in range(given.runs)]
    summed = summary(runs)
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"{given.runs} runs of {given.seconds:g} s, {given.processes} processes, load at the end {load}\n")
    print(table(summed))
    if given.json:
        given.json.write_text(json.dumps(summed, indent=1) + "\n", encoding="utf-8")


def one_run(groups: list[str], seconds: float, processes: int) -> list[Figure]:
    """Return every figure of these groups, measured once on new instances."""
    figures: list[Figure] = []
    for group in groups:
        with tempfile.TemporaryDirectory(prefix="engage-bench-") as folder:
            figures += GROUPS[group](Plan(Path(folder), seconds, processes))
    return figures


def pages_and_responses(plan: Plan) -> Iterator[Figure]:
    """Measure pages, whole responses and what a first page weighs, on the embedded default."""
    with a_floor(plan.folder, plan.processes) as floor:
        bare = measure(floor, "page_floor", "bare Flask page with a CSRF token, GET", "pages/s", plan)
        with_insert = measure(floor, "page_and_insert_floor", "the same with one durable insert", "pages/s", plan)
        insert = measure(floor, "insert_floor", "bare Flask POST with one durable insert", "posts/s", plan)
    yield from (bare, with_insert, insert)
    with an_engage(plan.folder, plan.processes) as engage:
        make_ready(engage.port)
        for step, name, unit, beside in (
            ("start_page", "survey start page, GET", "pages/s", bare),
            ("question_page", "question page, GET, beside a page with one insert", "pages/s", with_insert),
            ("one_submission", "one submission by the API, POST", "responses/s", insert),
            ("one_document", "one document and one submission", "responses/s", insert),
            ("whole_response", "whole response page by page, no script", "responses/s", insert),
        ):
            yield measure(engage, step, name, unit, plan, floor=beside.value)
        yield batches(engage, "SQLite", plan)
        pages, requests = pages_of_a_response(engage.port)
        yield Figure("pages of a whole response without script", pages, "pages")
        yield Figure("requests of a whole response without script", requests, "requests")
        yield from first_page(engage.port)
        yield Figure("memory of all processes, shared counted once", engage.memory(), "MiB")


def batches_on_postgresql(plan: Plan) -> Iterator[Figure]:
    """Measure batches by the API on a PostgreSQL of its own."""
    with (
        a_postgresql(plan.folder / "postgresql") as database,
        an_engage(plan.folder / "on_postgresql", plan.processes, database) as engage,
    ):
        yield batches(engage, "PostgreSQL", plan)


def results_of_many(plan: Plan) -> Iterator[Figure]:  # noqa: ARG001 - every group is told the same
    """Measure tables of a hundred thousand and of a million responses, and row-level data of the former."""
    for size in (ROW_LEVEL, MILLION):
        folder = filled(size)
        counted, floor = in_own_process("cold", folder, size), in_own_process("floor", folder, size)
        name = f"20 questions by area and community, {size:,} responses"
        yield Figure(f"numpy alone, 20 columns of {size:,} once by area", floor["seconds"], "s")
        yield Figure(f"{name}, new process", counted["seconds"], "s")
        yield Figure(f"{name}, again", counted["warm"], "s")
        yield Figure(f"{name}, most memory", counted["memory"] / 2**20, "MiB")
    folder = filled(ROW_LEVEL)
    rows, floor = in_own_process("rows", folder, ROW_LEVEL), in_own_process("rows_floor", folder, ROW_LEVEL)
    yield Figure(f"rows of {ROW_LEVEL:,} read and parsed by sqlite3 and json alone", floor["seconds"], "s")
    yield Figure(f"row-level CSV of {ROW_LEVEL:,}", rows["seconds"], "s")
    yield Figure(f"row-level CSV of {ROW_LEVEL:,}, most memory", rows["memory"] / 2**20, "MiB")


@cache
def filled(size: int) -> Path:
    """Return an instance with so many responses and their snapshot, made once for all runs."""
    folder = tempfile.TemporaryDirectory(prefix="engage-million-")
    atexit.register(folder.cleanup)
    for stage in ("fill", "feed"):
        in_own_process(stage, Path(folder.name), size)
    return Path(folder.name)


#: Name of a group → what measures it; each starts and ends its own servers. Figures of publishing come from
#: `scripts/results-bench`, of texts from `scripts/texts-bench`, of keying from `scripts/keying-trial`.
GROUPS: dict[str, Callable[[Plan], Iterator[Figure]]] = {
    "web": pages_and_responses,
    "postgresql": batches_on_postgresql,
    "million": results_of_many,
}


def measure(server: Server, step: str, name: str, unit: str, plan: Plan, floor: float | None = None) -> Figure:
    """Return how fast a step runs on a server, and what it costs there."""
    before = server.processor_seconds()
    found = pace(server.port, step, plan.seconds)
    spent = (server.processor_seconds() - before) * 1000 / found.done
    return Figure(name, found.rate, unit, floor, found.p95, spent)


def batches(server: Server, database: str, plan: Plan) -> Figure:
    """Return how many submissions a second come in by the batch."""
    found = measure(server, "one_batch", f"submissions in batches of {BATCH}, {database}", "responses/s", plan)
    each = found.processor / BATCH if found.processor is not None else None
    return found._replace(value=found.value * BATCH, processor=each)


def first_page(port: int) -> Iterator[Figure]:
    """Yield bytes over the wire, headers included, and requests of a cold browser's first page."""
    weight, wanted = 0, ["/s/local"]
    for path in wanted:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        weight += len(body) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        if path == "/s/local":
            page = gzip.decompress(body).decode() if answer.getheader("Content-Encoding") == "gzip" else body.decode()
            wanted += re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="(/[^"]*)"', page)
        connection.close()
    yield Figure("first page over the wire, gzip, cold", weight, "bytes")
    yield Figure("first page over the wire, cold", len(wanted), "requests")


def summary(runs: list[list[Figure]]) -> list[dict[str, object]]:
    """Return of every figure its median over the runs, the lowest and the highest, and the same of its ratio."""
    return [_summed(figures) for figures in zip(*runs, strict=True)]


def _summed(figures: tuple[Figure, ...]) -> dict[str, object]:
    told: dict[str, object] = {"name": figures[0].name, "unit": figures[0].unit}
    told |= _middle("", [figure.value for figure in figures])
    told |= _middle("of floor ", [figure.value / figure.floor for figure in figures if figure.floor])
    told |= _middle("p95 ms ", [figure.p95 for figure in figures if figure.p95 is not None])
    told |= _middle("processor ms ", [figure.processor for figure in figures if figure.processor is not None])
    return told


def _middle(name: str, values: list[float]) -> dict[str, object]:
    if not values:
        return {}
    return {f"{name}median": statistics.median(values), f"{name}low": min(values), f"{name}high": max(values)}


def table(summed: list[dict[str, object]]) -> str:
    """Return the figures as lines of text."""
    lines = [f"{'':<50} {'median':>9} {'(low–high)':<17} {'':<12} {'of floor':<20} {'p95 ms':>8} {'CPU ms':>8}"]
    for told in summed:
        spread = f"({told['low']:,.5g}–{told['high']:,.5g})"
        ratio = ""
        if "of floor median" in told:
            ratio = f"{told['of floor median']:.0%} ({told['of floor low']:.0%}–{told['of floor high']:.0%})"
        p95 = f"{told['p95 ms median']:,.1f}" if "p95 ms median" in told else ""
        spent = f"{told['processor ms median']:,.2f}" if "processor ms median" in told else ""
        figure = f"{told['median']:>9,.5g} {spread:<17} {told['unit']:<12}"
        lines.append(f"{told['name']:<50} {figure} {ratio:<20} {p95:>8} {spent:>8}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
