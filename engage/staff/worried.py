"""Lets somebody who reads a scanned sheet say that they are worried: whoever is on duty is told, but not why."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engage.channels.paper.forms_reviewed import open_form, questions_printed
from engage.collection.flags import flag_sheet
from engage.response.serials import read_serial
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance


@staff_pages.post("/staff/scans/review/<serial>/worried")
@requires(Permission.REVIEW)
def worry_about_scan(serial: str) -> ResponseReturnValue:
    """Tell whoever is on duty that something on this sheet worries its reader, and go on with the sheet."""
    instance, question, known = the_instance(), request.form.get("question", ""), read_serial(serial) or abort(404)
    with instance.database.writing() as session:
        keys, by, now = instance.settings.keys, the_account().email, instance.now()
        sheets = open_form(session, keys, known, by, now)
        if question not in questions_printed(sheets.layout):
            abort(400)
        flag_sheet(session, keys, known, question, by, now)
    address = url_for("staff.review_scan", serial=known, q=question, done=known)
    return redirect(f"{address}&as=worried", 303)
