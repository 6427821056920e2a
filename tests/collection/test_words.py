"""What people wrote is read with details hidden, coded twice blind, and gone with the answer."""

from uuid import UUID

import pytest
from sqlalchemy import inspect

from builders import WAVE
from engage.collection.coding import (
    NoDecision,
    add_theme,
    agreement_of,
    codebook,
    next_to_code,
    next_to_settle,
    open_to_code,
    open_to_settle,
    retire_theme,
    settle,
)
from engage.collection.quoting import NoQuote, open_quotes, propose_quote, vet_quote
from engage.collection.withdrawal import erase_response
from engage.collection.word_translations import (
    NotBound,
    bind_translator,
    open_to_translate,
    translate,
    waiting_for,
)
from engage.collection.words import NothingToHide, PieceGone, gather_words, hide, read_piece, warn_duty
from engage.housekeeping import keep_house
from engage.response.receipts import receipt_of, tombstone_of
from engage.storage import audit, quotes, responses, safeguarding, words
from engage.storage.instance import Instance
from staffing import with_person
from wordy import MASKED, PLAIN, SURVEY, code_all, take_words, with_words

COUNTED = ("word_pieces", "word_codings", "word_quotes")


def rows(instance: Instance) -> list[int]:
    with instance.database.engine.connect() as connection:
        return [connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in COUNTED]


def piece_of(instance: Instance, response_id: str) -> UUID:
    with instance.database.writing() as session:
        gather_words(session, SURVEY, WAVE)
        found = [piece for state in words.STATES for piece in words.in_state(session, state)]
    return next(piece.id for piece in found if piece.response_id == UUID(response_id))


def test_nobody_reads_anything_before_ten_people_wrote(surveyed: Instance) -> None:
    with_words(surveyed, others=8)
    with surveyed.database.writing() as session:
        assert next_to_code(session, SURVEY, WAVE, "a@example.org", surveyed.now()) is None
    take_words(surveyed, [PLAIN])
    with surveyed.database.writing() as session:
        assert next_to_code(session, SURVEY, WAVE, "a@example.org", surveyed.now()) is not None


def test_a_text_is_read_masked_and_by_whom_is_in_the_log(surveyed: Instance) -> None:
    first = with_words(surveyed)[0]
    piece, keys = piece_of(surveyed, first), surveyed.settings.keys
    with surveyed.database.writing() as session:
        read, coding = open_to_code(session, keys, piece, "a@example.org", surveyed.now())
        lines = [(line.actor, line.action) for line in audit.lines_about(session, tombstone_of(UUID(first)))]
    assert (read.masked.shown, coding.seat) == (MASKED, 1)
    assert "07700" not in repr(read)
    assert ("a@example.org", "text.opened") in lines


def test_two_coders_code_everything_and_a_third_finds_nothing(surveyed: Instance) -> None:
    with_words(surveyed)
    assert code_all(surveyed, "a@example.org", ["young_people"]) == 12
    assert code_all(surveyed, "b@example.org", ["young_people"], but={"[name]": ["send", "young_people"]}) == 12
    assert code_all(surveyed, "c@example.org", ["young_people"]) == 0
    with surveyed.database.writing() as session:
        assert words.count_states(session, SURVEY, WAVE) == {"settled": 11, "differs": 1}
        (pair,) = agreement_of(session, SURVEY, WAVE)
        assert (pair.coders, pair.count) == (("a@example.org", "b@example.org"), 12)
        assert pair.themes["send"].observed == pytest.approx(11 / 12)
        differing = next_to_settle(session, SURVEY, WAVE)
        assert differing is not None
        _, both = open_to_settle(session, surveyed.settings.keys, differing, "boss@example.org", surveyed.now())
        assert [coding.codes for coding in both] == [("young_people",), ("young_people", "send")]
        with pytest.raises(NoDecision):
            settle(session, surveyed.settings.keys, differing, ["send", "something_else"], "boss", surveyed.now())
        settle(session, surveyed.settings.keys, differing, ["send"], "boss@example.org", surveyed.now())
        assert set(words.settled_codes(session, SURVEY, WAVE).values()) == {("young_people",), ("send",)}


