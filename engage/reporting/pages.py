"""Lays a told summary out as PDF pages: standard on two columns, easy read with pictures, large print."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engage import pictures
from engage.phrases import direction, script_of
from engage.questionnaire.wording import Wording
from engage.reporting.charts import draw_stack, draw_strip, draw_tenths
from engage.reporting.told import ToldAnswer, ToldPart, ToldQuestion, ToldSection, ToldSummary
from engage.reporting.typesetting import letters_of, listed, quoted, set_pages

#: Size of type by style (points); easy read has 16 by its own rule.
_SIZES = {"standard": 9.2, "easy_read": 16.0, "large_print": 18.0}
#: Size of what stands below other words, in ems; in easy read nothing is smaller than 14 points.
_SMALL, _SMALL_EASY = 0.86, 0.9
#: Space between rows of Latin letters, in ems; the lines of other scripts stand far enough apart.
_AIR = 0.15
_INK = "#0b2b40"
#: Parts of the standard page that stand side by side.
_PAIRS = (("unsafe", "causes"), ("help", "turn_to"))

#: Answers of a scale that has a column for each.
_MOST_COLUMNS = 3

#: How the parts of a page look; everything a document says is handed to these as strings.
_LOOKS = """
#set block(spacing: 0.62em)
#show heading: set block(above: 1em, below: 0.5em)
#show heading.where(level: 1): set text(size: 1.55em)
#show heading.where(level: 2): set text(size: 1.2em)
#show heading.where(level: 3): set text(size: 1em)
#let soft(body) = text(size: small, fill: rgb("#44606f"), body)
#let boxed(body, mark) = block(width: 100%, fill: rgb("#f2f6f8"), inset: 0.7em,
  stroke: (left: if mark == "start" {3pt + rgb("#0b2b40")}, right: if mark == "end" {3pt + rgb("#0b2b40")}), body)
#let drawn(svg, width, height) = pdf.artifact(image(bytes(svg), format: "svg", width: width, height: height,
  fit: "stretch"))
#let figure-of(said, remarks, between) = { strong(said); for remark in remarks { between; soft(remark) } }
#let told(label, remarks) = { label; for remark in remarks { linebreak(); soft(remark) } }
#let answers(heads, rows, widths, height) = table(columns: widths, stroke: none, inset: (x: 0pt, y: 0.2em),
  column-gutter: 0.9em, row-gutter: if widths.len() == 3 { 0pt } else { air },
  table.header(..heads.map(head => soft(head))),
  ..rows.map(row => if widths.len() == 3 { (row.label, drawn(row.chart, 100%, height), row.said) } else {
    (row.label, { drawn(row.chart, 100%, height); v(0.25em, weak: true); row.said }) }).flatten())
#let scales(heads, rows, sayings) = context {
  let widest = calc.max(0pt, ..sayings.map(said => measure(strong(said)).width)) + 0.2em.to-absolute()
  let column = calc.clamp(widest / 1em.to-absolute(), 8, 9.8) * 1em
  table(columns: (1fr,) + (heads.len() - 1) * (column,), stroke: none,
    inset: (x: 0pt, y: 0.3em), column-gutter: 0.9em, row-gutter: air,
    table.header(..heads.map(head => soft(head))),
    table.hline(stroke: 0.4pt + rgb("#8a9aa5")),
    ..rows.map(row => ({ row.label; v(0.3em, weak: true); drawn(row.chart, 100%, 1em) }, ..row.said)).flatten())
}
#let pictured(svg, size, body) = grid(columns: (size, 1fr), column-gutter: 0.7em, align: horizon,
  pdf.artifact(image(bytes(svg), format: "svg", width: size)), body)
