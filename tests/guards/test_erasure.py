"""Whoever adds a table says whether it holds something of a response: erasure has one list, and it is whole."""

from engage.collection.erasure import ANSWERS, DRAWINGS, HOLDERS, HOLDS_NOTHING, WORDS
from engage.storage.tables import METADATA


def test_every_table_says_whether_it_holds_something_of_a_response() -> None:
    named = [table for holder in HOLDERS for table in holder.tables]
    assert sorted({*named, *HOLDS_NOTHING}) == sorted(METADATA.tables)
    assert not set(named) & set(HOLDS_NOTHING)
    assert {holder.part for holder in HOLDERS} <= {ANSWERS, WORDS, DRAWINGS}
    assert len({holder.name for holder in HOLDERS}) == len(HOLDERS)


def test_no_table_that_leads_to_a_response_is_said_to_hold_nothing() -> None:
    telling = {"response_id", "receipt_key", "receipt", "answers"}
    for table in HOLDS_NOTHING:
        columns = {column.name for column in METADATA.tables[table].columns}
        assert not columns & telling, table
