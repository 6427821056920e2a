"""Commands for definitions and waves."""

import json
from datetime import datetime
from pathlib import Path

import click

from engage.cli.clips import clips
from engage.cli.definitions import leave_out_option, read_survey_file
from engage.cli.duty import find_owner, is_looked_after, make_owner
from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.text_costs import cost_lines
from engage.cli.translations import language, translations
from engage.collection import surveys
from engage.collection.languages import told_briefly
from engage.collection.setting_up import gaps_of
from engage.phrases import interface_in_use
from engage.questionnaire.completeness import find_gaps_in
from engage.questionnaire.document import questions_hash, to_document
from engage.questionnaire.easy_read import find_hard_to_read
from engage.questionnaire.schema import definition_schema
from engage.questionnaire.xlsform import write_xlsform
from engage.reporting.codebook import codebook_csv
from engage.reporting.labels import Labels
from engage.storage import areas, questionnaires, staff, waves
from engage.storage.database import Session

#: Who looks after what people write, where the command names no owner.
_OWNER = "{owner} answers for what people write in {slug} and is on duty; to change it: engage duty {slug}"
_NOBODY = (
    "NOBODY LOOKS AFTER WHAT PEOPLE WRITE in {slug}, and nobody is told when somebody may be in danger: "
    "engage staff add EMAIL --role admin, then engage duty {slug} --owner EMAIL"
)
_WITH_GAPS = (
    "WARNING: {slug} OPENS WITH {count} GAPS IN ITS RECORD. In the browser it would not open. "
    "Fill them in at /staff/set-up/{slug}:"
)
#: Command → the state it takes a wave to.
STATES = {"pilot": "pilot", "open": "open", "collect": "collecting", "close": "closed"}


@click.group()
def survey() -> None:
    """Survey definitions and waves."""


@survey.command()
@click.argument("file")
@leave_out_option
def check(file: str, *, leave_out: bool) -> None:
    """Check a definition file (JSON, YAML or XLSForm), or a survey of the library by its name."""
    questionnaire = read_survey_file(file, leave_out=leave_out)
    gaps = []
    for known in questionnaire.languages:
        found = find_gaps_in(questionnaire, known.tag, interface_in_use().faults(known.tag))
        gaps += found
        for gap in found:
            click.echo(f"note: {gap}")
        if found:
            click.echo(f"note: languages.{known.tag}: {told_briefly(found)}; respondents are not offered it as it is")
    hard = find_hard_to_read(questionnaire)
    for finding in hard:
        click.echo(f"note: {finding}")
    for line in cost_lines(questionnaire):
        click.echo(line)
    languages = ", ".join(f"{known.tag} ({known.review})" for known in questionnaire.languages)
    click.echo(
        f"{questionnaire.slug} version {questionnaire.version}: {len(questionnaire.questions)} questions in "
        f"{languages}; {len(gaps) + len(hard)} notes; content {questions_hash(questionnaire)[:12]}"
    )


@survey.command("import")
@click.argument("file")
@leave_out_option
def import_file(file: str, *, leave_out: bool) -> None:
    """Bring in a definition file (JSON, YAML or XLSForm), or a survey of the library by its name."""
    questionnaire = read_survey_file(file, leave_out=leave_out)
    instance = ready_instance()
    with instance.database.writing() as session:
        imported = surveys.import_questionnaire(
            session, instance.settings.keys, questionnaire, actor=actor(), now=instance.now()
        )
        stored = questionnaires.get(session, questionnaire.slug, imported.version) or questionnaire
    click.echo(f"{questionnaire.slug} version {imported.version}: {imported.change}")
    click.echo(f"offered to respondents: {', '.join(stored.offered())}")
    if waiting := [known.tag for known in stored.languages if known.tag not in stored.offered()]:
        click.echo(f"prepared, not offered: {', '.join(waiting)} (engage survey language list {stored.slug} says why)")
    for place in imported.kept:
        click.echo(f"note: languages.{place}: staff changed these words on the screen; theirs stay")


