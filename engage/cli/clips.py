"""Commands for recordings of a survey's words."""

from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.clips import import_clips
from engage.storage import questionnaires


@click.group()
def clips() -> None:
    """Recordings that read a survey's words aloud."""


@clips.command("import")
@click.argument("slug")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_folder(slug: str, folder: Path) -> None:
    """Bring in every recording of a folder: LANGUAGE/KEY.mp3, such as ti/safe_day.text@easy_read.mp3."""
    instance = ready_instance()
    with instance.database.writing() as session:
        questionnaire = questionnaires.get(session, slug)
        if questionnaire is None:
            raise Refused(f"there is no survey {slug!r}")
        keys, now = instance.settings.keys, instance.now()
        files = list(import_clips(session, keys, questionnaire, folder, actor=actor(), now=now))
    refused = [file for file in files if file.problem]
    for file in refused:
        click.echo(f"{file.path.relative_to(folder)}: {file.problem}", err=True)
    click.echo(f"recordings kept: {len(files) - len(refused)}")
    if refused or not files:
        raise Refused(f"{len(refused)} not kept" if refused else "no file is named LANGUAGE/KEY.mp3")
