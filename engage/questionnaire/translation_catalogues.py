"""Writes and reads translations as gettext PO: the key as context, what is not reviewed flagged fuzzy."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from babel.plural import to_gettext

from engage.phrases import Words, header_of, plural_categories, plural_rule
from engage.questionnaire.translation_rows import (
    REVIEWED,
    FileRow,
    Heading,
    TranslationFile,
    TranslationFileFaulty,
    check_size,
    clean,
)
from engage.questionnaire.translations import Entry

#: Begins the comment that tells what an entry said when it was exported.
_MARK = "mark "
#: A line with words that no quotation mark ends.
_OPEN_END = re.compile(rb'\s*(?:msg\w+(?:\[\d+\])?\s*)?"(?:[^"\\]|\\.)*$')


def write_po(heading: Heading, entries: Iterable[Entry]) -> bytes:
    """Return a gettext catalogue: the key as context, what is not reviewed flagged fuzzy."""
    known = tuple(entries)
    is_reviewed = all(entry.state == REVIEWED for entry in known if entry.words is not None)
    head = {
        "Project-Id-Version": "engage 1",
        "Language": heading.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": to_gettext(plural_rule(heading.language)),
        "X-Engage-Part": heading.catalogue,
        "X-Review-State": REVIEWED if is_reviewed else "machine_drafted",
    }
    lines = ['msgid ""', 'msgstr ""', *(_quoted(f"{name}: {value}\n") for name, value in head.items())]
    for entry in known:
        lines += ["", *_po_entry(entry, heading.language)]
    return ("\n".join(lines) + "\n").encode()


def read_po_file(content: bytes) -> TranslationFile:
    """Return what a gettext catalogue says. Raises TranslationFileFaulty."""
    check_size(content)
    if any(_OPEN_END.match(line) for line in content.splitlines()):
        raise TranslationFileFaulty("this PO file ends in the middle of words, or a quotation mark is missing")
    try:
        catalogue: Catalog = read_po(io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")), abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        raise TranslationFileFaulty(f"this is not a PO file we can read: {error}") from error
    text = content.decode("utf-8", "replace")
    rows = tuple(
        FileRow(
            place=f"line {message.lineno}",
            key=str(message.context),
            source=_po_words(message.id),
            words=_po_words(message.string) if _said(message.string) else None,
            is_reviewed=not message.fuzzy,
            mark=next((note[len(_MARK) :] for note in message.auto_comments if note.startswith(_MARK)), None),
        )
        for message in catalogue
        if message.id and message.context
    )
    return TranslationFile(header_of(text, "Language") or None, header_of(text, "X-Engage-Part"), rows)


def _po_entry(entry: Entry, language: str) -> Iterator[str]:
    yield f"#. {entry.note}"
    yield f"#. {_MARK}{entry.mark}"
    if entry.words is not None and entry.state != REVIEWED:
        yield "#, fuzzy"
    yield f"msgctxt {_quoted(entry.key)}"
    if isinstance(entry.source, str):
        yield f"msgid {_quoted(entry.source)}"
        yield f"msgstr {_quoted(str(entry.words or ''))}"
        return
    yield f"msgid {_quoted(entry.source[0])}"
    yield f"msgid_plural {_quoted(entry.source[-1])}"
    for number, text in enumerate(entry.words or [""] * len(plural_categories(language))):
        yield f"msgstr[{number}] {_quoted(text)}"


def _quoted(text: str) -> str:
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(sign, written)
    return f'"{text}"'


def _po_words(found: Any) -> Words:
    return clean(found) if isinstance(found, str) else tuple(clean(text) for text in found)


def _said(found: Any) -> bool:
    return bool(found.strip()) if isinstance(found, str) else any(text.strip() for text in found or ())
