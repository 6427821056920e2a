"""The step to own words: what it holds goes with its way back, and so do the accounts of coders; answers stay."""

from sqlalchemy import inspect, text

from builders import NOW
from engage.collection.accounts import invite
from engage.collection.quoting import propose_quote
from engage.collection.reference import prepare
from engage.storage import responses, staff, words
from engage.storage.instance import Instance
from wordy import TELLING, code_all, with_words

TABLES = ("word_pieces", "word_codings", "word_quotes", "codebook_themes", "bound_translators", "word_gatherings")


def test_the_step_back_takes_own_words_and_coders_and_leaves_the_answers(surveyed: Instance) -> None:
    with_words(surveyed)
    keys = surveyed.settings.keys
    code_all(surveyed, "a@example.org", ["send"])
    with surveyed.database.writing() as session:
        piece = next(each for each in words.in_state(session, "open") if each.may_quote)
        said = responses.get(session, piece.response_id)
        assert said is not None
        propose_quote(session, keys, piece.id, _quotable(said.answers["say_more"]), "a@example.org", NOW)
        for role in ("coder", "analyst"):
            invite(session, keys, f"{role}@example.org", role, None, NOW, "test")
    surveyed.database.downgrade("0010")
    assert not set(inspect(surveyed.database.engine).get_table_names()) & set(TABLES)
    with surveyed.database.engine.connect() as connection:
        assert connection.execute(text("SELECT email FROM staff_accounts")).all() == [("analyst@example.org",)]
        assert connection.execute(text("SELECT count(*) FROM staff_links")).scalar_one() == 1
    prepare(surveyed)
    with surveyed.database.writing() as session:
        invite(session, keys, "coder@example.org", "coder", None, NOW, "test")
        assert {account.role for account in staff.list_all(session)} == {"analyst", "coder"}
    assert code_all(surveyed, "a@example.org", ["send"]) == 12


def _quotable(text_given: str) -> str:
    return "says the lights are broken" if text_given == TELLING else text_given
