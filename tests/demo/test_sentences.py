"""What the demo's people write is short, varied and says nothing about who anybody is."""

import re

from engage.demo.chance import seeded
from engage.demo.sentences import SENTENCES, own_words

ALL = [one for known in SENTENCES.values() for one in (*known.worries, *known.good, *known.wishes)]


def test_there_are_about_sixty_sentences_in_five_languages() -> None:
    assert set(SENTENCES) == {"en", "so", "pl", "ar", "ur"}
    assert len(ALL) == len(set(ALL)) >= 60


def test_sentences_hold_no_number_address_or_link() -> None:
    assert not any(re.search(r"[0-9@#/]", one) for one in ALL)
    assert all(len(one) <= 90 for one in ALL)


def test_worried_people_write_about_worries() -> None:
    rng = seeded(1, "test")
    written = [own_words(rng, "en", -2.0) or "" for _ in range(50)]
    assert all(text.startswith(SENTENCES["en"].worries) for text in written)


def test_where_there_are_no_sentences_nobody_writes() -> None:
    assert own_words(seeded(1, "test"), "ti", 0.0) is None
