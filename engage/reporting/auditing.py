"""Has a release audited before it goes out, and withdraws rows until nobody can pin a count with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engage.questionnaire.model import Questionnaire
from engage.reporting.former import Former
from engage.reporting.ground import Ground
from engage.reporting.hierarchy import hierarchy_of
from engage.reporting.holding import LEAST_CHANGE
from engage.reporting.linking import links_of
from engage.reporting.planning import LANGUAGE, breakdown_rows, table_questions
from engage.reporting.printed import area_key, own_rows
from engage.results.audit import Audit, Memory, Progress, audit_release, rows_to_withdraw
from engage.results.audited import AuditedQuestion, ModelUnsound, PrintedRow, Sheet
from engage.results.blocks import Shape
from engage.results.bounds import LEAST_BASE, ROUNDING, Box
from engage.results.hierarchy import Hierarchy, RowKey
from engage.results.modes import MODE
from engage.results.plan import AREA
from engage.results.published import PublishedTable
from engage.results.suppression import LEAST_LOCAL_BASE
from engage.results.tabulation import GroupCounts, TableQuestion
from engage.storage.release_extras import ReleaseExtra

#: Rounds of withdrawing rows after which a release is refused.
MOST_ROUNDS = 60
#: Breakdowns of which everybody is in a row.
_COMPLETE = (LANGUAGE, MODE)
_LOCAL = ("ward", "place")

Counted = Mapping[tuple[str, str], GroupCounts]
#: Makes the tables of one question with some rows withdrawn.
Make = Callable[[TableQuestion, frozenset[RowKey]], Sequence[PublishedTable]]


class ReleaseUnsafe(Exception):
    """A release would let somebody pin a count down, whatever is withdrawn; the message names the table."""


@dataclass(frozen=True)
class Cleared:
    """Tables that passed the audit, the rows withdrawn on the way by question, and what the audit took."""

    tables: tuple[PublishedTable, ...]
    withdrawn: Mapping[str, frozenset[RowKey]]
    audit: Audit
    rounds: int

    @property
    def extra(self) -> ReleaseExtra:
        """Return the summary that is kept with the release, for staff."""
        rows = [
            {"question": question, "rows": row.rows, "area": row.area, "row": row.code}
            for question, withdrawn in self.withdrawn.items()
            for row in sorted(withdrawn, key=lambda each: (each.rows, each.area, each.code or ""))
        ]
        figures = {"figures": self.audit.figures, "programs": self.audit.programs, "rounds": self.rounds}
        return ReleaseExtra("audit", {**figures, "withdrawn": rows})


@dataclass
class Clearing:
    """The audit of one release in the making, with what was published before."""

    questionnaire: Questionnaire
    ground: Ground
    counted: Counted
    former: Former = field(default_factory=Former)

    def __post_init__(self) -> None:
        """Work out once how the rows add up."""
        complete = [name for name in _COMPLETE if self._is_complete(name)]
        if self._is_everybody_placed():
            complete.append(AREA)
        self._whole = hierarchy_of(self.questionnaire, self.ground, complete=complete)
        stand_ins = self.ground.at_levels({"place", "district"})
        self._stand_ins = frozenset(area_key(area.code) for area in stand_ins)
        self._reduced: dict[frozenset[RowKey], Hierarchy] = {}
        self._memory = Memory()

    def clear(self, make: Make, progress: Progress | None = None) -> Cleared:
        """Withdraw rows until every count keeps the values it must be left. Raises ReleaseUnsafe."""
        questions = table_questions(self.questionnaire)
        withdrawn: dict[str, frozenset[RowKey]] = {question.id: frozenset() for question in questions}
        tables = {question.id: tuple(make(question, frozenset())) for question in questions}
        for rounds in range(1, MOST_ROUNDS + 1):
            audited = [self._audited(question, tables[question.id]) for question in questions]
            try:
                links = links_of(self.questionnaire, audited)
                audit = audit_release(audited, links, memory=self._memory, progress=progress)
            except ModelUnsound as fault:
                raise ReleaseUnsafe(f"the audit cannot vouch for the release: {fault}") from fault
            if not audit.findings:
                kept = {name: rows for name, rows in withdrawn.items() if rows}
                return Cleared(tuple(table for each in tables.values() for table in each), kept, audit, rounds)
            chosen = rows_to_withdraw(audited, audit.findings)
            _check_all_help(audit, chosen)
            for question in questions:
                if question.id in chosen:
                    withdrawn[question.id] |= frozenset(chosen[question.id])
                    tables[question.id] = tuple(make(question, withdrawn[question.id]))
        raise ReleaseUnsafe(_naming(audit.findings[0].question, "after many rows were withdrawn"))

    def _is_complete(self, name: str) -> bool:
        """Say whether everybody who answered anything in an area is in a row of the breakdown."""
        codes = breakdown_rows(self.questionnaire, name)
        for question in table_questions(self.questionnaire):
            counts = self.counted.get((question.id, name))
            if counts is None:
                continue
            by_area = self.counted[question.id, AREA]
            areas = {area for area, _ in counts.bases}
            if any(sum(counts.base((area, code)) for code in codes) != by_area.base((area, None)) for area in areas):
                return False
        return True

    def _is_everybody_placed(self) -> bool:
        """Say whether everybody told of a district or a smaller area: then all know that nobody is elsewhere."""
        districts = [area.code for area in self.ground.at_levels({"district"})]
        for question in table_questions(self.questionnaire):
            counts = self.counted[question.id, AREA]
            roots = sum(counts.base((root, None)) for root in self.ground.roots)
            if sum(counts.base((code, None)) for code in districts) != roots:
                return False
        return True

    def _audited(self, question: TableQuestion, tables: Sequence[PublishedTable]) -> AuditedQuestion:
        own, last = own_rows(tables), self.former.last_rows(question.id)
        hierarchy = self._hierarchy_of(question, frozenset((*own, *self.former.rows(question.id))))
        counts = true_counts(self.counted, question, hierarchy.keys)
        former, changes = self.former.sheets(question.id, hierarchy)
        fresh = {key: row for key, row in own.items() if last.get(key) != row}
        bases = {
            key: box
            for key in hierarchy.keys
            if key not in fresh and (box := self._base_known(key, counts[key][-1], last.get(key)))
        }
        newest = Sheet(fresh, bases, counts)
        sheets = (*former, newest)
        return AuditedQuestion(question.id, self._shape(question), hierarchy, sheets, changes, self._stand_ins)

    def _hierarchy_of(self, question: TableQuestion, printed: frozenset[RowKey]) -> Hierarchy:
        """Return how the printed rows of a question add up, with those that leave nobody elsewhere."""
        keys = set(printed)
        for split in self._whole.splits:
            if split.is_complete and split.whole in printed:
                people = true_counts(self.counted, question, split.parts)
                if all(people[part][-1] for part in split.parts):
                    keys.update(split.parts)
        found = frozenset(keys)
        if found not in self._reduced:
            self._reduced[found] = self._whole.reduced_to(found)
        return self._reduced[found]

    def _base_known(self, key: RowKey, people: int, former: PrintedRow | None) -> Box | None:
        """Return what everybody knows of a base that is not printed: that it is small, or changed little."""
        if former is not None:
            reach = LEAST_CHANGE - ROUNDING + ROUNDING // 2
            near = Box(max(0, former.base - reach), former.base + reach)
            return near if near.low <= people <= near.high else None
        is_local = key.rows == AREA and self.ground.level(key.area) in _LOCAL
        least = LEAST_LOCAL_BASE - ROUNDING // 2 if is_local else LEAST_BASE
        most = [least - 1, (LEAST_LOCAL_BASE if is_local else LEAST_BASE) + LEAST_CHANGE - ROUNDING // 2 - 1]
        return next((Box(0, top) for top in most[: 2 if self.former.releases else 1] if people <= top), None)

    def _shape(self, question: TableQuestion) -> Shape:
        """Return how a question's columns add up."""
        asked = self.questionnaire.question(question.id)
        options = {option.code: option for option in asked.options} if asked else {}
        alone = (place for place, code in enumerate(question.columns) if code in options and options[code].exclusive)
        most_answers = question.top or (asked.max_choices if asked else None)
        return Shape(len(question.columns), question.multiple, tuple(alone), most_answers)


def true_counts(counted: Counted, question: TableQuestion, keys: Iterable[RowKey]) -> dict[RowKey, tuple[int, ...]]:
    """Return the counts behind each row: its cells, then its base."""
    found = {}
    for key in keys:
        counts, group = counted[question.id, key.rows], (key.area, key.code)
        found[key] = (*counts.cells(group), counts.base(group))
    return found


def _check_all_help(audit: Audit, chosen: Mapping[str, Sequence[RowKey]]) -> None:
    for finding in audit.findings:
        if finding.question not in chosen:
            raise ReleaseUnsafe(_naming(finding.question, "and nothing that is new can be withdrawn"))


def _naming(question: str, why: str) -> str:
    return f"the table of {question} would give a count away, {why}"
