"""Audits a release: how closely can whoever read all that was ever published pin a count of people?"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engage.results.audited import AuditedQuestion, Link, ModelUnsound
from engage.results.board import Board, Joint
from engage.results.hierarchy import Hierarchy, RowKey
from engage.results.programs import NoCountsAgree, Proof, prove

#: Questions that are looked at side by side; the linear programs leave the interpreter to the others.
WORKERS = 4

#: Says how many questions of how many are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """A row of a question in which some count could be pinned; `near` are the printed rows that tell of it.

    It is not plain where they tell of it only by way of others.
    """

    question: str
    row: RowKey | None
    near: tuple[RowKey, ...]
    is_plain: bool = True
    #: Whether the bounds alone show it; else its values could not be shown to be there.
    is_bound: bool = True


@dataclass(frozen=True)
class Audit:
    """What an audit found, and how much work it was."""

    findings: tuple[Finding, ...]
    figures: int
    programs: int


@dataclass
class Memory:
    """What was proved before of each question, and between which bounds: wider ones leave all of it standing."""

    proved: dict[str, tuple[Board, Proof]] = field(default_factory=dict)

    def seen(self, board: Board) -> Proof | None:
        """Return what was seen of a question whose rows are the same, between bounds that lie within its bounds now."""
        before, proof = self.proved.get(board.question.id, (None, None))
        if before is None or before.question.hierarchy is not board.question.hierarchy:
            return None
        is_wider = len(before.low) == len(board.low) and (board.low <= before.low).all()
        return proof if is_wider and (before.high <= board.high).all() else None

    def is_same(self, board: Board) -> bool:
        """Say whether a question was looked at between the very bounds it has now."""
        if self.seen(board) is None:
            return False
        before, _ = self.proved[board.question.id]
        return np.array_equal(before.low, board.low) and np.array_equal(before.high, board.high)


def audit_release(
    questions: Sequence[AuditedQuestion],
    links: Sequence[Link] = (),
    *,
    memory: Memory | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Return every row in which a count could be pinned by all that is published.

    A hidden count, printed or not, has to be left 4 values and a rounded one 3. Where bounds show that some
    are not, no program is solved: those rows go first. Raises ModelUnsound.
    """
    # Of a question without any new printed row nothing new is told.
    printed = (question for question in questions if question.sheets[-1].printed)
    boards = {question.id: Board(question) for question in printed}
    _pass_on(boards, [link for link in links if {link.lesser, link.greater} <= set(boards)])
    figures = sum(board.size for board in boards.values())
    found = [finding for board in boards.values() for finding in _findings(board, board.pinned())]
    if found:
        return Audit(tuple(found), figures, 0)
    memory, programs = memory or Memory(), 0
    with ThreadPoolExecutor(WORKERS) as workers:
        proofs = {name: workers.submit(_missing, board, memory) for name, board in boards.items()}
        for done, question in enumerate(questions, start=1):
            if question.id in proofs:
                missing, solved = proofs[question.id].result()
                programs += solved
                found += (replace(each, is_bound=False) for each in _findings(boards[question.id], missing))
            if progress:
                progress(done, len(questions))
    return Audit(tuple(found), figures, programs)


def rows_to_withdraw(questions: Sequence[AuditedQuestion], findings: Sequence[Finding]) -> dict[str, list[RowKey]]:
    """Return by question the rows to withdraw next: of those that give a count away, the one least is lost with.

    That is the smallest printed one; those that smaller areas are shown by go last.
    Rows with nothing in common are withdrawn at once. A question without any such row is left out: nothing
    that is new gives its counts away.
    """
    printed = {question.id: question.sheets[-1].printed for question in questions}
    by_id = {question.id: question for question in questions}
    plain = {finding.question for finding in findings if finding.is_plain}
    chosen = []
    for finding in findings:
        if finding.question in plain and not finding.is_plain:
            continue
        rows, about = printed[finding.question], by_id[finding.question]
        known = [row for row in dict.fromkeys((finding.row, *finding.near)) if row is not None and row in rows]
        sized = [(row in about.stand_ins, rows[row].base, about.hierarchy.number[row], row) for row in known]
        if sized:
            chosen.append((finding.question, min(sized), finding))
    withdrawn: dict[str, list[RowKey]] = {}
    touched: set[tuple[str, RowKey]] = set()
    for question, (*_, row), finding in sorted(chosen, key=lambda each: each[:2]):
        near = {(question, each) for each in (row, *(finding.near if finding.is_bound else ()))}
        if not near & touched:
            touched |= near
            withdrawn.setdefault(question, []).append(row)
    return withdrawn


