"""STOP and the other words that steer: recognised in every language, and not in answers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.texting import say
from engage.channels.sms.commands import ALWAYS_STOP, commands_in, is_stop, language_named

COMMANDS = commands_in(say, "en", "en", ("en", "pl", "so"))
LANGUAGES = ("en", "so", "ckb", "ku", "lt", "pl", "fa-AF", "fa", "ar", "ur", "pa-Arab", "pa-Guru", "zh-Hans", "ti")


@pytest.mark.parametrize(
    "text",
    [
        *sorted(ALWAYS_STOP),
        "STOP",
        "Stop.",
        " stop!! ",
        "“stop”",
        "ＳＴＯＰ",
        "\u202astop\u202c",
        "STPO",
        "sotp",
        "tsop",
        "stopp",
        "STOOOP",
        "s.t.o.p",
        "S T O P",
        "stop stop",
        "stop all",
        "please stop texting me",
        "Pls stop",
        "stop it now please",
        "Can you stop messaging me",
        "I want to stop",
        "don't text me",
        "leave me alone",
        "dość",
        "DOSC",
        "Przestań!",
    ],
)
def test_a_wish_to_be_left_alone_is_one(text: str) -> None:
    assert is_stop(text, COMMANDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the bus stop is not safe",
        "bus stop",
        "stop and search",
        "stop the violence",
        "don't stop",
        "I want to end it",
        "end it",
        "shop",
        "step",
        "top",
        "post",
        "spot",
        "opts",
        "4",
        "non-stop noise",
        "make it stop",
        "he won't stop",
        "quit smoking",
    ],
)
def test_an_answer_is_no_wish_to_be_left_alone(text: str) -> None:
    assert not is_stop(text, COMMANDS)


@settings(deadline=None)
@given(st.text(max_size=100))
def test_any_text_can_be_asked_about(text: str) -> None:
    is_stop(text, COMMANDS)
    language_named(text, LANGUAGES, by_tag=True)


def test_a_polish_conversation_understands_english_too_but_not_its_no() -> None:
    commands = commands_in(say, "pl", "en", ("en", "pl"))
    assert {"tak", "yes"} <= commands.yes
    assert "nie" in commands.no
    assert "no" not in commands.no
    assert {"pomin", "skip"} <= commands.skip


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Polski", "pl"),
        ("POLISH", "pl"),
        ("Soomaali", "so"),
        ("العربية", "ar"),
        ("عربي", "ar"),
        ("اردو", "ur"),
        ("فارسی", "fa"),
        ("دری", "fa-AF"),
        ("کوردیی سۆرانی", "ckb"),
        ("kurmanci", "ku"),
        ("Lietuvių", "lt"),
        ("ትግርኛ", "ti"),
        ("中文", "zh-Hans"),
        ("ਪੰਜਾਬੀ", "pa-Guru"),
        ("پنجابی", "pa-Arab"),
        ("punjabi", None),
        ("kurdish", None),
        ("so", None),
        ("I speak Polish", None),
        ("", None),
    ],
)
def test_a_language_is_known_by_its_own_name(text: str, tag: str | None) -> None:
    assert language_named(text, LANGUAGES) == tag


def test_a_tag_counts_only_where_it_is_asked_for() -> None:
    assert language_named("SO", LANGUAGES, by_tag=True) == "so"
    assert language_named("fa-af", LANGUAGES, by_tag=True) == "fa-AF"


def test_a_shared_name_counts_where_one_of_the_languages_is_offered() -> None:
    assert language_named("punjabi", ("en", "pa-Guru")) == "pa-Guru"
