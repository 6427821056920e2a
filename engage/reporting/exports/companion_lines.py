"""Sets what goes with published tables out as lines, one for each figure or comparison, each kind on its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from engage.reporting.exports.lines import Value, release_head
from engage.reporting.exports.taken import Taken
from engage.results.modes import MODE

#: What each kind is, as a reader is told.
COMPANION_MEANS: Mapping[str, str] = {
    "weighted": (
        "Districts and wider: shares raked to the census (questions in `variables`), with the people who count "
        "(`effective`) and the weighting effect (`effect`; over 2: take care). People chose to answer: weights do not "
        "make them a random sample, and intervals show chance alone. Do not mix them with the tables."
    ),
    "who_answered": "Districts and wider: who answered beside the census; fewer or more of a group than live there.",
    "ways": "By which ways people answered about an area: on a screen, on paper, with help, by text, in easy read.",
    "mode_effects": (
        "Answers that people of the same broad ages gave more or less often in another way than on a screen, in the "
        "whole police force area. Where the ways differ, so may the answers."
    ),
    "compared": (
        "Areas and communities beside the rest of the survey's ground, from printed figures (Newcombe's interval over "
        "all counts that print alike; Benjamini and Hochberg at 5 % over the release). No clear difference is no rank."
    ),
    "changed": "Areas beside the wave before, where people were asked alike and answered in the same ways.",
}
_FIRST = ("synthetic", "survey", "wave", "release", "published")
_ASKED = ("question", "wording", "area", "area_name")
_FIGURES = ("option", "option_wording", "n", "shown", "share", "low", "high")
_SHARES = ("option", "option_wording", "shown", "share", "low", "high")
_BESIDE = ("option", "option_wording", "share", "other", "low", "high", "verdict", "note")
#: The columns of each kind.
COMPANION_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "weighted": (
        *_FIRST, *_ASKED, "whose", "base", "effective", "effect", "quality", "variables", *_FIGURES, "note",
    ),
    "who_answered": (*_FIRST, *_ASKED, "whose", "base", "quality", *_SHARES, "census", "verdict", "note"),
    "ways": (*_FIRST, "area", "area_name", "shown_for", "base", "quality", *_FIGURES, "note"),
    "mode_effects": (*_FIRST, *_ASKED, "mode", "mode_wording", "option", "option_wording", "verdict", "note"),
    "compared": (*_FIRST, *_ASKED, "rows", "row", "row_name", *_BESIDE),
    "changed": (*_FIRST, *_ASKED, "wave_before", "release_before", "how", *_BESIDE),
}  # fmt: skip


def companion_lines(taken: Taken, kind: str) -> Iterator[list[Value]]:
    """Yield the values of COMPANION_COLUMNS of a kind, a line for each cell."""
    head = release_head(taken)
    for entry in taken.companions.get(kind, ()):
        for cell in entry["cells"]:
            values = head | _flat({**entry, **cell}) | _words(taken, {**entry, **cell})
            yield [values.get(column) for column in COMPANION_COLUMNS[kind]]


def _flat(entry: Mapping[str, Any]) -> dict[str, Value]:
    """Return an entry's values, lists joined and the wave before under names of its own."""
    before = entry.get("before", {})
    flat: dict[str, Value] = {"wave_before": before.get("wave"), "release_before": before.get("release")}
    flat["how"] = before.get("how")
    for name, value in entry.items():
        if name not in ("cells", "before"):
            flat[name] = "; ".join(value) if isinstance(value, list | tuple) else value
    return flat


def _words(taken: Taken, entry: Mapping[str, Any]) -> dict[str, Value]:
    labels, place = taken.labels, taken.labels.area(entry["area"])
    words: dict[str, Value] = {"area_name": place}
    words["wording"] = str(labels.question(entry["question"], place))
    words["option_wording"] = str(labels.option(entry["question"], entry["option"]))
    if "mode" in entry:
        words["mode_wording"] = str(labels.option(MODE, entry["mode"]))
    if "row" in entry:
        words["row_name"] = str(labels.row(entry["rows"], entry["row"]))
    return words
