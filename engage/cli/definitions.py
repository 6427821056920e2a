"""Reads the file of a survey for the commands: a definition, an XLSForm or a survey of the library."""

from pathlib import Path

import click

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty, Fault
from engage.questionnaire.files import read_definition_file
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.xlsform import read_xlsform

leave_out_option = click.option(
    "--leave-out", is_flag=True, help="Of an XLSForm, leave out what cannot be asked, list it, and take the rest."
)


def read_survey_file(file: str, *, leave_out: bool = False) -> Questionnaire:
    """Return the survey in a file, having said what was changed and left out. Raises DefinitionFaulty."""
    path = Path(file)
    if file in LIBRARY_SURVEYS and not path.exists():
        return read_library_survey(file)
    if path.suffix.lower() not in (".xlsx", ".xlsm", ".xls"):
        return read_definition_file(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DefinitionFaulty([Fault(str(path), "file_unreadable", str(error))]) from error
    read = read_xlsform(content, path.name, leave_out=leave_out)
    for warning in read.warnings:
        click.echo(f"note: {warning}")
    for fault in read.left_out:
        click.echo(f"left out: {fault}")
    return parse_definition(read.document)
