"""The interface's words: what staff changed is handed in, counts while it fits, and never leaks elsewhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engage.phrases import (
    SHIPPED,
    Changed,
    Interface,
    Words,
    direction,
    find_fault,
    languages_with_phrases,
    own_name,
    pair_hash,
    phrases_for,
    plural_categories,
    review_state,
    source_forms,
    using,
)

NEXT = source_forms()["web.next"]
#: A wording that counts.
WAITING = source_forms()["web.waiting"]


def changed(language: str, key: str, words: Words, source: Words | None = None) -> Interface:
    """Return the interface with one change."""
    return Interface({language: {key: Changed(words, source or source_forms()[key])}}, mark="1")


def test_words_that_staff_changed_are_read_while_they_are_handed_in() -> None:
    before = phrases_for("so").say("web.next")
    with using(changed("so", "web.next", "Horay u soco")):
        assert phrases_for("so").say("web.next") == "Horay u soco"
        assert phrases_for("ar").say("web.next") == SHIPPED.phrases("ar", "standard").say("web.next")
    assert phrases_for("so").say("web.next") == before


def test_another_thread_reads_its_own_instances_words() -> None:
    with using(changed("so", "web.next", "Horay")), ThreadPoolExecutor(1) as other:
        assert other.submit(lambda: phrases_for("so").say("web.next")).result() != "Horay"


def test_words_that_count_are_changed_form_by_form() -> None:
    forms = tuple(f"{name} {{count}}" for name in plural_categories("ar"))
    with using(changed("ar", "web.waiting", forms)):
        assert phrases_for("ar").count("web.waiting", 2) == "two 2"
        assert phrases_for("ar").count("web.waiting", 11) == "many 11"


@pytest.mark.parametrize("words", ["Weli {name}", ("Weli",), ("{count}", "")])
def test_words_that_no_longer_fit_their_source_are_not_read(words: Words) -> None:
    key = "web.next" if isinstance(words, str) else "web.waiting"
    with using(changed("so", key, words, source="Older {name}")):
        assert phrases_for("so").forms("web.waiting") == SHIPPED.phrases("so", "standard").forms("web.waiting")
        assert phrases_for("so").say("web.next") == SHIPPED.phrases("so", "standard").say("web.next")


def test_words_that_are_missing_or_do_not_fit_are_known() -> None:
    interface = Interface({"rom": {"web.next": Changed("Maj angle", NEXT)}})
    faults = interface.faults("rom")
    assert "web.next" not in faults
    assert set(faults.values()) == {"wording_missing"}
    assert len(faults) == len(source_forms()) - 1
    assert Interface().faults("en") == {}


def test_a_key_that_is_gone_does_no_harm() -> None:
    with using(changed("so", "web.no_such_words", "Waa la waayay", source="Gone")):
        assert review_state("so") == "machine_drafted"
        assert not phrases_for("so").is_translated("web.no_such_words")


def test_a_language_is_reviewed_once_every_word_is_and_no_longer_when_one_changes() -> None:
    words = SHIPPED.words("so")
    said = {(key, pair_hash(source_forms()[key], text)): True for key, text in words.items() if key in source_forms()}
    with using(Interface(reviews={"so": said})):
        assert review_state("so") == "reviewed"
    with using(Interface({"so": {"web.next": Changed("Horay", NEXT)}}, {"so": said})):
        assert review_state("so") == "machine_drafted"
    key = next(iter(said))
    with using(Interface(reviews={"so": {**said, key: False}})):
        assert review_state("so") == "machine_drafted"


def test_a_language_worded_by_staff_to_the_last_key_is_one_of_the_interfaces() -> None:
    whole = {key: Changed(words, words) for key, words in source_forms().items()}
    some = dict(list(whole.items())[1:])
    with using(Interface({"rom": whole})):
        assert "rom" in languages_with_phrases()
        assert phrases_for("rom").count("web.waiting", 1) == phrases_for("en").count("web.waiting", 1)
        assert review_state("rom") == "machine_drafted"
    with using(Interface({"rom": some})):
        assert "rom" not in languages_with_phrases()


@pytest.mark.parametrize(
    ("source", "words", "language", "fault"),
    [
        ("Go on", "Sii wad", "so", None),
        ("{n} of {all}", "{all}: {n}", "so", None),
        ("{n} of {all}", "{n}", "so", "placeholder_differs"),
        ("{n}", "{m}", "so", "placeholder_differs"),
        ("Go on", " ", "so", "wording_missing"),
        ("Go on", ("a", "b"), "so", "plural_form_missing"),
        (("{count} one", "{count} more"), "{count}", "so", "plural_form_missing"),
        (("{count} one", "{count} more"), ("hal", "{count}"), "so", None),
        (("{count} one", "{count} more"), ("hal", "badan"), "so", "placeholder_differs"),
        (("{count} one", "{count} more"), ("{count} {x}", "{count}"), "so", "placeholder_differs"),
        (("{count} of {all}", "{count} of {all}"), ("hal", "{count} {all}"), "so", "placeholder_differs"),
        (("{count} one", "{count} more"), ("hal", "{count}"), "ar", "plural_form_missing"),
        (("{count} one", "{count} more"), ("0", "1", "2", "{count}", "{count}", "{count}"), "ar", None),
        (("{count} one", "{count} more"), ("0", "1", "", "{count}", "{count}", "{count}"), "ar", "plural_form_missing"),
        (("{count} one", "{count} more"), ("{count}",), "zh-Hans", None),
    ],
)
def test_words_fit_their_source_or_the_fault_is_named(
    source: Words, words: Words, language: str, fault: str | None
) -> None:
    assert find_fault(source, words, language) == fault


@pytest.mark.parametrize(
    ("language", "name", "way", "categories"),
    [
        ("rom", "Romani", "ltr", ("one", "other")),
        ("zh-Hant", "繁體中文", "ltr", ("other",)),
        ("ckb", "کوردیی سۆرانی", "rtl", ("one", "other")),
        ("sd", "سنڌي", "rtl", ("one", "other")),
        ("ks-Arab", None, "rtl", None),
        ("xx", "xx", "ltr", ("one", "other")),
    ],
)
def test_a_language_has_a_name_a_direction_and_a_way_to_count(
    language: str, name: str | None, way: str, categories: tuple[str, ...] | None
) -> None:
    assert name is None or own_name(language) == name
    assert direction(language) == way
    assert categories is None or plural_categories(language) == categories
