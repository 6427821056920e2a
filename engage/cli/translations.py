"""Commands for the languages of a survey: which are offered, how far they are reviewed, translations as files."""

from collections.abc import Callable
from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection import languages
from engage.collection.translation_imports import RowReport, counts_of, export_of, import_translations
from engage.collection.wordings import ChangeRefused, Part
from engage.questionnaire.translation_files import WRITERS, read_translation_file
from engage.questionnaire.translation_rows import TranslationFileFaulty
from engage.questionnaire.translations import REASONS
from engage.storage import questionnaires
from engage.storage.database import Session
from engage.storage.instance import Instance

#: Stands in the place of a survey's name for the words of the interface.
INTERFACE = "interface"
#: Results of rows that are listed one by one.
_LISTED = ("changed", "reviewed", "not_reviewed", "conflict", "refused")


@click.group()
def translations() -> None:
    """Translations as files; SLUG is a survey's name, or `interface` for buttons, help and messages."""


@translations.command()
@click.argument("slug")
@click.argument("language")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="F.po or F.xlsx.")
@click.option("--version", type=int, help="Version of the survey; the newest where left out.")
def export(slug: str, language: str, out: Path, version: int | None) -> None:
    """Write the words of one language beside their source."""
    write = WRITERS.get(out.suffix.removeprefix(".").lower())
    if write is None:
        raise click.UsageError("the file's name has to end in .po or .xlsx")
    instance = ready_instance()
    try:
        with instance.database.reading() as session:
            heading, entries = export_of(session, _part(slug, version), language)
    except ChangeRefused as refusal:
        raise Refused(str(refusal)) from refusal
    out.write_bytes(write(heading, entries))
    click.echo(f"{out}: {len(entries)} wordings in {language}")


@translations.command("import")
@click.argument("slug")
@click.argument("language")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--version", type=int, help="Version of the survey; the newest where left out.")
def import_file(slug: str, language: str, file: Path, version: int | None) -> None:
    """Take the words of a .po or .xlsx file in; good rows are kept, the others are listed."""
    try:
        read = read_translation_file(file.name, file.read_bytes(), language)
        instance = ready_instance()
        with instance.database.writing() as session:
            keys, now = instance.settings.keys, instance.now()
            reports = import_translations(session, keys, _part(slug, version), language, read, actor(), now)
    except (ChangeRefused, TranslationFileFaulty) as refusal:
        raise Refused(f"{file.name}: {refusal}") from refusal
    for report in reports:
        if report.result in _LISTED:
            click.echo(_line(report))
    counts = counts_of(reports)
    click.echo(", ".join(f"{count} {result.replace('_', ' ')}" for result, count in counts.items()) or "no rows")
    if "conflict" in counts or "refused" in counts:
        raise Refused("some rows were not taken; the others were")


@click.group()
def language() -> None:
    """Languages of a survey: offered to respondents or not, reviewed or not."""


@language.command("list")
@click.argument("slug")
@click.option("--version", type=int, help="Version of the survey; the newest where left out.")
def list_languages(slug: str, version: int | None) -> None:
    """List the languages of a survey and what keeps each from being whole."""
    instance = ready_instance()
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, slug, version)
        if questionnaire is None:
            raise Refused(f"there is no survey {slug!r}")
        for standing in languages.standings(session, questionnaire):
            click.echo(f"{standing.tag}: {standing.offer}; questions {_told(standing.survey)}")
            click.echo(f"  buttons and help {_told(standing.interface)}")
            if standing.gaps:
                click.echo(f"  {languages.told_briefly(list(standing.gaps))}")


@language.command()
@click.argument("slug")
@click.argument("tag")
def add(slug: str, tag: str) -> None:
    """Prepare a survey for one more language (BCP 47), without words so far."""
    _change(
        lambda session, instance: languages.add_language(
            session, instance.settings.keys, slug, tag, actor(), instance.now()
        )
    )
    click.echo(f"{slug} {tag}: added, not offered yet")


@language.command("open")
@click.argument("slug")
@click.argument("tag")
@click.option("--fallback", "state", flag_value="fallback", help="Though words are missing: those are read in English.")
@click.option("--spoken", "state", flag_value="spoken", help="As recordings with easy read only.")
@click.option("--version", type=int, help="Version of the survey; the newest where left out.")
def open_language(slug: str, tag: str, state: str | None, version: int | None) -> None:
    """Offer a language to respondents; refused while words are missing."""
    _offer(slug, tag, state or "offered", version)


@language.command("close")
@click.argument("slug")
@click.argument("tag")
@click.option("--version", type=int, help="Version of the survey; the newest where left out.")
def close_language(slug: str, tag: str, version: int | None) -> None:
    """Offer a language no more; answers under way are still taken."""
    _offer(slug, tag, "closed", version)


@language.command()
@click.argument("slug")
@click.argument("tag")
@click.argument("state", type=click.Choice(languages.REVIEW_STATES))
@click.option("--version", type=int, help="Version of the survey; the newest where left out.")
def review(slug: str, tag: str, state: str, version: int | None) -> None:
    """Say of every word of a language that it is reviewed, or not after all; SLUG may be `interface`."""
    part = _part(slug, version)
    _change(
        lambda session, instance: languages.set_language_review(
            session, instance.settings.keys, part.survey, tag, state, actor(), instance.now(), version
        )
    )
    click.echo(f"{slug} {tag}: {state}")


def _offer(slug: str, tag: str, state: str, version: int | None) -> None:
    _change(
        lambda session, instance: languages.offer_language(
            session, instance.settings.keys, slug, tag, state, actor(), instance.now(), version
        )
    )
    click.echo(f"{slug} {tag}: {state}")


def _change(act: Callable[[Session, Instance], None]) -> None:
    instance = ready_instance()
    try:
        with instance.database.writing() as session:
            act(session, instance)
    except ChangeRefused as refusal:
        raise Refused(str(refusal)) from refusal


def _part(slug: str, version: int | None) -> Part:
    return Part() if slug == INTERFACE else Part(slug, version)


def _told(progress: languages.Progress) -> str:
    if progress.state == "source":
        return "written in this language"
    worded = progress.total - progress.missing
    return f"{progress.state}: {worded} of {progress.total} worded, {progress.to_review} to review"


def _line(report: RowReport) -> str:
    why = f": {REASONS[report.code]}" if report.code else ""
    there = f"; there is {report.found!r}" if report.result == "conflict" else ""
    return f"{report.row.place} {report.row.key}: {report.result.replace('_', ' ')}{why}{there}"
