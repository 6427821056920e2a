"""A small trial of texts on a bad day, on the database of this run; the big one is `scripts/texts-trial`."""

import os
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services import a_database

#: What a comparison has to notice.
HARMS = (
    "DELETE FROM text_messages WHERE provider_id = (SELECT min(provider_id) FROM text_messages)",
    "UPDATE responses SET age_band = '65+' WHERE sequence = (SELECT min(sequence) FROM responses)",
    "DELETE FROM responses WHERE sequence = (SELECT max(sequence) FROM responses)",
)
SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def trial() -> Any:
    """Return the script as a module."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        import texts_trial
    finally:
        sys.path.remove(str(SCRIPTS))
    return texts_trial


@pytest.fixture(scope="module")
def database() -> str:
    return a_database(os.environ["TEST_POSTGRESQL"]) if "TEST_POSTGRESQL" in os.environ else "sqlite"


def test_texts_that_come_twice_at_once_or_out_of_order_lose_nothing_and_double_nothing(
    trial: Any, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[Callable[[], list[str]]] = []
    compare = trial.compare

    def compare_and_keep(report: Any, stage: Any, folder: Path, phones: Any) -> None:
        compare(report, stage, folder, phones)
        checked.append(lambda: list(trial.find_faults(stage, report.people, phones)))

    monkeypatch.setattr(trial, "compare", compare_and_keep)
    often = {"retries": 0.2, "copies": 0.05, "swaps": 0.05}
    options = replace(trial.Options(texts=300, kill=False, lines=24, database=database), **often)
    report = trial.run_trial(options, tmp_path)
    assert report.faults == []
    assert report.counts["texts"] >= 300
    assert min(report.counts[name] for name in ("retry", "late retry", "cut off", "copies", "out of order")) >= 1
    (find_faults,) = checked
    assert find_faults() == []
    for harm in HARMS:
        change(database, tmp_path, harm)
    told = " ".join(find_faults())
    assert re.search(r"\w+: \d+ texts came in, \d+ are there", told)
    assert "is not what the person meant" in told
    assert "was lost" in told


def change(database: str, folder: Path, statement: str) -> None:
    """Change something behind the trial's back: a comparison that sees nothing then would be worth nothing."""
    path = folder / "instance" / "engage.sqlite"
    with closing(sqlite3.connect(path) if database == "sqlite" else psycopg.connect(database)) as connection:
        connection.execute(statement)
        connection.commit()
