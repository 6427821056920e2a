"""Summaries of many areas: each ward has one to read however few answered, and all come in one archive."""

import io
import zipfile
from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from builders import an_instance
from engage.cli import commands
from engage.reporting.labels import Labels
from engage.reporting.summary import summarise_area
from engage.reporting.summary_files import SummariesRefused, SummaryOrder, file_name, write_summaries
from engage.reporting.telling import tell_summary
from engage.results.published import HIDDEN
from engage.storage import areas
from engage.storage.instance import Instance
from reporting.answered import FORCE, SURVEY, a_released_instance, published_tables

PEOPLE = 1_000
SAFETY = ("very_safe", "fairly_safe", "neither", "fairly_unsafe", "very_unsafe")


def somebody(rng: Random, ward: str) -> tuple[int, dict[str, Any]]:
    """Return one person who says something about a ward."""
    answers = {name: rng.choice(SAFETY) for name in ("safe_day", "safe_dark", "safe_transport", "safe_online")}
    reasons = ["threats", "drugs", "dark", "drinking", "hate"]
    helps = ["lights", "police_patrols", "youth_workers", "fair_policing"]
    good = ["look_out", "family_friends", "clubs", "school"]
    chosen = {
        "unsafe_reasons": rng.sample(reasons, 2),
        "would_help": rng.sample(helps, 2),
        "good_here": rng.sample(good, 2),
    }
    return 1, {"answers": answers | chosen, "area": ward}


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance in which 1,000 people, spread unevenly over 188 wards, were published."""
    empty = an_instance(tmp_path_factory.mktemp("tree"))
    with empty.database.reading() as session:
        tree = areas.read_tree(session)
    wards = [area.code for area in tree.at_level(tree["E05012278"].level) if tree.is_within(area.code, FORCE)]
    empty.database.close()
    rng = Random(188)
    crowds = [rng.expovariate(1) for _ in wards]
    groups = [somebody(rng, ward) for ward in rng.choices(wards, crowds, k=PEOPLE)]
    instance = a_released_instance(tmp_path_factory.mktemp("thousand"), groups)
    yield instance
    instance.database.close()


def test_of_a_thousand_answers_every_ward_has_a_summary_that_names_whose_figures_it_has(thousand: Instance) -> None:
    published, _ = published_tables(thousand, area=FORCE)
    labels = Labels(published.questionnaire, published.ground.tree)
    wards = published.ground.at_levels({"ward"})
    assert len(wards) == 188
    rolled_up = 0
    with thousand.database.reading() as session:
        for ward in wards:
            summary = summarise_area(session, published, ward.code)
            told = tell_summary(summary, published, labels)
            asked = [question for section in told.sections for question in section.questions]
            cells = [answer.cell for question in asked for answer in question.answers]
            assert len(asked) >= 7, ward.name
            assert sum(cell.shown == HIDDEN for cell in cells) * 2 <= len(cells), ward.name
            for entry, question in zip([e for e in summary.entries if e.row.cells], asked, strict=False):
                wider = entry.row.shown_for
                if wider != ward.code:
                    rolled_up += 1
                    assert labels.area(str(wider)) in (told.stand_in or question.stand_in or ""), ward.name
    assert rolled_up > 188


def test_the_summaries_of_a_level_come_in_one_archive_from_the_command_too(
    thousand: Instance, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("engage.cli.results"), "ready_instance", lambda: thousand)
    out = tmp_path / "all.zip"
    asked = ["results", "summaries", SURVEY, "--level", "district", "--style", "easy_read", "--out", str(out)]
    ran = CliRunner().invoke(commands, asked)
    assert (ran.exit_code, ran.output.strip()) == (0, f"{out}: 8 summaries")
    assert len(zipfile.ZipFile(out).namelist()) == 8
    refused = CliRunner().invoke(commands, ["results", "summaries", "other", "--out", str(out)])
    assert (refused.exit_code, "nothing was published" in refused.output) == (1, True)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"language": "dv"}, "does not come in dv"),
        ({"style": "in_verse"}, "does not come in en, in_verse"),
        ({"level": "street"}, "no areas of the level street"),
    ],
)
def test_an_order_that_cannot_be_met_is_refused_before_anything_is_made(
    thousand: Instance, wrong: dict[str, str], reason: str
) -> None:
    published, _ = published_tables(thousand, area=FORCE)
    order = SummaryOrder(**({"survey": SURVEY, "level": "ward", "language": "en", "style": "standard"} | wrong))
    with thousand.database.reading() as session, pytest.raises(SummariesRefused, match=reason):
        write_summaries(session, published, order, "https://example.org", io.BytesIO(), lambda _done, _total: None)


def test_a_files_name_holds_letters_digits_and_hyphens() -> None:
    assert file_name("Kirkby Cross & Portland/../x") == "Kirkby-Cross-Portland-x"
    assert file_name("place:clifton") == "place-clifton"
