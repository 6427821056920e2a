"""People who write in their own words, and coders who read them: what tests of free text start from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from builders import WAVE, a_door, a_submission
from engage.collection.coding import give_codes, next_to_code, open_to_code
from engage.collection.receive import receive_submission
from engage.storage.instance import Instance

SURVEY = "feeling-safe"
#: Said by the first writer: a name, a number and an address.
TELLING = "Amina Warsame from 12 Holly Road says the lights are broken, ring 07700 900123"
MASKED = "[name] from [address] says the lights are broken, ring [phone]"
PLAIN = "There is nothing to do here since the youth club closed."


def take_words(
    instance: Instance, texts: Sequence[str], *, may_quote: bool = True, batch: str | None = None, **fields: Any
) -> list[str]:
    """Take in one person for each text, of one session where `batch` is given; returns their ids."""
    ids, door = [], replace(a_door(instance), batch=batch)
    with instance.database.writing() as session:
        for text in texts:
            answers = {"safe_day": "very_safe", "say_more": text, "may_quote": "yes" if may_quote else "no"}
            document = a_submission(answers, **fields)
            outcome = receive_submission(session, door, document)
            assert outcome.status == "stored", (text, outcome)
            ids.append(document["response_id"])
    return ids


def with_words(instance: Instance, texts: Sequence[str] = (TELLING,), others: int = 11) -> list[str]:
    """Take in people with these texts where the survey is open, and some more who write nothing remarkable."""
    return take_words(instance, [*texts, *[f"{PLAIN} {number}" for number in range(others)]])


def code_all(
    instance: Instance, coder: str, codes: Sequence[str], *, but: dict[str, Sequence[str]] | None = None
) -> int:
    """Code everything that somebody may code; `but` gives other codes where its words stand in the text."""
    coded = 0
    with instance.database.writing() as session:
        keys, now = instance.settings.keys, instance.now()
        while piece := next_to_code(session, SURVEY, WAVE, coder, now):
            read, _ = open_to_code(session, keys, piece, coder, now)
            given = next((other for said, other in (but or {}).items() if said in read.masked.shown), codes)
            give_codes(session, keys, piece, coder, given, now)
            coded += 1
    return coded