def _pass_on(boards: Mapping[str, Board], links: Sequence[Link]) -> None:
    """Let questions bound each other until nothing gets narrower."""
    known = [Joint(boards[link.lesser], boards[link.greater], link) for link in links]
    changed = set(boards)
    while changed:
        changed = {name for joint in known if joint.names & changed for name in joint.meet()}
        for name in changed:
            boards[name].narrow()


def _missing(board: Board, memory: Memory) -> tuple[NDArray[np.bool_], int]:
    """Return which figures cannot be shown to keep their values, and how many programs it took to say so."""
    figures = board.figures()
    if memory.is_same(board):
        return memory.proved[board.question.id][1].missing(figures), 0
    try:
        proof = prove(figures, memory.seen(board))
    except NoCountsAgree as fault:
        raise ModelUnsound(f"no counts agree with what is printed of {board.question.id}") from fault
    memory.proved[board.question.id] = board, proof
    return proof.missing(figures), proof.programs


def _findings(board: Board, pinned: NDArray[np.bool_]) -> Iterator[Finding]:
    hierarchy, printed = board.question.hierarchy, board.question.sheets[-1].printed
    by_time = pinned.reshape(len(board.question.sheets), hierarchy.size, board.shape.width)
    by_row = np.asarray(np.any(by_time, axis=0))
    for row in np.flatnonzero(np.any(by_row, axis=1)):
        key = hierarchy.keys[row] if row < len(hierarchy.keys) else None
        near = _telling(board, int(row), int(np.argmax(by_row[row])))
        is_plain = bool(near) or key in printed
        yield Finding(board.question.id, key, near or _nearest_printed(hierarchy, int(row), printed), is_plain)


def _telling(board: Board, row: int, column: int) -> tuple[RowKey, ...]:
    """Return the printed rows of the splits that by themselves bound a figure as closely as it is bounded."""
    hierarchy, printed = board.question.hierarchy, board.question.sheets[-1].printed
    begins, width = board.newest * board.size + column, board.shape.width
    at = begins + width * row
    telling: dict[RowKey, None] = {}
    for number, is_whole in hierarchy.places_of[row]:
        whole, parts = hierarchy.sums[number]
        others = [begins + width * part for part in parts if part != row]
        least, most = int(board.low[others].sum()), int(board.high[others].sum())
        if not is_whole:
            top = begins + width * whole
            least, most = int(board.low[top]) - most, int(board.high[top]) - least
        if least >= board.low[at] > 0 or most <= board.high[at]:
            keys = (hierarchy.keys[member] for member in (whole, *parts) if member < len(hierarchy.keys))
            telling |= dict.fromkeys(key for key in keys if key in printed)
    return tuple(telling)


def _nearest_printed(hierarchy: Hierarchy, row: int, printed: Collection[RowKey]) -> tuple[RowKey, ...]:
    """Return the printed rows that are fewest splits away from a row."""
    known, edge = {row}, {row}
    while edge:
        near = {place for at in edge for place in hierarchy.beside(at)} - known
        found = tuple(hierarchy.keys[at] for at in sorted(near) if at < len(hierarchy.keys))
        if any(key in printed for key in found):
            return tuple(key for key in found if key in printed)
        known, edge = known | near, near
    return ()
