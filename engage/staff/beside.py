"""Perception beside other data: staff pick an answer and an indicator, and see both place by place with caveats."""

from dataclasses import replace
from io import BytesIO

from flask import abort, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engage.areas import ATTRIBUTION, period_words
from engage.collection import whereabouts
from engage.reporting.beside import CAVEATS, LEVELS, Beside, put_beside
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.reading import Published
from engage.reporting.report import ReportChanged
from engage.reporting.slides import SLIDE_WRITERS, SlideOrder, make_deck
from engage.staff.access import Permission, requires
from engage.staff.asked import Asked, read_asked
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import reaches, scope
from engage.storage import indicators, reports
from engage.storage.database import Session
from engage.storage.indicators import Indicator
from engage.storage.reports import Report

LEVEL_WORDS = {"place": "named places", "district": "districts"}
VERDICT_WORDS = {
    "higher": "higher than elsewhere",
    "lower": "lower than elsewhere",
    "no_clear_difference": "no clear difference",
}


@staff_pages.get("/staff/beside")
@requires(Permission.READ_RESULTS)
def beside() -> ResponseReturnValue:
    """Show what people feel beside what others recorded."""
    with the_instance().database.reading() as session:
        asked = read_asked(session, request.args)
        known = indicators.list_all(session)
        indicator = _indicator(known)
        periods = indicators.periods_of(session, indicator.id) if indicator else []
        found = _find(session, asked.published, indicator, periods) if asked.published else None
        written = _reports(session, asked.published) if asked.published else []
    return render_template(
        "staff/beside.html",
        asked=asked,
        known=known,
        indicator=indicator,
        periods=[(period, period_words(period)) for period in periods],
        period=_chosen("period", periods),
        questions=_questions(asked.published) if asked.published else [],
        question=_question(asked.published) if asked.published else "",
        level=_chosen("level", LEVELS),
        levels=LEVEL_WORDS,
        found=found,
        caveats=CAVEATS,
        verdicts=VERDICT_WORDS,
        attribution=ATTRIBUTION,
        formats=list(SLIDE_WRITERS),
        reports=written,
    )


@staff_pages.get("/staff/slides")
@requires(Permission.READ_RESULTS)
def slides() -> ResponseReturnValue:
    """Hand out the slides of an area for the quarterly partner report."""
    form = request.args.get("format", "")
    if form not in SLIDE_WRITERS:
        abort(404)
    write, media_type = SLIDE_WRITERS[form]
    with the_instance().database.reading() as session:
        asked = read_asked(session, request.args)
        if asked.published is None:
            abort(404)
        order = _order(session, asked, asked.published)
        try:
            deck = make_deck(session, asked.published, order)
        except (AreaNotInSurvey, ReportChanged):
            abort(404)
    release = asked.published.release
    name = f"{release.survey}-{release.wave}-{order.area.replace(':', '-')}-slides.{form}"
    return send_file(BytesIO(write(deck)), media_type, as_attachment=True, download_name=name)


def _order(session: Session, asked: Asked, published: Published) -> SlideOrder:
    indicator = _indicator(indicators.list_all(session))
    periods = indicators.periods_of(session, indicator.id) if indicator else []
    area = asked.chosen["area"] or published.ground.roots[0]
    report = next((one for one in _reports(session, published) if str(one.id) == request.args.get("report")), None)
    period, level = _chosen("period", periods), _chosen("level", LEVELS)
    return SlideOrder(area, _question(published), indicator, period, level, report)


def _reports(session: Session, published: Published) -> list[Report]:
    """Return the reports on the same survey, whose recommendations slides may end with."""
    known = [report for report in reports.list_all(session) if report.survey == published.release.survey]
    return [report for report in known if reaches(session, [whereabouts.of_report(session, report)])]


def _find(session: Session, published: Published, indicator: Indicator | None, periods: list[str]) -> Beside | None:
    question = _question(published)
    if indicator is None or not question or not periods:
        return None
    found = put_beside(session, published, question, indicator, _chosen("period", periods), _chosen("level", LEVELS))
    tree, limits = published.ground.tree, scope()
    if found is None or not limits.areas:
        return found
    names = {area.name for area in tree if limits.has_area(tree, area.code)}
    rows = tuple(row for row in found.rows if limits.has_area(tree, row.area.code))
    return replace(found, rows=rows, left_out=tuple(one for one in found.left_out if one[0] in names))


def _indicator(known: list[Indicator]) -> Indicator | None:
    wanted = request.args.get("indicator", "")
    return next((one for one in known if str(one.id) == wanted), known[0] if known else None)


def _chosen(name: str, values: list[str] | tuple[str, ...]) -> str:
    wanted = request.args.get(name, "")
    return wanted if wanted in values else next(iter(values), "")


def _questions(published: Published) -> list[tuple[str, str]]:
    """Return the questions on a scale about how safe it feels, or all on a scale where none is said to be."""
    questionnaire, labels = published.questionnaire, Labels(published.questionnaire, published.ground.tree)
    scaled = [question for question in questionnaire.questions if question.scale]
    safety = [question for question in scaled if question.summary == "safety"]
    return [(question.id, str(labels.question(question.id, "…"))) for question in safety or scaled]


def _question(published: Published) -> str:
    return _chosen("question", [question for question, _ in _questions(published)])