@survey.command()
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["json", "xlsform", "codebook"]), default="json", show_default=True)
@click.option("--language", default="en", show_default=True, help="Language of the codebook's words.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write instead of printing.")
def export(slug: str, form: str, language: str, out: Path | None) -> None:
    """Write a survey's newest definition, which imports as the same survey, or its codebook as CSV.

    An XLSForm is a workbook, so it needs --out.
    """
    if form == "xlsform" and out is None:
        raise click.UsageError("--format xlsform needs --out FILE.xlsx")
    instance = ready_instance()
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, slug)
        tree = areas.read_tree(session)
    if questionnaire is None:
        raise Refused(f"there is no survey {slug!r}")
    if form == "xlsform" and out:
        out.write_bytes(write_xlsform(questionnaire))
        return
    if form == "codebook":
        text = codebook_csv(Labels(questionnaire, tree, language))
    else:
        text = json.dumps(to_document(questionnaire), ensure_ascii=False, indent=1)
    if out:
        out.write_text(text + "\n", encoding="utf-8")
    else:
        click.echo(text)


@survey.command()
def schema() -> None:
    """Print the JSON Schema of definitions."""
    click.echo(json.dumps(definition_schema(), ensure_ascii=False, indent=1))


@survey.command("list")
def list_surveys() -> None:
    """List surveys and their waves."""
    instance = ready_instance()
    with instance.database.reading() as session:
        for questionnaire in questionnaires.newest(session):
            click.echo(f"{questionnaire.slug} version {questionnaire.version} at /s/{questionnaire.code}")
            for wave in waves.list_of(session, questionnaire.slug):
                note = ", synthetic" if wave.synthetic else ""
                click.echo(f"  {wave.name}: {wave.state}, version {wave.version}{note}")


@survey.command()
@click.argument("slug")
@click.option("--wave", help="Name of the wave that is to open; the current one where left out.")
def gaps(slug: str, wave: str | None) -> None:
    """List what is missing before a survey should open; exits 1 where anything is."""
    instance = ready_instance()
    with instance.database.reading() as session:
        if questionnaires.get(session, slug) is None:
            raise Refused(f"there is no survey {slug!r}")
        found = gaps_of(session, slug, instance.now(), wave)
    for gap in found:
        click.echo(str(gap))
    if found:
        raise Refused(f"{len(found)} missing: fill them in at {instance.settings.public_url}/staff/set-up/{slug}")
    click.echo("nothing is missing")


def _warn_of_gaps(session: Session, slug: str, wave: str | None, now: datetime) -> list[str]:
    """Say loudly what is missing of a survey that opens all the same; it goes into the audit log."""
    found = [str(gap) for gap in gaps_of(session, slug, now, wave)]
    if found:
        click.echo(_WITH_GAPS.format(slug=slug, count=len(found)), err=True)
        for gap in found:
            click.echo(f"  MISSING  {gap}", err=True)
    return found


def _state_command(name: str, state: str) -> click.Command:
    @click.command(name, help=f"Take a wave to the state {state}.")
    @click.argument("slug")
    @click.option("--wave", help="Name of the wave; the current one where left out.")
    @click.option("--owner", help="Account that answers for what people write; on duty too where nobody else is.")
    def command(slug: str, wave: str | None, owner: str | None) -> None:
        instance = ready_instance()
        keys, now = instance.settings.keys, instance.now()
        try:
            with instance.database.writing() as session:
                if owner:
                    make_owner(session, instance, slug, owner)
                elif state in surveys.TAKING_STARTS and not is_looked_after(session, slug):
                    found = find_owner(session, instance, slug)
                    click.echo(_OWNER.format(owner=found, slug=slug) if found else _NOBODY.format(slug=slug), err=True)
                # On an instance without any account there is nobody yet who could be named.
                change = surveys.change_wave if staff.list_all(session) else surveys.set_wave_state
                gaps = _warn_of_gaps(session, slug, wave, now) if state == "open" else []
                changed = change(session, keys, slug, wave, state, actor=actor(), now=now, known_gaps=gaps)
        except surveys.WaveStateRefused as refusal:
            raise Refused(str(refusal)) from refusal
        click.echo(f"{slug} {changed.name}: {changed.state}")

    return command


survey.add_command(clips)
survey.add_command(language)
survey.add_command(translations)
for _name, _state in STATES.items():
    survey.add_command(_state_command(_name, _state))
