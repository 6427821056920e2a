"""Numbers: the same person under every way of writing, other keys in every survey, and sealed ones that open."""

import re
from dataclasses import fields, replace

import pytest

from engage.collection.numbers import (
    SealBroken,
    open_number,
    open_secret,
    opt_out_keys,
    plain_number,
    reference_of,
    seal_number,
    seal_secret,
    sender_keys,
)
from engage.settings import Keys, KeyVersions
from engage.storage.base import HASH
from engage.storage.outbox import SEALED

NUMBER = "+447700900123"


def some_keys(versions: int = 1, fill: int = 1) -> Keys:
    versioned = [
        KeyVersions({version: bytes([fill + 10 * kind + version]) * 32 for version in range(1, versions + 1)})
        for kind in range(len(fields(Keys)))
    ]
    return Keys(*versioned)


@pytest.mark.parametrize(
    "written", ["+447700900123", "07700900123", "00447700900123", "07700 900 123", "+44 (0)7700 900123", "٠٧٧٠٠٩٠٠١٢٣"]
)
def test_one_number_is_one_person_however_it_is_written(written: str) -> None:
    assert plain_number(written) == "447700900123"
    assert sender_keys(some_keys(), "feeling-safe", written) == sender_keys(some_keys(), "feeling-safe", NUMBER)


def test_two_surveys_and_the_opt_out_list_cannot_be_joined() -> None:
    keys = some_keys()
    here, there = (sender_keys(keys, survey, NUMBER)[0] for survey in ("here", "there"))
    assert len({here, there, opt_out_keys(keys, "here", NUMBER)[0]}) == 3
    assert opt_out_keys(keys, "here", NUMBER)[0] == opt_out_keys(keys, "there", NUMBER)[0]
    assert reference_of(here) not in here


def test_under_a_new_pepper_what_was_kept_under_the_old_one_is_still_found() -> None:
    before, after = some_keys(), some_keys(versions=2)
    assert sender_keys(after, "here", NUMBER)[1:] == sender_keys(before, "here", NUMBER)
    assert set(opt_out_keys(before, "here", NUMBER)) < set(opt_out_keys(after, "here", NUMBER))
    assert all(len(key) == HASH.length for key in opt_out_keys(after, "here", NUMBER))


def test_a_sealed_number_opens_under_its_own_key_only() -> None:
    keys = some_keys()
    sealed = seal_number(keys, "07700 900123")
    assert open_number(keys, sealed) == NUMBER
    assert open_number(some_keys(versions=2), sealed) == NUMBER
    assert not re.search("7700", sealed)
    assert len(sealed) <= SEALED.length
    for faulty in (sealed[:-4] + "AAAA", "sealed-7." + sealed.partition(".")[2], "", "447700900123"):
        with pytest.raises(SealBroken):
            open_number(keys, faulty)
    with pytest.raises(SealBroken):
        open_number(some_keys(fill=5), sealed)


def test_two_seals_of_one_number_say_nothing_of_each_other_and_all_are_equally_long() -> None:
    keys = some_keys()
    assert seal_number(keys, NUMBER) != seal_number(keys, NUMBER)
    assert len(seal_number(keys, "+3531234567")) == len(seal_number(keys, NUMBER))


def test_a_new_version_of_the_key_seals_and_the_old_one_still_opens() -> None:
    old, new = some_keys(), some_keys(versions=2)
    assert seal_number(new, NUMBER).startswith("sealed-2.")
    with pytest.raises(SealBroken):
        open_number(old, seal_number(new, NUMBER))


def test_a_secret_of_a_provider_is_sealed_and_an_older_plain_one_still_counts() -> None:
    keys = some_keys()
    sealed = seal_secret(keys, "auth.token.with.dots")
    assert "auth" not in sealed
    assert open_secret(keys, sealed) == "auth.token.with.dots"
    assert open_secret(keys, "plain.token") == "plain.token"
    with pytest.raises(SealBroken):
        open_number(keys, sealed)
    with pytest.raises(SealBroken):
        open_secret(replace(keys, numbers=KeyVersions({1: b"x" * 32})), sealed)