"""


def summary_pdf(told: ToldSummary, *, at: datetime) -> bytes:
    """Return a summary as an accessible PDF; `at` is the moment it says it was made. Raises ScriptUnknown."""
    return set_pages(summary_source(told), at=at)


def summary_source(told: ToldSummary) -> str:
    """Return the typst document of a summary."""
    return "".join(_document(told))


def _document(told: ToldSummary) -> Iterator[str]:
    yield f"#let small = {_SMALL if told.style == 'standard' else _SMALL_EASY}em\n"
    yield f"#let air = {_AIR if script_of(told.language) == 'Latn' else 0}em\n"
    yield _LOOKS
    yield f"#set document(title: {quoted(f'{told.survey}: {told.heading}')})\n"
    yield letters_of(told.language)
    yield f'#set text(size: {_SIZES[told.style]}pt, fill: rgb("{_INK}"), hyphenate: false)\n'
    yield f'#set page(paper: "a4", margin: (x: 16mm, top: 10mm, bottom: 12mm), footer: {_footer(told)})\n'
    yield from _head(told)
    yield from _body(told)
    yield from _tail(told)


def _footer(told: ToldSummary) -> str:
    """Return the foot of every page: which page it is."""
    before, _, rest = told.paging.partition("{page}")
    between, _, after = rest.partition("{pages}")
    here, last = "str(counter(page).get().first())", "str(counter(page).final().first())"
    words = f"{quoted(before)} + {here} + {quoted(between)} + {last} + {quoted(after)}"
    return f"context align(center, soft({words}))"


def _head(told: ToldSummary) -> Iterator[str]:
    yield f"#soft({quoted(f'{told.survey} · {told.level}')})\n"
    yield f"#heading(level: 1, {quoted(told.heading)})\n"
    for line in (told.made_up, told.stand_in):
        if line:
            yield f"#boxed({quoted(line)}, {_mark(told)})\n"
    yield f"#par({quoted(' '.join(told.notes))})\n"


def _mark(told: ToldSummary) -> str:
    """Return at which side a box has its line: where reading begins."""
    return quoted("end" if told.direction == "rtl" else "start")


def _body(told: ToldSummary) -> Iterator[str]:
    if told.style != "standard":
        for section in told.sections:
            yield from _section(told, section)
        return
    by_role = {section.role: section for section in told.sections}
    partners = {first: second for first, second in _PAIRS if first in by_role and second in by_role}
    for section in told.sections:
        if section.role in partners:
            beside = by_role[partners[section.role]]
            yield _side_by_side(*("".join(_section(told, each, is_narrow=True)) for each in (section, beside)))
        elif section.role not in partners.values():
            yield from _section(told, section)


def _side_by_side(*sides: str) -> str:
    columns = ", ".join(f"[\n{side}]" for side in sides)
    beside = f"grid(columns: (1fr, 1fr), column-gutter: 2em, row-gutter: 0.8em, {columns})"
    return f"#block(breakable: false, above: 0.9em, {beside})\n"


def _tail(told: ToldSummary) -> Iterator[str]:
    if told.in_own_words:
        yield from _part(told, told.in_own_words)
    for quote in told.quotes:
        by = f"soft({quoted(quote.by)})"
        yield f"#block(breakable: false, boxed({{ {_worded(quote.words)}; linebreak(); {by} }}, {_mark(told)}))\n"
    for part in (told.change, told.sure):
        yield from _part(told, part)
    if told.who:
        yield from _who(told, told.who)
    yield from _part(told, told.next)
    for action in told.actions:
        yield f"#par({{ strong({_worded(action.said)}); linebreak(); {_worded(action.done)}; linebreak(); "
        yield f"soft({quoted(action.by)}) }})\n"
    yield _heading(told, told.how.heading, told.how.picture)
    together = [" ".join(told.how.lines)] if told.style == "standard" else told.how.lines
    yield "".join(f"#par(soft({quoted(line)}))\n" for line in together)
    for line in (told.address, told.drafted):
        if line:
            yield f"#par(soft({quoted(line)}))\n"
    if told.attribution:
        yield f'#align(left, text(lang: "en", dir: ltr, soft({quoted(told.attribution)})))\n'


def _part(told: ToldSummary, part: ToldPart) -> Iterator[str]:
    yield _heading(told, part.heading, part.picture)
    for line in part.lines:
        yield f"#par({quoted(line)})\n"


def _heading(told: ToldSummary, words: str, picture: str | None) -> str:
    if told.is_easy and picture:
        return f"#heading(level: 2, pictured({_svg(picture)}, 2.6em, {quoted(words)}))\n"
    return f"#heading(level: 2, {quoted(words)})\n"


def _who(told: ToldSummary, section: ToldSection) -> Iterator[str]:
    yield _heading(told, section.heading, section.picture)
    yield f"#par({quoted(' '.join(told.who_notes))})\n"
    is_narrow = not any(answer.beside for question in section.questions for answer in question.answers)
    asked = ["".join(_question(told, question, is_narrow=is_narrow)) for question in section.questions]
    if told.style != "standard" or not is_narrow:
        yield "".join(asked)
        return
    for place in range(0, len(asked), 2):
        yield _side_by_side(*asked[place : place + 2])


def _section(told: ToldSummary, section: ToldSection, *, is_narrow: bool = False) -> Iterator[str]:
    yield _heading(told, section.heading, section.picture)
    is_alone = len(section.questions) == 1
    for run in section.runs:
        is_scale = run[0].is_ordered and 0 < len(run[0].answers) <= _MOST_COLUMNS
        if is_scale and told.style == "standard" and not is_narrow:
            yield _scales(told, run)
        else:
            for question in run:
                yield from _question(told, question, is_alone=is_alone, is_narrow=is_narrow)


def _scales(told: ToldSummary, run: Sequence[ToldQuestion]) -> str:
    """Return several questions on one scale as a table: each with its bar, and a column for each answer."""
    heads = [quoted(told.heads[0]), *(_worded(answer.label) for answer in run[0].answers)]
    rows = []
    for question in run:
        lines = [quoted(line) for line in (question.base, question.stand_in) if line]
        chart = draw_stack([answer.cell for answer in question.answers], question.quality, "", direction=told.direction)
        said = listed([_said(answer, with_interval=False) for answer in question.answers])
        label = f"told({_worded(question.text)}, {listed(lines)})"
        rows.append(f"(label: {label}, chart: {quoted(chart)}, said: {said})")
    sayings = [quoted(each.said) for question in run for each in question.answers if each.cell.share is not None]
    return f"#scales({listed(heads)}, {listed(rows)}, {listed(sayings)})\n"


def _question(
    told: ToldSummary, question: ToldQuestion, *, is_alone: bool = False, is_narrow: bool = False
) -> Iterator[str]:
    words = _worded(question.text)
    is_standard = told.style == "standard"
    yield f"#par({words})\n" if is_alone and is_standard else f"#heading(level: 3, {words})\n"
    lines = [question.base, *question.notes, *((question.stand_in,) if question.stand_in else ())]
    yield f"#block(sticky: true, soft({quoted(' '.join(lines))}))\n"
    if told.is_easy:
        for answer in question.answers:
            yield _pictured_answer(told, question, answer)
    elif question.answers:
        is_wide = is_standard and not is_narrow
        heads = listed([quoted(told.heads[1]), *([quoted("")] if is_wide else []), quoted(told.heads[2])])
        rows = listed([_answer_row(told, question, answer, is_narrow=is_narrow) for answer in question.answers])
        widths = "(1fr, 1fr, 1.2fr)" if is_wide else "(0.85fr, 1fr)"
        yield f"#answers({heads}, {rows}, {widths}, {'0.95em' if is_standard else '1.2em'})\n"


def _answer_row(told: ToldSummary, question: ToldQuestion, answer: ToldAnswer, *, is_narrow: bool) -> str:
    chart = draw_strip(answer.cell, question.quality, "", direction=told.direction)
    return f"(label: {_worded(answer.label)}, chart: {quoted(chart)}, said: {_said(answer, is_stacked=is_narrow)})"


def _pictured_answer(told: ToldSummary, question: ToldQuestion, answer: ToldAnswer) -> str:
    """Return one answer in easy read: its picture, its words, ten people, and how many of them."""
    lines = [f"strong({_worded(answer.label)})"]
    if answer.tenths is not None:
        people = draw_tenths(answer.tenths, question.quality, "", direction=told.direction)
        lines.append(f"drawn({quoted(people)}, 12em, 1.76em)")
    lines.append(_said(answer))
    stacked = f"stack(spacing: 0.5em, {', '.join(lines)})"
    picture = _svg(answer.picture or "other")
    return f"#block(breakable: false, above: 0.9em, pictured({picture}, 4em, {stacked}))\n"


def _said(answer: ToldAnswer, *, is_stacked: bool = True, with_interval: bool = True) -> str:
    """Return what is said of an answer with how sure that is and remarks, one below the other or in one line."""
    interval = answer.interval if with_interval else None
    remarks = listed([quoted(remark) for remark in (interval, answer.beside, *answer.remarks) if remark])
    between = "linebreak()" if is_stacked else "h(0.6em)"
    return f"figure-of({quoted(answer.said)}, {remarks}, {between})"


def _worded(wording: Wording) -> str:
    """Return a wording as typst, marked with its own language where that is not the page's."""
    if not wording.is_fallback:
        return quoted(wording.text)
    code = wording.language.partition("-")[0]
    return f"text(lang: {quoted(code)}, dir: {direction(wording.language)}, {quoted(wording.text)})"


def _svg(name: str) -> str:
    return quoted(str(pictures.svg(name)).replace("currentColor", _INK).replace("<svg ", f'<svg xmlns="{_SVG}" ', 1))


_SVG = "http://www.w3.org/2000/svg"
