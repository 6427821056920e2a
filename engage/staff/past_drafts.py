"""A file of a past wave between sending it and bringing it in: sealed beside the scans, gone after an hour."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any
from uuid import UUID, uuid4

from engage.areas import AreaTree
from engage.collection.past_waves import Mapped, guess_columns, look_over, read_mapping
from engage.collection.past_waves.overview import ColumnSeen, Overview
from engage.collection.scan_files import ScanUnreadable, TooLarge, open_scan, remove_scan, seal_scan, unsealed
from engage.questionnaire.model import Questionnaire
from engage.storage.instance import Instance

#: Bytes of a file, and of what is noted of it.
LARGEST_FILE, LARGEST_NOTE = 60_000_000, 5_000_000
#: Rows that are looked over on a page; the others are read when they are brought in.
MOST_LOOKED_OVER = 20_000


class DraftGone(Exception):
    """The file is no longer here: it was brought in, or sent more than an hour ago, or by somebody else."""


@dataclass(frozen=True)
class PastDraft:
    """A file that was sent, what stands in it and how it is mapped so far."""

    id: UUID
    by: str
    name: str
    seen: Overview
    mapped: Mapped


def begin(
    instance: Instance, questionnaire: Questionnaire, tree: AreaTree, name: str, content: IO[bytes], by: str
) -> PastDraft:
    """Seal a file, look it over and guess what its columns tell. Raises FileFaulty or TooLarge."""
    token = uuid4()
    seal_scan(instance.settings, _file(token), content, most=LARGEST_FILE)
    try:
        with unsealed(instance.settings, _file(token)) as path:
            seen = look_over(path, most=MOST_LOOKED_OVER)
    except Exception:
        remove_scan(instance.settings, _file(token))
        raise
    mapped = Mapped(questionnaire.slug, questionnaire.version, "", guess_columns(questionnaire, seen.columns, tree))
    draft = PastDraft(token, by, name, seen, mapped)
    keep(instance, draft)
    return draft


def keep(instance: Instance, draft: PastDraft) -> None:
    """Note how a file is mapped by now."""
    note = {
        "by": draft.by,
        "name": draft.name,
        "rows": draft.seen.rows,
        "is_whole": draft.seen.is_whole,
        "problems": draft.seen.problems,
        "columns": [
            [seen.head, seen.letters, seen.filled, dict(seen.values), seen.is_open] for seen in draft.seen.columns
        ],
        "mapped": draft.mapped.to_document(),
    }
    content = json.dumps(note, ensure_ascii=False).encode()
    seal_scan(instance.settings, _note(draft.id), io.BytesIO(content), most=LARGEST_NOTE)


def find(instance: Instance, token: UUID, by: str) -> PastDraft:
    """Return what somebody sent. Raises DraftGone."""
    try:
        note: dict[str, Any] = json.loads(open_scan(instance.settings, _note(token)))
    except ScanUnreadable as error:
        raise DraftGone from error
    if note["by"] != by:
        raise DraftGone
    columns = tuple(ColumnSeen.noted(*entry) for entry in note["columns"])
    problems = tuple((row, column, words) for row, column, words in note["problems"])
    seen = Overview(note["rows"], columns, problems, note["is_whole"])
    return PastDraft(token, by, note["name"], seen, read_mapping(note["mapped"]))


@contextmanager
def opened(instance: Instance, token: UUID) -> Iterator[Path]:
    """Lend the file of a draft as a plain file. Raises DraftGone."""
    try:
        with unsealed(instance.settings, _file(token)) as path:
            yield path
    except ScanUnreadable as error:
        raise DraftGone from error


def forget(instance: Instance, token: UUID) -> None:
    """Delete a file and what was noted of it."""
    for name in (_file(token), _note(token)):
        remove_scan(instance.settings, name)


def with_mapping(draft: PastDraft, mapped: Mapped) -> PastDraft:
    """Return a draft with another mapping."""
    return replace(draft, mapped=mapped)


def _file(token: UUID) -> str:
    return f"past-{token}.rows"


def _note(token: UUID) -> str:
    return f"past-{token}.note"


__all__ = ["DraftGone", "PastDraft", "TooLarge", "begin", "find", "forget", "keep", "opened", "with_mapping"]
