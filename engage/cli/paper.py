"""Commands for paper forms."""

import json
from pathlib import Path

import click

from engage.channels.paper.layout import printed_document
from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.paper_reading import read
from engage.cli.progress import show_progress
from engage.jobs import JobRefused
from engage.questionnaire.model import STYLES
from engage.staff.printing import PrintOrder, print_order

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def paper() -> None:
    """Paper forms."""


paper.add_command(read)


@paper.command("print")
@click.argument("slug")
@click.option("--language", default="en", show_default=True)
@click.option("--style", type=click.Choice(STYLES), default="standard", show_default=True)
@click.option("--area", help="Code of the area the forms are for.")
@click.option("--count", type=click.IntRange(1, 500), default=1, show_default=True)
@click.option("--venue", help="Where they are handed out, for example a youth club.")
@click.option("--ambassador", help="Who hands them out: an account's address or a name.")
@click.option("--out", type=_FILE, required=True, help="PDF file to write.")
@click.option("--layout-out", type=_FILE, help="JSON file to write where every box is, in millimetres.")
def print_(
    slug: str,
    language: str,
    style: str,
    area: str | None,
    count: int,
    venue: str | None,
    ambassador: str | None,
    out: Path,
    layout_out: Path | None,
) -> None:
    """Print serial-numbered forms of the current wave."""
    instance = ready_instance()
    order = PrintOrder(slug, language, style, area, count, actor(), venue=venue, ambassador=ambassador)
    try:
        with out.open("wb") as file:
            printed = print_order(instance, order, file, show_progress)
    except JobRefused as refusal:
        out.unlink(missing_ok=True)
        raise Refused(str(refusal)) from refusal
    if layout_out:
        document = printed_document(printed.layout, printed.serials)
        layout_out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    pages, code = len(printed.layout.pages), printed.batch.code
    click.echo(f"{count} forms of {pages} pages in {out}; batch {code}, first serial {printed.serials[0]}")
