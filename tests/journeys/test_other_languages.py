"""Languages that staff add: Romani, which is spoken and has no locale, and Chinese in traditional signs."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from builders import NOW, WAVE
from channels.web.respondent import Respondent, by_client
from engage.channels.sms.conversation import step
from engage.channels.sms.exchange import context_of
from engage.collection.clips import keep_clip
from engage.collection.languages import add_language, offer_language
from engage.collection.wordings import Edit, Part, change_words
from engage.jobs import JobRefused
from engage.phrases import direction, own_name, phrases_for, plural_categories
from engage.staff.printing import PrintOrder, print_order
from engage.storage import questionnaires, responses
from engage.storage.instance import Instance

SLUG = "feeling-safe"


@pytest.fixture
def with_romani(surveyed: Instance) -> Instance:
    """Return an instance whose survey is offered in Romani as recordings with easy read."""
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        add_language(session, keys, SLUG, "rom", "asha", NOW)
        survey = questionnaires.get(session, SLUG)
        assert survey is not None
        keep_clip(session, keys, survey, "rom", "survey.intro@easy_read", b"ID3" + b"\x00" * 40, actor="asha", now=NOW)
        offer_language(session, keys, SLUG, "rom", "spoken", "asha", NOW)
    return surveyed


def somebody(app: Flask) -> Respondent:
    return Respondent(by_client(app.test_client()))


def printed(instance: Instance, language: str, style: str) -> bytes:
    """Return the printed form."""
    file = BytesIO()
    print_order(instance, PrintOrder(SLUG, language, style, None, 1, "test"), file, lambda done, total: None)
    return file.getvalue()


def test_a_survey_is_answered_in_romani_by_ear_and_in_easy_read(app: Flask, with_romani: Instance) -> None:
    person = somebody(app)
    person.opens("/s/local?lang=rom&style=standard")
    assert (person.page.html["lang"], person.page.html["dir"]) == ("rom", "ltr")  # type: ignore[index] # a page has it
    assert "Romani" in person.text
    assert person.page.body["class"] == ["easy_read"]  # type: ignore[index] # a page has it
    assert person.page.find("span", lang="en") is not None
    assert person.page.select(".styles a") == []
    person.presses().agrees()
    while not person.is_at_check:
        assert person.page.html["lang"] == "rom"  # type: ignore[index] # a page has it
        person.skips()
    person.sends()
    assert person.status == 200
    with with_romani.database.reading() as session:
        (kept,) = list(responses.of_wave(session, SLUG, WAVE))
    assert (kept.language, kept.style) == ("rom", "easy_read")


def test_somebody_who_turns_to_romani_in_the_middle_reads_easy_read(app: Flask, with_romani: Instance) -> None:
    person = somebody(app).starts("en", "standard").agrees()
    person.opens(f"{person.address.partition('?')[0]}?lang=rom")
    assert person.page.html["lang"] == "rom"  # type: ignore[index] # a page has it
    assert person.page.body["class"] == ["easy_read"]  # type: ignore[index] # a page has it


def test_a_spoken_language_is_neither_printed_nor_texted(with_romani: Instance) -> None:
    with pytest.raises(JobRefused):
        printed(with_romani, "rom", "easy_read")
    with with_romani.database.reading() as session:
        context = context_of(session, with_romani, SLUG, None)
    begun = step(None, "ROMANI", context)
    assert begun.state is None or begun.state.language == "en"
    assert "rom" in context.questionnaire.offered()
    assert "rom" not in context.questionnaire.offered(in_writing=True)


def test_a_language_without_a_locale_is_printed_and_counts_as_english_does(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        add_language(session, surveyed.settings.keys, SLUG, "rom", "asha", NOW)
        offer_language(session, surveyed.settings.keys, SLUG, "rom", "fallback", "asha", NOW)
    assert printed(surveyed, "rom", "standard").startswith(b"%PDF")
    assert (own_name("rom"), direction("rom"), plural_categories("rom")) == ("Romani", "ltr", ("one", "other"))
    assert phrases_for("rom").count("web.waiting", 1) == phrases_for("en").count("web.waiting", 1)


def test_results_are_shown_in_a_language_without_a_locale(app: Flask, surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        add_language(session, surveyed.settings.keys, SLUG, "rom", "asha", NOW)
        offer_language(session, surveyed.settings.keys, SLUG, "rom", "fallback", "asha", NOW)
    page = app.test_client().get("/results/local?lang=rom")
    assert page.status_code == 200
    assert '<html lang="rom" dir="ltr">' in page.get_data(as_text=True)


def test_chinese_in_traditional_signs_is_worded_by_staff(app: Flask, surveyed: Instance) -> None:
    keys = surveyed.settings.keys
    with surveyed.database.writing() as session:
        add_language(session, keys, SLUG, "zh-Hant", "asha", NOW)
        for part, key, words in ((Part(SLUG), "survey.title", "本地調查"), (Part(), "web.start", "開始")):
            (done,) = change_words(session, keys, part, "zh-Hant", [Edit(key, words)], "asha", NOW)
            assert done.result == "changed"
        offer_language(session, keys, SLUG, "zh-Hant", "fallback", "asha", NOW + timedelta(minutes=1))
    person = somebody(app).opens("/s/local?lang=zh-Hant")
    assert "本地調查" in person.text and "開始" in person.text and "繁體中文" in person.text
    assert person.page.find("span", lang="en") is not None
