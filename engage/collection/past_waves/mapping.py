"""Says which column of a file answers what: the mapping that a screen makes and a command reads again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from engage.collection.surveys import WAVE_NAME
from engage.questionnaire.model import ASSISTANCE, CHANNELS, Question, Questionnaire, QuestionType
from engage.response.consent import GUARDIAN_WORDS

FORMAT = "engage-mapping/1"
#: What a column may tell besides the answer to a question.
FIELDS = MappingProxyType(
    {
        "row_key": "Number or code of the row",
        "area": "Area told about",
        "home_district": "District lived in",
        "area_relation": "What the area is to the person",
        "age_band": "Age or age band",
        "day": "Day of the answer",
        "language": "Language read",
        "style": "Style read",
        "channel": "Way it came",
        "assisted": "Who helped",
        "consent": "Whether the person agreed",
        "guardian": "What a parent or carer said",
    }
)
#: What is the same for every row unless a column says otherwise.
FIXED = MappingProxyType(
    {"channel": "web", "language": "en", "style": "standard", "assisted": "none", "guardian": "", "area": "", "day": ""}
)
#: What is done with answers to questions that this person would not be asked today.
UNASKED = ("refuse", "leave_out")
#: Characters of what is said about agreement.
SHORTEST_STATEMENT, LONGEST_STATEMENT = 10, 500


class MappingFaulty(Exception):
    """A mapping that cannot be used; the message names every fault."""


@dataclass(frozen=True)
class Column:
    """What one column tells: a field or a question; of several columns for one question, each is one tick."""

    to: str
    #: Value in the file → code; the empty code leaves the value out.
    values: Mapping[str, str] = field(default_factory=dict)
    #: Sign between several answers in one cell.
    split: str = ""
    #: The code that a yes in this column ticks, where each answer has a column of its own.
    tick: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return the column as JSON."""
        document: dict[str, Any] = {"to": self.to}
        document |= {"values": dict(self.values)} if self.values else {}
        return document | {name: text for name, text in (("split", self.split), ("tick", self.tick)) if text}


@dataclass(frozen=True)
class Mapped:
    """A whole mapping: of which survey and version, into which wave, column by column."""

    survey: str
    version: int
    wave: str
    columns: Mapping[str, Column]
    fixed: Mapping[str, str] = field(default_factory=lambda: dict(FIXED))
    #: How it is known that these people agreed; goes into the audit log.
    agreed: str = ""
    unasked: str = "refuse"
    sheet: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the mapping as JSON."""
        return {
            "format": FORMAT,
            "survey": self.survey,
            "version": self.version,
            "wave": self.wave,
            "sheet": self.sheet,
            "agreed": self.agreed,
            "unasked": self.unasked,
            "fixed": dict(self.fixed),
            "columns": {head: column.to_document() for head, column in self.columns.items()},
        }

    def columns_to(self, target: str) -> dict[str, Column]:
        """Return the columns that tell one thing."""
        return {head: column for head, column in self.columns.items() if column.to == target}


def read_mapping(document: object) -> Mapped:
    """Return the mapping in a JSON document. Raises MappingFaulty."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise MappingFaulty(f"expected a mapping of the format {FORMAT!r}")
    columns, fixed = document.get("columns"), document.get("fixed") or {}
    texts = [document.get(name) for name in ("survey", "wave", "agreed", "unasked")]
    version, sheet = document.get("version"), document.get("sheet")
    is_whole = isinstance(columns, Mapping) and isinstance(fixed, Mapping) and isinstance(version, int)
    if not is_whole or not all(isinstance(text, str) for text in texts) or not isinstance(sheet, str | None):
        raise MappingFaulty("survey, version, wave, agreed, unasked, fixed and columns are needed")
    assert isinstance(columns, Mapping)  # noqa: S101 - said above
    assert isinstance(version, int)  # noqa: S101 - said above
    survey, wave, agreed, unasked = map(str, texts)
    read = {str(head): _column(str(head), entry) for head, entry in columns.items()}
    return Mapped(survey, version, wave, read, {**FIXED, **fixed}, agreed, unasked, sheet)


def faults_in(mapped: Mapped, questionnaire: Questionnaire, heads: tuple[str, ...]) -> list[str]:
    """Return what is wrong with a mapping for a file with these headings."""
    faults = [f"there is no column {head!r} in the file" for head in mapped.columns if head not in heads]
    if not WAVE_NAME.fullmatch(mapped.wave):
        faults.append("the wave has no name, such as 2019-autumn")
    if mapped.unasked not in UNASKED:
        faults.append(f"unasked is one of {', '.join(UNASKED)}")
    if not SHORTEST_STATEMENT <= len(mapped.agreed.strip()) <= LONGEST_STATEMENT:
        faults.append("say how it is known that these people agreed")
    for head, column in mapped.columns.items():
        faults += [f"column {head!r}: {fault}" for fault in _fault(column, mapped, questionnaire)]
    faults += [f"{name}: {fault}" for name, fault in _fixed_faults(mapped.fixed, questionnaire)]
    return faults


def targets_of(questionnaire: Questionnaire) -> dict[str, Question]:
    """Return the questions that a column may answer: all but drawings and notes."""
    return {
        question.id: question
        for question in questionnaire.questions
        if question.takes_answer and question.type is not QuestionType.DRAWING
    }


def _column(head: str, entry: object) -> Column:
    if not isinstance(entry, Mapping) or set(entry) - {"to", "values", "split", "tick"}:
        raise MappingFaulty(f"column {head!r}: expected to, values, split and tick")
    values, parts = entry.get("values") or {}, [entry.get(name) or "" for name in ("to", "split", "tick")]
    is_read = isinstance(values, Mapping) and all(isinstance(text, str) for text in (*values.values(), *parts))
    if not is_read or not parts[0]:
        raise MappingFaulty(f"column {head!r}: expected texts")
    return Column(
        str(parts[0]), {str(value): str(code) for value, code in values.items()}, str(parts[1]), str(parts[2])
    )


def _fault(column: Column, mapped: Mapped, questionnaire: Questionnaire) -> list[str]:
    question = targets_of(questionnaire).get(column.to)
    several = len(mapped.columns_to(column.to)) > 1
    if question is None and column.to not in FIELDS:
        return [f"there is no question or field {column.to!r}"]
    if several and not column.tick:
        return [f"{column.to} has more than one column: say which answer each of them ticks"]
    if column.tick and (question is None or not question.is_multiple):
        return [f"{column.to} has no answers to tick"]
    return []


def _fixed_faults(fixed: Mapping[str, str], questionnaire: Questionnaire) -> list[tuple[str, str]]:
    known: dict[str, tuple[str, ...]] = {
        "channel": CHANNELS,
        "style": questionnaire.styles,
        "assisted": ASSISTANCE,
        "guardian": ("", *GUARDIAN_WORDS),
        "language": tuple(language.tag for language in questionnaire.languages),
    }
    found = [
        (name, f"{fixed[name]!r} is not one of {', '.join(filter(None, of))}")
        for name, of in known.items()
        if fixed.get(name) not in of
    ]
    found += [(name, "no such field") for name in fixed if name not in FIXED]
    if (day := fixed.get("day")) and not _is_day(day):
        found.append(("day", "expected a date such as 2019-11-21"))
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