def test_whoever_keyed_a_form_does_not_code_it(surveyed: Instance) -> None:
    with_words(surveyed, others=9)
    keyed = take_words(surveyed, [PLAIN], channel="phone", keyed_by="amb@example.org")[0]
    piece = piece_of(surveyed, keyed)
    assert code_all(surveyed, "amb@example.org", ["young_people"]) == 10
    with surveyed.database.writing() as session, pytest.raises(PieceGone):
        open_to_code(session, surveyed.settings.keys, piece, "amb@example.org", surveyed.now())


def test_words_that_a_reader_hides_are_hidden_for_everybody_and_end_quotes_of_the_text(surveyed: Instance) -> None:
    first = with_words(surveyed)[0]
    piece, keys, now = piece_of(surveyed, first), surveyed.settings.keys, surveyed.now()
    with surveyed.database.writing() as session:
        propose_quote(session, keys, piece, "says the lights are broken", "a@example.org", now)
        with pytest.raises(NoQuote):
            propose_quote(session, keys, piece, "Amina Warsame says so", "a@example.org", now)
        with pytest.raises(NothingToHide):
            hide(session, keys, piece, "Warsame", "a@example.org", now)
        hide(session, keys, piece, "the lights", "a@example.org", now)
        assert read_piece(session, piece).masked.shown == MASKED.replace("the lights", "[hidden]")
        assert [quote.state for quote in quotes.of_piece(session, piece)] == ["refused"]
        assert open_quotes(session, keys, "b@example.org", now) == []


def test_a_quote_needs_the_persons_tick_and_a_second_person(surveyed: Instance) -> None:
    first = with_words(surveyed)[0]
    (silent,) = take_words(surveyed, [PLAIN], may_quote=False)
    piece, keys, now = piece_of(surveyed, first), surveyed.settings.keys, surveyed.now()
    with surveyed.database.writing() as session:
        with pytest.raises(NoQuote, match="has not said"):
            propose_quote(session, keys, piece_of_now(session, silent), PLAIN, "a@example.org", now)
        propose_quote(session, keys, piece, "says the lights are broken", "a@example.org", now)
        assert open_quotes(session, keys, "a@example.org", now) == []
        ((quote, read),) = open_quotes(session, keys, "b@example.org", now)
        assert read.masked.shown == MASKED
        with pytest.raises(PieceGone):
            vet_quote(session, keys, quote.id, "a@example.org", now, is_fit=True)
        vet_quote(session, keys, quote.id, "b@example.org", now, is_fit=True)
        stored = quotes.get(session, quote.id)
    assert stored is not None
    assert (stored.state, stored.vetted_by) == ("vetted", "b@example.org")


def piece_of_now(session: object, response_id: str) -> UUID:
    found = [piece for state in words.STATES for piece in words.in_state(session, state)]  # type: ignore[arg-type]
    return next(piece.id for piece in found if piece.response_id == UUID(response_id))


def test_with_the_answer_goes_everything_about_its_words(surveyed: Instance) -> None:
    first = with_words(surveyed)[0]
    piece, keys, now = piece_of(surveyed, first), surveyed.settings.keys, surveyed.now()
    code_all(surveyed, "a@example.org", ["young_people"])
    with surveyed.database.writing() as session:
        propose_quote(session, keys, piece, "says the lights are broken", "a@example.org", now)
    assert rows(surveyed) == [12, 12, 1]
    with surveyed.database.writing() as session:
        assert erase_response(session, keys, receipt_of(UUID(first)), actor="person", now=now)
    assert rows(surveyed) == [11, 11, 0]
    text = "".join(str(line) for line in _everything(surveyed))
    assert "lights are broken" not in text


def _everything(instance: Instance) -> list[object]:
    tables = inspect(instance.database.engine).get_table_names()
    with instance.database.engine.connect() as connection:
        return [row for name in tables for row in connection.exec_driver_sql(f"SELECT * FROM {name}").all()]


