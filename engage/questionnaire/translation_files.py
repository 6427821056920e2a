"""Translations as files that translators know: gettext PO and XLSX, told apart by the ending of their name."""

from collections.abc import Callable, Iterable, Mapping

from engage.questionnaire.translation_catalogues import read_po_file, write_po
from engage.questionnaire.translation_rows import Heading, TranslationFile, TranslationFileFaulty
from engage.questionnaire.translation_sheets import read_xlsx_file, write_xlsx
from engage.questionnaire.translations import Entry

#: Ending of a file's name → how such a file is written and read.
WRITERS: Mapping[str, Callable[[Heading, Iterable[Entry]], bytes]] = {"po": write_po, "xlsx": write_xlsx}
MEDIA_TYPES = {
    "po": "text/x-gettext-translation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def read_translation_file(name: str, content: bytes, language: str) -> TranslationFile:
    """Return what a file says, by the ending of its name. Raises TranslationFileFaulty."""
    ending = name.rpartition(".")[2].lower()
    if ending not in WRITERS:
        raise TranslationFileFaulty("send a file that ends in .po or .xlsx")
    return read_po_file(content) if ending == "po" else read_xlsx_file(content, language)
