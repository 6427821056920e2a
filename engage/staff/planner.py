"""The planner: before fieldwork begins, what each area will be able to publish with the replies expected."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engage.areas import Level
from engage.reporting.coverage import Fieldwork
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.planner import Plan, Planned, aimed_at, make_plan, margin_of, spread
from engage.reporting.planner_map import draw_plan
from engage.reporting.targets import is_wanted
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.coverage_asked import asked_wave, the_fieldwork, the_kinds
from engage.storage.coverage import COMMUNITY, REPLIES

#: Per cent of the targets that are taken to come in, unless another number is given.
SHARE = "100"
#: Bases whose margins stand on the page as examples.
_EXAMPLES = (10, 30, 50, 100, 400)


@dataclass(frozen=True)
class District:
    """A district: the numbers to type, and what may be shown of it, its places and its wards."""

    name: str
    rows: list[Planned]
    #: Code and name of each area with a number of its own.
    fields: list[tuple[str, str]]


@staff_pages.get("/staff/coverage/planner")
@requires(Permission.SEE_COVERAGE)
def planner() -> ResponseReturnValue:
    """Show what may be shown of each area with the targets, or with the numbers in the form."""
    with the_instance().database.reading() as session:
        asked = asked_wave(session, request.args) or abort(404)
        fieldwork = the_fieldwork(session, asked, (REPLIES, COMMUNITY))
        share = request.args.get("share", SHARE)
        if not is_wanted(share) or not 0 < int(share) <= 100:  # noqa: PLR2004 - per cent
            share = SHARE
        wanted = _wanted(fieldwork, request.args)
        plan = make_plan(fieldwork, the_kinds(fieldwork), spread(fieldwork, wanted, int(share) / 100))
        drawn = draw_plan(session, fieldwork.ground, plan)
    return render_template(
        "staff/planner.html",
        asked=asked,
        plan=plan,
        share=share,
        wanted=wanted,
        by_district=_by_district(fieldwork, plan, wanted),
        drawn=Markup(drawn) if drawn else None,  # noqa: S704 - escaped where it is drawn
        examples=[(base, margin_of(base)) for base in _EXAMPLES],
        has_targets=fieldwork.has_area_targets,
        has_heard=fieldwork.heard.of(EVERYBODY) > 0,
    )


def _wanted(fieldwork: Fieldwork, given: Mapping[str, str]) -> dict[str, int]:
    """Return replies by area: the targets, with those numbers that were typed in place of them."""
    wanted = aimed_at(fieldwork)
    typed = {code: int(given[code]) for code in wanted if is_wanted(given.get(code, ""))}
    return wanted | typed


def _by_district(fieldwork: Fieldwork, plan: Plan, wanted: Mapping[str, int]) -> list[District]:
    """Return each district with the numbers to type and what may be shown of its places and wards."""
    tree = fieldwork.ground.tree
    found = []
    for district in tree.at_level(Level.DISTRICT):
        rows = [one for one in plan.areas if tree.is_within(one.code, district.code) and one.code in fieldwork.ground]
        if rows:
            fields = [(code, tree[code].name) for code in wanted if tree.is_within(code, district.code)]
            found.append(District(district.name, rows, fields))
    return found
