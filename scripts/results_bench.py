"""Fills an instance with made-up responses, publishes them and measures it: time, memory, a page, the ward PDFs."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from engage import jobs
from engage.app import create_app
from engage.collection import reference
from engage.collection.reference import prepare
from engage.demo.filling import CLOSED_WAVE, SURVEY, fill_demo
from engage.reporting.reading import last_release, open_release
from engage.settings import load_settings
from engage.storage import jobs as stored_jobs
from engage.storage import waves
from engage.storage.instance import Instance, open_instance
from engage.worker import WORKS

#: Real boundaries and census counts of Nottinghamshire, where they are at hand.
GEO = Path(__file__).resolve().parents[2] / "shared" / "data" / "geo"
BOUNDARIES = ("wards_nottinghamshire.geojson",)
MARGINS = ("mye_lad_single_year_of_age.csv", "census2021_lad_sex.csv", "census2021_lad_ethnic19.csv")
#: What must hold: seconds for a page, and for the summaries of all wards as PDFs.
MOST_PAGE, MOST_PDFS = 0.3, 60.0
#: Wards whose pages are read, the first of them apart: it reads the release.
PAGES = 40

Figures = dict[str, Any]


def main() -> int:
    """Fill, publish, read and print, each in a process of its own; return 1 where a goal is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--responses", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=20261121)
    asked.add_argument("--instance", type=Path, help="folder to keep; one that is filled already is not filled again")
    asked.add_argument("--stage", choices=list(STAGES), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.stage:
        print(json.dumps(_measured(partial(STAGES[given.stage], _open(given.instance), given))))
        return 0
    with tempfile.TemporaryDirectory(prefix="results-bench-") as folder:
        told = {stage: _in_own_process(stage, given, given.instance or Path(folder)) for stage in STAGES}
    rows = list(_rows(told))
    for name, figure, goal in rows:
        print(f"{name:<58} {figure:>22}  {goal}")
    return int(any(goal == "MISSED" for *_, goal in rows))


def fill(instance: Instance, given: argparse.Namespace) -> Figures:
    """Bring areas and census counts in, and a closed wave of made-up responses through the one door."""
    prepare(instance)
    is_new = GEO.is_dir() and _needs_filling(instance)
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        for name in BOUNDARIES if is_new else ():
            text = (GEO / name).read_text(encoding="utf-8")
            reference.import_areas(session, keys, text, ".geojson", actor="bench", now=now)
        for name in MARGINS if is_new else ():
            lines = (GEO / name).read_text(encoding="utf-8").splitlines()
            reference.import_margins(session, keys, lines, actor="bench", now=now)
    for line in fill_demo(instance, given.responses, given.seed) if _needs_filling(instance) else ():
        print(line, file=sys.stderr, flush=True)
        if not _needs_filling(instance):
            break
    return {}


def publish(instance: Instance, _: argparse.Namespace) -> Figures:
    """Publish the wave in a job, as staff do."""
    _work(instance, "results.publish", {"survey": SURVEY, "wave": CLOSED_WAVE.name, "by": "bench"})
    return {"size": (instance.settings.instance / "engage.sqlite").stat().st_size}


def read_pages(instance: Instance, _: argparse.Namespace) -> Figures:
    """Read the summaries of wards as anybody does."""
    client, seconds, busy = create_app(instance).test_client(), [], []
    for code in _wards(instance)[:PAGES]:
        begun, before = perf_counter(), process_time()
        assert client.get(f"/results/local/{code}?lang=en").status_code == HTTPStatus.OK
        seconds.append(perf_counter() - begun)
        busy.append(process_time() - before)
    first, *others = seconds
    return {"first": first, "median": statistics.median(others), "worst": max(others), "busy": statistics.median(busy)}


def print_summaries(instance: Instance, _: argparse.Namespace) -> Figures:
    """Make the summary of every ward as a PDF, in one job."""
    order = {"survey": SURVEY, "level": "ward", "language": "en", "style": "standard", "wave": CLOSED_WAVE.name}
    with zipfile.ZipFile(jobs.files_of(instance) / _work(instance, "results.summaries", order)) as archive:
        sizes = [entry.file_size for entry in archive.infolist()]
    return {"made": len(sizes), "bytes": statistics.median(sizes)}


STAGES: dict[str, Callable[[Instance, argparse.Namespace], Figures]] = {
    "fill": fill,
    "publish": publish,
    "pages": read_pages,
    "pdfs": print_summaries,
}


def _rows(told: dict[str, Figures]) -> Any:
    """Yield each figure's name, the figure, and whether its goal holds."""
    pages, pdfs, published = told["pages"], told["pdfs"], told["publish"]
    yield "publishing", f"{published['seconds']:.1f} s", ""
    yield "publishing, time of the processor", f"{published['processor']:.1f} s", ""
    yield "publishing, most memory", f"{published['memory'] / 2**20:.0f} MB", ""
    yield "database with its release", f"{published['size'] / 2**20:.0f} MB", ""
    yield "page of a ward, the first after publishing", f"{pages['first'] * 1000:.0f} ms", ""
    yield "page of a ward, median", f"{pages['median'] * 1000:.0f} ms", _goal(pages["median"], MOST_PAGE)
    yield "page of a ward, median time of the processor", f"{pages['busy'] * 1000:.0f} ms", ""
    yield f"page of a ward, worst of {PAGES - 1}", f"{pages['worst'] * 1000:.0f} ms", _goal(pages["worst"], MOST_PAGE)
    yield (
        f"{pdfs['made']} ward summaries as PDFs, one job",
        f"{pdfs['seconds']:.1f} s",
        _goal(pdfs["seconds"], MOST_PDFS),
    )
    yield "PDFs, time of the processor", f"{pdfs['processor']:.1f} s", ""
    yield "PDF of a ward, median", f"{pdfs['bytes'] / 1000:.0f} kB", ""


def _goal(figure: float, most: float) -> str:
    return "holds" if figure < most else "MISSED"


def _measured(stage: Callable[[], Figures]) -> Figures:
    """Return a stage's figures with its seconds and the most memory its process took (bytes)."""
    begun, busy = perf_counter(), process_time()
    figures = stage()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return figures | {"seconds": perf_counter() - begun, "memory": memory, "processor": process_time() - busy}


def _in_own_process(stage: str, given: argparse.Namespace, folder: Path) -> Figures:
    words = [sys.executable, __file__, "--stage", stage, "--instance", str(folder)]
    words += ["--responses", str(given.responses), "--seed", str(given.seed)]
    said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    told: Figures = json.loads(said.stdout)
    print(f"{stage}: {told['seconds']:.1f} s", file=sys.stderr, flush=True)
    return told


def _open(folder: Path) -> Instance:
    return open_instance(load_settings({"ENGAGE_INSTANCE": str(folder), "PATH": os.environ["PATH"]}))


def _needs_filling(instance: Instance) -> bool:
    with instance.database.reading() as session:
        wave = waves.get(session, SURVEY, CLOSED_WAVE.name)
    return wave is None or wave.state != "closed"


def _work(instance: Instance, kind: str, parameters: Figures) -> str:
    """Run a job to its end and return the name of the file it made."""
    job_id = jobs.ask(instance, kind, parameters, by="bench")
    jobs.run(instance, job_id, WORKS)
    with instance.database.reading() as session:
        job = stored_jobs.get(session, job_id)
    assert job is not None
    assert job.state == "done", job
    return job.file or ""


def _wards(instance: Instance) -> list[str]:
    with instance.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        return [area.code for area in open_release(session, release).ground.at_levels({"ward"})]


if __name__ == "__main__":
    raise SystemExit(main())
