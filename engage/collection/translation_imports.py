"""Takes a file of translations in, row by row: good rows are kept, and every row is accounted for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engage.collection.wordings import ChangeRefused, Edit, Outcome, Part, change_words, read_entries
from engage.phrases import Words
from engage.questionnaire.translation_rows import FileRow, Heading, TranslationFile, shown_sources
from engage.questionnaire.translations import Entry, words_mark
from engage.settings import Keys
from engage.storage.database import Session

#: The last sign of a mark: reviewed when it was exported.
_REVIEWED = "r"


@dataclass(frozen=True)
class RowReport:
    """What became of a row: `changed`, `reviewed`, `not_reviewed`, `same`, `conflict` or `refused`.

    `code` says why not; `found` are the words that stand, where they are others.
    """

    row: FileRow
    result: str
    code: str = ""
    found: Words | None = None


def export_of(session: Session, part: Part, tag: str) -> tuple[Heading, tuple[Entry, ...]]:
    """Return what a file of a part's words in a language holds. Raises ChangeRefused."""
    return Heading(tag, part.catalogue), read_entries(session, part, tag)


def import_translations(
    session: Session, keys: Keys, part: Part, tag: str, file: TranslationFile, actor: str, now: datetime
) -> tuple[RowReport, ...]:
    """Make the changes of a file that can be made, and say what became of every row. Raises ChangeRefused.

    A row that says what was exported changes nothing, whatever happened since; empty words take nothing out.
    """
    if file.language not in (None, tag):
        raise ChangeRefused(f"the file is in {file.language!r}, not in {tag!r}")
    if file.catalogue not in (None, part.catalogue):
        raise ChangeRefused(f"the file holds words of {file.catalogue}, not of {part.catalogue}")
    entries = {entry.key: entry for entry in read_entries(session, part, tag)}
    reports: dict[int, RowReport] = {}
    edits: list[tuple[int, Edit]] = []
    taken: set[str] = set()
    for index, row in enumerate(file.rows):
        judged = _read(row, entries, tag, taken)
        if isinstance(judged, Edit):
            edits.append((index, judged))
        else:
            reports[index] = judged
        taken.add(row.key)
    outcomes = change_words(session, keys, part, tag, [edit for _, edit in edits], actor, now)
    for (index, _), outcome in zip(edits, outcomes, strict=True):
        reports[index] = _report(file.rows[index], outcome)
    return tuple(reports[index] for index in range(len(file.rows)))


def counts_of(reports: Iterable[RowReport]) -> Mapping[str, int]:
    """Return result → rows, the results that matter first."""
    found = [report.result for report in reports]
    order = ("changed", "reviewed", "not_reviewed", "conflict", "refused", "same")
    return {result: found.count(result) for result in order if result in found}


def _read(row: FileRow, entries: Mapping[str, Entry], tag: str, taken: set[str]) -> Edit | RowReport:
    """Return the change that a row asks for, or what is to be said of it."""
    entry = entries.get(row.key)
    problem = row.problem or ("repeated" if row.key in taken else None if entry else "unknown_wording")
    if problem or entry is None:
        return RowReport(row, "refused", problem or "")
    if row.words is None:
        return RowReport(row, "same", found=entry.words)
    if row.source not in (entry.source, shown_sources(entry.source, tag)):
        return RowReport(row, "refused", "source_changed", entry.words)
    if row.mark is None:
        return Edit(row.key, row.words, review=True if row.is_reviewed else None)
    seen, was_reviewed = row.mark[:-1], row.mark.endswith(_REVIEWED)
    review = row.is_reviewed if row.is_reviewed != was_reviewed else None
    if words_mark(row.words) == seen and review is None:
        return RowReport(row, "same", found=entry.words)
    return Edit(row.key, row.words, was=seen, review=review)


def _report(row: FileRow, outcome: Outcome) -> RowReport:
    if outcome.result == "state":
        return RowReport(row, "reviewed" if outcome.edit.review else "not_reviewed")
    return RowReport(row, outcome.result, outcome.code, outcome.found)