def test_no_copy_of_an_answer_is_made_by_reading_and_coding_it(surveyed: Instance) -> None:
    with_words(surveyed)
    code_all(surveyed, "a@example.org", ["young_people"])
    held = [row for row in _everything(surveyed) if "07700 900123" in str(row)]
    assert len(held) == 1


def test_what_is_not_english_waits_for_a_translator_who_is_bound_for_it(surveyed: Instance) -> None:
    with_words(surveyed)
    somali, polish = (
        "Waxaan ka baqayaa habeenkii, Axmed ayaa i soo raacay, 07700 900123",
        "Boję się wychodzić wieczorem",
    )
    (first,) = take_words(surveyed, [somali], language="so")
    (second,) = take_words(surveyed, [polish], language="en")
    piece, keys, now = piece_of(surveyed, first), surveyed.settings.keys, surveyed.now()
    email = with_person(surveyed, "translator")
    with surveyed.database.writing() as session:
        assert waiting_for(session, email) == []
        for somebody in ("a@example.org", email):
            with pytest.raises(NotBound):
                open_to_translate(session, keys, piece, somebody, now)
        with pytest.raises(PieceGone):
            read_piece(session, piece)
        bind_translator(session, keys, email, "so", "admin@example.org", now)
        assert {(one.language, str(one.response_id)) for one in waiting_for(session, email)} == {
            ("so", first),
            ("und", second),
        }
        _, original = open_to_translate(session, keys, piece, email, now)
        assert "07700" not in original.shown
        translate(session, keys, piece, "I am afraid at night, Axmed followed me. 07700 900123", email, now)
        assert read_piece(session, piece).masked.shown == "I am afraid at night, [name] followed me. [phone]"
    assert not [row for row in _everything(surveyed) if "Axmed followed" in str(row)]


def test_a_coder_who_is_worried_tells_whoever_is_on_duty_once(surveyed: Instance) -> None:
    first = with_words(surveyed)[0]
    piece, keys, now = piece_of(surveyed, first), surveyed.settings.keys, surveyed.now()
    with surveyed.database.writing() as session:
        assert warn_duty(session, keys, piece, "a@example.org", now)
        assert not warn_duty(session, keys, piece, "b@example.org", now)
        assert [item.list_code for item in safeguarding.open_items(session)] == ["reader_worried"]


def test_a_codebook_is_the_surveys_own_once_it_is_changed(surveyed: Instance) -> None:
    with_words(surveyed)
    keys, now = surveyed.settings.keys, surveyed.now()
    with surveyed.database.writing() as session:
        add_theme(session, keys, SURVEY, "Getting about", "Buses and trams.", "boss@example.org", now)
        retire_theme(session, keys, SURVEY, "send", "boss@example.org", now)
        assert [theme.code for theme in codebook(session, SURVEY) if not theme.is_retired] == [
            "victims_and_perpetrators",
            "young_people",
            "culture_and_communities",
            "partnerships_and_place",
            "getting_about",
        ]
    assert code_all(surveyed, "a@example.org", ["getting_about"]) == 12


def test_own_words_whose_time_is_over_leave_no_piece_to_read(surveyed: Instance) -> None:
    first = with_words(surveyed)[0]
    piece = piece_of(surveyed, first)
    with surveyed.database.writing() as session:
        found = responses.get(session, UUID(first))
        assert found is not None
        responses.put_answers(session, found.response_id, {"safe_day": "very_safe"})
        with pytest.raises(PieceGone):
            read_piece(session, piece)


def test_texts_are_gathered_by_themselves_and_a_page_never_gathers_more_than_it_has_time_for(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engage.collection.words._AT_ONCE", 2)
    monkeypatch.setattr("engage.collection.words._AGAIN", 1)
    with_words(surveyed)
    with surveyed.database.writing() as session:
        assert not gather_words(session, SURVEY, WAVE)
        assert 0 < sum(words.count_states(session, SURVEY, WAVE).values()) < 12
    keep_house(surveyed)
    with surveyed.database.writing() as session:
        assert gather_words(session, SURVEY, WAVE)
        assert sum(words.count_states(session, SURVEY, WAVE).values()) == 12
