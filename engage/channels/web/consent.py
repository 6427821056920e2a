"""The first page: consent, age and who helps; before it nothing is kept, and of many nothing ever is."""

from dataclasses import replace
from typing import Any

from flask import redirect, request
from flask import session as cookie
from werkzeug import Response

from engage.channels.web.path import FIRST_PAGE
from engage.channels.web.posted import Form
from engage.channels.web.questions import onward
from engage.channels.web.reader import Reader
from engage.channels.web.rendering import render_visit
from engage.channels.web.shown import Choice
from engage.channels.web.start import first_page
from engage.channels.web.visit import TOKEN, Visit, forget_draft, open_visit, this_instance
from engage.collection import drafts
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE
from engage.response.consent import Given, consent_problem
from engage.storage.database import Session

#: Who passes over the age is taken as not wanting to say it, so that nobody unknown gets questions for adults.
AGE_NOT_SAID = "pns"
_TURNED_AWAY = {"too_young": ("web.too_young_title", "web.too_young")}


def show_consent(code: str) -> Response:
    """Show the first page, filled in where somebody comes back to it."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code)
    if visit.answering is None and not visit.takes_starts:
        return redirect(first_page(visit).partition("?")[0].removesuffix(f"/{FIRST_PAGE}"), 303)
    envelope = visit.answering.envelope if visit.answering else {}
    return _page(visit, envelope.get("age_band"), envelope.get("assisted"), is_agreed=bool(envelope))


def take_consent(code: str) -> Response:
    """Let somebody in, or say why not; only then is there a draft."""
    with this_instance().database.writing() as session:
        visit = open_visit(session, code)
        age_band, assisted = _age_band(request.form), _assisted(request.form)
        given = Given(visit.questionnaire.consent.version, "consent" in request.form, age_band)
        problem = consent_problem(visit.questionnaire.consent.rule, given)
        if problem is None:
            return _let_in(session, visit, {"age_band": age_band, "assisted": assisted})
        if problem != "consent_missing":
            forget_draft(session)
            return _turn_away(visit, problem)
    return _page(visit, request.form.get("age_band"), request.form.get("assisted"), has_problem=True)


def _let_in(session: Session, visit: Visit, known: dict[str, Any]) -> Response:
    now = this_instance().now()
    if visit.answering is not None:
        changed = drafts.change_envelope(session, visit.questionnaire, visit.answering, known, now)
        visit = replace(visit, draft=changed)
    elif visit.wave is None or not visit.takes_starts:
        return redirect(first_page(visit), 303)
    else:
        forget_draft(session)
        consent_version = visit.questionnaire.consent.version
        fixed = {"language": visit.language, "style": visit.style, "consent_version": consent_version}
        cookie[TOKEN] = token = drafts.begin_draft(session, visit.wave, fixed | known, now)
        visit = replace(visit, draft=drafts.find_draft(session, token, visit.wave.survey, now))
    return redirect(onward(visit, None, is_change="change" in request.form), 303)


def _turn_away(visit: Visit, problem: str) -> Response:
    """Thank somebody who may not take part, with places to get help; nothing is left of their visit."""
    title, body = _TURNED_AWAY.get(problem, ("web.guardian_title", "web.guardian_needed"))
    for_the_young = Reader.for_facts(visit.questionnaire, replace(visit.facts, age_band="13-15"))
    return render_visit(replace(visit, draft=None), "turned_away", heading=title, body=body, helpers=for_the_young)


def _page(
    visit: Visit, age_band: str | None, assisted: str | None, *, is_agreed: bool = False, has_problem: bool = False
) -> Response:
    say = visit.reader.say
    return render_visit(
        visit,
        "consent",
        status=422 if has_problem else 200,
        ages=tuple(Choice("age_band", band, say(f"age_band.{band}"), band == age_band) for band in AGE_BANDS),
        helps=tuple(Choice("assisted", who, say(f"assisted.{who}"), who == assisted) for who in ASSISTANCE),
        is_agreed=is_agreed,
        has_problem=has_problem,
        is_change="change" in request.values,
    )


def _age_band(form: Form) -> str:
    given = form.get("age_band")
    return given if given in AGE_BANDS else AGE_NOT_SAID


def _assisted(form: Form) -> str:
    given = form.get("assisted")
    return given if given in ASSISTANCE else ASSISTANCE[0]
