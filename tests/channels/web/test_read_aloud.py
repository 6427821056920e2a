"""Where a wording has a recording its page carries it, without a script too; no button stands there for nothing."""

import json
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from builders import with_survey
from channels.web.place import Place
from channels.web.tiny import YES_NO, a_questionnaire
from engage.channels.web.reader import Reader
from engage.collection.clips import keep_clip
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.wording import Words
from sounds import a_wav

LIBRARY = read_library_survey("feeling-safe")


def record(place: Place, key: str, language: str = "en", survey: Any = LIBRARY, pitch: int = 440) -> None:
    with place.instance.database.writing() as session:
        keys, now = place.instance.settings.keys, place.instance.now()
        keep_clip(session, keys, survey, language, key, a_wav(pitch=pitch), actor="test", now=now)


def first_question(place: Place, style: str = "easy_read", language: str = "en") -> BeautifulSoup:
    return place.someone().starts(language, style).agrees().skips_to(6).page


def test_a_question_plays_its_recording_under_its_own_words(place: Place) -> None:
    record(place, "safe_day.text@easy_read")
    page = first_question(place)
    (player,) = page.select("main audio")
    assert player.has_attr("controls") and player["preload"] == "none"
    named = page.find(id=player["aria-labelledby"])
    assert named is not None and named.get_text().startswith("How safe do you feel outside")


def test_answers_are_heard_from_a_list_in_their_order(place: Place) -> None:
    for at, key in enumerate(("scale.safety.unsafe@easy_read", "scale.safety.safe@easy_read", "option.dk@easy_read")):
        record(place, key, pitch=400 + at)
    page = first_question(place)
    rows = page.select("details.recordings li")
    assert [row.span.get_text() for row in rows if row.span] == ["Safe", "Not safe", "I do not know"]
    assert all(page.find(id=row.audio["aria-labelledby"]).get_text() == row.span.get_text() for row in rows)


def test_a_recording_is_heard_only_where_just_its_words_are_read(place: Place) -> None:
    record(place, "safe_day.text")
    assert first_question(place).select("main audio") == []
    assert len(first_question(place, "standard").select("main audio")) == 1
    assert first_question(place, "standard", "so").select("main audio") == []


def test_a_language_that_is_only_spoken_is_heard_beside_english_words(place: Place) -> None:
    survey = a_questionnaire(
        {"id": "one", "type": "single_choice", "text": "One?", "options": YES_NO},
        languages={"en": {"review": "source"}, "rom": {"review": "machine_drafted"}},
    )
    with_survey(place.instance, survey)
    record(place, "one.text", "rom", survey)
    page = place.someone("tiny").starts("rom").agrees().page
    assert len(page.select("main audio")) == 1


def test_consent_and_introduction_are_heard(place: Place) -> None:
    record(place, "survey.intro@easy_read")
    record(place, "consent.statement@easy_read", pitch=500)
    start = place.someone().opens("/s/local?lang=en&style=easy_read")
    assert len(start.page.select("main audio")) == 1
    assert len(start.presses().page.select("main audio")) == 1


def test_without_a_script_there_is_no_button_to_listen(place: Place) -> None:
    page = first_question(place)
    (button,) = page.select("button.listen")
    assert button.has_attr("hidden") and button["type"] == "button"
    assert page.select("main audio") == []


def test_a_recording_comes_whole_or_in_part_and_stays_in_no_cache(place: Place) -> None:
    record(place, "safe_day.text@easy_read")
    address = first_question(place).select_one("main audio")["src"]
    client = place.app.test_client()
    whole = client.get(address)
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "audio/wav", a_wav())
    assert whole.headers["Cache-Control"] == "no-store"
    part = client.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"RIFF")
    assert "safe" not in address.removeprefix("/s/local/")


@pytest.mark.parametrize(
    "name", ["0123456789abcdef.wav", "0123456789abcdef", "%25.wav", "..%2F..%2Fkeys.json", "a.exe"]
)
def test_an_address_without_a_sound_is_not_found(place: Place, name: str) -> None:
    assert place.app.test_client().get(f"/s/local/sound/{name}").status_code == 404
    assert place.app.test_client().get(f"/s/nowhere/sound/{name}").status_code == 404


def test_a_recording_of_one_survey_is_not_found_in_another(place: Place) -> None:
    other = a_questionnaire()
    with_survey(place.instance, other)
    record(place, "safe_day.text@easy_read")
    address = first_question(place).select_one("main audio")["src"]
    assert place.app.test_client().get(address.replace("/local/", f"/{other.code}/")).status_code == 404


def test_the_whole_survey_names_every_recording_once(place: Place) -> None:
    for key in ("safe_day.text@easy_read", "safe_dark.text@easy_read"):
        record(place, key)
    record(place, "scale.safety.safe@easy_read", pitch=500)
    page = place.app.test_client().get("/s/local/whole?lang=en&style=easy_read").get_data(as_text=True)
    plan = json.loads(page.partition('id="plan">')[2].partition("</script>")[0])
    assert len(plan["clips"]) == 2
    assert all(address in page.partition('id="plan">')[0] for address in plan["clips"])


def test_easy_read_tells_each_sentence_with_its_picture_or_none_with_any() -> None:
    reader = Reader("en", "easy_read", Words(LIBRARY, "en", "easy_read", "easy_read"))
    assert all(picture for picture, _ in reader.told("consent.statement"))
    uneven = replace(LIBRARY, consent=replace(LIBRARY.consent, pictures=("ok",)))
    told = Reader("en", "easy_read", Words(uneven, "en", "easy_read", "easy_read")).told("consent.statement")
    assert len(told) > 10 and not any(picture for picture, _ in told)
    standard = Reader("en", "standard", Words(LIBRARY, "en", "adult")).told("consent.statement")
    assert not any(picture for picture, _ in standard)
