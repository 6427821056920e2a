"""Words changed key by key: nobody's change is lost to another's, a review lapses with its words, all is audited."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from builders import WAVE, an_instance, with_survey
from engage.collection.languages import add_language, set_language_review
from engage.collection.survey_words import BY_DEFINITION
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.collection.wordings import ChangeRefused, Edit, Outcome, Part, change_words, read_entries
from engage.phrases import SHIPPED, phrases_for, review_state, using
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.translations import Entry, words_mark
from engage.storage import audit, phrases, questionnaires
from engage.storage.instance import Instance

SURVEY = Part("feeling-safe")
INTERFACE = Part()
TITLE = "survey.title"


def change(instance: Instance, part: Part, *edits: Edit, tag: str = "so", by: str = "asha") -> tuple[Outcome, ...]:
    with instance.database.writing() as session:
        return change_words(session, instance.settings.keys, part, tag, edits, by, instance.now())


def results(outcomes: tuple[Outcome, ...]) -> list[tuple[str, str]]:
    return [(outcome.result, outcome.code) for outcome in outcomes]


def entry_of(instance: Instance, part: Part, key: str, tag: str = "so") -> Entry:
    with instance.database.reading() as session:
        return next(entry for entry in read_entries(session, part, tag) if entry.key == key)


def seen(instance: Instance, part: Part, key: str, words: Any, review: bool | None = None) -> Edit:
    """Return the edit of somebody who has the present words before them."""
    return Edit(key, words, words_mark(entry_of(instance, part, key).words), review)


def stored(instance: Instance, version: int | None = None) -> Questionnaire:
    with instance.database.reading() as session:
        questionnaire = questionnaires.get(session, "feeling-safe", version)
    assert questionnaire is not None
    return questionnaire


def words_in(questionnaire: Questionnaire, key: str, tag: str = "so") -> str | None:
    language = questionnaire.language(tag)
    assert language is not None
    return language.wording.get(key)


def acts(instance: Instance, subject: str) -> list[tuple[str, str, Any]]:
    with instance.database.reading() as session:
        return [(line.action, line.actor, line.detail) for line in audit.lines_about(session, subject)]


def read_again(instance: Instance, questionnaire: Questionnaire) -> tuple[str, ...]:
    """Bring a definition in as the command does; returns the wordings of staff that stay."""
    with instance.database.writing() as session:
        keys = instance.settings.keys
        return import_questionnaire(session, keys, questionnaire, actor="test", now=instance.now()).kept


def test_words_of_a_survey_are_changed_and_who_did_is_written_down(surveyed: Instance) -> None:
    assert results(change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo"))) == [("changed", "")]
    assert words_in(stored(surveyed), TITLE) == "Su'aalo"
    assert acts(surveyed, "feeling-safe")[-1] == ("words.changed", "asha", {"language": "so", "changed": [TITLE]})


def test_saving_the_same_again_changes_nothing(surveyed: Instance) -> None:
    edit = seen(surveyed, SURVEY, TITLE, "Su'aalo")
    change(surveyed, SURVEY, edit)
    before = acts(surveyed, "feeling-safe")
    assert results(change(surveyed, SURVEY, edit)) == [("same", "")]
    assert acts(surveyed, "feeling-safe") == before


def test_whoever_saved_later_is_told_what_the_other_wrote_and_both_stand(surveyed: Instance) -> None:
    first, second = (seen(surveyed, SURVEY, TITLE, words) for words in ("Su'aalo", "Weydiimo"))
    change(surveyed, SURVEY, first)
    (outcome,) = change(surveyed, SURVEY, second, by="omar")
    assert (outcome.result, outcome.code, outcome.found) == ("conflict", "changed_meanwhile", "Su'aalo")
    assert (outcome.edit.words, words_in(stored(surveyed), TITLE)) == ("Weydiimo", "Su'aalo")
    assert results(change(surveyed, SURVEY, replace(second, was=words_mark("Su'aalo")), by="omar")) == [("changed", "")]


def test_a_box_that_was_not_touched_takes_nothing_back(surveyed: Instance) -> None:
    old = entry_of(surveyed, SURVEY, TITLE).words
    untouched = seen(surveyed, SURVEY, TITLE, old)
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo"))
    assert results(change(surveyed, SURVEY, untouched)) == [("same", "")]
    assert results(change(surveyed, SURVEY, replace(untouched, review=True))) == [("conflict", "changed_meanwhile")]
    assert words_in(stored(surveyed), TITLE) == "Su'aalo"


def test_good_changes_are_made_beside_faulty_ones(surveyed: Instance) -> None:
    outcomes = change(
        surveyed,
        SURVEY,
        seen(surveyed, SURVEY, "safe_day.text", "Meesha {meel}?"),
        seen(surveyed, SURVEY, TITLE, "Su'aalo"),
        Edit("no.such", "x"),
    )
    assert results(outcomes) == [("refused", "placeholder_differs"), ("changed", ""), ("refused", "unknown_wording")]
    assert words_in(stored(surveyed), TITLE) == "Su'aalo"


def test_two_translators_at_once_lose_nothing(surveyed: Instance) -> None:
    keys = [entry.key for entry in _entries(surveyed)][:24]
    edits = [seen(surveyed, SURVEY, key, f"{entry_of(surveyed, SURVEY, key).words} *") for key in keys]
    with ThreadPoolExecutor(4) as people:
        found = list(people.map(lambda edit: change(surveyed, SURVEY, edit), edits))
    assert {results(outcomes)[0] for outcomes in found} == {("changed", "")}
    survey = stored(surveyed)
    assert [words_in(survey, edit.key) for edit in edits] == [edit.words for edit in edits]


def test_of_many_who_change_one_wording_at_once_one_is_first_and_the_others_hear_of_it(surveyed: Instance) -> None:
    edits = [seen(surveyed, SURVEY, TITLE, f"Su'aalo {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as people:
        found = [outcomes[0] for outcomes in people.map(lambda edit: change(surveyed, SURVEY, edit), edits)]
    first = [outcome for outcome in found if outcome.result == "changed"]
    assert len(first) == 1
    assert words_in(stored(surveyed), TITLE) == first[0].edit.words
    assert all(outcome.found == first[0].edit.words for outcome in found if outcome.result == "conflict")


def test_a_wording_is_reviewed_by_somebody_and_no_more_once_its_words_change(surveyed: Instance) -> None:
    words = entry_of(surveyed, SURVEY, TITLE).words
    assert results(change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, words, review=True))) == [("state", "")]
    entry = entry_of(surveyed, SURVEY, TITLE)
    assert entry.review is not None
    assert (entry.state, entry.review.by, entry.review.at) == ("reviewed", "asha", surveyed.now())
    assert acts(surveyed, "feeling-safe")[-1][2] == {"language": "so", "reviewed": [TITLE]}
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo"))
    assert entry_of(surveyed, SURVEY, TITLE).state == "words_changed"
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo", review=True))
    assert entry_of(surveyed, SURVEY, TITLE).state == "reviewed"


def test_a_language_stays_reviewed_only_while_every_word_is(surveyed: Instance) -> None:
    _sign_off(surveyed, "feeling-safe")
    assert stored(surveyed).language("so").review == "reviewed"  # type: ignore[union-attr] # it is there
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo"))
    assert stored(surveyed).language("so").review == "machine_drafted"  # type: ignore[union-attr] # it is there
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo", review=True))
    assert stored(surveyed).language("so").review == "reviewed"  # type: ignore[union-attr] # it is there


def test_a_changed_source_is_to_be_reviewed_again(surveyed: Instance) -> None:
    _sign_off(surveyed, "feeling-safe")
    library = read_library_survey("feeling-safe")
    source = replace(library.languages[0], wording={**library.languages[0].wording, TITLE: "A survey near you"})
    read_again(surveyed, replace(library, languages=(source, *library.languages[1:]), version=2))
    assert entry_of(surveyed, Part("feeling-safe", 2), TITLE).state == "source_changed"
    assert entry_of(surveyed, Part("feeling-safe", 2), "survey.intro").state == "reviewed"
    assert entry_of(surveyed, Part("feeling-safe", 1), TITLE).state == "reviewed"
    assert [stored(surveyed, version).language("so").review for version in (1, 2)] == [  # type: ignore[union-attr]
        "reviewed",
        "machine_drafted",
    ]


def test_a_definition_that_comes_in_again_takes_back_nothing_that_staff_did(surveyed: Instance) -> None:
    _sign_off(surveyed, "feeling-safe")
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo", review=True))
    assert read_again(surveyed, read_library_survey("feeling-safe")) == (f"so.{TITLE}",)
    assert words_in(stored(surveyed), TITLE) == "Su'aalo"
    assert stored(surveyed).language("so").review == "reviewed"  # type: ignore[union-attr] # it is there
    assert read_again(surveyed, stored(surveyed)) == ()


def test_words_of_staff_for_another_source_do_not_stand_against_new_ones(surveyed: Instance) -> None:
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo"))
    library = read_library_survey("feeling-safe")
    languages = tuple(
        replace(each, wording={**each.wording, TITLE: f"{each.wording[TITLE]}!"}) for each in library.languages
    )
    assert read_again(surveyed, replace(library, languages=languages, version=2)) == ()
    assert words_in(stored(surveyed, 2), TITLE) == f"{words_in(library, TITLE)}!"
    assert words_in(stored(surveyed, 1), TITLE) == "Su'aalo"


def test_a_change_reaches_every_version_with_the_same_words(surveyed: Instance) -> None:
    library = read_library_survey("feeling-safe")
    read_again(surveyed, replace(library, version=2))
    change(surveyed, Part("feeling-safe", 2), seen(surveyed, SURVEY, TITLE, "Su'aalo"))
    assert [words_in(stored(surveyed, version), TITLE) for version in (1, 2)] == ["Su'aalo", "Su'aalo"]


def test_words_that_a_definition_calls_reviewed_are_and_lapse_one_by_one(instance: Instance) -> None:
    library = read_library_survey("feeling-safe")
    languages = (replace(each, review="reviewed") if each.tag == "so" else each for each in library.languages)
    with_survey(instance, replace(library, languages=tuple(languages)))
    assert entry_of(instance, SURVEY, TITLE).state == "reviewed"
    change(instance, SURVEY, seen(instance, SURVEY, TITLE, "Su'aalo"))
    assert entry_of(instance, SURVEY, TITLE).state == "words_changed"
    assert entry_of(instance, SURVEY, "survey.intro").state == "reviewed"


def test_languages_signed_off_before_wordings_were_are_still_reviewed(surveyed: Instance) -> None:
    old = stored(surveyed)
    languages = (replace(each, review="reviewed") if each.tag in ("so", "ar") else each for each in old.languages)
    with surveyed.database.writing() as session:
        questionnaires.put(session, replace(old, languages=tuple(languages)), surveyed.now())
        detail = {"version": 1, "language": "so", "state": "reviewed"}
        audit.append(
            session,
            surveyed.settings.keys.audit,
            at=surveyed.now(),
            actor="omar",
            action="language.reviewed",
            subject="feeling-safe",
            detail=detail,
        )
    assert entry_of(surveyed, SURVEY, TITLE).state == "reviewed"
    for tag, by in (("so", "omar"), ("ar", BY_DEFINITION)):
        change(surveyed, SURVEY, Edit(TITLE, "?", words_mark(entry_of(surveyed, SURVEY, TITLE, tag).words)), tag=tag)
        assert entry_of(surveyed, SURVEY, TITLE, tag).state == "words_changed"
        rest = entry_of(surveyed, SURVEY, "survey.intro", tag)
        assert rest.review is not None
        assert (rest.state, rest.review.by) == ("reviewed", by)


def test_words_that_are_taken_out_are_missing(surveyed: Instance) -> None:
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, None))
    assert entry_of(surveyed, SURVEY, TITLE).state == "missing"
    assert words_in(stored(surveyed), TITLE) is None


def test_words_of_the_interface_are_changed_for_every_reader_at_once(surveyed: Instance) -> None:
    shipped = SHIPPED.phrases("so", "standard").say("web.next")
    assert results(change(surveyed, INTERFACE, seen(surveyed, INTERFACE, "web.next", "Horay"))) == [("changed", "")]
    with surveyed.database.reading() as session:
        first, second = phrases.read_interface(session), phrases.read_interface(session)
    assert first is second
    with using(first):
        assert phrases_for("so").say("web.next") == "Horay"
    assert acts(surveyed, "interface")[-1] == ("words.changed", "asha", {"language": "so", "changed": ["web.next"]})
    change(surveyed, INTERFACE, seen(surveyed, INTERFACE, "web.next", None))
    with surveyed.database.reading() as session:
        third = phrases.read_interface(session)
        assert phrases.changes_of(session, phrases.INTERFACE, "so") == {}
    assert third is not first
    with using(third):
        assert phrases_for("so").say("web.next") == shipped


def test_one_instance_does_not_read_the_words_of_another(surveyed: Instance, tmp_path: Any) -> None:
    change(surveyed, INTERFACE, seen(surveyed, INTERFACE, "web.next", "Horay"))
    other = an_instance(tmp_path / "other")
    with other.database.reading() as session, using(phrases.read_interface(session)):
        assert phrases_for("so").say("web.next") != "Horay"


def test_the_interface_is_reviewed_once_every_word_is(surveyed: Instance) -> None:
    _sign_off(surveyed, None)
    with surveyed.database.reading() as session, using(phrases.read_interface(session)):
        assert review_state("so") == "reviewed"
        assert review_state("ar") == "machine_drafted"
    change(surveyed, INTERFACE, seen(surveyed, INTERFACE, "web.next", "Horay"))
    with surveyed.database.reading() as session, using(phrases.read_interface(session)):
        assert review_state("so") == "machine_drafted"


def test_words_that_count_are_changed_with_every_form_or_not_at_all(surveyed: Instance) -> None:
    edit = seen(surveyed, INTERFACE, "web.waiting", ("{count} jawaab", ""))
    assert results(change(surveyed, INTERFACE, edit)) == [("refused", "plural_form_missing")]
    assert results(change(surveyed, INTERFACE, replace(edit, words=("hal jawaab", "{count} jawaab")))) == [
        ("changed", "")
    ]


def test_a_language_that_staff_added_stays_when_the_definition_comes_in_again(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        add_language(session, surveyed.settings.keys, "feeling-safe", "rom", "asha", surveyed.now())
    change(surveyed, SURVEY, Edit(TITLE, "Pučhipe"), tag="rom")
    read_again(surveyed, replace(read_library_survey("feeling-safe"), version=2))
    assert words_in(stored(surveyed, 2), TITLE, "rom") == "Pučhipe"


@pytest.mark.parametrize(
    ("part", "tag"),
    [(Part("no-such"), "so"), (Part("feeling-safe", 9), "so"), (SURVEY, "en"), (SURVEY, "fr"), (Part(), "en")],
)
def test_what_is_no_translation_is_refused(surveyed: Instance, part: Part, tag: str) -> None:
    with pytest.raises(ChangeRefused):
        change(surveyed, part, Edit(TITLE, "x"), tag=tag)


def test_a_wave_under_way_reads_the_changed_words(surveyed: Instance) -> None:
    change(surveyed, SURVEY, seen(surveyed, SURVEY, TITLE, "Su'aalo"))
    with surveyed.database.writing() as session:
        keys, now = surveyed.settings.keys, surveyed.now()
        set_wave_state(session, keys, "feeling-safe", WAVE, "collecting", actor="test", now=now)
    assert words_in(stored(surveyed, 1), TITLE) == "Su'aalo"


def _entries(instance: Instance) -> tuple[Entry, ...]:
    with instance.database.reading() as session:
        return read_entries(session, SURVEY, "so")


def _sign_off(instance: Instance, slug: str | None) -> None:
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        set_language_review(session, keys, slug, "so", "reviewed", "asha", now)
