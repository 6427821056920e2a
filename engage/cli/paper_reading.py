"""The command that reads scanned forms: what stands on every page as JSON, and complete forms through the door."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engage.channels.paper.answers_read import MarksRead, read_marks
from engage.channels.paper.forms_read import open_sheets_of
from engage.channels.paper.intake import PageTaken, close_file, read_pages, record_file, take_pages, without_pictures
from engage.channels.paper.json_read import page_document, read_document
from engage.channels.paper.page_reader import PageRead
from engage.channels.paper.sheets import ENDINGS
from engage.cli.instance import Refused, actor, ready_instance
from engage.cli.progress import show_progress
from engage.collection.scan_files import look_at
from engage.collection.scan_pages import missing_pages
from engage.questionnaire.model import Questionnaire
from engage.storage import forms, questionnaires, scans
from engage.storage.instance import Instance

_FILE = click.Path(dir_okay=False, path_type=Path)
_SCAN = click.Path(exists=True, path_type=Path)
#: Pages on which nothing is expected.
_HARMLESS = ("blank",)


@dataclass(frozen=True)
class _Page:
    """A page as it was read, and what became of it where it was sent."""

    read: PageRead
    taken: PageTaken | None = None


@click.command("read")
@click.argument("paths", nargs=-1, required=True, type=_SCAN)
@click.option("--out", type=_FILE, help="JSON file to write; otherwise it is printed.")
@click.option("--submit", is_flag=True, help="Store complete forms; what is in doubt waits for a person.")
def read(paths: Sequence[Path], out: Path | None, submit: bool) -> None:  # noqa: FBT001 - a flag of the command
    """Read scanned forms (PDF, TIFF, JPEG, PNG, HEIC), files or whole folders.

    What each page says goes out as JSON. With --submit forms of which every page is here and nothing is in doubt
    are stored, the rest waits for review. The files stay where they are.
    """
    instance = ready_instance()
    files, pages = list(_files(paths)), list[_Page]()
    for done, path in enumerate(files, start=1):
        pages += _read(instance, path, is_sent=submit)
        show_progress(done, len(files))
    if not pages:
        raise Refused("there is no PDF, TIFF, JPEG, PNG or HEIC in this folder")
    document = _document(instance, pages)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    for line in _summary(pages, document):
        click.echo(line, err=True)
    if all(page.read.problem for page in pages):
        raise Refused("no form was found on any page; the list says why")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files, and of a folder, in order, everything in it that a scanner makes."""
    for path in paths:
        if path.is_dir():
            found = (below for below in path.rglob("*") if below.suffix.lower() in ENDINGS)
            yield from sorted(below for below in found if below.is_file() and not below.name.startswith("."))
        else:
            yield path


def _read(instance: Instance, path: Path, *, is_sent: bool) -> Iterator[_Page]:
    if not is_sent:
        for page in read_pages(instance, path, name=path.name):
            yield _Page(without_pictures(page))
        return
    file = record_file(instance, path.name, look_at(path), by=actor())
    for taken in take_pages(instance, file, path):
        yield _Page(taken.read, taken)
    close_file(instance, file)


def _document(instance: Instance, pages: Sequence[_Page]) -> dict[str, Any]:
    known: dict[str, Questionnaire | None] = {}
    serials = list(dict.fromkeys(page.read.serial for page in pages if page.read.serial and page.taken))
    whole = [_form_document(instance, serial) for serial in serials]
    review = {form["serial"]: form["review"] for form in whole if form}
    documents = []
    for page in pages:
        marks = _marks(instance, page.read, known)
        document = page_document(page.read, marks, review.get(page.read.serial, ()))
        documents.append(document | (_became(page.taken) if page.taken else {}))
    return read_document(documents, [form for form in whole if form])


def _marks(instance: Instance, read: PageRead, known: dict[str, Questionnaire | None]) -> MarksRead:
    """Return what the marks on a page say; `known` holds the questionnaires of serials seen before."""
    if read.serial and read.serial not in known:
        with instance.database.reading() as session:
            form = forms.get(session, read.serial)
            known[read.serial] = questionnaires.get(session, form.survey, form.version) if form else None
    questionnaire = known.get(read.serial or "")
    return read_marks(questionnaire, [read]) if questionnaire and not read.problem else MarksRead({}, {})


def _became(taken: PageTaken) -> dict[str, Any]:
    """Return how a page was kept; what kept it from being taken stands in the place of no problem."""
    page = taken.kept.page
    return {"kept": page.state} | ({"problem": page.problem} if page.problem else {})


def _form_document(instance: Instance, serial: str) -> dict[str, Any] | None:
    with instance.database.reading() as session:
        scanned = scans.get_form(session, serial)
        if scanned is None:
            return None
        sheets = open_sheets_of(session, serial) if scanned.state == "review" else None
        return {
            "serial": serial,
            "state": scanned.state,
            "missing": list(missing_pages(session, serial)) if scanned.state == "collecting" else [],
            "review": list(scanned.review),
            "reasons": dict(sheets.read.reasons) if sheets else {},
        }


def _summary(pages: Sequence[_Page], document: Mapping[str, Any]) -> Iterator[str]:
    """Yield how many pages were read, what is wrong with the others and what became of the forms."""
    well = sum(page.read.problem is None for page in pages)
    yield f"{well} of {len(pages)} pages read"
    for page in document["pages"]:
        if page["problem"] and page["problem"] not in _HARMLESS:
            yield f"{page['file']}, page {page['pdf_page']}: {page['problem']}"
    states = Counter(form["state"] for form in document.get("forms", ()))
    if states:
        yield "forms: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    for form in document.get("forms", ()):
        if form["missing"]:
            yield f"form {form['serial']} lacks page {', '.join(map(str, form['missing']))}"
