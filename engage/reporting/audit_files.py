"""The audit log as a file: written line by line with its chain, and checked by whoever has the key."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

from engage.settings import KeyVersions
from engage.spreadsheets import safe_text
from engage.storage.audit_chain import AuditLine, Check

COLUMNS = ("number", "at", "actor", "action", "subject", "detail", "key_version", "mac")


class AuditFileFaulty(Exception):
    """A file that is no copy of an audit log, or no key for one; the message says where."""


def write_log(lines: Iterable[AuditLine], form: str, file: IO[str]) -> int:
    """Write lines as `jsonl` or `csv` and return how many."""
    count = 0
    table = csv.writer(file, lineterminator="\n") if form == "csv" else None
    if table:
        table.writerow(COLUMNS)
    for line in lines:
        count += 1
        document = line.to_document()
        if table:
            table.writerow(_cells(document))
        else:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
    return count


def fault_in_file(path: Path, keys: KeyVersions) -> str | None:
    """Return what does not hold in an exported log, None where it is whole. Raises AuditFileFaulty.

    That its end was cut off shows only beside the log itself, or the head that is kept outside the database.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return Check(keys).fault_in(_lines(file))


def read_key(path: Path) -> KeyVersions:
    """Return the audit key from a file of `engage audit key` or `engage keys export`. Raises AuditFileFaulty."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        versions = stored.get("keys.json", stored)["audit"]
        return KeyVersions({int(version): bytes.fromhex(secret) for version, secret in versions.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AuditFileFaulty(f"{path} holds no key of an audit log") from error


def _lines(file: IO[str]) -> Iterator[AuditLine]:
    is_table = file.read(1) not in ("{", "")
    file.seek(0)
    found: Iterator[Callable[[], Any]] = _from_table(file) if is_table else (partial(json.loads, line) for line in file)
    for number, read in enumerate(found, start=1):
        try:
            yield AuditLine.from_document(read())
        except (ValueError, KeyError, TypeError) as error:
            raise AuditFileFaulty(f"entry {number} is no line of an audit log") from error


def _from_table(file: IO[str]) -> Iterator[Callable[[], Any]]:
    return (partial(_read_row, row) for row in csv.DictReader(file))


def _read_row(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = {name: _plain(row[name]) for name in ("actor", "action", "subject")}
    return {**row, **texts, "subject": texts["subject"] or None, "detail": json.loads(row["detail"])}


def _cells(document: dict[str, object]) -> list[object]:
    """Return a line as cells; texts that a spreadsheet would take for formulas stand behind an apostrophe."""
    detail = json.dumps(document["detail"], ensure_ascii=False)
    return [safe_text(str(value or "")) for value in ({**document, "detail": detail}[name] for name in COLUMNS)]


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and safe_text(text[1:]) == text else text
