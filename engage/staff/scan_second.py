"""Scans read twice: the second reading, blind, and the page on which a third person settles the differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from engage.channels.paper.crops import may_be_drawn_in
from engage.channels.paper.forms_read import ScannedSheets
from engage.channels.paper.second_readings import (
    Compared,
    Difference,
    NotSettled,
    compared_in,
    open_again,
    open_to_compare,
    read_again,
    settle,
    to_compare,
    to_read_again,
)
from engage.collection.paper import check_form
from engage.response.problems import Problem
from engage.response.serials import read_serial
from engage.staff.access import Permission, requires
from engage.staff.answers_shown import EMPTY
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.entry_fields import EntryField, entry_fields, sheet_of
from engage.staff.keyed import Given, read_keyed
from engage.staff.scan_questions import PictureOf, given_of, pictures_of
from engage.staff.scan_review import told
from engage.staff.words import problem_words
from engage.storage.database import Session


@dataclass(frozen=True)
class FieldBeside:
    """A field of the second reading beside its pictures."""

    field: EntryField
    pictures: tuple[PictureOf, ...]
    may_be_drawn: bool


@dataclass(frozen=True)
class DifferenceShown:
    """A question that two people read differently, in words."""

    id: str
    number: int | None
    text: str
    first: str
    second: str
    pictures: tuple[PictureOf, ...]
    may_be_drawn: bool


@staff_pages.get("/staff/scans/second/<serial>")
@requires(Permission.REVIEW)
def second_reading(serial: str) -> ResponseReturnValue:
    """Show every question of a form beside its picture, with nothing filled in."""
    instance = the_instance()
    with instance.database.writing() as session:
        by, now = the_account().email, instance.now()
        sheets = open_again(session, instance.settings.keys, _serial(serial), by, now)
        return _second_page(session, sheets, MultiDict())


@staff_pages.post("/staff/scans/second/<serial>")
@requires(Permission.REVIEW)
def take_second_reading(serial: str) -> ResponseReturnValue:
    """Keep a second reading and compare it with the first."""
    instance = the_instance()
    with instance.database.writing() as session:
        keys, by, now = instance.settings.keys, the_account().email, instance.now()
        sheets = open_again(session, keys, _serial(serial), by, now)
        keyed = read_keyed(session, sheet_of(session, sheets.questionnaire, sheets.form), request.form)
        checked = check_form(session, keys, sheets.form, keyed.form, by=by, now=now, channel="paper_read")
        if problems := [*keyed.problems, *checked.problems]:
            return _second_page(session, sheets, request.form, problems), 422
        done = read_again(session, keys, sheets, keyed.form, by, now)
        following = next(iter(to_read_again(session, by)), None)
    return _on(following.serial if following else None, "staff.second_reading", done.serial, done.state)


@staff_pages.get("/staff/scans/compare/<serial>")
@requires(Permission.REVIEW)
def compare_readings(serial: str) -> ResponseReturnValue:
    """Show the questions that two people read differently, side by side and beside the picture."""
    instance = the_instance()
    with instance.database.writing() as session:
        by, now = the_account().email, instance.now()
        compared = open_to_compare(session, instance.settings.keys, _serial(serial), by, now)
        return _compare_page(session, compared)


@staff_pages.post("/staff/scans/compare/<serial>")
@requires(Permission.REVIEW)
def settle_readings(serial: str) -> ResponseReturnValue:
    """Keep for every difference the reading that the third person found right."""
    instance = the_instance()
    try:
        with instance.database.writing() as session:
            keys, by, now = instance.settings.keys, the_account().email, instance.now()
            compared = open_to_compare(session, keys, _serial(serial), by, now)
            settled = _settled(compared)
            if settled is None:
                return _compare_page(session, compared, "Say for every question which of the two is right."), 422
            done = settle(session, keys, compared, settled, by, now)
            following = next(iter(to_compare(session, by)), None)
        return _on(following.serial if following else None, "staff.compare_readings", done.serial, done.state)
    except NotSettled as fault:
        words = " ".join(problem_words(problem.code) for problem in fault.problems)
        return render_template("staff/problem.html", title="These do not fit together", sentence=words), 422


def _second_page(session: Session, sheets: ScannedSheets, given: Given, problems: Sequence[Problem] = ()) -> str:
    fields = entry_fields(session, sheets.questionnaire, sheets.form, given, problems)
    printed = frozenset(compared_in(sheets))
    shown = [
        FieldBeside(
            field,
            pictures_of(sheets, field.about),
            may_be_drawn_in(sheets.layout, sheets.questionnaire, field.about),
        )
        for field in fields
        if field.about in printed
    ]
    faulty = [one.field for one in shown if one.field.problems]
    return render_template(
        "staff/scan_second.html",
        form=sheets.form,
        shown=shown,
        faulty=faulty,
        pages=pictures_of(sheets),
        told=told(),
    )


def _compare_page(session: Session, compared: Compared, fault: str | None = None) -> str:
    shown = [_difference_shown(session, compared.sheets, difference) for difference in compared.differences]
    return render_template(
        "staff/scan_compare.html",
        form=compared.sheets.form,
        shown=shown,
        fault=fault,
        pages=pictures_of(compared.sheets),
        chosen=request.form,
        told=told(),
    )


def _difference_shown(session: Session, sheets: ScannedSheets, difference: Difference) -> DifferenceShown:
    question, both = difference.question, (difference.first, difference.second)
    first, second = (_in_words(session, sheets, question, answer) for answer in both)
    field = _field(session, sheets, question, None)
    return DifferenceShown(
        id=question,
        number=field.number,
        text=field.text,
        first=first,
        second=second,
        pictures=pictures_of(sheets, question),
        may_be_drawn=may_be_drawn_in(sheets.layout, sheets.questionnaire, question),
    )


def _in_words(session: Session, sheets: ScannedSheets, question: str, answer: Any) -> str:
    """Return an answer as the boxes of the sheet say it."""
    if answer in (None, "", [], ()):
        return EMPTY
    field = _field(session, sheets, question, answer)
    ticked = [choice.label for choice in field.choices if choice.is_ticked]
    if field.kind == "area":
        names = {area.code: area.name for group in field.groups for area in (group.area, *group.places, *group.wards)}
        return names.get(field.value, field.value)
    said = [*ticked, *([f"own words: {field.written}"] if field.takes_own_words and field.written else [])]
    return "; ".join(said) or field.value


def _field(session: Session, sheets: ScannedSheets, question: str, answer: Any) -> EntryField:
    given = given_of(sheets.questionnaire, question, answer)
    fields = entry_fields(session, sheets.questionnaire, sheets.form, given, only=question)
    return next(field for field in fields if field.about == question)


def _settled(compared: Compared) -> Mapping[str, Any] | None:
    """Return the answer kept to every question that differs, None while one is left out."""
    kept: dict[str, Any] = {}
    for difference in compared.differences:
        choice = request.form.get(f"keep.{difference.question}")
        if choice not in ("first", "second"):
            return None
        kept[difference.question] = difference.first if choice == "first" else difference.second
    return kept


def _on(following: str | None, endpoint: str, serial: str, state: str) -> ResponseReturnValue:
    done = f"?done={serial}&as={state}"
    address = url_for(endpoint, serial=following) if following else url_for("staff.scan_review")
    return redirect(address + done, 303)


def _serial(text: str) -> str:
    return read_serial(text) or abort(404)
