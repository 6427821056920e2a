"""Sets a published table out for readers: as an HTML table, and as a chart that says the same."""

from collections.abc import Iterator, Sequence
from html import escape

from engage.phrases import direction
from engage.questionnaire.wording import Wording
from engage.reporting.charts import Bar, BarGroup, draw_chart
from engage.reporting.labels import Labels
from engage.reporting.words import Saying, percent, share_saying, stand_in_saying
from engage.results.plan import AREA
from engage.results.published import PublishedCell, PublishedRow, PublishedTable

#: Bars a chart holds; a larger table is read as a table.
MOST_DRAWN = 100


def table_title(table: PublishedTable, labels: Labels) -> str:
    """Return the question a table is about, asked of the area it is about where that is one."""
    codes = {row.shown_for or row.row for row in table.rows_shown} if table.area is None else {table.area}
    place = labels.area(codes.pop()) if len(codes) == 1 else str(labels.phrase("web.here"))
    return str(labels.question(table.question, place))


def table_options(table: PublishedTable) -> tuple[str, ...]:
    """Return the answers in a table's columns, in order; none where no row is shown."""
    return next((tuple(cell.option for cell in row.cells) for row in table.rows_shown if row.cells), ())


def html_table(table: PublishedTable, labels: Labels) -> str:
    """Return a table with a row for each area or group and a column for each answer; of one row, turned round."""
    if len(table.rows_shown) == 1:
        return _html_single(table, table.rows_shown[0], labels)
    options = [labels.option(table.question, code) for code in table_options(table)]
    heads = (f'<th scope="col"{_lang(option)}>{escape(option.text)}</th>' for option in options)
    corner = escape(str(labels.phrase("results.row")))
    base = escape(str(labels.phrase("results.people")))
    rows = "".join(_html_row(table, row, labels, len(options)) for row in table.rows_shown)
    return (
        f"<table><caption>{escape(table_title(table, labels))}</caption><thead><tr>"
        f'<th scope="col">{corner}</th><th scope="col">{base}</th>{"".join(heads)}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def draw_table(table: PublishedTable, labels: Labels) -> str:
    """Return a table as one chart; empty where no row is shown, or there are too many bars to read.

    Of several areas only those with figures of their own are drawn: the same bars under two names would
    seem to say that two places are alike.
    """
    groups = bar_groups(table, labels)
    if not 0 < sum(len(group.bars) for group in groups) <= MOST_DRAWN:
        return ""
    title = table_title(table, labels)
    return draw_chart(title, describe(groups), groups, direction=direction(labels.language))


def bar_groups(table: PublishedTable, labels: Labels) -> Sequence[BarGroup]:
    """Return what a chart of a table holds: the bars of each row with figures of its own."""
    is_single = len(table.rows_shown) == 1
    shown = [row for row in table.rows_shown if row.cells and (is_single or row.shown_for == row.row)]
    return [BarGroup(_heading(table, row, labels), bars_of(table, row, labels)) for row in shown]


def bars_of(table: PublishedTable, row: PublishedRow, labels: Labels) -> Sequence[Bar]:
    """Return the bars of one row, in the questionnaire's order."""
    return [
        Bar(
            str(labels.option(table.question, cell.option)),
            cell,
            share_saying(cell, labels.style).text(labels.phrases),
            row.quality,
        )
        for cell in row.cells
    ]


def describe(groups: Sequence[BarGroup]) -> str:
    """Return what a chart shows, in words."""
    return " ".join(
        f"{group.heading}: " * bool(group.heading) + "; ".join(f"{bar.label}, {bar.said}" for bar in group.bars) + "."
        for group in groups
    )


def _heading(table: PublishedTable, row: PublishedRow, labels: Labels) -> str:
    """Return what stands over a row's bars; where it is the only one, no more than whom it was shown for."""
    if len(table.rows_shown) > 1 or table.rows != AREA:
        return str(labels.row(table.rows, row.row))
    saying = _stand_in(table, row, labels)
    return saying.text(labels.phrases) if saying else ""


def _html_single(table: PublishedTable, row: PublishedRow, labels: Labels) -> str:
    """Return one row as a list of its answers, which fits a telephone."""
    told = [table_title(table, labels), _heading(table, row, labels), _base(row, labels)]
    caption = "<br>".join(escape(words) for words in told if words)
    heads = "".join(
        f'<th scope="col">{escape(labels.phrases.say(f"results.{head}"))}</th>'
        for head in ("answer", "people", "share_head", "interval_head")
    )
    rows = "".join(_html_answer(table, cell, labels) for cell in row.cells)
    body = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>" if rows else ""
    return f"<table><caption>{caption}</caption>{body}</table>"


def _html_answer(table: PublishedTable, cell: PublishedCell, labels: Labels) -> str:
    label = labels.option(table.question, cell.option)
    head = f'<th scope="row"{_lang(label)}>{escape(label.text)}</th>'
    if cell.share is None or cell.low is None or cell.high is None:
        return f"<tr>{head}<td>{escape(cell.shown)}</td><td></td><td></td></tr>"
    interval = f"{percent(cell.low)} to {percent(cell.high)} %"
    return f"<tr>{head}<td>{cell.shown}</td><td>{percent(cell.share)} %</td><td>{interval}</td></tr>"


def _base(row: PublishedRow, labels: Labels) -> str:
    quality = labels.phrases.say(f"results.short.{row.quality}")
    return quality if row.base is None else f"{labels.phrases.say('results.people')}: {row.base}, {quality}"


def _html_row(table: PublishedTable, row: PublishedRow, labels: Labels, width: int) -> str:
    label = labels.row(table.rows, row.row)
    saying = _stand_in(table, row, labels)
    note = f"<br><small>{escape(saying.text(labels.phrases))}</small>" if saying else ""
    head = f'<th scope="row"{_lang(label)}>{escape(label.text)}{note}</th>'
    quality = escape(labels.phrases.say(f"results.short.{row.quality}"))
    if not row.cells:
        return f'<tr>{head}<td colspan="{width + 1}">{quality}</td></tr>'
    base = f"{row.base}<br><small>{quality}</small>"
    return f"<tr>{head}<td>{base}</td>{''.join(_html_cells(row.cells))}</tr>"


def _html_cells(cells: Sequence[PublishedCell]) -> Iterator[str]:
    for cell in cells:
        if cell.share is None or cell.low is None or cell.high is None:
            yield f"<td>{escape(cell.shown)}</td>"
            continue
        interval = f"{percent(cell.low)} to {percent(cell.high)} %"
        yield f"<td>{cell.shown}<br><strong>{percent(cell.share)} %</strong><br><small>{interval}</small></td>"


def _stand_in(table: PublishedTable, row: PublishedRow, labels: Labels) -> Saying | None:
    if table.rows != AREA:
        return None
    return stand_in_saying(row, {code: labels.area(code) for code in (row.row, row.shown_for) if code})


def _lang(wording: Wording) -> str:
    return f' lang="{escape(wording.language)}" dir="{direction(wording.language)}"' if wording.is_fallback else ""
