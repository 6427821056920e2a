"""Commands for reports and slides: `engage results report`, `engage results slides`."""

from pathlib import Path

import click

from engage.cli.instance import Refused, ready_instance
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.reading import last_release, open_release
from engage.reporting.report import ReportChanged, report_docx, report_file, report_pdf, tell_report
from engage.reporting.slides import SLIDE_WRITERS, SlideOrder, make_deck
from engage.storage import indicators, reports

_REPORT_WRITERS = {"docx": report_docx, "pdf": report_pdf, "html": report_file}
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("number", type=int)
@click.option("--format", "form", type=click.Choice(list(_REPORT_WRITERS)), default="docx", show_default=True)
@click.option("--out", type=_OUT, required=True, help="File to write.")
def report(number: int, form: str, out: Path) -> None:
    """Write a report by its number, as /staff/reports shows it."""
    instance = ready_instance()
    with instance.database.reading() as session:
        found = reports.get(session, number)
        if found is None:
            raise Refused(f"there is no report {number}")
        try:
            told = tell_report(session, found)
        except ReportChanged as change:
            raise Refused(str(change)) from change
    out.write_bytes(_REPORT_WRITERS[form](told))
    click.echo(f"{out}: {found.title}, {told.state}")


@click.command()
@click.argument("slug")
@click.option("--wave", help="Name of the wave; the newest that was published where left out.")
@click.option("--area", default="", help="Code of one area; the survey's whole area where left out.")
@click.option("--indicator", help="Name of an imported indicator to set beside perception.")
@click.option("--period", help="Its period; the newest where left out.")
@click.option("--question", default="safe_dark", show_default=True, help="Question on a scale to set it beside.")
@click.option("--level", type=click.Choice(["place", "district"]), default="place", show_default=True)
@click.option("--report", "number", type=int, help="Number of a report whose recommendations to end with.")
@click.option("--format", "form", type=click.Choice(list(SLIDE_WRITERS)), default="pptx", show_default=True)
@click.option("--out", type=_OUT, required=True, help="File to write.")
def slides(
    slug: str,
    wave: str | None,
    area: str,
    indicator: str | None,
    period: str | None,
    question: str,
    level: str,
    number: int | None,
    form: str,
    out: Path,
) -> None:
    """Write the slides of an area for the quarterly partner report."""
    instance = ready_instance()
    with instance.database.reading() as session:
        release = last_release(session, slug, wave)
        if release is None:
            raise Refused(f"nothing was published of {slug!r}")
        published = open_release(session, release)
        known = next((one for one in indicators.list_all(session) if one.head.name == indicator), None)
        if indicator and known is None:
            raise Refused(f"no indicator is called {indicator!r}")
        newest = indicators.periods_of(session, known.id)[0] if known else ""
        found = reports.get(session, number) if number is not None else None
        if number is not None and (found is None or found.survey != slug):
            raise Refused(f"there is no report {number} of {slug!r}")
        order = SlideOrder(area or published.ground.roots[0], question, known, period or newest, level, found)
        try:
            deck = make_deck(session, published, order)
        except (AreaNotInSurvey, ReportChanged) as refusal:
            raise Refused(str(refusal)) from refusal
    out.write_bytes(SLIDE_WRITERS[form][0](deck))
    click.echo(f"{out}: {len(deck.slides)} slides")
