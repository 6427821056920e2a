"""Turns a row of a file into a submission as the one door takes it, or says which cell keeps it from being one."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from engage.areas import AreaTree
from engage.collection.past_waves.files import Row
from engage.collection.past_waves.guessing import age_band_of, area_names, codes_of, is_yes, plain
from engage.collection.past_waves.mapping import Column, Mapped, targets_of
from engage.questionnaire.model import Facts, Questionnaire, QuestionType
from engage.response.answers import check_answers

#: Ids of rows are made below this one (RFC 9562, version 5), from what is in the row, never from the file.
_ROWS = UUID("5f0c1c0e-6f0f-5d5b-9a53-0c3a4d7b9e10")
#: How days are written, besides ISO (2019-11-21): the British way.
_DAYS = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row: in which column, where one is meant, and why; never what stands in it."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class RowRead:
    """A row as a submission, with its day and what was left out of it; none where something is wrong."""

    number: int
    document: Mapping[str, Any] | None
    day: date | None
    problems: tuple[RowProblem, ...] = ()
    left_out: tuple[RowProblem, ...] = ()


@dataclass
class RowReader:
    """Reads the rows of one file in their order by one mapping."""

    mapped: Mapped
    questionnaire: Questionnaire
    tree: AreaTree
    heads: Sequence[str]
    today: date
    _alike: Counter[bytes] = field(default_factory=Counter)

    def read(self, row: Row) -> RowRead:
        """Return a row as a submission, or what is wrong with it."""
        cells = dict(zip(self.heads, row.cells, strict=True))
        problems = [
            RowProblem(row.number, self.heads[at] if at < len(self.heads) else "", words)
            for at, words in row.problems.items()
        ]
        found: dict[str, Any] = {}
        for head, column in self.mapped.columns.items():
            value = self._value(column, cells[head])
            if isinstance(value, _Wrong):
                problems.append(RowProblem(row.number, head, value.reason))
            elif value is not None:
                self._put(found, column, value)
        response_id = self._id_of(cells)
        document, day = self._document(response_id, found)
        if day is not None and day > self.today:
            problems.append(RowProblem(row.number, self._head_of("day"), "the day lies in the future"))
        if problems:
            return RowRead(row.number, None, day, tuple(problems))
        left_out = self._leave_out(row, document) if self.mapped.unasked == "leave_out" else ()
        return RowRead(row.number, document, day, (), left_out)

    def column_of(self, question: str | None) -> str:
        """Return the heading that a problem with a question or field is about."""
        return self._head_of(question or "")

    def _value(self, column: Column, cell: str) -> Any:
        if not cell or column.to == "row_key":
            return None
        if column.tick:
            ticked = column.values.get(cell)
            answer = is_yes(cell) if ticked is None else is_yes(ticked)
            return _Wrong("neither a yes nor a no") if answer is None else [column.tick] if answer else None
        if column.split:
            pieces = [self._coded(column, piece.strip()) for piece in cell.split(column.split) if piece.strip()]
            wrong = next((piece for piece in pieces if isinstance(piece, _Wrong)), None)
            return wrong or [piece for piece in pieces if piece is not None] or None
        value = self._coded(column, cell)
        is_list = column.to in self._multiple and isinstance(value, str) and value not in ("dk", "pns", "na")
        return [value] if is_list else value

    def _coded(self, column: Column, cell: str) -> Any:
        """Return the code of a value, None for one that is left out, or why it has none."""
        if cell in column.values:
            return column.values[cell] or None
        known = self._codes.get(column.to, ())
        if known:
            if cell in known:
                return cell
            if column.to == "age_band" and cell.isascii() and cell.isdecimal() and len(cell) < 4:  # noqa: PLR2004
                return age_band_of(int(cell))
            is_named = column.to in self._communities
            return {"other": cell} if is_named else _Wrong("no answer is chosen for this value")
        match column.to:
            case "area" | "home_district":
                return self._area(column.to, cell)
            case "day":
                return _day(cell) or _Wrong("not a day such as 2019-11-21 or 21/11/2019")
            case _:
                return self._free(column.to, cell)

    def _free(self, question_id: str, cell: str) -> Any:
        question = self.questionnaire.question(question_id)
        match question.type if question else None:
            case QuestionType.NUMBER:
                try:
                    number = float(cell.replace(",", ""))
                except ValueError:
                    return _Wrong("not a number")
                return int(number) if number.is_integer() else number
            case QuestionType.DATE:
                day = _day(cell)
                return day.isoformat() if day else _Wrong("not a day such as 2019-11-21 or 21/11/2019")
            case _:
                return cell

    def _area(self, target: str, cell: str) -> Any:
        if cell in self.tree:
            return cell
        code = self._areas[target].get(plain(cell))
        return code or _Wrong("no area of this survey has this name or code, or more than one has")

    def _document(self, response_id: UUID, found: Mapping[str, Any]) -> tuple[dict[str, Any], date | None]:
        fixed = self.mapped.fixed
        day = found.get("day") or (date.fromisoformat(fixed["day"]) if fixed.get("day") else None)
        envelope = {name: found.get(name) or fixed.get(name) for name in ("channel", "language", "style", "assisted")}
        guardian = found.get("guardian") or fixed.get("guardian") or None
        consent = {
            "version": self.questionnaire.consent.version,
            "given": found.get("consent", "yes") == "yes",
            "age_band": found.get("age_band", "pns"),
        }
        document: dict[str, Any] = {
            "response_id": str(response_id),
            "survey": self.mapped.survey,
            "version": self.mapped.version,
            "wave": self.mapped.wave,
            **envelope,
            "area": found.get("area") or fixed.get("area") or None,
            "area_relation": found.get("area_relation", []),
            "home_district": found.get("home_district"),
            "consent": consent | ({"guardian": guardian} if guardian else {}),
            "answers": {name: value for name, value in found.items() if name in self._targets},
        }
        return document, day

    def _leave_out(self, row: Row, document: dict[str, Any]) -> tuple[RowProblem, ...]:
        """Take out what this person would not be asked today."""
        facts = Facts(
            channel=document["channel"],
            language=document["language"],
            style=document["style"],
            assisted=document["assisted"],
            age_band=document["consent"]["age_band"],
            area_relation=tuple(document["area_relation"]),
        )
        checked = check_answers(self.questionnaire, facts, document["answers"])
        unasked = [problem.question for problem in checked.problems if problem.code == "question_not_asked"]
        answers = document["answers"]
        document["answers"] = {name: value for name, value in answers.items() if name not in unasked}
        reason = "left out: this person would not be asked it today"
        return tuple(RowProblem(row.number, self._head_of(question or ""), reason) for question in unasked)

    def _put(self, found: dict[str, Any], column: Column, value: Any) -> None:
        if isinstance(value, list) and isinstance(found.get(column.to), list):
            found[column.to] += [piece for piece in value if piece not in found[column.to]]
        else:
            found[column.to] = value

    def _id_of(self, cells: Mapping[str, str]) -> UUID:
        """Return the id of a row: of its own key, else of what is in it and how often that came before."""
        head = self._head_of("row_key")
        key = cells.get(head, "") if head else ""
        if not key:
            content = json.dumps([cells[name] for name in sorted(cells)], ensure_ascii=False)
            mark = hashlib.sha256(content.encode()).digest()[:16]
            self._alike[mark] += 1
            key = f"{content}#{self._alike[mark]}"
        return uuid5(_ROWS, f"{self.mapped.survey}/{self.mapped.wave}/{key}")

    def _head_of(self, target: str) -> str:
        return ", ".join(self.mapped.columns_to(target))

    @cached_property
    def _codes(self) -> Mapping[str, tuple[str, ...]]:
        return {column.to: codes_of(self.questionnaire, column.to) for column in self.mapped.columns.values()}

    @cached_property
    def _targets(self) -> frozenset[str]:
        return frozenset(targets_of(self.questionnaire))

    @cached_property
    def _multiple(self) -> frozenset[str]:
        return frozenset(question.id for question in self.questionnaire.questions if _is_list(question.type))

    @cached_property
    def _communities(self) -> frozenset[str]:
        """Return the questions to which people may name what is not listed."""
        asked = self.questionnaire.questions
        return frozenset(question.id for question in asked if question.type is QuestionType.COMMUNITY)

    @cached_property
    def _areas(self) -> Mapping[str, Mapping[str, str]]:
        return {
            target: {plain(name): code for name, code in area_names(self.questionnaire, self.tree, target).items()}
            for target in ("area", "home_district")
        }


@dataclass(frozen=True)
class _Wrong:
    """Why a cell tells nothing."""

    reason: str


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", *_DAYS):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _is_list(kind: QuestionType) -> bool:
    lists = (QuestionType.MULTIPLE_CHOICE, QuestionType.COMMUNITY, QuestionType.AREA_RELATION, QuestionType.RANKING)
    return kind in lists
