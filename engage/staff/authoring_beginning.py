"""Where a working copy begins: nothing, the library, a survey that is there, or a file."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from engage.questionnaire.copying import new_document, renamed_survey
from engage.questionnaire.document import to_document
from engage.questionnaire.faults import Fault
from engage.questionnaire.files import LARGEST_FILE, read_definition
from engage.questionnaire.library import LIBRARY_SURVEYS, read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.reading import PUBLIC_CODE, SLUG
from engage.questionnaire.renaming import Document
from engage.questionnaire.xlsform import read_xlsform
from engage.staff.scope import require_survey
from engage.storage import areas, questionnaires, working_copies
from engage.storage.database import Session

#: Characters of a survey's short name and of its code in addresses.
_LONGEST_SLUG, _LONGEST_CODE = 40, 16
#: What a workbook begins with.
_ZIP = b"PK\x03\x04"
_OTHER_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Begun:
    """What a working copy begins with, where it is from, and what was changed or left out on the way in."""

    document: Document
    begun_from: str
    warnings: tuple[Fault, ...] = ()
    left_out: tuple[Fault, ...] = ()


class CannotBegin(Exception):
    """A working copy cannot be begun from what was sent; the message says why."""


def library_survey() -> Questionnaire:
    """Return the survey of the library whose questions, scales and translations are offered."""
    return read_library_survey(LIBRARY_SURVEYS[0])


def begun_document(session: Session, form: MultiDict[str, str], file: FileStorage | None) -> Begun:
    """Return what a working copy begins with. Raises CannotBegin, DefinitionFaulty."""
    kind, _, name = form.get("source", "").partition(":")
    if kind == "nothing":
        return Begun(_from_nothing(session, form), kind)
    if kind == "library" and name in LIBRARY_SURVEYS:
        library = read_library_survey(name)
        slug, code = free_names(session, form.get("name", "").strip() or name)
        return Begun(renamed_survey(library, slug, code, _areas(session, form, is_needed=False)), kind)
    if kind == "survey":
        require_survey(name)
        questionnaire = questionnaires.get(session, name)
        if questionnaire is None:
            raise CannotBegin("There is no such survey.")
        return Begun(to_document(questionnaire), kind)
    if kind == "file" and file is not None and file.filename:
        return _from_file(session, form, file)
    raise CannotBegin("Choose what to begin from, and a file where it is a file.")


def free_names(session: Session, wanted: str) -> tuple[str, str]:
    """Return a short name and a public code made from a name, that no survey and no working copy has."""
    copies = working_copies.list_all(session)
    slugs = {known.slug for known in questionnaires.newest(session)} | {copy.survey for copy in copies}
    codes = {known.code for known in questionnaires.newest(session)} | {str(c.document["code"]) for c in copies}
    plain = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode().lower()
    words = [word for word in _OTHER_SIGNS.split(plain) if word]
    slug, code = "-".join(words)[:_LONGEST_SLUG].strip("-"), "".join(words)[:_LONGEST_CODE]
    slug = slug if SLUG.fullmatch(slug) else f"survey-{slug}".strip("-")
    code = code if PUBLIC_CODE.fullmatch(code) else f"survey{code}"[:_LONGEST_CODE]
    return _free(slug, slugs, "-{}".format), _free(code, codes, "{}".format)


def _free(name: str, taken: set[str], ending: Callable[[int], str]) -> str:
    tried = (name if number == 1 else name + ending(number) for number in range(1, len(taken) + 2))
    return next(each for each in tried if each not in taken)


def _from_nothing(session: Session, form: MultiDict[str, str]) -> Document:
    name = " ".join(form.get("name", "").split())
    if not name:
        raise CannotBegin("Give the survey a name.")
    slug, code = free_names(session, name)
    return new_document(slug, code, _areas(session, form, is_needed=True), library_survey())


def _areas(session: Session, form: MultiDict[str, str], *, is_needed: bool) -> list[str]:
    chosen = [code for code in form.getlist("area") if areas.read_tree(session).get(code)]
    if is_needed and not chosen:
        raise CannotBegin("Choose the area that the survey is about.")
    return chosen


def _from_file(session: Session, form: MultiDict[str, str], file: FileStorage) -> Begun:
    content, name = file.stream.read(LARGEST_FILE + 1), file.filename or ""
    if name.lower().endswith((".xlsx", ".xlsm")) or content.startswith(_ZIP):
        taken = read_xlsform(content, name, leave_out="leave_out" in form)
        document = taken.document | {"areas": _areas(session, form, is_needed=False) or taken.document["areas"]}
        return _placed(session, document, taken.warnings, taken.left_out)
    try:
        return _placed(session, to_document(read_definition(content.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise CannotBegin("The file is no text: bring a definition as JSON or YAML, or an XLSForm.") from error


def _placed(
    session: Session, document: Document, warnings: Sequence[Fault] = (), left_out: Sequence[Fault] = ()
) -> Begun:
    """Return a document that came in: the next version where its survey is there, else a survey of its own."""
    known = questionnaires.get(session, str(document["slug"]))
    if known is None:
        return Begun(document, "file", tuple(warnings), tuple(left_out))
    require_survey(known.slug)
    told = Fault("", "next_version", f"the survey {known.slug} is there: this becomes its next version")
    placed = {**document, "code": known.code, "version": known.version}
    return Begun(placed, "survey", (told, *warnings), tuple(left_out))
