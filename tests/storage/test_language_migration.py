"""The step to changed words and offered languages keeps every survey's languages and every account's links."""

from sqlalchemy import text

from builders import NOW
from engage.collection.accounts import invite, sign_in_link
from engage.collection.reference import prepare
from engage.collection.wordings import Edit, Part, change_words
from engage.questionnaire.library import read_library_survey
from engage.storage import offers, questionnaires, staff
from engage.storage.instance import Instance


def rows(instance: Instance, query: str) -> list[tuple[object, ...]]:
    with instance.database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_surveys_that_were_there_before_keep_their_languages(surveyed: Instance) -> None:
    tags = tuple(language.tag for language in read_library_survey("feeling-safe").languages)
    surveyed.database.downgrade("0001")
    assert rows(surveyed, "SELECT slug FROM surveys") == [("feeling-safe",)]
    prepare(surveyed)
    with surveyed.database.reading() as session:
        survey = questionnaires.get(session, "feeling-safe")
        decided = offers.of_version(session, "feeling-safe", 1)
    assert survey is not None
    assert survey.offered() == tags
    assert {offer.state for offer in decided.values()} == {"fallback"}


def test_links_and_accounts_outlive_the_change_of_roles_both_ways(instance: Instance) -> None:
    keys = instance.settings.keys
    with instance.database.writing() as session:
        for email, role in (("a@example.org", "admin"), ("t@example.org", "translator")):
            invite(session, keys, email, role, None, NOW, "test")
            sign_in_link(session, keys, email, NOW, "test")
    instance.database.downgrade("0001")
    assert rows(instance, "SELECT email, role FROM staff_accounts") == [("a@example.org", "admin")]
    (kept,) = rows(instance, "SELECT count(*) FROM staff_links")
    assert kept == (2,)
    prepare(instance)
    with instance.database.writing() as session:
        assert [account.email for account in staff.list_all(session)] == ["a@example.org"]
        invite(session, keys, "t@example.org", "translator", None, NOW, "test")
    assert rows(instance, "SELECT count(*) FROM staff_links") == [(3,)]


def test_changed_words_go_with_the_step(surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        keys, edits = surveyed.settings.keys, [Edit("web.next", "Horay", review=True)]
        change_words(session, keys, Part(), "so", edits, "asha", NOW)
    assert rows(surveyed, "SELECT language, key FROM changed_wordings") == [("so", "web.next")]
    surveyed.database.downgrade("0001")
    prepare(surveyed)
    assert rows(surveyed, "SELECT language, key FROM changed_wordings") == []
    assert rows(surveyed, "SELECT key FROM wording_reviews") == []
