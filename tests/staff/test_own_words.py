"""Own words on the staff pages: masked, blind, settled side by side; abroad only for those who are bound."""

import pytest
from flask import Flask

from builders import WAVE
from engage.app import create_app
from engage.storage import words
from engage.storage.instance import Instance
from staffing import an_email, post, signed_in, text_of
from wordy import MASKED, SURVEY, code_all, take_words, with_words

WAVE_ADDRESS = f"/staff/words/{SURVEY}/{WAVE}"


@pytest.fixture
def wordy(surveyed: Instance) -> Flask:
    """Return the application with one telling text and eleven others."""
    with_words(surveyed)
    return create_app(surveyed)


def piece_with(app: Flask, state: str) -> str:
    instance: Instance = app.extensions["engage"]
    with instance.database.reading() as session:
        return str(words.in_state(session, state)[0].id)


def test_a_coder_reads_every_text_masked_and_codes_it(wordy: Flask) -> None:
    coder, seen = signed_in(wordy, "coder"), []
    assert coder.get("/staff/").headers["Location"] == "/staff/words"
    assert "To code 12" in text_of(coder.get("/staff/words"))
    page = coder.get(f"{WAVE_ADDRESS}/next", follow_redirects=True)
    for _ in range(12):
        seen.append(text_of(page))
        assert post(coder, page.request.path, {"act": "codes"}).status_code == 422
        sent = post(coder, page.request.path, {"act": "codes", "codes": "young_people"})
        page = coder.get(sent.headers["Location"], follow_redirects=True)
    assert "Nothing is left for you to code here." in text_of(page)
    assert sum(MASKED in text for text in seen) == 1
    assert not [text for text in seen if "Warsame" in text or "07700" in text]


def test_a_coder_sees_neither_the_others_codes_nor_how_far_they_agree(wordy: Flask) -> None:
    code_all(wordy.extensions["engage"], "first@example.org", ["send"])
    coder = signed_in(wordy, "coder")
    page = coder.get(f"{WAVE_ADDRESS}/next", follow_redirects=True)
    assert page.status_code == 200
    assert "checked" not in page.get_data(as_text=True).replace(":checked", "")
    assert "first@example.org" not in text_of(page)
    assert "Kappa" not in text_of(coder.get("/staff/words"))


def test_an_analyst_settles_what_two_coders_see_differently(wordy: Flask) -> None:
    instance = wordy.extensions["engage"]
    code_all(instance, "first@example.org", ["send"])
    code_all(instance, "second@example.org", ["send"], but={"[name]": ["young_people"]})
    analyst = signed_in(wordy, "analyst")
    overview = text_of(analyst.get("/staff/words"))
    assert "Coders differ 1" in overview
    assert "SEND 92 %" in overview
    page = analyst.get(f"{WAVE_ADDRESS}/differences", follow_redirects=True)
    told = text_of(page)
    assert told.index("first@example.org") < told.index("second@example.org")
    assert MASKED in told
    assert post(analyst, page.request.path, {"codes": ["send", "young_people"]}).status_code == 303
    assert words_settled(instance) == 12


def words_settled(instance: Instance) -> int:
    with instance.database.reading() as session:
        return len(words.settled_codes(session, SURVEY, WAVE))


def test_a_quote_goes_from_a_coder_by_a_second_person(wordy: Flask) -> None:
    instance = wordy.extensions["engage"]
    coder, analyst = signed_in(wordy, "coder"), signed_in(wordy, "analyst")
    coder.get("/staff/words")
    address = next(
        path
        for path in (f"/staff/words/text/{piece.id}" for piece in pieces(instance))
        if MASKED in text_of(coder.get(path))
    )
    assert post(coder, address, {"act": "quote", "words": "says the lights are dim"}).status_code == 422
    assert post(coder, address, {"act": "quote", "words": "says the lights are broken"}).status_code == 303
    page = analyst.get("/staff/words/quotes")
    assert "“says the lights are broken”" in text_of(page)
    decision = page.get_data(as_text=True).split('action="/staff/words/quotes/')[1].split('"')[0]
    assert post(analyst, f"/staff/words/quotes/{decision}", {"decision": "fit"}).status_code == 303
    assert "May be used “says the lights are broken”" in text_of(analyst.get("/staff/words/quotes"))


def pieces(instance: Instance) -> list[words.Piece]:
    with instance.database.reading() as session:
        return words.in_state(session, "open")


def test_a_codebook_is_edited_and_its_new_theme_has_a_key(wordy: Flask) -> None:
    analyst = signed_in(wordy, "analyst")
    address = f"/staff/words/codebook/{SURVEY}"
    assert post(analyst, address, {"act": "add", "label": " "}).status_code == 422
    assert post(analyst, address, {"act": "add", "label": "Getting about", "about": "Buses."}).status_code == 303
    assert post(analyst, address, {"act": "retire", "code": "send"}).status_code == 303
    page = text_of(analyst.get(f"{WAVE_ADDRESS}/next", follow_redirects=True))
    assert "5 Getting about Buses." in page
    assert "SEND" not in page


def test_a_text_in_another_language_is_seen_by_nobody_but_a_bound_translator(wordy: Flask) -> None:
    instance = wordy.extensions["engage"]
    take_words(instance, ["Waxaan ka baqayaa habeenkii, Axmed ayaa i soo raacay"], language="so")
    admin, translator = signed_in(wordy, "admin"), signed_in(wordy, "translator")
    admin.get("/staff/words")
    address = f"/staff/texts-to-translate/{piece_with(wordy, 'foreign')}"
    for somebody in (admin, translator):
        assert somebody.get(address).headers["Location"].endswith("told=gone")
        assert "baqayaa" not in text_of(somebody.get("/staff/texts-to-translate"))
    bound = {"act": "bind", "email": an_email("translator"), "language": "so"}
    assert post(admin, "/staff/bound-translators", bound).status_code == 422
    assert post(admin, "/staff/bound-translators", bound | {"signed": "yes"}).status_code == 303
    assert "Somali, text 1" in text_of(translator.get("/staff/texts-to-translate"))
    assert "baqayaa" in text_of(translator.get(address))
    english = {"act": "translate", "words": "I am afraid at night, Axmed followed me"}
    assert post(translator, address, english).status_code == 303
    assert admin.get(address).status_code == 303
    shown = [text_of(admin.get(f"/staff/words/text/{piece.id}")) for piece in pieces(instance)]
    assert [text for text in shown if "I am afraid at night, [name] followed me" in text]
    assert not [text for text in shown if "Axmed" in text]
