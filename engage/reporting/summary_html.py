"""Lays a told summary out as HTML for the public page, the staff page and files: bars with their words as tables."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from engage import pictures
from engage.phrases import direction
from engage.questionnaire.wording import Wording
from engage.reporting.charts import draw_stack, draw_strip, draw_tenths
from engage.reporting.told import ToldAction, ToldAnswer, ToldPart, ToldQuestion, ToldQuote, ToldSection, ToldSummary

_HEADING = re.compile(r"(</?h)([1-4])(?=[ >])")
#: Answers of a scale that has a column for each.
MOST_COLUMNS = 3


def summary_html(told: ToldSummary, *, level: int = 1) -> str:
    """Return a summary from its heading, of this level, to how it is read; the page around it is the caller's."""
    made = "".join(_summary(told))
    return made if level == 1 else _HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + level - 1}", made)


def _summary(told: ToldSummary) -> Iterator[str]:
    yield f'<h1>{escape(told.heading)}</h1><p class="level">{escape(told.level)}</p><div>'
    if told.stand_in:
        yield f'<p class="stand-in">{escape(told.stand_in)}</p>'
    yield "".join(f"<p>{escape(note)}</p>" for note in told.notes)
    yield "</div>"
    for section in told.sections:
        yield _section(told, section)
    if told.in_own_words:
        yield _part(told, told.in_own_words, "".join(_quote(quote) for quote in told.quotes))
    for part in (told.change, told.sure):
        yield _part(told, part)
    if told.who:
        yield _section(told, told.who, " ".join(told.who_notes))
    yield _part(told, told.next, "".join(_action(action) for action in told.actions))
    yield _part(told, told.how)


def _section(told: ToldSummary, section: ToldSection, note: str = "") -> str:
    is_alone = len(section.questions) == 1
    # Who answered is a list of groups, in an order of its own but on no scale.
    body = "".join(
        _questions(told, run, is_alone=is_alone) if section.role == "who" else _run(told, run, is_alone=is_alone)
        for run in section.runs
    )
    lead = f"<p>{escape(note)}</p>" if note else ""
    heading = _heading(told, section.heading, section.picture)
    return f'<section class="card result {section.role}">{heading}{lead}{body}</section>'


def _part(told: ToldSummary, part: ToldPart, more: str = "") -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in part.lines)
    return f'<section class="card part">{_heading(told, part.heading, part.picture)}{lines}{more}</section>'


def _heading(told: ToldSummary, words: str, picture: str | None) -> str:
    drawn = f'<span class="picture">{pictures.svg(picture)}</span>' if told.is_easy and picture else ""
    return f"<h2>{drawn}<span>{escape(words)}</span></h2>"


def _run(told: ToldSummary, run: Sequence[ToldQuestion], *, is_alone: bool) -> str:
    if not told.is_easy and run[0].is_ordered and 0 < len(run[0].answers) <= MOST_COLUMNS:
        return _scales(told, run)
    return _questions(told, run, is_alone=is_alone)


def _questions(told: ToldSummary, run: Sequence[ToldQuestion], *, is_alone: bool) -> str:
    return "".join(_question(told, question, is_alone=is_alone) for question in run)


def _scales(told: ToldSummary, run: Sequence[ToldQuestion]) -> str:
    """Return several questions on one scale as a table: each with its bar, and a column for each answer."""
    heads = "".join(f'<th scope="col">{_worded(answer.label)}</th>' for answer in run[0].answers)
    rows = "".join(_scale_row(told, question) for question in run)
    return (
        f'<table class="scales"><thead><tr><th scope="col" class="question">{escape(told.heads[0])}</th>{heads}</tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _scale_row(told: ToldSummary, question: ToldQuestion) -> str:
    name = "; ".join(f"{answer.label}: {answer.said}" for answer in question.answers)
    chart = draw_stack([each.cell for each in question.answers], question.quality, name, direction=told.direction)
    lines = (question.base, *((question.stand_in,) if question.stand_in else ()), *question.beside)
    told_of = " ".join(f"<small>{escape(line)}</small>" for line in lines)
    cells = "".join(f"<td>{_said(answer, with_beside=False)}</td>" for answer in question.answers)
    return (
        f'<tr id="{escape(question.id)}"><th scope="row" class="question">{_worded(question.text)} '
        f"{told_of}{chart}</th>{cells}</tr>"
    )


def _question(told: ToldSummary, question: ToldQuestion, *, is_alone: bool) -> str:
    tag = "p" if is_alone else "h3"
    lines = [question.base, *question.notes]
    told_of = "".join(f'<p class="quality">{escape(line)}</p>' for line in lines)
    if question.stand_in:
        told_of += f'<p class="stand-in">{escape(question.stand_in)}</p>'
    rows = "".join(_answer_row(told, question, answer) for answer in question.answers)
    easy = ' class="easy"' if told.is_easy else ""
    table = f'<table{easy} aria-labelledby="{escape(question.id)}"><tbody>{rows}</tbody></table>' if rows else ""
    heading = f'<{tag} class="put" id="{escape(question.id)}">{_worded(question.text)}</{tag}>'
    return f"{heading}{told_of}{table}"


def _answer_row(told: ToldSummary, question: ToldQuestion, answer: ToldAnswer) -> str:
    drawn = f'<span class="picture">{pictures.svg(answer.picture)}</span>' if answer.picture else ""
    return (
        f'<tr><th scope="row">{drawn}<span>{_worded(answer.label)}</span></th>'
        f'<td class="drawn">{_chart(told, question, answer)}</td><td class="said">{_said(answer)}</td></tr>'
    )


def _chart(told: ToldSummary, question: ToldQuestion, answer: ToldAnswer) -> str:
    if not told.is_easy:
        return draw_strip(answer.cell, question.quality, answer.said, direction=told.direction)
    if answer.tenths is None:
        return ""
    return draw_tenths(answer.tenths, question.quality, answer.said, direction=told.direction)


def _said(answer: ToldAnswer, *, with_beside: bool = True) -> str:
    remarks = (answer.interval, answer.beside if with_beside else None, *answer.remarks)
    return f"<strong>{escape(answer.said)}</strong>" + "".join(
        f" <small>{escape(remark)}</small>" for remark in remarks if remark
    )


def _quote(quote: ToldQuote) -> str:
    """Return a quote in the language and direction it stands in, and whose it is in the page's."""
    language = quote.words.language
    words = f'<p lang="{escape(language)}" dir="{direction(language)}">{escape(quote.words.text)}</p>'
    return f"<blockquote>{words}<p><small>{escape(quote.by)}</small></p></blockquote>"


def _action(action: ToldAction) -> str:
    return (
        f'<div class="action"><p><strong>{_worded(action.said)}</strong></p><p>{_worded(action.done)}</p>'
        f"<p><small>{escape(action.by)}</small></p></div>"
    )


def _worded(wording: Wording) -> str:
    words = escape(wording.text)
    if not wording.is_fallback:
        return words
    return f'<span lang="{escape(wording.language)}" dir="{direction(wording.language)}">{words}</span>'
