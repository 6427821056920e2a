"""The camera: the page that photographs sheets, what it runs, and where it sends them."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from engage.sealing import current_key
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.kept_pages import script_of, worker_behind
from engage.staff.photographed import (
    PhotographRefused,
    SheetShown,
    forms_not_whole,
    photographs,
    sheet_shown,
    take_photograph,
)
from engage.staff.scanning import FormShown
from engage.storage.scans import ScanFile

#: The page's own scripts, in the order they stand; before them what seals.
_PARTS = ("marks", "judging", "drawing", "kept", "sending", "page")
#: The one page of ours that may use the camera.
_CAMERA_POLICY = "camera=(self), geolocation=(), microphone=()"


@staff_pages.get("/staff/scans/camera")
@requires(Permission.ENTER_FORMS)
def camera() -> Response:
    """Show the camera. The page is the same for everybody, as the device keeps it for when there is no network."""
    key = current_key(the_instance().settings.sealing_keys)
    script = url_for("staff.camera_script", v=_script()[1])
    page = make_response(render_template("staff/camera.html", account=None, key=key, script=script))
    page.headers["Permissions-Policy"] = _CAMERA_POLICY
    return page


@staff_pages.get("/staff/scans/camera/camera.js")
@requires(Permission.ENTER_FORMS)
def camera_script() -> Response:
    """Return the one script of the page."""
    return Response(_script()[0], mimetype="text/javascript")


@staff_pages.get("/staff/scans/camera/worker.js")
@requires(Permission.ENTER_FORMS)
def camera_worker() -> Response:
    """Return the script that works behind this page and no other."""
    return worker_behind(url_for("staff.camera"))


@staff_pages.get("/staff/scans/camera/sheets")
@requires(Permission.ENTER_FORMS)
def camera_sheets() -> ResponseReturnValue:
    """Tell what became of the sheets that whoever asks photographed last, and give the token to send more."""
    instance = the_instance()
    with instance.database.reading() as session:
        files = photographs(session, the_account().email, instance.now())
        sheets = [_sheet_document(file, sheet_shown(session, file)) for file in files]
        forms = [_form_document(form) for form in forms_not_whole(session, files)]
    return jsonify({"token": generate_csrf(), "sheets": sheets, "forms": forms})


@staff_pages.post("/staff/scans/camera/<uuid:sheet_id>")
@requires(Permission.ENTER_FORMS)
def take_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """Take one sealed picture in; the page asks again until this says that it is here."""
    sent = request.files.get("sealed")
    sealed = sent.stream.read() if sent else b""
    try:
        take_photograph(the_instance(), sheet_id, request.form.get("key", ""), sealed, by=the_account().email)
    except PhotographRefused as refusal:
        return jsonify({"problem": str(refusal)}), 422
    return jsonify({"id": str(sheet_id)})


def _sheet_document(file: ScanFile, sheet: SheetShown) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "at": sheet.at.isoformat(),
        "state": sheet.state,
        "words": sheet.words,
        "form": sheet.form,
        "page": sheet.page,
    }


def _form_document(form: FormShown) -> dict[str, str]:
    words = form.became[0].upper() + form.became[1:]
    if form.missing:
        count = len(form.missing)
        numbers = ", ".join(map(str, form.missing))
        words = f"{count} {'page' if count == 1 else 'pages'} missing: {numbers}"
    return {"serial": form.serial, "tone": "person" if form.state == "review" else "wrong", "words": words}


def _script() -> tuple[str, str]:
    return script_of("camera", _PARTS)
