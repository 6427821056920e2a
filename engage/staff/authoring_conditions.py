"""Pages on which conditions are picked: who is asked a question, and who takes a route."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from engage.collection.authoring import mark_of
from engage.questionnaire import conditions
from engage.questionnaire.conditions import Condition
from engage.questionnaire.editing import NoSuchPart, change_question, question_in
from engage.questionnaire.picking import Group, RuleUnfinished, condition_of, picked, unfinished
from engage.questionnaire.renaming import Document, code_from
from engage.questionnaire.telling import name_of, told
from engage.staff.access import Permission, requires
from engage.staff.authoring_checks import Looked
from engage.staff.authoring_saving import Saving, open_copy, page, save
from engage.staff.blueprint import staff_pages
from engage.staff.condition_fields import (
    JOINS,
    ROOT,
    Subject,
    acted_on,
    choices_of,
    join_of,
    read_group,
    says_of,
    subjects_for,
    value_of,
)

#: What may be missing of a rule, in words.
_MISSING = {
    "subject": "choose what it is about",
    "codes": "tick at least one answer",
    "bounds": "write the least, the most or both",
}


@staff_pages.get("/staff/author/<uuid:copy_id>/question/<question_id>/condition")
@requires(Permission.AUTHOR)
def author_condition(copy_id: UUID, question_id: str) -> ResponseReturnValue:
    """Show a question's condition to be picked."""
    looked, _ = open_copy(copy_id)
    question = looked.whole.question(question_id)
    if question is None:
        abort(404)
    return _page(looked, question_id, picked(question.show_when), _seen(looked.copy.document, question_id))


@staff_pages.post("/staff/author/<uuid:copy_id>/question/<question_id>/condition")
@requires(Permission.AUTHOR)
def author_pick(copy_id: UUID, question_id: str) -> ResponseReturnValue:
    """Save a condition, or show it with a rule more or less; only its Save button keeps anything."""
    looked, _ = open_copy(copy_id)
    group, act = read_group(request.form), request.form.get("act", "save")
    seen = request.form.get("seen", "")
    if act not in ("save", "clear"):
        return _page(looked, question_id, acted_on(group, act), seen)
    try:
        condition = None if act == "clear" else condition_of(group)
    except RuleUnfinished:
        return _page(looked, question_id, group, seen, is_unfinished=True), 422
    written = conditions.to_document(condition) if condition else None
    address = url_for("staff.author_question", copy_id=copy_id, question_id=question_id, _anchor="condition")
    return save(
        copy_id,
        Saving(
            f"changed who is asked “{name_of(looked.whole, question_id)}”",
            lambda document: question_in(document, question_id).get("show_when"),
            lambda document: change_question(document, question_id, {"show_when": written}),
            address,
            request.path,
        ),
    )


@staff_pages.get("/staff/author/<uuid:copy_id>/routes")
@requires(Permission.AUTHOR)
def author_routes(copy_id: UUID) -> ResponseReturnValue:
    """Show the routes: the first whose condition holds is a person's."""
    looked, _ = open_copy(copy_id)
    routes = [(route, told(route.when, looked.whole)) for route in looked.whole.routes]
    return page("author_routes", looked, routes=routes, seen=mark_of(looked.copy.document["routes"]))


@staff_pages.post("/staff/author/<uuid:copy_id>/routes")
@requires(Permission.AUTHOR)
def author_change_routes(copy_id: UUID) -> ResponseReturnValue:
    """Add a route before the last, move one or remove one."""
    verb, _, name = request.form.get("act", "add").partition(":")
    wanted = request.form.get("name", "")
    open_copy(copy_id)

    def edit(document: Document) -> Document:
        return {**document, "routes": _routes(list(document["routes"]), verb, name, wanted)}

    return save(copy_id, Saving("changed the routes", lambda doc: doc["routes"], edit, request.path, request.path))


