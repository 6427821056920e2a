"""The translators' pages: saved key by key, nothing typed is lost, and a translator sees nothing else."""

import io
import re
from html import unescape

import pytest
from bs4 import BeautifulSoup
from click import Command, Context
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from engage import jobs
from engage.channels.sms.exchange import context_of
from engage.channels.sms.segments import count_segments
from engage.cli.instance import ready_instance
from engage.collection.wordings import Edit, Part, change_words
from engage.phrases import phrases_for, plural_categories
from engage.storage import audit, questionnaires
from engage.storage.instance import Instance
from staffing import csrf_token, post, signed_in, text_of

SURVEY = "/staff/translations/so/survey/feeling-safe"
INTERFACE = "/staff/translations/so/interface"


@pytest.fixture
def translator(app: Flask) -> FlaskClient:
    return signed_in(app, "translator")


def page_of(client: FlaskClient, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.get_data(as_text=True), "html5lib")


def fields_of(page: BeautifulSoup) -> dict[str, str]:
    """Return what the browser would send of the form with the words."""
    form = page.find("form", id="words")
    assert form is not None
    fields = {box["name"]: box.get_text().removeprefix("\n") for box in form.find_all("textarea")}
    fields |= {box["name"]: box["value"] for box in form.find_all("input", type="hidden")}
    return fields | {box["name"]: "yes" for box in form.find_all("input", type="checkbox") if box.has_attr("checked")}


def on_screen(instance: Instance, part: Part, key: str, words: str, tag: str = "so") -> None:
    with instance.database.writing() as session:
        change_words(session, instance.settings.keys, part, tag, [Edit(key, words)], "omar", instance.now())


def words_of(instance: Instance, key: str, tag: str = "so") -> str | None:
    with instance.database.reading() as session:
        survey = questionnaires.get(session, "feeling-safe")
    language = survey.language(tag) if survey else None
    return language.wording.get(key) if language else None


def saved(client: FlaskClient, address: str, **changes: str) -> TestResponse:
    """Save the page at an address with some of its fields changed; names are keys with `w:` or `r:` before them."""
    return client.post(address, data={**fields_of(page_of(client, address)), **changes})


def test_a_translator_sees_translations_and_nothing_else(translator: FlaskClient) -> None:
    home = translator.get("/staff/")
    assert (home.status_code, home.headers["Location"]) == (303, "/staff/translations")
    page = page_of(translator, "/staff/translations")
    assert [link.get_text() for link in page.select("header nav a")] == ["Translations", "Answers to translate"]
    said = page.get_text(" ", strip=True)
    assert "Somali" in said and "Soomaali" in said and "to review" in said
    for path in ("/staff/surveys", "/staff/review", "/staff/people", "/staff/results", "/staff/entry"):
        assert translator.get(path).status_code == 403


def test_source_and_words_stand_side_by_side_in_their_own_language_and_direction(translator: FlaskClient) -> None:
    page = page_of(translator, "/staff/translations/ar/survey/feeling-safe?q=survey.title")
    box = page.find("textarea", attrs={"name": "w:survey.title"})
    assert box is not None
    assert (box["lang"], box["dir"]) == ("ar", "rtl")
    sources = [page.find(id=name) for name in box["aria-describedby"].split()]
    assert sources[0] is not None
    assert (sources[0].get_text(), sources[0].parent["lang"]) == ("Local survey", "en")
    assert page.find("label", attrs={"for": box["id"]}) is not None


def test_variants_stand_under_their_wording(translator: FlaskClient) -> None:
    page = page_of(translator, f"{SURVEY}?q=safe_day.text")
    (section,) = page.select("section.wording")
    names = [box["name"] for box in section.find_all("textarea")]
    assert names[0] == "w:safe_day.text"
    assert len(names) > 1 and all(name.startswith("w:safe_day.text@") for name in names[1:])


