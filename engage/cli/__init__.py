"""The command line: everything an instance is run, filled and read with."""

import logging
import os
import sys

import click

from engage.areas import AreasFaulty, ReferenceFileFaulty
from engage.cli.keys import keys
from engage.cli.operations import audit_log, demo, jobs_list, retention, serve, worker
from engage.cli.paper import paper
from engage.cli.reference import areas, indicators, margins, postcodes
from engage.cli.reports import report, slides
from engage.cli.responses import responses
from engage.cli.results import results
from engage.cli.staff import api_token, staff
from engage.cli.surveys import survey
from engage.cli.texts import text
from engage.jobs import where_it_failed
from engage.questionnaire.faults import DefinitionFaulty
from engage.sealing import SealingKeysFaulty
from engage.settings import SettingFaulty

#: Exit status beside 0 (done) and 2 (wrong usage, given by click).
AT_FAULT_INPUT = 1
AT_FAULT_SYSTEM = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engage")
def commands() -> None:
    """Community and youth engagement surveys by web, paper and text message."""


for command in (
    serve,
    worker,
    demo,
    survey,
    paper,
    text,
    responses,
    results,
    areas,
    postcodes,
    margins,
    indicators,
    staff,
    api_token,
    jobs_list,
    keys,
    audit_log,
    retention,
):
    commands.add_command(command)
for of_results in (report, slides):
    results.add_command(of_results)


def main() -> None:
    """Run a command; exit with 0 done, 1 the input was at fault, 2 wrong usage, 3 the system was at fault."""
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"), format="%(levelname)s %(name)s %(message)s")
    try:
        sys.exit(commands.main(standalone_mode=False) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.UsageError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except (DefinitionFaulty, ReferenceFileFaulty, AreasFaulty) as error:
        click.echo(str(error), err=True)
        sys.exit(AT_FAULT_INPUT)
    except (SettingFaulty, SealingKeysFaulty, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(AT_FAULT_SYSTEM)
    except Exception as error:  # noqa: BLE001 - the edge: said and logged without values
        logging.getLogger("engage").error("the command failed\n%s", where_it_failed(error))
        click.echo(f"The system was at fault: {type(error).__name__}", err=True)
        sys.exit(AT_FAULT_SYSTEM)
