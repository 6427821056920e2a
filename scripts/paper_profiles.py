"""Measures the reading of paper: forms printed by the app, filled in and damaged by generators, read back.

For each profile: pages identified and straightened, boxes read wrongly before anybody looks, boxes in doubt,
questions that go to a person, questions silently wrong (not sent to a person), pages given to a wrong form, and
pages a second of processor time from the bytes of the file to answers. What misses its goal is marked with `!`.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
from paper_ink import PX
from paper_sheets import FORMS, PROFILES, MarkedSheet, marked_sheets

from engage.channels.paper.answers_read import read_marks
from engage.channels.paper.layout import Box, Layout
from engage.channels.paper.page_reader import PageRead, read_page
from engage.channels.paper.sheets import open_sheets

#: Pixels a millimetre of a straightened page.
_STRAIGHT_PX = 6
#: Millimetres around a box that are compared with the print, and how far off the print is looked for.
_AROUND, _REACH = 3.0, 3.0
#: Profile to its goals: share of pages identified and straightened at least, and at most of boxes wrong, of
#: questions to a person, of questions silently wrong (all in per cent); pages a second at least.
GOALS = {
    "scan200": (100.0, 0.7, 12.0, 0.1, 8.0),
    "photo-good": (100.0, 0.6, 10.0, 0.1, 8.0),
    "photo-poor": (95.0, 1.0, 15.0, 0.3, 5.0),
    "crumpled": (98.0, 2.5, 20.0, 0.5, 0.0),
    "coffee": (100.0, 1.2, 15.0, 0.2, 8.0),
    "scan150bw": (99.0, 2.0, 20.0, 1.5, 8.0),
    "fax-ish": (97.0, 2.5, 20.0, 4.5, 8.0),
    "photo-large": (0.0, 100.0, 100.0, 100.0, 5.0),
}


@dataclass
class Score:
    """What was counted over the sheets of a profile."""

    profile: str
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    #: (kind of mark, what became of it) to boxes.
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Millimetres that boxes stand off on straightened pages.
    off: list[float] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def share(self, what: str, of: str) -> float:
        """Return how many of a hundred."""
        return 100.0 * self.counts[what] / max(1, self.counts[of])

    @property
    def figures(self) -> dict[str, float]:
        """Return the figures of the table."""
        return {
            "sheets": self.counts["sheets"],
            "identified": self.share("identified", "sheets"),
            "straightened": self.share("straightened", "sheets"),
            "boxes_wrong": self.share("wrong", "boxes"),
            "boxes_doubtful": self.share("doubtful", "boxes"),
            "to_a_person": self.share("asked", "questions"),
            "silently_wrong": self.share("silent", "questions"),
            "wrong_form": self.counts["wrong_form"],
            "off_mm_median": float(np.median(self.off)) if self.off else 0.0,
            "off_mm_95": float(np.percentile(self.off, 95)) if self.off else 0.0,
            "pages_a_second": self.counts["sheets"] / max(1e-9, self.seconds),
        }

    @property
    def missed(self) -> frozenset[str]:
        """Return the figures that miss their goal."""
        figures, goals = self.figures, GOALS.get(self.profile)
        missed = {"wrong_form"} if figures["wrong_form"] else set()
        if goals:
            pages, wrong, asked, silent, speed = goals
            missed |= {name for name in ("identified", "straightened") if figures[name] < pages}
            most = {"boxes_wrong": wrong, "to_a_person": asked, "silently_wrong": silent}
            missed |= {name for name, limit in most.items() if figures[name] > limit}
            missed |= {"pages_a_second"} if figures["pages_a_second"] < speed else set()
        return frozenset(missed)


def main() -> int:
    """Measure, print the table, and return 1 where a goal is missed."""
    options = _options()
    cv2.setNumThreads(1)
    scores = [_measured(profile, options) for profile in options.profile]
    print(_table(scores))
    for score in scores:
        if score.problems:
            print(f"{score.profile}: pages not read: {dict(score.problems)}")
        if options.kinds:
            print(_kinds(score))
    if options.json:
        written = {score.profile: score.figures | {"missed": sorted(score.missed)} for score in scores}
        document = {"seed": options.seed, "plain": options.plain, "forms": list(options.forms), "profiles": written}
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return int(any(score.missed for score in scores))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--profile", nargs="+", choices=tuple(PROFILES), default=tuple(GOALS))
    arguments.add_argument("--sheets", type=int, default=100, help="sheets of each profile")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--forms", nargs="+", default=FORMS, help="dense, or language/style")
    arguments.add_argument("--plain", action="store_true", help="marks drawn simply, as the reader was not taught")
    arguments.add_argument("--kinds", action="store_true", help="also say which kinds of mark were misread")
    arguments.add_argument("--keep", type=Path, help="folder for the sheets with a silent mistake or a problem")
    arguments.add_argument("--json", type=Path, help="file to write the figures to")
    return arguments.parse_args()


def _measured(profile: str, options: argparse.Namespace) -> Score:
    score = Score(profile)
    made = marked_sheets(options.seed, options.sheets, profile, options.forms, is_plain=options.plain)
    with tempfile.TemporaryDirectory() as folder:
        for number, sheet in enumerate(made):
            path = Path(folder) / f"{profile}-{options.seed}-{number}{sheet.file.suffix}"
            path.write_bytes(sheet.file.content)
            if not number:
                # The first page of all loads weights and fonts.
                list(_read(path, sheet))
            faults = _count_sheet(score, sheet, path)
            if faults and options.keep:
                _keep(options.keep, path, sheet, faults)
            path.unlink()
    return score


def _read(path: Path, sheet: MarkedSheet) -> Iterator[PageRead]:
    def layout_of(serial: str) -> Layout | None:
        return sheet.layout if serial == sheet.serial else None

    for page in open_sheets(path):
        yield read_page(page, layout_of)


def _count_sheet(score: Score, sheet: MarkedSheet, path: Path) -> list[str]:
    """Read a sheet, count what was right, and return what was silently wrong or kept it from being read."""
    start = time.process_time()
    read, *_ = _read(path, sheet)
    marks = read_marks(sheet.questionnaire, [replace(read, spaces=())])
    score.seconds += time.process_time() - start
    score.counts["sheets"] += 1
    is_right = (read.serial, read.page) == (sheet.serial, sheet.page)
    score.counts["identified"] += is_right
    score.counts["wrong_form"] += read.serial is not None and not is_right
    if read.problem or not is_right:
        score.problems[str(read.problem)] += 1
        return [str(read.problem)]
    score.counts["straightened"] += 1
    _count_boxes(score, sheet, read)
    score.off += _offsets(sheet, read)
    return _count_questions(score, sheet, marks.answers, frozenset(marks.reasons))


def _count_boxes(score: Score, sheet: MarkedSheet, read: PageRead) -> None:
    found = {(box.question, box.option): box for box in read.boxes}
    for key, truth in sheet.boxes.items():
        state = found[key].state
        if state in ("doubtful", "unreadable"):
            verdict = "doubtful"
        else:
            verdict = "right" if (state == "marked") == (truth.state == "marked") else "wrong"
        score.counts["boxes"] += 1
        score.counts[verdict] += 1
        score.kinds[truth.kind, verdict] += 1


def _count_questions(score: Score, sheet: MarkedSheet, answers: dict[str, object], asked: frozenset[str]) -> list[str]:
    faults = []
    for question in sheet.questions:
        score.counts["questions"] += 1
        if question in asked:
            score.counts["asked"] += 1
            continue
        answer = answers.get(question, ())
        if frozenset([answer] if isinstance(answer, str) else answer) != sheet.chosen(question):
            score.counts["silent"] += 1
            kinds = {code: truth.kind for (asked, code), truth in sheet.boxes.items() if asked == question}
            faults.append(f"{question}: {answer} for {sorted(sheet.chosen(question))} {kinds}")
    return faults


def _offsets(sheet: MarkedSheet, read: PageRead) -> list[float]:
    """Return how far the print around each box stands from its place on the straightened page (mm)."""
    if read.straight is None:
        return []
    straight = cv2.imdecode(np.frombuffer(read.straight, np.uint8), cv2.IMREAD_GRAYSCALE)
    share = _STRAIGHT_PX / PX
    blank = cv2.resize(sheet.blank, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    page = next(page for page in sheet.layout.pages if page.number == sheet.page)
    found = [_offset(blank, straight, box) for box in page.boxes[::3]]
    return [off for off in found if off is not None]


def _offset(blank: np.ndarray, straight: np.ndarray, box: Box) -> float | None:
    around, reach = int(_AROUND * _STRAIGHT_PX), int(_REACH * _STRAIGHT_PX)
    left, top = (round(at * _STRAIGHT_PX) for at in (box.x, box.y))
    wide, high = (round(side * _STRAIGHT_PX) for side in (box.w, box.h))
    if min(left, top) < around + reach:
        return None
    print_ = blank[top - around : top + high + around, left - around : left + wide + around]
    spare = around + reach
    seen = straight[top - spare : top + high + spare, left - spare : left + wide + spare]
    if seen.shape[0] < print_.shape[0] or seen.shape[1] < print_.shape[1]:
        return None
    _, best, _, at = cv2.minMaxLoc(cv2.matchTemplate(seen, print_, cv2.TM_CCOEFF_NORMED))
    likely = 0.6
    return float(np.hypot(at[0] - reach, at[1] - reach)) / _STRAIGHT_PX if best > likely else None


def _keep(folder: Path, path: Path, sheet: MarkedSheet, faults: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path.name).write_bytes(sheet.file.content)
    with (folder / "faults.txt").open("a", encoding="utf-8") as file:
        file.writelines(f"{path.name} {sheet.form} page {sheet.page}: {fault}\n" for fault in faults)


_HEADS = {
    "sheets": "sheets",
    "identified": "identified %",
    "straightened": "straight %",
    "boxes_wrong": "boxes wrong %",
    "boxes_doubtful": "doubtful %",
    "to_a_person": "to a person %",
    "silently_wrong": "silent %",
    "wrong_form": "wrong form",
    "off_mm_median": "off mm",
    "off_mm_95": "95 %",
    "pages_a_second": "pages/s",
}


def _table(scores: Sequence[Score]) -> str:
    lines = ["  ".join([f"{'profile':12}", *(f"{head:>{len(head) + 1}}" for head in _HEADS.values())])]
    for score in scores:
        cells = [f"{score.profile:12}"]
        for name, head in _HEADS.items():
            figure = f"{score.figures[name]:.{0 if name in ('sheets', 'wrong_form') else 2}f}"
            cells.append(f"{figure + ('!' if name in score.missed else ' '):>{len(head) + 1}}")
        lines.append("  ".join(cells))
    return "\n".join(lines)


def _kinds(score: Score) -> str:
    lines = [f"{score.profile}: boxes by what was drawn: all, wrong, doubtful"]
    for kind in dict.fromkeys(kind for kind, _ in sorted(score.kinds)):
        counts = {verdict: score.kinds[kind, verdict] for verdict in ("right", "wrong", "doubtful")}
        lines.append(f"  {kind:10} {sum(counts.values()):6} {counts['wrong']:5} {counts['doubtful']:5}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