def test_words_are_saved_and_saving_again_changes_nothing(surveyed: Instance, translator: FlaskClient) -> None:
    address = f"{SURVEY}?q=survey.title"
    fields = {**fields_of(page_of(translator, address)), "w:survey.title": "Su'aalo"}
    first, again = (translator.post(address, data=fields) for _ in range(2))
    assert "saved=1" in first.headers["Location"]
    assert "saved=0" in again.headers["Location"]
    assert "q=survey.title" in first.headers["Location"]
    assert words_of(surveyed, "survey.title") == "Su'aalo"
    assert "1 wording saved." in text_of(translator.get(first.headers["Location"]))
    with surveyed.database.reading() as session:
        lines = [line for line in audit.lines_about(session, "feeling-safe") if line.action == "words.changed"]
    assert [(line.actor, line.detail) for line in lines] == [
        ("translator@example.org", {"language": "so", "changed": ["survey.title"]})
    ]


def test_what_is_wrong_is_said_at_the_box_and_what_was_typed_stays(surveyed: Instance, translator: FlaskClient) -> None:
    address = f"{SURVEY}?q=safe_day.text"
    response = saved(
        translator, address, **{"w:safe_day.text": "Meel {goob}?", "w:safe_day.text@easy_read": "{place} maalintii?"}
    )
    assert response.status_code == 422
    page = BeautifulSoup(response.get_data(as_text=True), "html5lib")
    box = page.find("textarea", attrs={"name": "w:safe_day.text"})
    assert box is not None
    assert box.get_text().strip() == "Meel {goob}?"
    assert box["aria-invalid"] == "true"
    fault = page.find(id=box["aria-describedby"].split()[-1])
    assert fault is not None
    assert "curly brackets" in fault.get_text()
    assert "Keep {place}" in " ".join(page.get_text(" ", strip=True).split())
    assert words_of(surveyed, "safe_day.text") != "Meel {goob}?"
    assert words_of(surveyed, "safe_day.text@easy_read") == "{place} maalintii?"


def test_a_conflict_shows_both_and_saving_again_decides(surveyed: Instance, translator: FlaskClient) -> None:
    address = f"{SURVEY}?q=survey.title"
    fields = {**fields_of(page_of(translator, address)), "w:survey.title": "Su'aalo"}
    on_screen(surveyed, Part("feeling-safe"), "survey.title", "Weydiimo")
    response = translator.post(address, data=fields)
    page = BeautifulSoup(response.get_data(as_text=True), "html5lib")
    assert response.status_code == 422
    assert "Somebody else changed these words meanwhile".lower() in page.get_text(" ", strip=True).lower()
    assert [found.get_text() for found in page.select(".found")] == ["Weydiimo"]
    again = fields_of(page)
    assert again["w:survey.title"] == "Su'aalo"
    assert words_of(surveyed, "survey.title") == "Weydiimo"
    assert translator.post(address, data=again).status_code == 303
    assert words_of(surveyed, "survey.title") == "Su'aalo"


def test_a_tick_says_who_reviewed_and_when_and_comes_off_with_a_change(translator: FlaskClient) -> None:
    address = f"{SURVEY}?q=survey.title"
    assert saved(translator, address, **{"r:survey.title": "yes"}).status_code == 303
    page = page_of(translator, address)
    assert "reviewed by translator@example.org on 21 November 2026" in page.get_text(" ", strip=True)
    assert "r:survey.title" in fields_of(page)
    assert saved(translator, address, **{"w:survey.title": "Su'aalo"}).status_code == 303
    page = page_of(translator, address)
    assert "to review again: the words changed" in page.get_text(" ", strip=True)
    assert "r:survey.title" not in fields_of(page)
    assert "survey.title" in page_of(translator, f"{SURVEY}?show=changed").get_text()


def test_filters_count_and_let_through_what_they_say(surveyed: Instance, translator: FlaskClient) -> None:
    with surveyed.database.writing() as session:
        keys, now = surveyed.settings.keys, surveyed.now()
        for key in ("survey.title", "survey.intro"):
            change_words(session, keys, Part("feeling-safe"), "so", [Edit(key, None)], "omar", now)
    page = page_of(translator, f"{SURVEY}?show=missing")
    counts = [re.sub(r"\D", "", link.get_text()) for link in page.select("nav.tabs")[0].find_all("a")]
    shown = [name for name in fields_of(page) if name.startswith("m:") and fields_of(page)[name].startswith("none")]
    assert int(counts[1]) == len(shown) >= 2
    assert {"m:survey.title", "m:survey.intro"} <= set(shown)


