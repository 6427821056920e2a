"""Commands for results: publishing a release and reading the last one."""

import sys
from pathlib import Path
from typing import Any

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.reporting.exports import FORMATS, FormatRefused, export_tables
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.reading import find_tables, last_release, open_release, refusal_reason
from engage.reporting.releasing import ReleaseRefused, publish_release
from engage.results.plan import BreakdownRefused
from engage.storage import areas


class _ReadByDefault(click.Group):
    """A group in which `engage results SLUG` is short for `engage results read SLUG`."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Take a word that is no command for the name of a survey."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["read", *args])


@click.group(cls=_ReadByDefault)
def results() -> None:
    """Publish results, or read the last release: `engage results SLUG`."""


@results.command()
@click.argument("slug")
@click.option("--wave", required=True)
def publish(slug: str, wave: str) -> None:
    """Make a release of a wave: everything reads the last one."""
    instance = ready_instance()
    try:
        with instance.database.writing() as session:
            release = publish_release(
                session, instance.settings.keys, slug, wave, by=actor(), now=instance.now(), progress=_show_progress
            )
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
def read(slug: str, wave: str | None, area: str | None, by: str | None, form: str, out: Path | None) -> None:
    """Read the last release of a survey."""
    instance = ready_instance()
    with instance.database.reading() as session:
        release = last_release(session, slug, wave)
        if release is None:
            raise Refused(f"nothing was published of {slug!r}{f' wave {wave!r}' if wave else ''}")
        published = open_release(session, release)
        try:
            tables = find_tables(session, published, area=area, by=by)
            written = export_tables(form, published, tables, Labels(published.questionnaire, areas.read_tree(session)))
        except (BreakdownRefused, AreaNotInSurvey) as refusal:
            raise Refused(refusal_reason(refusal)) from refusal
        except FormatRefused as refusal:
            raise Refused(str(refusal)) from refusal
    if out:
        out.write_bytes(written)
    else:
        click.echo(written.decode("utf-8-sig"))


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total}", nl=done >= total, err=True)
