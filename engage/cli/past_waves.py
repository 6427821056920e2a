"""Commands for waves of the past: a mapping guessed from a file, and bringing the file in by a mapping."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.progress import show_progress
from engage.collection.past_waves import (
    FileFaulty,
    Mapped,
    MappingFaulty,
    PastRefused,
    guess_columns,
    import_past_wave,
    look_over,
    read_mapping,
    read_rows,
)
from engage.storage import areas, questionnaires
from engage.storage.instance import Instance


@click.command("map")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--survey", required=True, help="The survey whose questions the file answers.")
@click.option("--wave", required=True, help="Name of the wave it was, such as 2019-autumn.")
@click.option("--sheet", help="Name of the sheet; the first where left out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def map_file(file: Path, survey: str, wave: str, sheet: str | None, out: Path) -> None:
    """Guess which column of a CSV or XLSX file answers what, and write it as a mapping to look through."""
    instance = ready_instance()
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, survey)
        tree = areas.read_tree(session)
    if questionnaire is None:
        raise Refused(f"there is no survey {survey!r}")
    try:
        seen = look_over(file, sheet)
    except FileFaulty as fault:
        raise Refused(f"{file}: {fault}") from fault
    guessed = guess_columns(questionnaire, seen.columns, tree)
    mapped = Mapped(survey, questionnaire.version, wave, guessed, sheet=sheet)
    out.write_text(json.dumps(mapped.to_document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for column in seen.columns:
        told = guessed[column.head].to if column.head in guessed else "(left out)"
        click.echo(f"{column.letters:<3} {column.head[:60]}  →  {told}")
    click.echo(f"{out}: look through it, say in `agreed` how it is known that these people agreed, then import with it")


def bring_in(
    instance: Instance, file: Path, mapping: Path, changes: Mapping[str, str | None], report: Path | None
) -> None:
    """Bring a file in by a mapping. Raises Refused where anything was refused; good rows are kept."""
    try:
        mapped = read_mapping(json.loads(mapping.read_text(encoding="utf-8-sig")))
    except (MappingFaulty, ValueError) as fault:
        raise Refused(f"{mapping}: {fault}") from fault
    mapped = replace(mapped, survey=changes["survey"] or mapped.survey, wave=changes["wave"] or mapped.wave)
    written = io.StringIO()
    try:
        rows = sum(1 for _ in read_rows(file, mapped.sheet))
        found = import_past_wave(instance, file, mapped, actor(), written, rows, show_progress)
    except (PastRefused, FileFaulty) as fault:
        raise Refused(f"{file}: {fault}") from fault
    finally:
        if report and written.tell():
            report.write_text(written.getvalue(), encoding="utf-8-sig")
    for problem in found.problems:
        where = f", column {problem.column}" if problem.column else ""
        click.echo(f"row {problem.row}{where}: {problem.reason}", err=True)
    if found.found > len(found.problems):
        click.echo(f"and {found.found - len(found.problems)} more: see --report", err=True)
    click.echo(", ".join(f"{count} {state}" for state, count in found.counts.items()) or "nothing to import")
    if not found.is_good:
        raise Refused("some rows were refused; the others are kept")
