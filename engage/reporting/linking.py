"""Tells the release audit which people of one question are all among those of another."""

from collections.abc import Iterator, Mapping, Sequence

from engage.questionnaire.conditions import AnswerIs
from engage.questionnaire.model import Questionnaire
from engage.reporting.planning import release_plan, table_questions
from engage.reporting.printed import area_key
from engage.results.audited import AuditedQuestion, Link
from engage.results.hierarchy import RowKey
from engage.results.tabulation import TableQuestion

#: The column of a row's base.
_BASE = -1
_Pair = tuple[RowKey, int, RowKey, tuple[int, ...]]


def links_of(questionnaire: Questionnaire, audited: Sequence[AuditedQuestion]) -> tuple[Link, ...]:
    """Return every link between questions: of groups, routes, options taken from another question, and rankings."""
    tables = {question.id: question for question in table_questions(questionnaire)}
    known = {question.id: question for question in audited}
    found = [
        *_group_links(questionnaire, known, tables),
        *_route_links(questionnaire, known, tables),
        *_option_links(questionnaire, known, tables),
        *_ranking_links(known, tables),
    ]
    return tuple(link for link in found if link.pairs)


def _group_links(
    questionnaire: Questionnaire, known: Mapping[str, AuditedQuestion], tables: Mapping[str, TableQuestion]
) -> Iterator[Link]:
    """Yield that women who answered a question are among the women."""
    for name, about in release_plan(questionnaire).demographics.items():
        if about not in known:
            continue
        column = {code: place for place, code in enumerate(tables[about].columns)}
        there = known[about].hierarchy.number
        for other, question in known.items():
            keys = (key for key in question.hierarchy.keys if key.rows == name and key.code in column)
            pairs = [
                (key, _BASE, area_key(key.area), (column[key.code or ""],))
                for key in keys
                if area_key(key.area) in there
            ]
            yield Link(other, about, tuple(pairs))


def _route_links(
    questionnaire: Questionnaire, known: Mapping[str, AuditedQuestion], tables: Mapping[str, TableQuestion]
) -> Iterator[Link]:
    """Yield that whoever was asked because of an answer gave that answer."""
    for question in questionnaire.questions:
        asked = question.show_when
        if question.id in known and isinstance(asked, AnswerIs) and asked.question_id in known:
            columns = _columns(tables[asked.question_id], asked.codes)
            if columns:
                pairs = [(key, _BASE, key, columns) for key in _shared(known, question.id, asked.question_id)]
                yield Link(question.id, asked.question_id, tuple(pairs))


def _option_links(
    questionnaire: Questionnaire, known: Mapping[str, AuditedQuestion], tables: Mapping[str, TableQuestion]
) -> Iterator[Link]:
    """Yield that whoever says that a reason matters most gave that reason."""
    for question in questionnaire.questions:
        parent = question.options_from
        if parent is None or parent not in known or question.id not in known:
            continue
        pairs: list[_Pair] = []
        for place, code in enumerate(tables[question.id].columns):
            columns = _columns(tables[parent], (code,))
            if columns:
                pairs += [(key, place, key, columns) for key in _shared(known, question.id, parent)]
        yield Link(question.id, parent, tuple(pairs))


def _ranking_links(known: Mapping[str, AuditedQuestion], tables: Mapping[str, TableQuestion]) -> Iterator[Link]:
    """Yield that what somebody ranked first is among their first three, in two tables of the same people."""
    for name, table in tables.items():
        if (first := table.source) and {first, name} <= set(known):
            rows, columns = _shared(known, name, first), (*range(len(table.columns)), _BASE)
            yield Link(first, name, tuple((key, place, key, (place,)) for key in rows for place in columns))
            yield Link(name, first, tuple((key, _BASE, key, (_BASE,)) for key in rows))


def _columns(question: TableQuestion, codes: Sequence[str]) -> tuple[int, ...]:
    """Return the columns of some codes; none where a code has no column of its own."""
    if question.fold or not set(codes) <= set(question.columns):
        return ()
    return tuple(question.columns.index(code) for code in codes)


def _shared(known: Mapping[str, AuditedQuestion], one: str, other: str) -> list[RowKey]:
    there = known[other].hierarchy.number
    return [key for key in known[one].hierarchy.keys if key in there]
