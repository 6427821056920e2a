"""Counts a million made-up responses of the library survey from the snapshot on disk: time and memory, cold and warm.

Warm is a process that has counted before: the same tables again (nothing of the first count is kept), tables of other
questions by another breakdown, and the same tables after more responses came.

The responses are put straight into the database: how fast the door takes them in is what `scripts/bench` measures.
Row-level data of a hundred thousand is written too. Every stage runs in a process of its own.
"""

import argparse
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np

from engage.collection.reference import prepare
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Question, Questionnaire, QuestionType
from engage.reporting.ground import Ground
from engage.reporting.microdata import Handout, hand_out
from engage.reporting.planning import coded_questions, table_questions
from engage.results.plan import COMMUNITY
from engage.results.tabulation import Breakdown, People, tabulate
from engage.settings import load_settings
from engage.storage import areas, questionnaires, responses, snapshots
from engage.storage.instance import Instance, open_instance
from engage.storage.responses import Response

SURVEY, WAVE = "feeling-safe", "2026-bench"
#: Questions whose tables are made, as many as a survey of usual length asks.
QUESTIONS = 20
#: Responses stored in one transaction, and those that come in between two counts.
AT_ONCE, NEW = 5000, 500
#: Share of questions that somebody answers.
ANSWERED = 0.9
#: What must hold: seconds cold and warm, bytes of memory, seconds for the rows of a hundred thousand.
MOST_COLD, MOST_WARM, MOST_MEMORY, MOST_ROWS = 2.0, 0.1, 2**30, 3.0
ROW_LEVEL = 100_000

Figures = dict[str, Any]


