"""The fields of the translators' page: words beside their source, what was posted of them, what is wrong with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from werkzeug.datastructures import MultiDict

from engage.channels.sms.segments import GSM_BASIC, GSM_EXTENSION, GSM_FORMS, Segments, count_segments, to_gsm
from engage.collection.wordings import Edit, Outcome
from engage.phrases import PLACEHOLDER, Words
from engage.questionnaire.translation_rows import clean, examples
from engage.questionnaire.translations import REASONS, TO_REVIEW, Entry, categories_of
from engage.staff.words import FILTERS as FILTER_WORDS
from engage.staff.words import WORDING_STATES

#: Groups of wordings on one page.
PER_PAGE = 20
#: Names of fields: the words, what was seen of them, and whether they are reviewed.
_WORDS, _SEEN, _REVIEWED = "w:", "m:", "r:"
#: Filter → states it lets through.
FILTERS: Mapping[str, frozenset[str]] = {
    "all": frozenset(),
    "missing": frozenset({"missing"}),
    "to_review": TO_REVIEW,
    "changed": frozenset({"source_changed", "words_changed"}),
}


@dataclass(frozen=True)
class Box:
    """One box to type into; `numbers` are examples of those its words are for, empty for words that do not count."""

    name: str
    numbers: str
    category: str
    source: str
    text: str


@dataclass(frozen=True)
class Shown:
    """One wording on the page."""

    entry: Entry
    boxes: tuple[Box, ...]
    placeholders: tuple[str, ...]
    is_ticked: bool
    #: What a text message with these words takes; None for other words.
    size: Segments | None
    fault: str | None = None
    #: What somebody else wrote meanwhile.
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A wording with its variants."""

    base: str
    wordings: tuple[Shown, ...]


@dataclass(frozen=True)
class Selection:
    """Which wordings a page shows: by state, by what is searched for, and which page of them."""

    show: str
    query: str
    page: int

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Selection":
        """Return what an address asks for."""
        show, page = arguments.get("show", ""), arguments.get("page", "")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1  # noqa: PLR2004 - digits
        return cls(show if show in FILTERS else "all", arguments.get("q", "").strip()[:100], max(number, 1))

    def pick(self, entries: Sequence[Entry]) -> tuple[list[list[Entry]], int]:
        """Return the groups of this page, and how many pages there are; a group shows whole."""
        fitting = [group for group in _in_groups(entries) if any(self._takes(entry) for entry in group)]
        pages = max(1, -(-len(fitting) // PER_PAGE))
        start = (min(self.page, pages) - 1) * PER_PAGE
        return fitting[start : start + PER_PAGE], pages

    def _takes(self, entry: Entry) -> bool:
        states, query = FILTERS[self.show], self.query.casefold()
        texts = (entry.key, *_forms(entry.source), *_forms(entry.words))
        return (not states or entry.state in states) and any(query in text.casefold() for text in texts)


def read_edits(form: MultiDict[str, str], entries: Sequence[Entry], tag: str) -> list[Edit]:
    """Return what was posted of the wordings that stood on the page; an unticked or ticked box counts as said."""
    edits = []
    for entry in entries:
        seen = form.get(_SEEN + entry.key)
        if seen is None:
            continue
        names = [name for name, _ in _names(entry, tag)]
        texts = tuple(clean(form.get(name, "")) for name in names)
        is_ticked, was_ticked = _REVIEWED + entry.key in form, seen.endswith("r")
        edits.append(
            Edit(
                key=entry.key,
                words=None if not any(texts) else texts if isinstance(entry.source, tuple) else texts[0],
                was=seen[:-1],
                review=is_ticked if is_ticked != was_ticked else None,
            )
        )
    return edits


def words_page(
    entries: Sequence[Entry], tag: str, arguments: MultiDict[str, str], outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    """Return what a page of words shows: those that its address picks, or what was not saved of them."""
    selection = Selection.of(arguments)
    groups, pages = selection.pick(entries)
    if outcomes:
        bases = {outcome.edit.key.partition("@")[0] for outcome in outcomes}
        groups = [group for group in _in_groups(entries) if group[0].base in bases]
    return {
        "groups": _groups_shown(groups, tag, outcomes),
        "faults": sum(outcome.result in ("refused", "conflict") for outcome in outcomes),
        "selection": selection,
        "page": min(selection.page, pages),
        "pages": pages,
        "counts": _counts_by_filter(entries),
        "filters": FILTER_WORDS,
        "states": WORDING_STATES,
        "gsm": json.dumps(_gsm_table()),
    }


def _in_groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Return the wordings, each together with its variants."""
    return [list(found) for _, found in groupby(entries, key=lambda entry: entry.base)]


def _counts_by_filter(entries: Sequence[Entry]) -> Mapping[str, int]:
    """Return filter → wordings it lets through."""
    return {name: sum(not states or entry.state in states for entry in entries) for name, states in FILTERS.items()}


def _groups_shown(groups: Sequence[Sequence[Entry]], tag: str, outcomes: Sequence[Outcome]) -> list[Group]:
    """Return the groups as they are shown; what was not taken stands in its boxes as it was typed."""
    failed = {outcome.edit.key: outcome for outcome in outcomes if outcome.result in ("refused", "conflict")}
    return [
        Group(group[0].base, tuple(_shown(entry, tag, failed.get(entry.key)) for entry in group)) for group in groups
    ]


def _gsm_table() -> Mapping[str, object]:
    """Return what a script needs to count a text message as the server does."""
    forms = {chr(code): written for code, written in GSM_FORMS.items()}
    return {"basic": "".join(sorted(GSM_BASIC)), "extension": "".join(sorted(GSM_EXTENSION)), "forms": forms}


def _shown(entry: Entry, tag: str, failed: Outcome | None) -> Shown:
    words = failed.edit.words if failed else entry.words
    source = _forms(entry.source)
    is_text = entry.variant == "sms" or (entry.key.startswith("sms.") and not entry.key.startswith("sms.words."))
    said = failed.edit.review if failed else None
    return Shown(
        entry=entry,
        boxes=tuple(_boxes(entry, tag, _forms(words))),
        placeholders=tuple(dict.fromkeys(PLACEHOLDER.findall(source[-1]))),
        is_ticked=entry.state == "reviewed" if said is None else said,
        size=count_segments(to_gsm(_forms(words)[0])) if is_text and words is not None else None,
        fault=REASONS[failed.code] if failed else None,
        found=_forms(failed.found) if failed and failed.result == "conflict" else (),
    )


def _boxes(entry: Entry, tag: str, texts: tuple[str, ...]) -> Iterator[Box]:
    for number, (name, category) in enumerate(_names(entry, tag)):
        source = entry.source if isinstance(entry.source, str) else entry.source[0 if category == "one" else -1]
        numbers = examples(tag, category) if category else ""
        yield Box(name, numbers, category, source, texts[number] if number < len(texts) else "")


def _names(entry: Entry, tag: str) -> list[tuple[str, str]]:
    """Return name and category of each box of a wording."""
    categories = categories_of(entry.source, tag)
    return [(f"{_WORDS}{entry.key}[{name}]", name) for name in categories] or [(_WORDS + entry.key, "")]


def _forms(words: Words | None) -> tuple[str, ...]:
    return () if words is None else (words,) if isinstance(words, str) else words
