"""Commands for how long answers are kept: the rule of each survey, one round now, and the list of erasures."""

from pathlib import Path

import click

from engage.cli.instance import Refused, actor, ready_instance
from engage.collection.coming_back import erase_again
from engage.collection.retention import RuleRefused, set_rule, when_over
from engage.housekeeping import keep_house
from engage.storage import erasures, questionnaires, retention_rules
from engage.storage.erasure_list import ErasureList, ErasureListFaulty
from engage.storage.retention_rules import RetentionRule

#: Records of what was erased that are listed.
SHOWN = 20
_NEVER = "never"


@click.group(invoke_without_command=True)
@click.pass_context
def retention(context: click.Context) -> None:
    """Show until when answers, own words and drawings are kept, and what was erased last."""
    if context.invoked_subcommand is not None:
        return
    instance = ready_instance()
    with instance.database.reading() as session:
        for questionnaire in questionnaires.newest(session):
            rule = retention_rules.of_survey(session, questionnaire.slug)
            spans = zip(("answers", "own words", "drawings"), _days(rule), strict=True)
            click.echo(f"{rule.survey}: " + ", ".join(f"{part} {days}" for part, days in spans))
            for over in when_over(session, rule.survey):
                click.echo(f"  {over.wave.name:<20} {over.wave.state:<10} {over.answers or ''}")
        for entry in erasures.newest(session, SHOWN):
            where = f"{entry.survey} {entry.wave or ''}" if entry.survey else ""
            click.echo(f"{entry.at:%Y-%m-%d %H:%M}  {entry.reason:<14} {entry.responses:>7}  {where}")


@retention.command("run")
def run_retention() -> None:
    """Forget now whatever is over; `engage serve` and `engage worker` do so by themselves every ten minutes."""
    keep_house(ready_instance())


@retention.command("set")
@click.argument("slug")
@click.option("--answers", help="Days after a wave has closed that answers are kept, or `never` to erase them.")
@click.option("--words", help="Likewise for what people wrote in their own words.")
@click.option("--drawings", help="Likewise for drawings.")
def set_days(slug: str, answers: str | None, words: str | None, drawings: str | None) -> None:
    """Decide how long a survey keeps what was answered; what is not said stays as it is."""
    instance = ready_instance()
    with instance.database.writing() as session:
        known = retention_rules.of_survey(session, slug)
        rule = RetentionRule(
            slug,
            _read(answers, known.answers_days),
            _read(words, known.words_days),
            _read(drawings, known.drawings_days),
        )
        try:
            set_rule(session, instance.settings.keys, rule, actor=actor(), now=instance.now())
        except RuleRefused as refusal:
            raise Refused(str(refusal)) from refusal
    click.echo(f"{slug}: answers {_said(rule.answers_days)}, own words {_said(rule.words_days)}, ", nl=False)
    click.echo(f"drawings {_said(rule.drawings_days)}")


@retention.command("erase-again")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def erase_listed(file: Path | None) -> None:
    """Erase again what is on a list of erasures, after the database came back by another way than `engage restore`.

    Without FILE it is the instance's own list, which `engage serve` goes through at every start.
    """
    instance = ready_instance()
    erased = ErasureList(file) if file else instance.database.erasures
    try:
        count = erase_again(instance, erased, actor())
    except ErasureListFaulty as fault:
        raise Refused(str(fault)) from fault
    click.echo(f"{count} responses had come back and were erased again")


def _read(text: str | None, known: int | None) -> int | None:
    if text is None:
        return known
    if text != _NEVER and not text.isdecimal():
        raise click.UsageError(f"{text!r} is neither a number of days nor `{_NEVER}`")
    return None if text == _NEVER else int(text)


def _days(rule: RetentionRule) -> tuple[str, str, str]:
    return _said(rule.answers_days), _said(rule.words_days), _said(rule.drawings_days)


def _said(days: int | None) -> str:
    return "until somebody says" if days is None else f"{days} days"
