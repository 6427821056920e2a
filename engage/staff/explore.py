"""Explore: staff pick question, breakdowns, area and wave, and see what may be shown or why something may not."""

from dataclasses import dataclass, replace

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage.reporting.care import find_one_batch
from engage.reporting.differences import RowName
from engage.reporting.exploring import Shortfall, Ways, find_shortfall, ways_of, wider_area
from engage.reporting.exports import FORMATS
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.planning import is_about_the_person, table_questions
from engage.reporting.reading import Published, find_tables, refusal_reason
from engage.reporting.tables import draw_table, html_table
from engage.reporting.ways_told import ToldWays, ToldWeighted, tell_ways, tell_weighted
from engage.results.plan import AREA, BreakdownRefused
from engage.results.published import PublishedTable
from engage.staff.access import Permission, requires
from engage.staff.asked import Asked, breakdown_choices, read_asked
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import scope
from engage.staff.words import STATES
from engage.storage.database import Session


@dataclass(frozen=True)
class _Found:
    """What the page shows: a table with what it lacks, or why there is none and what there is instead."""

    questions: tuple[tuple[str, str], ...]
    breakdowns: tuple[tuple[str, str], ...]
    ways: Ways | None = None
    table: PublishedTable | None = None
    chart: Markup | None = None
    written: Markup | None = None
    shortfall: Shortfall | None = None
    hangs_on: tuple[ToldWays, ...] = ()
    weighted: ToldWeighted | None = None
    refused: str | None = None
    #: A wider area that may be shown by the same, with its name.
    wider: tuple[str, str] | None = None


@staff_pages.get("/staff/results/explore")
@requires(Permission.READ_RESULTS)
def explore() -> ResponseReturnValue:
    """Show one question by one breakdown, or say why not."""
    with the_instance().database.reading() as session:
        asked = _whole(read_asked(session, request.args))
        found = _find(session, asked, asked.published) if asked.published else None
    return render_template(
        "staff/explore.html",
        asked=asked,
        found=found,
        names=dict(found.breakdowns) if found else {},
        states=STATES,
        formats=list(FORMATS),
        address=lambda **changes: url_for("staff.explore", **asked.chosen | changes),
    )


def _whole(asked: Asked) -> Asked:
    """Return what was asked with the first question and the whole survey where none was chosen."""
    if asked.published is None or asked.survey is None:
        return asked
    questionnaire = asked.published.questionnaire
    going_out = [question.id for question in table_questions(questionnaire)]
    about_places = (one.id for one in questionnaire.questions if one.id in going_out and not is_about_the_person(one))
    first = next(about_places, going_out[0] if going_out else "")
    chosen = asked.chosen | {"survey": asked.survey.slug, "wave": asked.published.release.wave}
    return replace(asked, chosen=chosen | {"question": chosen["question"] or first})


def _find(session: Session, asked: Asked, published: Published) -> _Found:
    chosen, labels = asked.chosen, Labels(published.questionnaire, published.ground.tree)
    area = chosen["area"] or published.ground.roots[0]
    by = ",".join(name for name in (chosen["by"], chosen["also"]) if name and name != AREA)
    questions = table_questions(published.questionnaire)
    told = tuple((question.id, str(labels.question(question.id, "…"))) for question in questions)
    found = _Found(told, breakdown_choices(published))
    try:
        ways = ways_of(published, area, chosen["question"])
        published.check(area, by, question=chosen["question"])
        tables = find_tables(session, published, area=area, by=by or None)
    except AreaNotInSurvey as refusal:
        return replace(found, refused=refusal_reason(refusal))
    except BreakdownRefused as refusal:
        wider = wider_area(published, area, by, chosen["question"])
        wider = wider if wider and scope().has_area(published.ground.tree, wider) else None
        return replace(
            found, ways=ways, refused=refusal_reason(refusal), wider=(wider, labels.area(wider)) if wider else None
        )
    table = next((one for one in tables if one.question == chosen["question"]), None)
    hangs_on = tell_ways(session, published, labels, area, [chosen["question"]])
    weighted = tell_weighted(session, published, labels, area, chosen["question"]) if not by else None
    found = replace(found, ways=ways, hangs_on=hangs_on, weighted=weighted)
    return _shown(found, table, labels, find_one_batch(session, published))


def _shown(found: _Found, table: PublishedTable | None, labels: Labels, one_batch: frozenset[RowName]) -> _Found:
    if table is None:
        return replace(found, refused="this release has no such table")
    return replace(
        found,
        table=table,
        chart=Markup(draw_table(table, labels)),  # noqa: S704 - escaped where it is drawn
        written=Markup(html_table(table, labels)),  # noqa: S704 - escaped where it is written
        shortfall=find_shortfall(table, labels, one_batch),
    )
