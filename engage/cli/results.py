"""Commands for results: publishing a release and reading the last one."""

from io import BytesIO
from pathlib import Path
from typing import Any

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.progress import show_progress
from engage.cli.reports import report, slides
from engage.phrases import SOURCE_LANGUAGE
from engage.reporting.exports import COMPANION_MEANS, FORMATS, TEXT_FORMATS, FormatRefused, export_tables
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.posters import Poster, PosterRefused, poster_pdf
from engage.reporting.reading import find_tables, last_release, open_release, refusal_reason
from engage.reporting.releasing import ReleaseRefused, prepare_release, store_release
from engage.reporting.summary_files import SummariesRefused, SummaryOrder, write_summaries
from engage.results.plan import LEVELS, BreakdownRefused
from engage.storage import areas, questionnaires, waves


class _ReadByDefault(click.Group):
    """A group in which `engage results SLUG` is short for `engage results read SLUG`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Take a word that is no command for the name of a survey."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["read", *args])


@click.group(cls=_ReadByDefault)
def results() -> None:
    """Publish results, or read the last release: `engage results SLUG`."""


for of_results in (report, slides):
    results.add_command(of_results)


@results.command()
@click.argument("slug")
@click.option("--wave", required=True)
def publish(slug: str, wave: str) -> None:
    """Make a release of a wave: everything reads the last one."""
    instance = ready_instance()
    try:
        now = instance.now()
        with instance.database.reading() as session:  # whoever answers meanwhile does not wait for it
            prepared = prepare_release(session, slug, wave, on_date=now.date(), progress=show_progress)
        with instance.database.writing() as session:
            release = store_release(session, instance.settings.keys, prepared, by=actor(), now=now)
    except ReleaseRefused as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(f"{slug} {wave}: release {release.release_hash} of {release.published_at:%Y-%m-%d}, {release.rule}")


@results.command()
@click.argument("slug")
@click.option("--wave", help="Name of the wave; the newest that was published where left out.")
@click.option("--area", help="Code of one area.")
@click.option("--by", help="One breakdown of the release plan, such as age or community.")
@click.option("--format", "form", default="json", show_default=True, help=f"One of {', '.join(FORMATS)}.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write instead of printing.")
@click.option("--part", default="", help=f"Of CSV, in place of the tables: one of {', '.join(COMPANION_MEANS)}.")
@click.option("--bom/--no-bom", default=True, help="Begin a CSV file with the mark by which spreadsheets know UTF-8.")
def read(
    slug: str,
    wave: str | None,
    area: str | None,
    by: str | None,
    form: str,
    out: Path | None,
    part: str,
    *,
    bom: bool,
) -> None:
    """Read the last release of a survey."""
    instance = ready_instance()
    with instance.database.reading() as session:
        release = last_release(session, slug, wave)
        if release is None:
            raise Refused(f"nothing was published of {slug!r}{f' wave {wave!r}' if wave else ''}")
        published = open_release(session, release)
        try:
            tables = find_tables(session, published, area=area, by=by)
            labels = Labels(published.questionnaire, areas.read_tree(session))
            written = export_tables(
                session, form, published, tables, labels, byte_order_mark=bom, part=part, progress=show_progress
            )
        except (BreakdownRefused, AreaNotInSurvey) as refusal:
            raise Refused(refusal_reason(refusal)) from refusal
        except FormatRefused as refusal:
            raise Refused(str(refusal)) from refusal
    if out:
        out.write_bytes(written)
    elif form in TEXT_FORMATS:
        click.echo(written.decode("utf-8-sig"))
    else:
        click.echo(written, nl=False)


@results.command()
@click.argument("slug")
@click.option("--wave", help="Name of the wave; the newest that was published where left out.")
@click.option("--level", default="ward", show_default=True, help=f"Of which areas: {', '.join(LEVELS)}.")
@click.option("--language", default=SOURCE_LANGUAGE, show_default=True)
@click.option("--style", default="standard", show_default=True, help="standard, easy_read or large_print.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="ZIP archive to write.")
def summaries(slug: str, wave: str | None, level: str, language: str, style: str, out: Path) -> None:
    """Make the summary of every area of a level as a PDF, all in one archive."""
    instance = ready_instance()
    order = SummaryOrder(slug, level, language, style, wave)
    with instance.database.reading() as session:
        release = last_release(session, slug, wave)
        if release is None:
            raise Refused(f"nothing was published of {slug!r}{f' wave {wave!r}' if wave else ''}")
        published = open_release(session, release)
        archive = BytesIO()
        try:
            made = write_summaries(session, published, order, instance.settings.public_url, archive, show_progress)
        except SummariesRefused as refusal:
            raise Refused(str(refusal)) from refusal
    out.write_bytes(archive.getvalue())
    click.echo(f"{out}: {made} summaries")


@results.command()
@click.argument("slug")
@click.option("--area", required=True, help="Code of the area whose results it leads to.")
@click.option("--language", default=SOURCE_LANGUAGE, show_default=True)
@click.option("--style", default="standard", show_default=True, help="standard, easy_read or large_print.")
@click.option("--venue", default="", help="Venue to name at the foot.")
@click.option("--survey/--no-survey", "has_survey", default=True, help="Lead to the survey itself as well.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="PDF to write.")
def poster(slug: str, area: str, language: str, style: str, venue: str, out: Path, *, has_survey: bool) -> None:
    """Make a poster with the QR codes of an area's results and of the survey."""
    instance = ready_instance()
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, slug)
        if questionnaire is None:
            raise Refused(f"there is no survey {slug!r}")
        labels = Labels(questionnaire, areas.read_tree(session), language, style)
        is_synthetic = any(wave.synthetic for wave in waves.list_of(session, slug))
    wanted = Poster(area, venue, has_survey, is_synthetic)
    try:
        out.write_bytes(poster_pdf(wanted, labels, instance.settings.public_url, at=instance.now()))
    except PosterRefused as refusal:
        raise Refused(str(refusal)) from refusal
    click.echo(str(out))
