"""Commands that bring reference data in: areas, postcodes, census margins, indicators."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.progress import show_progress
from engage.collection import reference

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Lines between two looks at how far a file of the whole country is read.
_SHOWN_EVERY = 20_000


@click.group()
def areas() -> None:
    """Areas: wards, districts, named places, boundaries."""


@areas.command("import")
@click.argument("file", type=_FILE)
def import_areas(file: Path) -> None:
    """Bring in a GeoJSON file of boundaries or a CSV list of areas."""
    instance = ready_instance()
    with _lines(file) as lines, instance.database.writing() as session:
        text = lines.read()
        count = reference.import_areas(
            session, instance.settings.keys, text, file.suffix, actor=actor(), now=instance.now()
        )
    click.echo(f"{count} areas")


@click.group()
def postcodes() -> None:
    """Postcodes and their wards."""


@postcodes.command("import")
@click.argument("file", type=_FILE)
def import_postcodes(file: Path) -> None:
    """Bring in a CSV file (also .gz) with columns such as postcode and ward, or an ONS Postcode Directory."""
    instance = ready_instance()
    with _lines(file) as lines:
        total = sum(1 for _ in lines)
    with _lines(file) as lines, instance.database.writing() as session:
        shown = _shown(lines, total)
        count = reference.import_postcodes(session, instance.settings.keys, shown, actor=actor(), now=instance.now())
    click.echo(f"{count} postcodes")


@click.group()
def margins() -> None:
    """Census counts to compare with."""


@margins.command("import")
@click.argument("file", type=_FILE)
def import_margins(file: Path) -> None:
    """Bring in a CSV file of census counts, long (area, variable, category, count) or wide."""
    instance = ready_instance()
    with _lines(file) as lines, instance.database.writing() as session:
        count = reference.import_margins(session, instance.settings.keys, lines, actor=actor(), now=instance.now())
    click.echo(f"{count} counts")


@click.group()
def indicators() -> None:
    """Figures of other suppliers: recorded offences, ambulance calls, hospital admissions."""


@indicators.command("import")
@click.argument("file", type=_FILE)
def import_indicators(file: Path) -> None:
    """Bring in a CSV file of area, period, value, indicator, source, licence and definition."""
    instance = ready_instance()
    with _lines(file) as lines, instance.database.writing() as session:
        count = reference.import_indicators(session, instance.settings.keys, lines, actor=actor(), now=instance.now())
    click.echo(f"{count} figures")


def _lines(file: Path) -> IO[str]:
    try:
        if file.suffix == ".gz":
            return io.TextIOWrapper(gzip.open(file, "rb"), encoding="utf-8-sig", newline="")
        return file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Refused(f"{file}: {error}") from error


def _shown(lines: IO[str], total: int) -> Iterator[str]:
    """Yield the lines of a file, and draw how many of them are read."""
    for done, line in enumerate(lines, start=1):
        if done % _SHOWN_EVERY == 0 or done == total:
            show_progress(done, total)
        yield line