def main() -> int:
    """Fill, count and print; return 1 where a goal is missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--responses", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--json", type=Path, help="file to write the figures to")
    asked.add_argument("--stage", choices=list(STAGES), help=argparse.SUPPRESS)
    asked.add_argument("--instance", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.stage:
        print(json.dumps(_measured(given.stage, given.instance, given.responses)))
        return 0
    told = {
        str(size): _all_stages(size, given.runs) for size in sorted({min(ROW_LEVEL, given.responses), given.responses})
    }
    if given.json:
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    rows = [row for size, stages in told.items() for row in _rows(int(size), stages)]
    for name, figure, goal in rows:
        print(f"{name:<72} {figure:>24}  {goal}")
    return int(any(goal == "MISSED" for *_, goal in rows))


def _all_stages(size: int, runs: int) -> dict[str, list[Figures]]:
    with tempfile.TemporaryDirectory(prefix="engage-million-") as folder:
        stages = {"fill": 1, "feed": 1, "cold": runs, "floor": runs}
        stages |= {"rows": runs, "rows_floor": runs} if size == ROW_LEVEL else {}
        stages["new"] = runs
        return {
            stage: [in_own_process(stage, Path(folder), size) for _ in range(times)] for stage, times in stages.items()
        }


def fill(instance: Instance, size: int) -> Figures:
    """Store the responses."""
    prepare(instance)
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        import_questionnaire(session, keys, read_library_survey(SURVEY), actor="bench", now=now)
        set_wave_state(session, keys, SURVEY, WAVE, "open", actor="bench", now=now)
    _take_in(instance, size, 0)
    with instance.database.writing() as session:
        set_wave_state(session, keys, SURVEY, WAVE, "closed", actor="bench", now=now)
    return {}


def _take_in(instance: Instance, more: int, stored: int) -> None:
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, SURVEY)
        assert questionnaire is not None
        ground = Ground.of(questionnaire, areas.read_tree(session), instance.now().date())
    wards = [area.code for area in ground.at_levels({"ward"})]
    made = _made(questionnaire, wards, range(stored, stored + more))
    while some := [response for _, response in zip(range(AT_ONCE), made, strict=False)]:
        with instance.database.writing() as session:
            responses.add_all(session, some)


def feed(instance: Instance, size: int) -> Figures:
    """Make the snapshot from the database for the first time."""
    begun = perf_counter()
    with instance.database.snapshot() as session:
        questionnaire = questionnaires.get(session, SURVEY)
        assert questionnaire is not None
        found = snapshots.of_wave(session, SURVEY, WAVE, coded_questions(questionnaire))
    assert len(found.sequences) == size
    return {"seconds": perf_counter() - begun}


def count(instance: Instance, size: int) -> Figures:
    """Make the tables of every question by area and by area and community, again, and others."""
    begun = perf_counter()
    first = _tables(instance, size)
    between = perf_counter()
    again = _tables(instance, size)
    ended = perf_counter()
    assert first == again > 0
    others = _tables(instance, size, first=-QUESTIONS, breakdown="age_band")
    assert first != others > 0
    return {"seconds": between - begun, "warm": ended - between, "others": perf_counter() - ended, "cells": first}


def count_new(instance: Instance, size: int) -> Figures:
    """Make the tables, let more responses come in, and make them again."""
    with instance.database.reading() as session:
        stored = sum(responses.count_by_channel(session, SURVEY, WAVE).values())
    assert stored >= size
    before = _tables(instance, stored)
    _take_in(instance, NEW, stored)
    begun = perf_counter()
    after = _tables(instance, stored + NEW)
    assert after >= before
    return {"warm": perf_counter() - begun}


def _tables(instance: Instance, size: int, *, first: int = 0, breakdown: str = COMMUNITY) -> int:
    with instance.database.snapshot() as session:
        questionnaire = questionnaires.get(session, SURVEY)
        assert questionnaire is not None
        columns = snapshots.of_wave(session, SURVEY, WAVE, coded_questions(questionnaire))
        ground = Ground.of(questionnaire, areas.read_tree(session), instance.now().date())
    assert len(columns.sequences) == size
    paths = columns.fields["area"].mapped(ground.path)
    people = People(paths, {**columns.fields, COMMUNITY: columns.answers["communities"]}, columns.answers)
    questions = [one for one in table_questions(questionnaire) if one.id in columns.answers][first:][:QUESTIONS]
    shown_at = frozenset(area.code for area in ground.at_levels({"district", "force"}))
    counted = tabulate(people, questions, [Breakdown(), Breakdown(breakdown, (breakdown,), shown_at)])
    return sum(len(by_group) for table in counted.values() for by_group in table.counts.values())


def floor(instance: Instance, size: int) -> Figures:
    """Read as many columns of random numbers from disk and count each once by area: what numpy alone takes."""
    path = instance.settings.instance / "floor"
    if not path.exists():
        np.random.default_rng(1).integers(0, 8, (QUESTIONS, size), dtype=np.int32).tofile(path)
    begun = perf_counter()
    columns = np.memmap(path, np.int32, "r", shape=(QUESTIONS, size))
    area = columns[0].astype(np.int64)
    for column in columns:
        np.bincount(area * 8 + column, minlength=64)
    return {"seconds": perf_counter() - begun}


def hand_out_rows(instance: Instance, size: int) -> Figures:
    """Write row-level CSV as an analyst downloads it."""
    asked = Handout(SURVEY, WAVE, "csv", "measuring how long it takes")
    begun = perf_counter()
    file = hand_out(instance, asked, by="bench")
    read = sum(len(piece) for piece in iter(lambda: file.content.read(1_000_000), b""))
    assert file.rows == size
    return {"seconds": perf_counter() - begun, "bytes": read}


def rows_floor(instance: Instance, size: int) -> Figures:
    """Read the same rows with sqlite3 and parse their answers: what no program in Python can go without."""
    begun = perf_counter()
    with sqlite3.connect(instance.settings.instance / "engage.sqlite") as database:
        found = sum(
            1 for (answers,) in database.execute("SELECT answers FROM responses") if json.loads(answers) is not None
        )
    assert found == size
    return {"seconds": perf_counter() - begun}


STAGES: dict[str, Callable[[Instance, int], Figures]] = {
    "fill": fill,
    "feed": feed,
    "cold": count,
    "new": count_new,
    "floor": floor,
    "rows": hand_out_rows,
    "rows_floor": rows_floor,
}


def _made(questionnaire: Questionnaire, wards: list[str], numbers: range) -> Iterator[Response]:
    """Yield responses whose answers are drawn at random from what may be answered."""
    chance = random.Random(numbers.stop)
    codes = {
        question.id: ([option.code for option in _options(questionnaire, question)], question.is_multiple)
        for question in questionnaire.questions
        if question.id in coded_questions(questionnaire) and question.type is not QuestionType.RANKING
    }
    for number in numbers:
        answers = {
            name: chance.sample(options, min(len(options), chance.choice((1, 1, 1, 2))))
            if is_multiple
            else chance.choice(options)
            for name, (options, is_multiple) in codes.items()
            if options and chance.random() < ANSWERED
        }
        yield Response(
            response_id=UUID(int=chance.getrandbits(128), version=4), survey=SURVEY, version=questionnaire.version,
            wave=WAVE, is_pilot=False, channel="web", language=chance.choice(("en", "en", "ar", "pl", "so")),
            style="standard", assisted="none", area=chance.choice(wards), area_relation=("live",), home_district=None,
            consent_version=1, age_band=chance.choice(("13-15", "16-17", "18-24", "25-34", "35-49")), guardian=None,
            serial=None, keyed_by=None, batch=None, answers=answers, received_on=date(2026, 11, 1), duration=None,
            body_hash=f"{number:064x}", receipt_key=f"{number:064x}",
        )  # fmt: skip


def _options(questionnaire: Questionnaire, question: Question) -> tuple[Any, ...]:
    scale = questionnaire.scale_of(question)
    parent = questionnaire.question(question.options_from) if question.options_from else None
    return scale.options if scale else parent.options if parent else question.options


def _measured(stage: str, folder: Path, size: int) -> Figures:
    instance = open_instance(load_settings({"ENGAGE_INSTANCE": str(folder), "PATH": os.environ["PATH"]}))
    figures = STAGES[stage](instance, size)
    return figures | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def in_own_process(stage: str, folder: Path, size: int) -> Figures:
    """Return what one stage measured in a process of its own, with how long that took from start to end."""
    words = [sys.executable, __file__, "--stage", stage, "--instance", str(folder), "--responses", str(size)]
    begun = perf_counter()
    said = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    told: Figures = json.loads(said.stdout)
    told["process"] = perf_counter() - begun
    print(f"{size:,} {stage}: {told['process']:.1f} s", file=sys.stderr, flush=True)
    return told


def _rows(size: int, told: dict[str, list[Figures]]) -> Iterator[tuple[str, str, str]]:
    """Yield each figure's name, its median with the spread, and whether its goal holds."""

    def row(name: str, stage: str, figure: str, most: float | None = None) -> tuple[str, str, str]:
        found = sorted(one[figure] for one in told[stage])
        middle, spread = found[len(found) // 2], f"({found[0]:.3f} to {found[-1]:.3f})" if len(found) > 1 else ""
        return f"{size:>9,}: {name}", f"{middle:.3f} s {spread}", "" if most is None else _goal(middle, most)

    yield row("snapshot made from the database, once", "feed", "seconds")
    yield row(f"{QUESTIONS} questions by area and community, new process", "cold", "seconds", MOST_COLD)
    yield row("the same with the start of Python", "cold", "process")
    yield row("the same again, counted anew, same process", "cold", "warm", MOST_WARM)
    yield row("other questions by area and age, same process", "cold", "others", MOST_WARM)
    yield row(f"the same after {NEW} new responses, same process", "new", "warm", MOST_WARM)
    yield row("numpy alone, each column once by area (floor)", "floor", "seconds")
    memory = max(one["memory"] for one in told["cold"])
    yield f"{size:>9,}: most memory of counting", f"{memory / 2**20:.0f} MB", _goal(memory, MOST_MEMORY)
    if "rows" in told:
        yield row("row-level CSV, written and read", "rows", "seconds", MOST_ROWS)
        yield row("rows read and parsed by sqlite3 and json alone (floor)", "rows_floor", "seconds")
        memory = max(one["memory"] for one in told["rows"])
        yield f"{size:>9,}: most memory of row-level CSV", f"{memory / 2**20:.0f} MB", ""


def _goal(figure: float, most: float) -> str:
    return "holds" if figure < most else "MISSED"


if __name__ == "__main__":
    raise SystemExit(main())
