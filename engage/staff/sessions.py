"""Running a session: what to say and promise, what if, help lines, the training record, and all of it on one sheet."""

from io import BytesIO
from uuid import UUID

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from engage.collection.setting_up import organisation_of
from engage.collection.training import ITEMS, UnknownItem, confirm, missing
from engage.phrases import direction
from engage.questionnaire.model import Questionnaire
from engage.reporting.labels import Labels
from engage.reporting.session_sheet import SessionCard, card_of, sheet_pdf
from engage.staff.access import Permission, may, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.visits import visit_within_reach
from engage.staff.visits_shown import day_words
from engage.staff.words import STYLES, language_name
from engage.storage import questionnaires, staff, training
from engage.storage.database import Session
from engage.storage.visits import Visit


@staff_pages.get("/staff/visits/<uuid:visit_id>/session")
@requires(Permission.RUN_SESSIONS)
def run_session(visit_id: UUID) -> ResponseReturnValue:
    """Show what to say at a visit, in the order it is said."""
    with the_instance().database.reading() as session:
        visit, card = _card(session, visit_id)
        questionnaire = _asked(session, visit)
        untrained = missing(session, the_account())
    offered = questionnaire.offered()
    return render_template(
        "staff/session.html",
        visit=visit,
        card=card,
        direction=direction(card.language),
        languages=[(tag, language_name(tag)) for tag in dict.fromkeys((*visit.languages, *offered)) if tag in offered],
        styles=[(style, STYLES[style]) for style in questionnaire.styles_in(card.language)],
        style=_style(questionnaire, card.language),
        untrained=len(untrained),
        items=len(ITEMS),
    )


@staff_pages.get("/staff/visits/<uuid:visit_id>/session.pdf")
@requires(Permission.RUN_SESSIONS)
def session_sheet(visit_id: UUID) -> ResponseReturnValue:
    """Hand out the same on one sheet."""
    instance = the_instance()
    with instance.database.reading() as session:
        visit, card = _card(session, visit_id)
    made = sheet_pdf(card, at=instance.now())
    name = f"session-{visit.survey}-{visit.day.isoformat()}-{card.language}.pdf"
    return send_file(BytesIO(made), "application/pdf", as_attachment=True, download_name=name)


@staff_pages.get("/staff/training")
@requires(Permission.RUN_SESSIONS)
def my_training() -> ResponseReturnValue:
    """Show what to read and confirm; who plans visits sees how far everybody is."""
    account = the_account()
    with the_instance().database.reading() as session:
        own, everybody = training.of(session, account.id), training.of_all(session)
        known = staff.list_all(session) if may(account, Permission.PLAN_VISITS) else []
    people = [(one.email, everybody.get(one.id, {})) for one in known if may(one, Permission.RUN_SESSIONS)]
    return render_template(
        "staff/training.html", items=ITEMS, confirmed=own, people=people, done=request.args.get("done")
    )


@staff_pages.post("/staff/training")
@requires(Permission.RUN_SESSIONS)
def confirm_training() -> ResponseReturnValue:
    """Write down that somebody has read an item."""
    instance, account = the_instance(), the_account()
    try:
        with instance.database.writing() as session:
            confirm(session, instance.settings.keys, account, request.form.get("item", ""), instance.now())
    except UnknownItem:
        abort(400)
    return redirect(url_for("staff.my_training", done=1), 303)


def _card(session: Session, visit_id: UUID) -> tuple[Visit, SessionCard]:
    """Return a visit and its card, in the language and style that were chosen."""
    instance = the_instance()
    visit, tree = visit_within_reach(session, visit_id)
    questionnaire = _asked(session, visit)
    offered = questionnaire.offered(in_writing=True)
    wanted = (request.args.get("language", ""), *visit.languages, questionnaire.default_language)
    language = next((tag for tag in wanted if tag in offered), questionnaire.default_language)
    labels = Labels(questionnaire, tree, language, _style(questionnaire, language))
    begins = f" at {visit.begins}" if visit.begins else ""
    where = f"{visit.place}, {labels.area(visit.area)}, {day_words(visit.day, visit.day.replace(year=1))}{begins}"
    results = f"{instance.settings.public_url}/results/{questionnaire.code}"
    organisation = organisation_of(session, visit.survey) or instance.settings.organisation
    return visit, card_of(labels, language_name(language), where, organisation, results)


def _asked(session: Session, visit: Visit) -> Questionnaire:
    return questionnaires.get(session, visit.survey) or abort(404)


def _style(questionnaire: Questionnaire, language: str) -> str:
    styles, wanted = questionnaire.styles_in(language), request.args.get("style", "")
    return wanted if wanted in styles else styles[0]
