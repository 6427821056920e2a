"""Themes of own words go out as published tables only, and quotes by the rules that hold for figures."""

from pathlib import Path
from uuid import UUID

import pytest

from builders import WARD, WAVE, an_instance
from engage.collection.quoting import propose_quote, vet_quote
from engage.collection.withdrawal import erase_response
from engage.collection.words import gather_words, read_piece
from engage.questionnaire.wording import Words
from engage.reporting.labels import Labels
from engage.reporting.quotes import quotes_for
from engage.reporting.reading import Published, find_tables, last_release, open_release
from engage.reporting.report import Desk, start_report, tell_report
from engage.reporting.report.content import read_content
from engage.response.receipts import receipt_of
from engage.response.themes import THEMES
from engage.storage import quotes, release_extras, releases, words
from engage.storage.database import Session
from engage.storage.instance import Instance
from reporting.answered import DISTRICT, FORCE, publish, to_state
from wordy import MASKED, PLAIN, SURVEY, TELLING, code_all, take_words

#: Of another district, where fewer than ten people wrote.
FEW = "E05010690"


def opened(session: Session) -> Published:
    release = last_release(session, SURVEY)
    assert release is not None
    return open_release(session, release)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instance, dict[str, str]]:
    """Publish a wave in which 15 people of a ward wrote, 4 of another district, and 11 in one session of a third."""
    instance = an_instance(Path(tmp_path_factory.mktemp("instance")), surveyed=True)
    ids = {"here": take_words(instance, [TELLING, *[f"{PLAIN} {number}" for number in range(14)]])[0]}
    ids["few"] = take_words(instance, [f"Nobody ever asks us {number}" for number in range(4)], area=FEW)[0]
    batch = {"batch": "youth club"}
    ids["batch"] = take_words(
        instance, [f"Our club is great {number}" for number in range(11)], area="E05010531", **batch
    )[0]
    for coder in ("a@example.org", "b@example.org"):
        code_all(instance, coder, ["young_people"], but={"[name]": ["partnerships_and_place", "young_people"]})
    with instance.database.writing() as session:
        for response_id in ids.values():
            vet(instance, session, response_id)
    to_state(instance, "closed")
    publish(instance)
    return instance, ids


def vet(instance: Instance, session: Session, response_id: str) -> None:
    keys, now = instance.settings.keys, instance.now()
    piece = next(each for each in words.in_state(session, "settled") if each.response_id == UUID(response_id))
    said = "says the lights are broken" if piece.district == DISTRICT else read_piece(session, piece.id).masked.shown
    propose_quote(session, keys, piece.id, said, "a@example.org", now)
    (quote,) = quotes.of_piece(session, piece.id)
    vet_quote(session, keys, quote.id, "b@example.org", now, is_fit=True)


def test_themes_go_out_by_area_like_any_question(told: tuple[Instance, dict[str, str]]) -> None:
    instance, _ = told
    with instance.database.reading() as session:
        published = opened(session)
        (table,) = find_tables(session, published, area=DISTRICT, question=THEMES)
        (row,) = table.rows_shown
        assert row.base == 15
        shown = {cell.option: cell.shown for cell in row.cells}
        assert shown["young_people"] == "over 90 %"
        assert {shown[code] for code in shown if code != "young_people"} == {"<8"}
        (ward,) = find_tables(session, published, area=FEW, question=THEMES)
        assert ward.rows_shown[0].base is None
        labels = Labels(published.questionnaire, published.ground.tree)
        assert str(labels.option(THEMES, "send")) == "Special educational needs and disability"
        assert Words(published.questionnaire, "en", "adult").find(f"{THEMES}.text") is not None


def test_no_word_that_anybody_wrote_is_in_a_release(told: tuple[Instance, dict[str, str]]) -> None:
    instance, _ = told
    with instance.database.reading() as session:
        release = last_release(session, SURVEY)
        assert release is not None
        held = [
            str(document) for rows in ("area", "community") for document in releases.tables_of(session, release, rows)
        ]
        held += [
            str(extra) for kind in release_extras.KINDS for extra in release_extras.of_release(session, release, kind)
        ]
    assert not [text for text in held if "lights are broken" in text or "youth club closed" in text]


def test_a_survey_without_settled_texts_has_no_table_of_themes(surveyed: Instance) -> None:
    instance = surveyed
    take_words(instance, [f"{PLAIN} {number}" for number in range(12)])
    with instance.database.writing() as session:
        gather_words(session, SURVEY, WAVE)
    to_state(instance, "closed")
    publish(instance)
    with instance.database.reading() as session:
        published = opened(session)
        assert find_tables(session, published, question=THEMES) == ()
        assert published.questionnaire.question(THEMES) is None


def test_a_quote_carries_district_and_broad_age_at_most(told: tuple[Instance, dict[str, str]]) -> None:
    instance, _ = told
    with instance.database.reading() as session:
        published = opened(session)
        for area in (WARD, DISTRICT, FORCE):
            (quote,) = quotes_for(session, published, area)
            assert (quote.words, quote.district, quote.age_group) == (
                "says the lights are broken",
                DISTRICT,
                "25_and_over",
            )
        assert quote.words in MASKED
        assert quotes_for(session, published, FORCE, "somali") == ()


def test_a_report_has_the_quotes_of_today_and_freezes_none(told: tuple[Instance, dict[str, str]]) -> None:
    instance, _ = told
    with instance.database.writing() as session:
        desk = Desk(session, instance.settings.keys, "analyst@example.org", instance.now())
        report = start_report(desk, SURVEY, None, "How people feel")
        (section,) = [part for part in tell_report(session, report).sections if "own words" in part.heading]
        assert "“says the lights are broken” Somebody, 25 and over" in section.paragraphs[1].text
        assert "lights are broken" not in str(read_content(session, report))


def test_where_few_wrote_or_one_session_brought_them_there_is_no_quote(told: tuple[Instance, dict[str, str]]) -> None:
    instance, _ = told
    with instance.database.reading() as session:
        published = opened(session)
        assert quotes_for(session, published, FEW) == ()
        assert quotes_for(session, published, "E05010531") == ()


def test_a_withdrawn_quote_is_gone_at_once(told: tuple[Instance, dict[str, str]]) -> None:
    instance, ids = told
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        assert erase_response(session, keys, receipt_of(UUID(ids["here"])), actor="person", now=now)
        assert quotes_for(session, opened(session), DISTRICT) == ()
