"""The command line: everything an instance is run, filled and read with."""

import logging
import sys
from importlib import import_module

import click

from engage.areas import AreasFaulty, ReferenceFileFaulty
from engage.jobs import where_it_failed
from engage.logs import log_as_told
from engage.questionnaire.faults import DefinitionFaulty
from engage.sealing import SealingKeysFaulty
from engage.settings import SettingFaulty

#: Exit status beside 0 (done) and 2 (wrong usage, given by click).
AT_FAULT_INPUT = 1
AT_FAULT_SYSTEM = 3


#: Command → where it is defined.
_PLACES = {
    "serve": ("operations", "serve"),
    "worker": ("operations", "worker"),
    "demo": ("operations", "demo"),
    "survey": ("surveys", "survey"),
    "paper": ("paper", "paper"),
    "text": ("texts", "text"),
    "duty": ("duty", "duty"),
    "responses": ("responses", "responses"),
    "results": ("results", "results"),
    "areas": ("reference", "areas"),
    "postcodes": ("reference", "postcodes"),
    "margins": ("reference", "margins"),
    "indicators": ("reference", "indicators"),
    "staff": ("staff", "staff"),
    "api-token": ("staff", "api_token"),
    "jobs": ("jobs", "jobs"),
    "keys": ("keys", "keys"),
    "audit": ("auditing", "audit_log"),
    "backup": ("backups", "backup"),
    "restore": ("backups", "restore"),
    "retention": ("keeping", "retention"),
}


class _ReadWhenCalled(click.Group):
    """The group of all commands; only the module of the one that is called is read, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Return the names of all commands, in the order of the work."""
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Return a command by its name."""
        if cmd_name not in _PLACES:
            return None
        module, name = _PLACES[cmd_name]
        command: click.Command = getattr(import_module(f"engage.cli.{module}"), name)
        return command


@click.group(cls=_ReadWhenCalled, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="engage")
def commands() -> None:
    """Community and youth engagement surveys by web, paper and text message."""


def main() -> None:
    """Run a command; exit with 0 done, 1 the input was at fault, 2 wrong usage, 3 the system was at fault."""
    log_as_told()
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