def test_search_looks_at_keys_source_and_words(surveyed: Instance, translator: FlaskClient) -> None:
    on_screen(surveyed, Part(), "web.next", "Horay u soco")
    for query in ("web.next", "horay U SOCO"):
        assert "w:web.next" in fields_of(page_of(translator, f"{INTERFACE}?q={query}"))
    assert "There are no such words" in text_of(translator.get(f"{INTERFACE}?q=zzzzzz"))


def test_pages_hold_every_wording_once(translator: FlaskClient) -> None:
    first = page_of(translator, INTERFACE)
    pages = int(first.select("nav.tabs")[-1].find_all("a")[-1].get_text())
    names = [
        name
        for number in range(1, pages + 1)
        for name in fields_of(page_of(translator, f"{INTERFACE}?page={number}"))
        if name.startswith("m:")
    ]
    assert len(names) == len(set(names))
    assert len(names) == int(re.sub(r"\D", "", first.select("nav.tabs")[0].find("a").get_text()))  # type: ignore[union-attr]


def test_words_that_count_have_a_box_for_each_category_with_example_numbers(translator: FlaskClient) -> None:
    page = page_of(translator, "/staff/translations/ar/interface?q=web.waiting")
    boxes = [box["name"] for box in page.find_all("textarea") if box["name"].startswith("w:web.waiting[")]
    assert boxes == [f"w:web.waiting[{name}]" for name in plural_categories("ar")]
    assert "For numbers such as 3, 4, 5" in page.get_text(" ", strip=True)
    response = saved(translator, "/staff/translations/ar/interface?q=web.waiting", **{"w:web.waiting[few]": " "})
    assert response.status_code == 422
    assert "each category of number needs its own words" in text_of(response)


def test_a_text_message_is_counted_without_a_script(surveyed: Instance, translator: FlaskClient) -> None:
    words = "Haa " * 50
    on_screen(surveyed, Part(), "sms.not_open", words.strip())
    size = count_segments(words.strip())
    said = " ".join(page_of(translator, f"{INTERFACE}?q=sms.not_open").get_text(" ", strip=True).split())
    assert f"{size.units} signs, {size.parts} text messages" in said


def test_changed_words_are_read_by_people_at_once(app: Flask, surveyed: Instance, translator: FlaskClient) -> None:
    person = app.test_client()
    saved(translator, f"{INTERFACE}?q=web.start", **{"w:web.start": "Bilow hadda"})
    assert "Bilow hadda" in person.get("/s/local?lang=so").get_data(as_text=True)
    drafted = person.get("/s/local?lang=so").get_data(as_text=True).count("drafted")
    for address in (f"{INTERFACE}/reviewed", f"{SURVEY}/reviewed"):
        data = {"csrf_token": csrf_token(translator, INTERFACE), "state": "reviewed"}
        assert translator.post(address, data=data).status_code == 303
    assert drafted > person.get("/s/local?lang=so").get_data(as_text=True).count("drafted")
    saved(translator, f"{INTERFACE}?q=web.start", **{"w:web.start": "Bilow"})
    assert drafted == person.get("/s/local?lang=so").get_data(as_text=True).count("drafted")


