"""One question a page: shows it, takes the answer, and goes on, past or back."""

from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from flask import abort, make_response, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from engage.areas import parse_postcode
from engage.channels.web.alike import alike_page, is_alike
from engage.channels.web.area_page import build_area_page
from engage.channels.web.ground import INSIDE, POSTCODE, OpenDistrict, read_area
from engage.channels.web.order import options_shown
from engage.channels.web.posted import Form, read_posted
from engage.channels.web.question_page import Asked, build_page
from engage.channels.web.rendering import render_visit
from engage.channels.web.shown import QuestionPage, with_posted
from engage.channels.web.visit import Visit, ground_of, open_visit, this_instance
from engage.channels.web.ward_map import has_map, ward_map
from engage.collection.drafts import OPEN_DISTRICT, REFUSED, answer_in, change_envelope, open_district, save_answer
from engage.questionnaire.model import Question, QuestionType
from engage.questionnaire.reading import UNWRITABLE
from engage.questionnaire.routing import options_asked
from engage.response.problems import Problem
from engage.storage import areas
from engage.storage.database import Session
from engage.storage.revision import marks_of

#: Addresses of pages that a process keeps written.
MOST_ADDRESSES = 5000
#: Characters of refused fields that are kept until the next answer.
MOST_KEPT = 5000


def show_question(code: str, number: int) -> Response:
    """Show one question, with what was answered before."""
    with this_instance().database.reading() as session:
        visit = open_visit(session, code)
        question = _question_at(visit, number)
        if question not in visit.path.asked:
            return redirect(onward(visit, question), 303)
        refused = visit.in_progress().envelope.get(REFUSED)
        asked, inside = asked_of(visit, question), visit.in_progress().envelope.get(OPEN_DISTRICT)
        if refused is None and is_alike(asked):
            return make_response(_alike(session, visit, asked, inside))
        page = _page_of(session, visit, asked, inside)
    if refused and refused["question"] == question.id:
        page = _with_problem(visit, page, MultiDict(refused["fields"]), refused["problem"])
    return _render(visit, question, page)


def _alike(session: Session, visit: Visit, asked: Asked, inside: str | None) -> str:
    """Return the page of a question that is the same for all who read it alike."""
    options = options_asked(visit.questionnaire, asked.question, visit.facts, visit.in_progress().answers)
    progress = visit.path.asked.index(asked.question) + 1, len(visit.path.asked)
    helps = brings_help(visit, visit.path.before(asked.question))
    places = (inside, marks_of(session).areas, ground_of(visit).on_date) if _asks_area(asked) else None
    build = partial(_page_of, session, visit, inside=inside)
    return alike_page(visit, asked, options, progress, build, stands_on=(helps, places))


def take_answer(code: str, number: int) -> Response:
    """Take the answer in a posted page and go where its button says."""
    with this_instance().database.writing() as session:
        visit = open_visit(session, code)
        question = _question_at(visit, number)
        if question not in visit.path.asked:
            return redirect(onward(visit, question), 303)
        value = None if request.form.get("action") == "skip" else _read(session, visit, question, request.form)
        if request.form.get("action") == "back":
            return _go_back(session, visit, question, value)
        if isinstance(value, Problem):
            return _show_problem(session, visit, question, value)
        return _go_on(session, visit, question, value)


def onward(visit: Visit, question: Question | None, *, is_change: bool = False) -> str:
    """Return the address of what comes after a question (or the first page): a question, or the check.

    Who came to change one answer goes back to the check, past whatever has newly to be asked.
    """
    if is_change:
        following = visit.path.first_unseen(visit.in_progress().seen)
    elif question is None:
        following = next(iter(visit.path.asked), None)
    else:
        following = visit.path.after(question)
    if following is None:
        return url_for("survey_pages.show_check", code=visit.code)
    return address_of(visit, following, is_change=is_change)


def address_of(visit: Visit, question: Question, *, is_change: bool = False) -> str:
    """Return the address of a question's page; nothing that was answered stands in it."""
    return _address(request.script_root, visit.code, visit.path.number_of(question), 1 if is_change else None)


@lru_cache(maxsize=MOST_ADDRESSES)
def _address(_root: str, code: str, number: int, change: int | None) -> str:
    return url_for("survey_pages.show_question", code=code, number=number, change=change)


def asked_of(visit: Visit, question: Question) -> Asked:
    """Return a question as it is put to this person."""
    draft = visit.in_progress()
    options = options_asked(visit.questionnaire, question, visit.facts, draft.answers)
    shown = options_shown(options, question, style=visit.facts.style, seed=str(draft.response_id))
    answer = answer_in(draft, question)
    return Asked(visit.reader, question, shown, visit.facts, visit.place, answer, _home_districts(visit, question))


def brings_help(visit: Visit, before: Question | None) -> bool:
    """Say whether the answer just given is one after which help comes up at once.

    That is an answer to a sensitive question, on a scale only one beyond its middle: scales run from the good
    end to the bad. Nothing of it is kept, flagged or sent.
    """
    if before is None or not before.sensitive:
        return False
    answer = answer_in(visit.in_progress(), before)
    if answer is None or answer in before.special:
        return False
    codes = [option.code for option in asked_of(visit, before).options]
    return visit.questionnaire.scale_of(before) is None or codes.index(answer) > (len(codes) - 1) / 2


