"""Reads the sheet `settings`: the survey's title, address, version and own language."""

from collections.abc import Mapping
from pathlib import PurePath

from engage.questionnaire.reading import LARGEST_WHOLE, SLUG
from engage.questionnaire.xlsform.cells import Sheet
from engage.questionnaire.xlsform.columns import Row, Table, read_table
from engage.questionnaire.xlsform.findings import Findings
from engage.questionnaire.xlsform.names import slug_from
from engage.questionnaire.xlsform.tongues import tag_of
from engage.questionnaire.xlsform.wordings import Said

_COLUMNS = ("form_title", "form_id", "version", "default_language")
#: Settings that concern other tools only.
_IGNORED = frozenset({"style", "name", "instance_name", "allow_choice_duplicates", "clean_text_values"})


def read_settings(sheets: Mapping[str, Sheet], findings: Findings) -> Row | None:
    """Return the row of settings, where there is one."""
    sheet = sheets.get("settings")
    row = next(read_table(sheet, _COLUMNS, (), findings).rows(), None) if sheet else None
    for column, cell in row.unread if row else ():
        if column.key not in _IGNORED:
            findings.warn(cell.place, "setting_unread", f"the setting “{column.cell.text}” is not read here")
    for cell in row.cells.values() if row else ():
        if cell.problem:
            findings.fault(cell.place, "cell_unreadable", cell.problem)
    return row


def default_language(settings: Row | None, survey: Table, choices: Table | None, findings: Findings) -> str:
    """Return the tag of the form's own language: as set, English for words without one, or that of the first words."""
    said = settings.text("default_language") if settings else ""
    has_plain = any(column.key == "label" and not column.language for column in survey.columns)
    tags = list(survey.languages()) or (list(choices.languages()) if choices else [])
    if said and settings:
        tag = tag_of(said)
        if tag is None:
            findings.fault(settings.place("default_language"), "unknown_language", f"which language is “{said}”?")
        elif tag in tags or has_plain:
            return tag
    if not has_plain and tags:
        return tags[0]
    if tags:
        findings.warn(f"{survey.sheet.name}!A1", "language_assumed", "words without a language are taken as English")
    return "en"


def title_of(settings: Row | None, name: str) -> Said:
    """Return the survey's title; the file's name where the form has none."""
    cell = settings.cells.get("form_title") if settings else None
    if cell and cell.words:
        return Said(cell.words, None, "", cell.place)
    return Said(PurePath(name).stem.strip() or "Survey", None, "", "settings!A1")


def slug_of(settings: Row | None, name: str, findings: Findings) -> str:
    """Return the survey's name in commands and addresses."""
    said = settings.text("form_id") if settings else ""
    if SLUG.fullmatch(said):
        return said
    slug = slug_from(said or PurePath(name).stem)
    place = settings.place("form_id") if settings else "settings!A1"
    findings.warn(place, "name_changed", f"the survey is {slug} in commands and addresses")
    return slug


def version_of(settings: Row | None, findings: Findings) -> int:
    """Return the version, 1 where the form's is no plain number."""
    said = settings.text("version") if settings else ""
    if said.isascii() and said.isdecimal() and 1 <= int(said[:20]) <= LARGEST_WHOLE:
        return int(said)
    if said and settings:
        told = f"versions are whole numbers here: “{said}” is the first"
        findings.warn(settings.place("version"), "version", told)
    return 1
