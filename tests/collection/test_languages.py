"""Languages of a survey: offered once nothing is missing, earlier only as staff decide, and closed at any time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import DISTRICT, NOW, a_door, a_submission, an_instance
from engage.collection.languages import (
    ChangeRefused,
    add_language,
    known_languages,
    offer_language,
    progress_of,
    set_language_review,
    standings,
)
from engage.collection.receive import receive_submission
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.collection.wordings import Edit, Part, change_words
from engage.phrases import SHIPPED, Words, find_fault, plural_categories, source_forms
from engage.questionnaire.model import Questionnaire
from engage.storage import audit, offers, questionnaires
from engage.storage.clips import Clip
from engage.storage.clips import put as put_clip
from engage.storage.database import Session
from engage.storage.instance import Instance
from questionnaire.tiny import a_question, a_questionnaire

SLUG, TITLE = "tiny", "survey.title"
SOURCE = {"survey.title": "Local survey", "consent.statement": "Your choice.", "q.text": "How is {place}?"}


@pytest.fixture
def empty(tmp_path: Path) -> Instance:
    """Return an instance whose interface has every Somali and Arabic word, whatever ships at the moment."""
    instance = an_instance(tmp_path)
    source = source_forms()
    with instance.database.writing() as session:
        for tag in ("so", "ar"):
            shipped = SHIPPED.words(tag)
            lacking = [key for key in source if key not in shipped or find_fault(source[key], shipped[key], tag)]
            edits = [Edit(key, _stand_in(key, tag)) for key in lacking]
            change_words(session, instance.settings.keys, Part(), tag, edits, "test", NOW)
    return instance


def _stand_in(key: str, tag: str) -> Words:
    source = source_forms()[key]
    return source if isinstance(source, str) else (source[-1],) * len(plural_categories(tag))


def whole(*lacking: str, version: int = 1, text: str = "How is {place}?", so: str = "{place}?") -> Questionnaire:
    """Return a survey of one question in English, Arabic and Somali, some of them lacking the title."""
    languages: dict[str, Any] = {"en": {}}
    for tag in ("ar", "so"):
        wording = {key: f"{tag} {words}" for key, words in SOURCE.items()} | {"q.text": so}
        if tag in lacking:
            del wording[TITLE]
        languages[tag] = {"wording": wording}
    return a_questionnaire(
        a_question("q", "short_text", text=text),
        slug=SLUG,
        code=SLUG,
        version=version,
        title=SOURCE[TITLE],
        consent={"statement": SOURCE["consent.statement"]},
        styles=["standard", "easy_read"],
        areas=[DISTRICT],
        languages=languages,
        scales={},
    )


def bring_in(instance: Instance, questionnaire: Questionnaire) -> Questionnaire:
    with instance.database.writing() as session:
        import_questionnaire(session, instance.settings.keys, questionnaire, actor="test", now=NOW)
    return stored(instance, questionnaire.version)


def stored(instance: Instance, version: int | None = None) -> Questionnaire:
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, SLUG, version)
    assert questionnaire is not None
    return questionnaire


def offer(instance: Instance, tag: str, state: str, version: int | None = None) -> None:
    with instance.database.writing() as session:
        offer_language(session, instance.settings.keys, SLUG, tag, state, "asha", NOW, version)


def add(instance: Instance, tag: str) -> None:
    with instance.database.writing() as session:
        add_language(session, instance.settings.keys, SLUG, tag, "asha", NOW)


def change(session: Session, instance: Instance, tag: str, key: str, words: str, version: int | None = None) -> None:
    (outcome,) = change_words(
        session, instance.settings.keys, Part(SLUG, version), tag, [Edit(key, words)], "asha", NOW
    )
    assert outcome.result == "changed"


def test_a_language_that_lacks_nothing_is_offered_when_it_comes_in(empty: Instance) -> None:
    assert bring_in(empty, whole()).offered() == ("en", "ar", "so")


def test_a_language_that_lacks_a_word_comes_in_and_waits(empty: Instance) -> None:
    survey = bring_in(empty, whole("so"))
    assert survey.offered() == ("en", "ar")
    assert survey.language("so") is not None
    with empty.database.reading() as session:
        somali = next(standing for standing in standings(session, survey) if standing.tag == "so")
    assert [(gap.key, gap.part) for gap in somali.gaps] == [("survey.title", "survey")]
    assert (somali.offer, somali.decision, somali.survey.missing) == ("prepared", None, 1)


def test_a_language_whose_buttons_are_not_worded_waits(tmp_path: Path) -> None:
    instance = an_instance(tmp_path)
    definition = whole()
    greek = replace(definition.languages[1], tag="el")
    survey = bring_in(instance, replace(definition, languages=(definition.languages[0], greek)))
    assert survey.offered() == ("en",)
    with instance.database.reading() as session:
        standing = standings(session, survey)[1]
    assert {gap.part for gap in standing.gaps} == {"interface"}
    assert len(standing.gaps) == len([key for key in source_forms() if key.partition("@")[2] in ("", *survey.styles)])


def test_a_wrong_placeholder_keeps_a_language_closed(empty: Instance) -> None:
    assert bring_in(empty, whole(so="Sidee?")).offered() == ("en",)
    with pytest.raises(ChangeRefused, match=r"q\.text"):
        offer(empty, "so", "offered")


def test_a_language_opens_once_its_last_word_is_there(empty: Instance) -> None:
    bring_in(empty, whole("so"))
    with pytest.raises(ChangeRefused, match=r"1 word is missing or wrong: survey\.title"):
        offer(empty, "so", "offered")
    with empty.database.writing() as session:
        change(session, empty, "so", "survey.title", "Su'aalo")
    assert stored(empty).offered() == ("en", "ar")
    offer(empty, "so", "offered")
    assert stored(empty).offered() == ("en", "ar", "so")
    with empty.database.reading() as session:
        last = list(audit.lines_about(session, SLUG))[-1]
        decided = offers.of_version(session, SLUG, 1)["so"]
    assert (last.action, last.detail) == (
        "language.opened",
        {"version": 1, "language": "so", "state": "offered", "missing": 0},
    )
    assert (decided.state, decided.by, decided.at) == ("offered", "asha", NOW)


def test_staff_may_offer_a_language_with_words_missing(empty: Instance) -> None:
    bring_in(empty, whole("so"))
    offer(empty, "so", "fallback")
    assert stored(empty).language("so").offer == "fallback"  # type: ignore[union-attr] # it is there
    assert "so" in stored(empty).offered(in_writing=True)


def test_closing_needs_no_new_version_and_answers_under_way_are_taken(empty: Instance) -> None:
    bring_in(empty, whole())
    with empty.database.writing() as session:
        set_wave_state(session, empty.settings.keys, SLUG, "w", "open", actor="test", now=NOW)
    offer(empty, "so", "closed")
    assert stored(empty).version == 1
    assert stored(empty).offered() == ("en", "ar")
    answer = a_submission({"q": "Haa"}, survey=SLUG, language="so", area=None, area_relation=[])
    with empty.database.writing() as session:
        outcome = receive_submission(session, a_door(empty), answer)
    assert outcome.status == "stored"
    bring_in(empty, whole())
    assert "so" not in stored(empty).offered()
    bring_in(empty, whole(version=2))
    assert stored(empty, 2).offered() == ("en", "ar")


def test_each_version_has_its_own_languages(empty: Instance) -> None:
    bring_in(empty, whole("so"))
    offer(empty, "so", "fallback")
    bring_in(empty, whole("so", version=2))
    assert (stored(empty, 1).offered(), stored(empty, 2).offered()) == (("en", "ar", "so"), ("en", "ar"))


def test_other_questions_in_the_place_of_a_versions_own_are_judged_anew(empty: Instance) -> None:
    bring_in(empty, whole())
    bring_in(empty, whole("so", text="Is it good at {place}?"))
    assert stored(empty).offered() == ("en", "ar")


def test_the_language_a_survey_is_written_in_cannot_be_closed(empty: Instance) -> None:
    bring_in(empty, whole())
    for tag, state in (("en", "closed"), ("fr", "offered"), ("so", "perhaps")):
        with pytest.raises(ChangeRefused):
            offer(empty, tag, state)


def test_a_language_of_recordings_is_offered_in_easy_read_and_never_in_writing(empty: Instance) -> None:
    bring_in(empty, whole())
    add(empty, "rom")
    with pytest.raises(ChangeRefused, match="no recordings"):
        offer(empty, "rom", "spoken")
    with empty.database.writing() as session:
        put_clip(session, Clip(SLUG, "rom", "survey.intro", "audio/mpeg", "0" * 64, 3, NOW), b"ID3")
    offer(empty, "rom", "spoken")
    survey = stored(empty)
    assert survey.offered() == ("en", "ar", "so", "rom")
    assert survey.offered(in_writing=True) == ("en", "ar", "so")
    assert survey.styles_in("rom") == ("easy_read",)
    assert survey.styles_in("so") == survey.styles


@pytest.mark.parametrize("tag", ["so", "Romani", "r", "zh_Hant", "../x"])
def test_only_a_new_language_with_a_tag_is_added(empty: Instance, tag: str) -> None:
    bring_in(empty, whole())
    with pytest.raises(ChangeRefused):
        add(empty, tag)


def test_a_language_that_is_added_waits_without_words(empty: Instance) -> None:
    bring_in(empty, whole())
    add(empty, "zh-Hant")
    survey = stored(empty)
    assert survey.offered() == ("en", "ar", "so")
    with empty.database.reading() as session:
        progress = progress_of(session, Part(SLUG), "zh-Hant", survey)
        assert "zh-Hant" in known_languages(session, [survey])
    assert (progress.state, progress.missing) == ("missing", progress.total)


def test_who_reviewed_a_language_last_is_known(empty: Instance) -> None:
    bring_in(empty, whole())
    with empty.database.writing() as session:
        set_language_review(session, empty.settings.keys, SLUG, "so", "reviewed", "omar", NOW)
        set_language_review(session, empty.settings.keys, None, "so", "reviewed", "asha", NOW)
    with empty.database.reading() as session:
        survey = progress_of(session, Part(SLUG), "so", stored(empty))
        interface = progress_of(session, Part(), "so")
        acts = [(line.action, line.subject, line.detail) for line in audit.lines_about(session, "interface")]
    assert (survey.state, survey.to_review, survey.reviewed_by, survey.reviewed_at) == ("reviewed", 0, "omar", NOW)
    assert (interface.state, interface.reviewed_by) == ("reviewed", "asha")
    assert acts[-1] == ("language.reviewed", "interface", {"language": "so", "state": "reviewed"})
    with empty.database.writing() as session:
        set_language_review(session, empty.settings.keys, SLUG, "so", "machine_drafted", "omar", NOW)
    with empty.database.reading() as session:
        assert progress_of(session, Part(SLUG), "so", stored(empty)).state == "machine_drafted"
