"""Tablets for outreach: preparing the one in hand, and revoking one that was lost."""

from uuid import UUID

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection import tablets as outreach
from engage.collection.receive import LONDON
from engage.collection.tablets import LONGEST_LIFE, Preparation, TabletRefused
from engage.collection.whereabouts import Whereabouts
from engage.phrases import own_name
from engage.staff.access import Permission, may, requires
from engage.staff.area_choices import area_groups
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import chosen_survey, reached_surveys, reaches
from engage.staff.words import STYLES
from engage.storage import areas, questionnaires, tablets, waves


@staff_pages.get("/staff/tablets")
@requires(Permission.PREPARE_TABLETS)
def list_tablets() -> ResponseReturnValue:
    """List the tablets one may see, and offer to prepare the one in hand."""
    instance, account = the_instance(), the_account()
    with instance.database.reading() as session:
        open_surveys = [
            survey
            for survey in reached_surveys(session)
            if (wave := waves.current(session, survey.slug)) and wave.takes_starts
        ]
        survey = chosen_survey(open_surveys, request.args.get("survey"))
        known = tablets.list_all(session, None if may(account, Permission.REVOKE_TABLETS) else account.email)
        known = [
            one for one in known if reaches(session, [Whereabouts(one.survey, areas=(one.area,) if one.area else ())])
        ]
        groups = area_groups(areas.read_tree(session), survey) if survey else []
    return render_template(
        "staff/tablets.html",
        surveys=open_surveys,
        survey=survey,
        tablets=known,
        groups=groups,
        own_name=own_name,
        styles=STYLES,
        longest_life=LONGEST_LIFE,
        today=instance.now().astimezone(LONDON).date(),
        revoked=request.args.get("revoked"),
    )


@staff_pages.post("/staff/tablets")
@requires(Permission.PREPARE_TABLETS)
def prepare_tablet() -> ResponseReturnValue:
    """Let the tablet in hand take answers; the script of the page asks, and then fetches what it needs."""
    instance, form = the_instance(), request.form
    wanted = Preparation(
        survey=form.get("survey", ""),
        label=form.get("label", "").strip(),
        batch=form.get("batch", "").strip(),
        area=form.get("area") or None,
        languages=tuple(form.getlist("languages")),
        styles=tuple(form.getlist("styles")),
        days=form.get("days", 0, type=int),
        token_hash=form.get("token_hash", ""),
    )
    try:
        with instance.database.writing() as session:
            keys, by, now = instance.settings.keys, the_account().email, instance.now()
            tablet = outreach.prepare_tablet(session, keys, wanted, by, now)
            questionnaire = questionnaires.get(session, tablet.survey)
            area = areas.read_tree(session).get(tablet.area) if tablet.area else None
    except TabletRefused as refusal:
        return jsonify({"field": refusal.field, "problem": str(refusal)}), 422
    assert questionnaire is not None  # noqa: S101 - the tablet was prepared for it
    prepared = {
        "id": str(tablet.id),
        "label": tablet.label,
        "code": questionnaire.code,
        "languages": [{"tag": tag, "name": own_name(tag)} for tag in tablet.languages],
        "styles": tablet.styles,
        "area": {"code": area.code, "name": area.name} if area else None,
        "last_day": tablet.last_day.isoformat(),
    }
    return jsonify(prepared), 201


@staff_pages.post("/staff/tablets/<uuid:tablet_id>/revoke")
@requires(Permission.PREPARE_TABLETS)
def revoke_tablet(tablet_id: UUID) -> ResponseReturnValue:
    """Stop trusting a tablet: one's own, or with the right to, any."""
    instance, account = the_instance(), the_account()
    with instance.database.writing() as session:
        tablet = tablets.get(session, tablet_id)
        is_own = tablet is not None and tablet.prepared_by == account.email
        if not is_own and not (tablet and may(account, Permission.REVOKE_TABLETS)):
            abort(404)
        outreach.revoke_tablet(session, instance.settings.keys, tablet_id, account.email, instance.now())
    return redirect(url_for("staff.list_tablets", revoked=1), 303)
