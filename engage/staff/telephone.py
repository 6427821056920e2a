"""Answering by telephone: somebody signed in reads the survey's pages out and ticks what the caller says."""

from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.channels.web.practising import TELEPHONE_PATH
from engage.channels.web.visit import is_telephone
from engage.phrases import own_name
from engage.staff.access import Permission, may, requires, signed_in
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.scope import chosen_survey, require_survey, scope
from engage.staff.words import STYLES, language_name
from engage.storage import questionnaires, waves

#: Stands under no other path, as `url_for` would have it here.
_SIGN_IN = "/staff/sign-in?next=/staff/telephone"


@staff_pages.get("/staff/telephone")
@requires(Permission.ENTER_FORMS)
def telephone() -> ResponseReturnValue:
    """Say how it is done, and offer the surveys that take answers now."""
    with the_instance().database.reading() as session:
        surveys = [
            one
            for one in questionnaires.newest(session)
            if (wave := waves.current(session, one.slug))
            and wave.takes_starts
            and scope().has_survey(one.slug, wave.name)
        ]
    survey = chosen_survey(surveys, request.args.get("survey"))
    return render_template(
        "staff/telephone.html",
        surveys=surveys,
        survey=survey,
        languages=[(tag, language_name(tag), own_name(tag)) for tag in survey.offered()] if survey else [],
        styles=[(style, STYLES[style]) for style in survey.styles] if survey else [],
    )


@staff_pages.get("/staff/telephone/begin")
@requires(Permission.ENTER_FORMS)
def begin_telephone() -> ResponseReturnValue:
    """Lead to the survey's pages as they are read out."""
    with the_instance().database.reading() as session:
        survey = questionnaires.get(session, request.args.get("survey", "")) or abort(404)
    require_survey(survey.slug)
    language, style = request.args.get("language", ""), request.args.get("style", "")
    address = url_for("survey_pages.show_start", code=survey.code, lang=language, style=style)
    return redirect(TELEPHONE_PATH + address, 303)


def admit_to_telephone() -> ResponseReturnValue | None:
    """Let nobody to the pages that are read out but who may enter answers of others, each within their surveys."""
    if not is_telephone():
        return None
    account = signed_in()
    if account is None:
        return redirect(_SIGN_IN, 303)
    if not may(account, Permission.ENTER_FORMS):
        abort(403)
    if code := (request.view_args or {}).get("code"):
        with the_instance().database.reading() as session:
            require_survey(questionnaires.find_slug(session, code) or abort(404))
    g.telephone_by = account.email
    return None