@staff_pages.get("/staff/author/<uuid:copy_id>/routes/<name>")
@requires(Permission.AUTHOR)
def author_route(copy_id: UUID, name: str) -> ResponseReturnValue:
    """Show a route's condition to be picked."""
    looked, _ = open_copy(copy_id)
    route = next((each for each in looked.whole.routes if each.id == name), None)
    if route is None or route is looked.whole.routes[-1]:
        abort(404)
    return _page(looked, "", picked(route.when), mark_of(_route(looked.copy.document, name).get("when")), route=name)


@staff_pages.post("/staff/author/<uuid:copy_id>/routes/<name>")
@requires(Permission.AUTHOR)
def author_pick_route(copy_id: UUID, name: str) -> ResponseReturnValue:
    """Save a route's condition, or show it with a rule more or less."""
    looked, _ = open_copy(copy_id)
    group, act, seen = read_group(request.form), request.form.get("act", "save"), request.form.get("seen", "")
    if act != "save":
        return _page(looked, "", acted_on(group, act), seen, route=name)
    try:
        condition = condition_of(group)
    except RuleUnfinished:
        return _page(looked, "", group, seen, route=name, is_unfinished=True), 422

    def edit(document: Document) -> Document:
        routes = [_with_when(route, condition) if route["id"] == name else route for route in document["routes"]]
        return {**document, "routes": routes}

    what, onward = f"changed who takes the route {name}", url_for("staff.author_routes", copy_id=copy_id)
    return save(copy_id, Saving(what, lambda doc: _route(doc, name).get("when"), edit, onward, request.path))


def _page(
    looked: Looked, question_id: str, group: Group, seen: str, *, route: str = "", is_unfinished: bool = False
) -> str:
    whole = looked.whole
    question = whole.question(question_id) if question_id else None
    subjects = subjects_for(whole, question, facts_only=bool(route))
    missing = {f"{ROOT}.{found.place}": _MISSING[found.code] for found in unfinished(group)} if is_unfinished else {}
    return page(
        "author_condition",
        looked,
        question=question,
        route=route,
        group=group,
        root=ROOT,
        seen=seen,
        subjects=subjects,
        missing=missing,
        joins=JOINS,
        in_words=_in_words(group, looked),
        **rule_words(subjects),
    )


def rule_words(subjects: tuple[Subject, ...]) -> dict[str, Callable[..., Any]]:
    """Return what the template asks about a rule or group."""
    known = {subject.value: subject for subject in subjects}
    return {
        "join_of": join_of,
        "says_of": says_of,
        "value_of": value_of,
        "choices_of": lambda rule: choices_of(rule, subjects),
        "subject_of": lambda rule: known.get(value_of(rule)),
        "is_group": lambda part: isinstance(part, Group),
    }


def _in_words(group: Group, looked: Looked) -> str:
    try:
        return told(condition_of(group), looked.whole)
    except RuleUnfinished:
        return ""


def _seen(document: Document, question_id: str) -> str:
    return mark_of(question_in(document, question_id).get("show_when"))


def _route(document: Document, name: str) -> Document:
    for route in document["routes"]:
        if route["id"] == name:
            return dict(route)
    raise NoSuchPart(name)


def _with_when(route: Document, condition: Condition | None) -> Document:
    kept = {key: value for key, value in route.items() if key != "when"}
    return kept | ({"when": conditions.to_document(condition)} if condition else {})


def _routes(routes: list[Document], verb: str, name: str, wanted: str) -> list[Document]:
    """Return the routes after a button was pressed; the last is for everybody else and stays the last."""
    if verb == "add" and wanted.strip():
        new = code_from(wanted, {route["id"] for route in routes}, "route")
        return [*routes[:-1], {"id": new, "when": {"fact": "style", "is": ["easy_read"]}}, routes[-1]]
    at = next((place for place, route in enumerate(routes[:-1]) if route["id"] == name), None)
    if at is None:
        return routes
    route = routes.pop(at)
    if verb != "remove":
        routes.insert(min(max(at + (-1 if verb == "up" else 1), 0), len(routes) - 1), route)
    return routes
