"""The first page: consent, age and who helps; before it nothing is kept, and of many nothing ever is."""

from dataclasses import replace
from typing import Any

from flask import g, make_response, redirect, request, url_for
from flask import session as cookie
from werkzeug import Response

from engage.channels.web.alike import first_look, is_first_look
from engage.channels.web.path import FIRST_PAGE
from engage.channels.web.posted import Form
from engage.channels.web.questions import onward
from engage.channels.web.reader import Reader
from engage.channels.web.rendering import render_visit
from engage.channels.web.shown import Choice
from engage.channels.web.start import first_page
from engage.channels.web.visit import TOKEN, Visit, forget_draft, is_practice, is_telephone, open_visit, this_instance
from engage.collection import drafts
from engage.pictures import OF_HELPERS, drawn
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE
from engage.response.consent import Given, consent_problem
from engage.storage.database import Session

#: Where the cookie holds, until the first page is shown again, what stood in it when the consent was missing.
_MISSED = "m"
#: Who passes over the age is taken as not wanting to say it, so that nobody unknown gets questions for adults.
AGE_NOT_SAID = "pns"
#: Why somebody may not take part → the keys of the title and the words of the page that says so.
TURNED_AWAY = {
    "too_young": ("web.too_young_title", "web.too_young"),
    **dict.fromkeys(("guardian_needed", "guardian_opted_out"), ("web.guardian_title", "web.guardian_needed")),
}


def show_consent(code: str) -> Response:
    """Show the first page, filled in where somebody comes back to it."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code)
    if visit.answering is None and not visit.takes_starts:
        return redirect(first_page(visit).partition("?")[0].removesuffix(f"/{FIRST_PAGE}"), 303)
    missed = cookie.pop(_MISSED, None)
    if isinstance(missed, dict):
        return _page(visit, missed.get("age_band"), missed.get("assisted"), has_problem=True)
    if is_first_look(visit):
        return make_response(first_look(visit, "consent", lambda: _page(visit, None, None).get_data(as_text=True)))
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
    return _ask_again(visit)


def _ask_again(visit: Visit) -> Response:
    """Lead to the first page as it was left, so that nobody who goes back later is asked to send it once more."""
    cookie[_MISSED] = {name: request.form[name] for name in ("age_band", "assisted") if _is_offered(name)}
    address = url_for("survey_pages.show_consent", code=visit.code, change=1 if "change" in request.form else None)
    return redirect(address if visit.answering else first_page(visit), 303)


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
        fixed |= {drafts.PRACTICE: True} if is_practice() else {}
        fixed |= {drafts.TELEPHONE: g.telephone_by} if is_telephone() else {}
        cookie[TOKEN] = token = drafts.begin_draft(session, visit.wave, fixed | known, now)
        visit = replace(
            visit, draft=drafts.find_draft(session, token, visit.wave.survey, now, is_practice=is_practice())
        )
    return redirect(onward(visit, None, is_change="change" in request.form), 303)


def _turn_away(visit: Visit, problem: str) -> Response:
    """Thank somebody who may not take part, with places to get help; nothing is left of their visit."""
    title, body = TURNED_AWAY[problem]
    turned_away = replace(visit, draft=None)
    return render_visit(turned_away, "turned_away", heading=title, body=body, helpers=helpers_of(visit))


def helpers_of(visit: Visit) -> Reader:
    """Return the reader whose places to get help somebody too young is shown."""
    return Reader.for_facts(visit.questionnaire, replace(visit.facts, age_band="13-15"))


def first_choices(visit: Visit, age_band: str | None = None, assisted: str | None = None) -> dict[str, Any]:
    """Return what is chosen from on the first page."""
    say, is_drawn = visit.reader.say, visit.reader.style == "easy_read"
    return {
        "ages": tuple(Choice("age_band", band, say(f"age_band.{band}"), band == age_band) for band in AGE_BANDS),
        "helps": tuple(
            Choice(
                "assisted", who, say(f"assisted.{who}"), who == assisted, drawn(OF_HELPERS[who]) if is_drawn else None
            )
            for who in ASSISTANCE
        ),
    }


def _page(
    visit: Visit, age_band: str | None, assisted: str | None, *, is_agreed: bool = False, has_problem: bool = False
) -> Response:
    return render_visit(
        visit,
        "consent",
        action=url_for("survey_pages.take_consent", code=visit.code),
        status=422 if has_problem else 200,
        **first_choices(visit, age_band, assisted),
        is_agreed=is_agreed,
        has_problem=has_problem,
        is_change="change" in request.values,
    )


def _is_offered(name: str) -> bool:
    return request.form.get(name) in {"age_band": AGE_BANDS, "assisted": ASSISTANCE}[name]


def _age_band(form: Form) -> str:
    given = form.get("age_band")
    return given if given in AGE_BANDS else AGE_NOT_SAID


def _assisted(form: Form) -> str:
    given = form.get("assisted")
    return given if given in ASSISTANCE else ASSISTANCE[0]
