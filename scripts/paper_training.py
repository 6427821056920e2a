"""Learns how boxes are judged from generated sheets whose truth is known, and writes the reader's weights.

    paper_training.py --sheets 150 --seed 5000 [--profiles scan200 photo-poor ...] [--kept FOLDER] [--out FILE]

Needs scikit-learn, which nothing else here does: the reader works the trees out with numpy. Measures are kept in
FOLDER (one file a profile and seed) and used again while the measuring code is unchanged: whatever is in the
folder is learnt from. Sheets of the benchmark have other seeds, so it never meets a sheet that was learnt from.

The weights that ship come from 1,107 sheets with 77,178 boxes (`--trees 170`): some 95 of each profile over several
seeds, 51 that nobody has written on, and 92 of a second, plainer generator that is not kept. Learning again with the
arguments above gives weights of the same worth, not the same bytes.
"""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray
from paper_damage import printed
from paper_filling import Truth
from paper_sheets import PROFILES, MarkedSheet, marked_sheets
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from engage.channels.paper import company, features, judging, straightening, strokes
from engage.channels.paper.locating import NotReadable, lay_flat
from engage.channels.paper.sheets import open_sheets

_STATES = ("empty", "marked", "corrected")
#: Parts the sheets are shared out to: what is learnt from some is tried on another.
_FOLDS = 3
#: Forms filled in: mostly those with many boxes, and one sheet in so many is left untouched.
_FORMS = ("dense", "dense", "ar", "dense", "so/easy_read", "dense", "en", "dense")
_UNTOUCHED = 12
_EVEN = 0.5


@dataclass(frozen=True)
class Measured:
    """The numbers of every box, what was meant by it (0 empty, 1 marked, 2 corrected), its sheet and question."""

    rows: NDArray[np.float32]
    states: NDArray[np.int8]
    sheets: NDArray[np.int32]
    questions: NDArray[np.int32]
    #: Where the boxes are printed (mm).
    places: NDArray[np.float32]


