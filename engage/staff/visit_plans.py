"""Planning a visit, or writing one down: where, when, who goes, and a warning where people were asked lately."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.areas import AreaTree
from engage.collection import visits as visiting
from engage.collection.accounts import is_closed
from engage.collection.receive import LONDON
from engage.collection.visits import REST_WEEKS, Plan, VisitRefused
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.reporting.labels import Labels
from engage.reporting.planning import breakdown_rows
from engage.results.plan import COMMUNITY
from engage.staff.access import Permission, may, requires
from engage.staff.area_choices import AreaGroup, area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import chosen_survey, reached_surveys
from engage.staff.visits_shown import LatelyShown, lately_of, may_change, may_see
from engage.staff.words import language_name
from engage.storage import areas, organisations, staff, visits
from engage.storage.database import Session
from engage.storage.staff import Account
from engage.storage.visits import Visit


class AskedAgain(Exception):
    """The same people were asked a short while ago, and nobody has said to go all the same."""

    def __init__(self, lately: list[LatelyShown]) -> None:
        super().__init__(len(lately))
        self.lately = lately


@staff_pages.get("/staff/visits/new")
@requires(Permission.RUN_SESSIONS)
def new_visit() -> ResponseReturnValue:
    """Ask where and when."""
    today = the_instance().now().astimezone(LONDON).date()
    survey, area, place = (request.args.get(name, "") for name in ("survey", "area", "place"))
    return _page(Plan(survey, area, place, today, the_account().email))


@staff_pages.post("/staff/visits/new")
@requires(Permission.RUN_SESSIONS)
def add_visit() -> ResponseReturnValue:
    """Write a visit down."""
    return _keep(None)


@staff_pages.get("/staff/visits/<uuid:visit_id>/change")
@requires(Permission.RUN_SESSIONS)
def edit_visit(visit_id: UUID) -> ResponseReturnValue:
    """Show what is planned, to change it."""
    with the_instance().database.reading() as session:
        known = _theirs(session, visit_id)
    return _page(_plan_of(known), known)


@staff_pages.post("/staff/visits/<uuid:visit_id>/change")
@requires(Permission.RUN_SESSIONS)
def change_visit(visit_id: UUID) -> ResponseReturnValue:
    """Change what is planned."""
    with the_instance().database.reading() as session:
        known = _theirs(session, visit_id)
    return _keep(known)


def community_words(questionnaire: Questionnaire | None, tree: AreaTree | None = None) -> list[tuple[str, str]]:
    """Return the communities that a survey names, with their English words."""
    if questionnaire is None:
        return []
    labels = Labels(questionnaire, tree or AreaTree(()))
    return [(code, str(labels.row(COMMUNITY, code))) for code in breakdown_rows(questionnaire, COMMUNITY)]


def _keep(known: Visit | None) -> ResponseReturnValue:
    instance, plan = the_instance(), _posted()
    try:
        with instance.database.writing() as session:
            tree, keys, by, now = areas.read_tree(session), instance.settings.keys, the_account().email, instance.now()
            visit = visiting.plan_visit(session, keys, plan, by, now, known)
            _refuse(session, tree, visit)
    except AskedAgain as again:
        return _page(plan, known, lately=again.lately), 409
    except VisitRefused as refusal:
        return _page(plan, known, str(refusal)), 422
    return redirect(url_for("staff.visit", visit_id=visit.id, done="changed" if known else "planned"), 303)


def _refuse(session: Session, tree: AreaTree, visit: Visit) -> None:
    """Raise VisitRefused for a place that is not one's own, AskedAgain where the same people were asked lately."""
    if not may_see(the_account(), tree, replace(visit, ambassador="")):
        raise VisitRefused("area", "choose an area that is yours")
    lately = lately_of(session, tree, visit) if visit.checked_in_at is None else []
    if lately and request.form.get("all_the_same") != "yes":
        raise AskedAgain(lately)


def _posted() -> Plan:
    """Return what was filled in; only who plans visits sends somebody else."""
    form, account = request.form, the_account()
    who = form.get("ambassador", "") if may(account, Permission.PLAN_VISITS) else account.email
    return Plan(
        survey=form.get("survey", ""),
        area=form.get("area", ""),
        place=form.get("place", "").strip(),
        day=_day(form.get("day", "")),
        ambassador=who or account.email,
        begins=form.get("begins", "").strip(),
        community=form.get("community", ""),
        organisation=form.get("organisation", ""),
        languages=tuple(form.getlist("languages")),
    )


def _plan_of(known: Visit) -> Plan:
    return Plan(
        survey=known.survey,
        area=known.area,
        place=known.place,
        day=known.day,
        ambassador=known.ambassador,
        begins=known.begins or "",
        community=known.community or "",
        organisation=str(known.organisation or ""),
        languages=known.languages,
    )


def _page(
    typed: Plan, known: Visit | None = None, fault: str | None = None, lately: list[LatelyShown] | None = None
) -> str:
    with the_instance().database.reading() as session:
        surveys = reached_surveys(session)
        survey = chosen_survey(surveys, typed.survey)
        tree = areas.read_tree(session)
        listed = organisations.list_all(session)
        people = _people(session, typed.ambassador)
    return render_template(
        "staff/visit_form.html",
        visit=known,
        typed=typed,
        surveys=surveys,
        survey=survey,
        groups=_within(area_groups(tree, survey), tree, the_account()) if survey else [],
        organisations=listed,
        communities=community_words(survey, tree),
        languages=[(tag, language_name(tag), own_name(tag)) for tag in survey.offered()] if survey else [],
        people=people,
        fault=fault,
        lately=lately,
        weeks=REST_WEEKS,
    )


def _within(groups: list[AreaGroup], tree: AreaTree, account: Account) -> list[AreaGroup]:
    """Return the areas that somebody reaches; a district stays where anything in it does."""
    reached = account.scope
    kept = [
        AreaGroup(
            group.area,
            [one for one in group.places if reached.has_area(tree, one.code)],
            [one for one in group.wards if reached.has_area(tree, one.code)],
        )
        for group in groups
    ]
    return [one for one in kept if one.wards or one.places or reached.has_area(tree, one.area.code)]


def _people(session: Session, chosen: str) -> list[str]:
    going = [one for one in staff.list_all(session) if not is_closed(one) and may(one, Permission.RUN_SESSIONS)]
    return sorted({one.email for one in going} | ({chosen} if chosen else set()))


def _theirs(session: Session, visit_id: UUID) -> Visit:
    found, tree = visits.get(session, visit_id), areas.read_tree(session)
    if found is None or not may_see(the_account(), tree, found):
        abort(404)
    if not may_change(the_account(), found):
        abort(403)
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
