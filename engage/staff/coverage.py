"""Coverage: who has been heard so far, by where people live, and who has not; while fieldwork runs, for staff alone."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engage.areas import Area
from engage.reporting.coverage import Fieldwork, Shortfall, find_shortfalls, no_first_place
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.coverage_rows import AreaRow, GroupTable, area_rows, areas_within, group_tables, nowhere_rows
from engage.staff.access import Permission, requires
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.coverage_asked import AskedWave, asked_area, asked_wave, sees_counts, the_fieldwork, the_kinds
from engage.staff.scope import scope
from engage.staff.words import STATES
from engage.storage.database import Session

#: Lines of the list of where to go, unless all are asked for.
SHOWN = 12


@dataclass(frozen=True)
class Shown:
    """What the page says."""

    at: Area | None
    replies: str
    wanted: int | None
    short: list[Shortfall]
    #: What is said where no one place is shorter than others.
    anywhere: str
    rows: tuple[AreaRow, ...]
    nowhere: list[tuple[str, int]]
    groups: tuple[GroupTable, ...]
    #: Who the residents are: "aged 13 or over".
    who: str


@staff_pages.get("/staff/coverage")
@requires(Permission.SEE_COVERAGE, Permission.RUN_SESSIONS)
def coverage() -> ResponseReturnValue:
    """Show who has been heard so far and who has not."""
    with the_instance().database.reading() as session:
        asked = asked_wave(session, request.args)
        fieldwork = the_fieldwork(session, asked) if asked else None
        shown = _shown(session, fieldwork) if fieldwork else None
    return render_template(
        "staff/coverage.html",
        asked=asked,
        fieldwork=fieldwork,
        shown=shown,
        exact=sees_counts(),
        groups=_choices(asked, fieldwork),
        states=STATES,
        everything="all" in request.args,
        most=SHOWN,
    )


def _shown(session: Session, fieldwork: Fieldwork) -> Shown:
    exact, limits = sees_counts(), scope()
    code = asked_area(session, fieldwork, request.args)
    within = code or EVERYBODY
    reached = tuple(area for area in fieldwork.ground.areas if area.code in limits.areas)
    listed = reached if reached and code is None else areas_within(fieldwork, within)
    everybody_seen = exact and not limits.areas
    wanted = fieldwork.wanted(code) if code else _wanted_in_all(fieldwork)
    about = frozenset({code}) if code else limits.areas
    short = find_shortfalls(fieldwork, about)
    rows = area_rows(fieldwork, listed, within, exact=exact)
    return Shown(
        fieldwork.ground.area(code) if code else None,
        str(fieldwork.heard.of(within)) if exact else "",
        wanted,
        short,
        no_first_place(fieldwork, short, about),
        rows,
        list(nowhere_rows(fieldwork)) if everybody_seen and code is None else [],
        group_tables(fieldwork, the_kinds(fieldwork), within, exact=exact) if code or not limits.areas else (),
        _who(fieldwork, rows),
    )


def _wanted_in_all(fieldwork: Fieldwork) -> int | None:
    counts = [fieldwork.wanted(root) for root in fieldwork.ground.roots]
    return sum(count for count in counts if count) or None


def _who(fieldwork: Fieldwork, rows: tuple[AreaRow, ...]) -> str:
    is_local = any(row.level in ("ward", "place") for row in rows)
    return fieldwork.census.who.get("ward" if is_local else "district", "")


def _choices(asked: AskedWave | None, fieldwork: Fieldwork | None) -> list[AreaGroup]:
    """Return the areas to choose from; whoever is limited to some goes by the list of those."""
    return (
        []
        if asked is None or fieldwork is None or scope().areas
        else area_groups(fieldwork.ground.tree, asked.questionnaire)
    )