def test_changed_words_are_read_by_texts_jobs_and_commands(surveyed: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    on_screen(surveyed, Part(), "sms.not_open", "Hadda waa xiran.")
    with surveyed.database.reading() as session:
        assert context_of(session, surveyed, "feeling-safe", None).say("so", "sms.not_open") == "Hadda waa xiran."
    read: list[str] = []
    works = {"paper.print": lambda instance, parameters, progress: read.append(phrases_for("so").say("sms.not_open"))}
    job = jobs.ask(surveyed, "paper.print", {}, by="test")
    jobs.run(surveyed, job, works)
    monkeypatch.setenv("ENGAGE_INSTANCE", str(surveyed.settings.instance))
    monkeypatch.setenv("ENGAGE_DATABASE_URL", surveyed.settings.database_url)
    with Context(Command("any")):
        ready_instance().database.close()
        read.append(phrases_for("so").say("sms.not_open"))
    assert read == ["Hadda waa xiran.", "Hadda waa xiran."]
    assert phrases_for("so").say("sms.not_open") != "Hadda waa xiran."


@pytest.mark.parametrize("ending", ["po", "xlsx"])
def test_words_go_out_as_a_file_and_come_back(surveyed: Instance, translator: FlaskClient, ending: str) -> None:
    answer = translator.get(f"{SURVEY}/words.{ending}")
    assert f'filename="feeling-safe.so.{ending}"' in answer.headers["Content-Disposition"]
    content = answer.get_data()
    if ending == "po":
        old = words_of(surveyed, "survey.title") or ""
        content = content.replace(f'msgstr "{old}"'.encode(), b'msgstr "Su\'aalo"', 1)
    else:
        book, file = load_workbook(io.BytesIO(content)), io.BytesIO()
        row = next(row for row in book["words"].iter_rows() if row[0].value == "survey.title")
        row[3].value = "Su'aalo"
        book.save(file)
        content = file.getvalue()
    said = text_of(_send(translator, SURVEY, f"words.{ending}", content))
    assert "1 row: changed" in said
    assert "survey.title changed" in said
    assert words_of(surveyed, "survey.title") == "Su'aalo"
    assert "changed" not in text_of(_send(translator, SURVEY, f"words.{ending}", content)).partition("rows:")[0]


def test_rows_that_cannot_be_taken_are_named(translator: FlaskClient) -> None:
    content = b'msgctxt "survey.title"\nmsgid "Another"\nmsgstr "Kale"\n\nmsgctxt "x.y"\nmsgid "a"\nmsgstr "b"\n'
    said = text_of(_send(translator, SURVEY, "a.po", content))
    assert "2 rows: not taken" in said
    assert "survey.title not taken: the source has changed since this was exported" in said
    assert "x.y not taken: there is no such wording" in said


@pytest.mark.parametrize("name", ["a.txt", "a.xlsx", "a.po"])
def test_a_file_that_cannot_be_read_changes_nothing(translator: FlaskClient, name: str) -> None:
    response = _send(translator, SURVEY, name, b'"')
    assert response.status_code == 422
    assert "Nothing was taken in" in text_of(response)


def test_a_language_nobody_has_worded_can_be_begun(translator: FlaskClient) -> None:
    begun = translator.get("/staff/translations?tag=zh-Hant")
    assert begun.headers["Location"] == "/staff/translations/zh-Hant/interface"
    answer = saved(translator, f"{begun.headers['Location']}?q=web.next", **{"w:web.next": "下一步"})
    assert answer.status_code == 303
    assert "Chinese (traditional)" in text_of(translator.get("/staff/translations"))
    refused = translator.get("/staff/translations?tag=Klingon")
    assert refused.status_code == 422
    assert "not a language tag" in text_of(refused)


@pytest.mark.parametrize(
    "path",
    [
        "/staff/translations/en/interface",
        "/staff/translations/..%2Fx/interface",
        "/staff/translations/so/survey/none",
        "/staff/translations/fr/survey/feeling-safe",
        f"{SURVEY}?version=9",
        f"{SURVEY}/words.csv",
    ],
)
def test_there_is_nothing_at_other_addresses(translator: FlaskClient, path: str) -> None:
    assert translator.get(path).status_code == 404


def test_a_survey_offers_and_closes_languages_on_its_page(app: Flask, surveyed: Instance) -> None:
    coordinator, person = signed_in(app, "coordinator"), app.test_client()
    assert post(coordinator, "/staff/surveys/feeling-safe/languages/so/offer", {"state": "closed"}).status_code == 303
    assert 'hreflang="so"' not in person.get("/s/local").get_data(as_text=True)
    assert 'lang="so"' not in person.get("/s/local?lang=so").get_data(as_text=True).partition("<body")[0]
    said = text_of(coordinator.get("/staff/surveys/feeling-safe"))
    assert "Somali Soomaali not offered by coordinator@example.org on 21 November 2026" in said
    assert post(coordinator, "/staff/surveys/feeling-safe/languages", {"tag": "rom"}).status_code == 303
    assert "Romani Romani prepared, not offered" in text_of(coordinator.get("/staff/surveys/feeling-safe"))
    refused = post(coordinator, "/staff/surveys/feeling-safe/languages/rom/offer", {"state": "offered"})
    assert refused.status_code == 422
    assert "rom cannot be opened" in unescape(text_of(refused))


def _send(client: FlaskClient, address: str, name: str, content: bytes) -> TestResponse:
    data = {"csrf_token": csrf_token(client, address), "file": (io.BytesIO(content), name)}
    return client.post(f"{address}/file", data=data, content_type="multipart/form-data")