def _home_districts(visit: Visit, question: Question) -> tuple[tuple[str, str], ...]:
    """Return code and name of the districts that a question about home offers, by name."""
    if question.type is not QuestionType.HOME_DISTRICT:
        return ()
    by_name = sorted((area.name, area.code) for area in ground_of(visit).districts())
    return tuple((code, name) for name, code in by_name)


def _question_at(visit: Visit, number: int) -> Question:
    visit.in_progress()
    question = visit.path.at(number)
    if question is None:
        abort(404)
    return question


def _page_of(session: Session, visit: Visit, asked: Asked, inside: str | None) -> QuestionPage:
    if _asks_area(asked):
        return _area_page(session, visit, asked, inside)
    return replace(build_page(asked), brings_help=brings_help(visit, visit.path.before(asked.question)))


def _asks_area(asked: Asked) -> bool:
    return asked.question.type is QuestionType.AREA


def _area_page(session: Session, visit: Visit, asked: Asked, inside: str | None) -> QuestionPage:
    """Return the page of the area question; with `?map` a district's map, on which a ward may have been tapped."""
    ground = ground_of(visit)
    tapped = request.args.get("area")
    if tapped and ground.has(tapped):
        asked = replace(asked, answer=tapped)
    page = build_area_page(asked, ground, inside=inside, with_postcodes=areas.has_postcodes(session))
    if INSIDE not in page.carried or inside is None or not has_map(session, ground, inside):
        return page
    drawn = ward_map(session, ground, inside) if "map" in request.args else None
    return replace(page, has_map=True, ward_map=drawn)


def _read(session: Session, visit: Visit, question: Question, form: Form) -> Any:
    if question.type is QuestionType.AREA:
        return read_area(session, ground_of(visit), form)
    options = options_asked(visit.questionnaire, question, visit.facts, visit.in_progress().answers)
    districts = tuple(code for code, _ in _home_districts(visit, question))
    return read_posted(question, options, visit.facts, form, districts)


def _go_on(session: Session, visit: Visit, question: Question, value: Any) -> Response:
    is_change = "change" in request.form
    if isinstance(value, OpenDistrict):
        return _open(session, visit, question, value.code)
    draft = save_answer(session, visit.questionnaire, visit.in_progress(), question, value, this_instance().now())
    return redirect(onward(visit.after(question, draft), question, is_change=is_change), 303)


def _go_back(session: Session, visit: Visit, question: Question, value: Any) -> Response:
    """Go back, keeping what was given where it can be kept."""
    is_change = "change" in request.form
    if INSIDE in request.form:
        return _open(session, visit, question, None)
    if value is not None and not isinstance(value, Problem | OpenDistrict):
        save_answer(session, visit.questionnaire, visit.in_progress(), question, value, this_instance().now())
    if is_change:
        return redirect(url_for("survey_pages.show_check", code=visit.code), 303)
    before = visit.path.before(question)
    if before is None:
        return redirect(url_for("survey_pages.show_consent", code=visit.code), 303)
    return redirect(address_of(visit, before), 303)


def _open(session: Session, visit: Visit, question: Question, district: str | None) -> Response:
    """Show what lies inside a district, or with None the districts, under the same address."""
    open_district(session, visit.questionnaire, visit.in_progress(), district, this_instance().now())
    return redirect(address_of(visit, question, is_change="change" in request.form), 303)


def _show_problem(session: Session, visit: Visit, question: Question, problem: Problem) -> Response:
    """Lead back to the question as it was left, so that nobody who goes back later is asked to send it once more."""
    fields = _worth_keeping(request.form)
    if fields is None:
        page = _page_of(session, visit, asked_of(visit, question), request.form.get(INSIDE))
        return _render(visit, question, _with_problem(visit, page, request.form, problem.code))
    refused = {REFUSED: {"question": question.id, "problem": problem.code, "fields": fields}}
    change_envelope(session, visit.questionnaire, visit.in_progress(), refused, this_instance().now())
    return redirect(address_of(visit, question, is_change="change" in request.form), 303)


def _worth_keeping(form: Form) -> dict[str, list[str]] | None:
    """Return the fields as they were posted, None where they cannot be kept: too long, or with signs nothing holds.

    A postcode is kept only as long as it is none: what is written right says where somebody lives.
    """
    fields = {name: values for name, values in form.lists() if name not in ("csrf_token", "action", "change")}
    if any(parse_postcode(typed) for typed in fields.get(POSTCODE, ())):
        del fields[POSTCODE]
    posted = "".join(name + "".join(values) for name, values in fields.items())
    return None if len(posted) > MOST_KEPT or UNWRITABLE.search(posted) else fields


def _with_problem(visit: Visit, page: QuestionPage, form: Form, problem: str) -> QuestionPage:
    key = "web.area_not_found" if problem == "area_not_found" else f"problem.{problem}"
    return with_posted(page, form, visit.reader.say(key))


def _render(visit: Visit, question: Question, page: QuestionPage) -> Response:
    if "change" in request.values:
        page = replace(page, carried={**page.carried, "change": "1"})
    return render_visit(
        visit,
        "question",
        status=422 if page.problem else 200,
        page=page,
        number=visit.path.asked.index(question) + 1,
        total=len(visit.path.asked),
        action=url_for("survey_pages.take_answer", code=visit.code, number=visit.path.number_of(question)),
    )
