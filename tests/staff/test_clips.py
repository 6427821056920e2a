"""Translators bring recordings in, hear them, and take them away; nobody else does."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engage.storage import clips
from sounds import a_wav
from staffing import post, signed_in, text_of

PAGE = "/staff/surveys/feeling-safe/recordings/so"
KEY = "safe_day.text@easy_read"


def send(client: FlaskClient, content: bytes, key: str = KEY) -> int:
    fields = {"key": key, "style": "easy_read", "file": (io.BytesIO(content), "recording.wav")}
    return post(client, PAGE, fields, content_type="multipart/form-data").status_code


def kept(app: Flask) -> set[str]:
    with app.extensions["engage"].database.reading() as session:
        return set(clips.of_language(session, "feeling-safe", "so"))


def test_a_recording_is_kept_heard_and_removed(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    assert send(client, a_wav()) == 303
    page = client.get(PAGE).get_data(as_text=True)
    address = re.search(r'<audio[^>]*src="([^"]+)"', page)
    assert address is not None
    assert client.get(address[1]).data == a_wav()
    assert post(client, f"{PAGE}/remove", {"key": KEY}).status_code == 303
    assert kept(app) == set()
    assert "<audio" not in client.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize(("content", "key"), [(b"<html>", KEY), (b"", KEY), (a_wav(), "nothing.text")])
def test_what_is_no_recording_is_refused_and_said_so(app: Flask, content: bytes, key: str) -> None:
    client = signed_in(app, "coordinator")
    fields = {"key": key, "file": (io.BytesIO(content), "recording.mp3")}
    answer = post(client, PAGE, fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert kept(app) == set()


def test_removing_what_is_not_there_is_refused(app: Flask) -> None:
    assert post(signed_in(app, "coordinator"), f"{PAGE}/remove", {"key": KEY}).status_code == 422


def test_the_page_shows_the_words_to_read_of_the_style_chosen(app: Flask) -> None:
    client = signed_in(app, "coordinator")
    assert KEY in text_of(client.get(PAGE))
    standard = text_of(client.get(f"{PAGE}?style=standard"))
    assert "safe_day.text" in standard
    assert KEY not in standard
    assert client.get("/staff/surveys/feeling-safe/recordings/tlh").status_code == 404
    assert client.get("/staff/surveys/nothing/recordings/so").status_code == 404


@pytest.mark.parametrize("role", ["analyst", "ambassador"])
def test_others_do_not_reach_the_recordings(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    assert client.get(PAGE).status_code == 403
    assert send(client, a_wav()) == 403
    assert kept(app) == set()


def test_a_translator_finds_the_way_to_the_recordings(app: Flask) -> None:
    client = signed_in(app, "translator")
    assert f'href="{PAGE}"' in client.get("/staff/translations").get_data(as_text=True)
    assert client.get(PAGE).status_code == 200


def test_the_page_of_a_survey_says_what_is_hard_to_read(app: Flask) -> None:
    page = text_of(signed_in(app, "coordinator").get("/staff/surveys/feeling-safe"))
    assert "Easy read" in page
    assert "no check knows better than they do" in page
