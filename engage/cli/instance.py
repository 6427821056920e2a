"""Opens the instance that a command works on."""

import os
from getpass import getuser

import click

from engage.collection.reference import prepare
from engage.phrases import using
from engage.settings import load_settings
from engage.storage import phrases
from engage.storage.instance import Instance, open_instance


def ready_instance() -> Instance:
    """Return the instance that the environment names, its tables and shipped areas in place.

    The command reads the interface's words as the instance's staff changed them.
    """
    instance = opened_instance()
    prepare(instance)
    with instance.database.reading() as session:
        click.get_current_context().with_resource(using(phrases.read_interface(session)))
    return instance


def opened_instance() -> Instance:
    """Return the instance that the environment names as it is; it is closed when the command is done."""
    instance = open_instance(load_settings(os.environ))
    click.get_current_context().call_on_close(instance.database.close)
    return instance


def actor() -> str:
    """Return how the audit log names whoever typed the command."""
    try:
        return f"command line: {getuser()}"
    except (OSError, KeyError):
        return "command line"


class Refused(click.ClickException):
    """The input was at fault; the message says where."""

    exit_code = 1