def main() -> None:
    """Measure, learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=int, default=150, help="sheets a profile")
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--trees", type=int, default=170)
    parser.add_argument("--profiles", nargs="*", default=list(PROFILES))
    parser.add_argument("--kept", type=Path, default=Path("/tmp/paper-measures"))
    parser.add_argument("--out", type=Path, default=Path(judging.__file__).with_name("weights.npz"))
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    asked.kept.mkdir(parents=True, exist_ok=True)
    for profile in asked.profiles:
        filled = marked_sheets(asked.seed, asked.sheets, profile, _FORMS)
        measure(filled, asked.kept / f"{profile}-{asked.seed}-{asked.sheets}-{code_mark()}.npz")
        untouched = untouched_sheets(asked.seed, asked.sheets // _UNTOUCHED, profile)
        measure(untouched, asked.kept / f"{profile}-{asked.seed}-untouched-{code_mark()}.npz")
    measured = _together(sorted(asked.kept.glob(f"*-{code_mark()}.npz")))
    np.savez_compressed(asked.out, **learnt(measured, asked.trees))
    print(
        f"{len(measured.rows)} boxes on {len(set(measured.sheets.tolist()))} sheets; {asked.out.stat().st_size} bytes"
    )


def code_mark() -> str:
    """Return a mark of the code that measures: other code, other numbers."""
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in (features, straightening, strokes))
    return hashlib.sha256(code).hexdigest()[:8]


def measure(sheets: Iterator[MarkedSheet], file: Path) -> None:
    """Write the measures of sheets into a file, unless it is there."""
    if file.exists():
        return
    parts = list(_rows_of(sheets))
    rows, states, questions, places = (np.concatenate([part[at] for part in parts]) for at in range(4))
    numbers = np.concatenate([np.full(len(part[0]), at, np.int32) for at, part in enumerate(parts)])
    np.savez(file, rows=rows, states=states, sheets=numbers, questions=questions, places=places)
    print(f"{file.stem}: {len(parts)} sheets, {len(rows)} boxes", flush=True)


def untouched_sheets(seed: int, count: int, profile: str) -> Iterator[MarkedSheet]:
    """Yield sheets that nobody has written on, as there are pages without a single tick."""
    rng = default_rng([seed, *profile.encode(), 1])
    for sheet in marked_sheets(seed, count, "clean200", _FORMS):
        paper = printed(cv2.cvtColor(sheet.blank, cv2.COLOR_GRAY2BGR), rng)
        empty = dict.fromkeys(sheet.boxes, Truth("empty", "none"))
        yield replace(sheet, file=PROFILES[profile](paper, rng, None), boxes=empty)


def _rows_of(sheets: Iterator[MarkedSheet]) -> Iterator[tuple[NDArray[Any], ...]]:
    """Yield the measures, truths, questions and places of the boxes of each sheet that could be laid flat."""
    with TemporaryDirectory() as folder:
        for sheet in sheets:
            file = Path(folder) / f"sheet{sheet.file.suffix}"
            file.write_bytes(sheet.file.content)
            try:
                flat = lay_flat(next(open_sheets(file)), lambda _serial, layout=sheet.layout: layout)
            except NotReadable:
                continue
            if (flat.code.serial, flat.code.page) != (sheet.serial, sheet.page):
                raise SystemExit(f"a page was given to the wrong form: {flat.code}")
            boxes = flat.page.boxes
            states = [_STATES.index(sheet.boxes[box.question, box.option].state) for box in boxes]
            rows = features.features_of(flat.straight, flat.outlines, flat.page)
            yield rows, np.array(states, np.int8), company.groups_of(boxes), company.places_of(boxes)


def _together(files: Sequence[Path]) -> Measured:
    loaded = [np.load(file) for file in files]
    sheets = [file["sheets"] + 100_000 * at for at, file in enumerate(loaded)]
    names = ("rows", "states", "questions", "places")
    rows, states, questions, places = (np.concatenate([file[name] for file in loaded]) for name in names)
    return Measured(rows, states, np.concatenate(sheets), questions, places)


def learnt(measured: Measured, trees: int) -> dict[str, NDArray[np.generic]]:
    """Return the weights: a first look at each box alone, then one in the company of the others.

    The second learns from first looks at sheets that the first has not learnt from, as it meets them later.
    """
    is_marked, fold = measured.states == 1, measured.sheets % _FOLDS
    alone = _out_of_fold(measured.rows, is_marked, fold, trees)
    rows = _in_company(measured, alone)
    unseen = fold == 0
    together = _boosted(trees).fit(rows[~unseen], is_marked[~unseen]).decision_function(rows[unseen])
    calibration = LogisticRegression(C=1e6).fit(together[:, None], is_marked[unseen])
    kept = {"calibration": np.array([calibration.coef_[0, 0], calibration.intercept_[0]], np.float32)}
    _tell(is_marked[unseen], together * kept["calibration"][0] + kept["calibration"][1])
    not_marked = ~is_marked
    is_struck = measured.states[not_marked] == _STATES.index("corrected")
    kept |= _exported("corrected", _boosted(trees // 2).fit(measured.rows[not_marked], is_struck))
    kept |= _exported("alone", _boosted(trees).fit(measured.rows, is_marked))
    return kept | _exported("together", _boosted(trees).fit(rows, is_marked))


def _boosted(trees: int) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.08, max_leaf_nodes=15, min_samples_leaf=20, l2_regularization=1.0,
        max_features=0.3, random_state=1,
    )  # fmt: skip


def _out_of_fold(
    rows: NDArray[np.float32], truth: NDArray[np.bool_], fold: NDArray[np.int32], trees: int
) -> NDArray[np.float32]:
    odds = np.zeros(len(rows), np.float32)
    for number in range(_FOLDS):
        others = _boosted(trees).fit(rows[fold != number], truth[fold != number])
        odds[fold == number] = others.decision_function(rows[fold == number])
    return odds


def _in_company(measured: Measured, alone: NDArray[np.float32]) -> NDArray[np.float32]:
    parts = []
    for sheet in dict.fromkeys(measured.sheets.tolist()):
        at = measured.sheets == sheet
        of_sheet = (measured.rows[at], alone[at], measured.questions[at], measured.places[at])
        parts.append(company.rows_in_company(*of_sheet))
    return np.concatenate(parts)


def _tell(truth: NDArray[np.bool_], odds: NDArray[np.float32]) -> None:
    chosen = 1 / (1 + np.exp(-odds))
    sure = (chosen >= judging.GREY.marked) | (chosen <= 1 - judging.GREY.not_marked)
    wrong = (chosen > _EVEN) != truth
    print(f"wrong {wrong.mean():.2%}, doubtful {(~sure).mean():.2%}, wrong and sure {(wrong & sure).mean():.3%}")


def _exported(name: str, boosted: HistGradientBoostingClassifier) -> dict[str, NDArray[np.generic]]:
    """Return the trees as plain arrays: one row a tree, leaves going to themselves."""
    trees = [stage[0].nodes for stage in boosted._predictors]  # noqa: SLF001 - it has no public way out
    most = max(len(tree) for tree in trees)
    kept: dict[str, NDArray[np.generic]] = {
        f"{name}_{part}": np.zeros((len(trees), most), kind)
        for part, kind in (("feature", "i2"), ("threshold", "f4"), ("left", "i2"), ("right", "i2"), ("value", "f4"))
    }
    for row, tree in enumerate(trees):
        own = np.arange(len(tree))
        is_leaf = tree["is_leaf"].astype(bool)
        kept[f"{name}_feature"][row, own] = np.where(is_leaf, 0, tree["feature_idx"])
        kept[f"{name}_threshold"][row, own] = np.where(is_leaf, 0, tree["num_threshold"])
        kept[f"{name}_left"][row, own] = np.where(is_leaf, own, tree["left"])
        kept[f"{name}_right"][row, own] = np.where(is_leaf, own, tree["right"])
        kept[f"{name}_value"][row, own] = np.where(is_leaf, tree["value"], 0)
    depth = max(int(tree["depth"].max()) for tree in trees)
    base = float(np.ravel(boosted._baseline_prediction)[0])  # noqa: SLF001 - nor has this
    kept[f"{name}_base"] = np.array([base, depth], np.float32)
    return kept


if __name__ == "__main__":
    main()
