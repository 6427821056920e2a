"""Photographed sheets at the server: opened, read at once, kept once however often they are sent, and told of."""

from base64 import urlsafe_b64decode
from io import BytesIO
from typing import Any
from uuid import uuid4

import cv2
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engage.response.serials import spoken
from engage.sealing import SHEET_INFO, SUITE, current_key
from engage.staff.photographed import LARGEST_PHOTOGRAPH, REFUSALS
from engage.storage import audit, scans
from engage.storage.instance import Instance
from scanner import as_jpeg, print_forms_of, scanned_pages
from scanning import pictures
from staffing import signed_in, text_of

CAMERA = "/staff/scans/camera"


@pytest.fixture
def ambassador(app: Flask) -> FlaskClient:
    return signed_in(app, "ambassador")


def sealed_for(instance: Instance, sheet: str, picture: bytes) -> bytes:
    """Return a picture sealed as the page seals it for a sheet."""
    text = current_key(instance.settings.sealing_keys).public_key
    point = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return SUITE.encrypt(picture, public, SHEET_INFO + sheet.encode())


def send(client: FlaskClient, instance: Instance, sheet: str, sealed: bytes, key: str | None = None) -> TestResponse:
    """Send a sealed picture as the page sends it."""
    token = client.get(f"{CAMERA}/sheets").json["token"]  # type: ignore[index]
    fields = {"csrf_token": token, "key": key or current_key(instance.settings.sealing_keys).id}
    upload = FileStorage(BytesIO(sealed), filename="sheet")
    boundary, body = encode_multipart(fields | {"sealed": upload})
    return client.post(f"{CAMERA}/{sheet}", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def told(client: FlaskClient) -> dict[str, Any]:
    """Return what the page is told of the sheets."""
    news: dict[str, Any] = client.get(f"{CAMERA}/sheets").json or {}
    return news


def a_photograph(instance: Instance) -> tuple[str, bytes]:
    """Print a form, tick its first page and return its serial and a picture of that page."""
    layout, [serial], pdf = print_forms_of(instance, "feeling-safe", 1)
    [pages] = scanned_pages(pdf, layout, [{"consent": ["yes"], "age_band": ["25-34"], "assisted": ["none"]}])
    return serial, as_jpeg(pages[0])


def test_a_sheet_sent_twice_is_read_once_and_told_with_the_pages_that_are_missing(
    surveyed: Instance, ambassador: FlaskClient
) -> None:
    serial, picture = a_photograph(surveyed)
    sheet = str(uuid4())
    for _ in range(2):
        taken = send(ambassador, surveyed, sheet, sealed_for(surveyed, sheet, picture))
        assert (taken.status_code, taken.json) == (200, {"id": sheet})
    news = told(ambassador)
    [shown] = news["sheets"]
    assert (shown["id"], shown["state"], shown["form"], shown["page"]) == (sheet, "read", spoken(serial), 1)
    [form] = news["forms"]
    assert form["serial"] == spoken(serial)
    assert form["words"] == "5 pages missing: 2, 3, 4, 5, 6"
    with surveyed.database.reading() as session:
        [file] = scans.newest_files(session, 5)
        assert [page.state for page in scans.pages_of_file(session, file.id)] == ["read"]
        actions = [line.action for line in audit.lines_about(session, sheet)]
    assert (file.source, file.state, file.kept_as) == ("camera", "done", None)
    assert actions == ["scan.sent", "scan.read"]
    [sealed] = pictures(surveyed)
    assert sealed.endswith(".page")


def test_a_picture_without_a_form_says_what_helps(surveyed: Instance, ambassador: FlaskClient) -> None:
    table = bytes(cv2.imencode(".jpg", np.full((1600, 1200), 90, np.uint8))[1])
    sheet = str(uuid4())
    assert send(ambassador, surveyed, sheet, sealed_for(surveyed, sheet, table)).status_code == 200
    [shown] = told(ambassador)["sheets"]
    assert (shown["state"], shown["form"]) == ("wrong", None)
    assert shown["words"] in (
        "Blank side.",
        "No form found on this page. If it is one, scan it again, flat and with its whole square code.",
    )
    assert pictures(surveyed) == []


def test_what_was_not_sealed_for_this_sheet_is_refused_for_good(
    surveyed: Instance, ambassador: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = str(uuid4())
    sealed = sealed_for(surveyed, sheet, b"\xff\xd8\xff a picture")

    def refusal(body: bytes, key: str | None = None) -> str:
        answer = send(ambassador, surveyed, sheet, body, key)
        assert answer.status_code == 422
        return next(code for code, words in REFUSALS.items() if words == (answer.json or {})["problem"])

    assert refusal(b"") == "not_sent"
    assert refusal(sealed, "0" * 16) == "unknown_key"
    assert refusal(sealed[:-1]) == "cannot_be_opened"
    assert refusal(sealed_for(surveyed, str(uuid4()), b"\xff\xd8\xff a picture")) == "cannot_be_opened"
    assert refusal(sealed_for(surveyed, sheet, b"%PDF-1.7 of 300 pages")) == "not_an_image"
    assert refusal(bytes(LARGEST_PHOTOGRAPH + 1)) == "too_large"
    with surveyed.database.reading() as session:
        assert scans.newest_files(session, 5) == []


def test_nothing_is_taken_without_the_token_of_the_page(surveyed: Instance, ambassador: FlaskClient) -> None:
    forged = ambassador.post(f"{CAMERA}/{uuid4()}", data={"csrf_token": "x", "sealed": (BytesIO(b"x"), "sheet")})
    assert forged.status_code == 400
    assert pictures(surveyed) == []


def test_nobody_is_told_of_somebody_elses_sheets(app: Flask, surveyed: Instance, ambassador: FlaskClient) -> None:
    _, picture = a_photograph(surveyed)
    sheet = str(uuid4())
    send(ambassador, surveyed, sheet, sealed_for(surveyed, sheet, picture))
    assert told(signed_in(app, "coordinator"))["sheets"] == []
    assert len(told(ambassador)["sheets"]) == 1


def test_the_camera_may_be_used_on_its_own_page_and_on_no_other(ambassador: FlaskClient) -> None:
    assert "camera=(self)" in ambassador.get(CAMERA).headers["Permissions-Policy"]
    for address in ("/staff/scans", "/staff/", "/s/local"):
        assert "camera=()" in ambassador.get(address).headers["Permissions-Policy"]


def test_the_page_that_a_device_keeps_names_nobody_and_holds_no_token(ambassador: FlaskClient) -> None:
    page = ambassador.get(CAMERA).get_data(as_text=True)
    assert "ambassador@example.org" not in page
    assert "csrf_token" not in page
    worker = ambassador.get(f"{CAMERA}/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == CAMERA
    assert "Photograph forms" in text_of(ambassador.get("/staff/scans"))
