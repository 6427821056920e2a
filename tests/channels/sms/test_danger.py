"""Somebody who may be in danger gets numbers to call at once; the survey waits, and the words are not kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.texting import NOW, RESPONSE_ID, TINY, Person, a_context, a_questionnaire
from engage.channels.sms.commands import commands_in, is_stop
from engage.channels.sms.conversation import Stage, step, step_limited
from engage.channels.sms.prompts import NEUTRAL_START, go_on_word
from engage.channels.sms.segments import count_segments
from engage.channels.sms.state import ConversationState
from engage.phrases import SHIPPED, phrases_for
from engage.response.safeguarding import LISTS, Phrase, languages_listed, read_list

ALL_LANGUAGES = SHIPPED.languages()
PHRASES = [phrase for language in languages_listed() for phrase in read_list(language)]
#: What has been texted before, and where a conversation then stands.
BEFORE = {
    None: (),
    Stage.CONSENT: ("LOCAL",),
    Stage.ASKING: ("LOCAL", "YES", "3", "skip"),
    Stage.HANDED_OVER: ("LOCAL", "YES", "3", "i want to die"),
    Stage.DONE: ("LOCAL", "YES", "3", "skip", "1", "A"),
    Stage.CLOSED: ("LOCAL", "NO"),
    Stage.OPTED_OUT: ("LOCAL", "STOP"),
}


def said(phrase: Phrase) -> str:
    """Return a phrase as somebody may text it."""
    return phrase.text.replace("*", "")


def shipped(language: str, key: str, **placeholders: str) -> str:
    return phrases_for(language).say(key, **placeholders)


@pytest.mark.parametrize("stage", BEFORE, ids=str)
def test_a_disclosure_is_answered_at_every_stage_in_the_same_step(stage: Stage | None) -> None:
    person = Person()
    person.texts(*BEFORE[stage])
    reply = person.texts("4 he hits me every night") or ""
    assert person.last.danger == "being_hurt"
    for number in ("999", "85258", "0800 1111"):
        assert number in reply


@pytest.mark.parametrize("language", languages_listed())
def test_every_phrase_of_every_list_gets_the_fixed_reply_and_is_never_stored(language: str) -> None:
    context = a_context()
    for before in (None, *_states()):
        for phrase in read_list(language):
            taken = step(before, f"4 {said(phrase)}", context)
            assert taken.danger in LISTS, phrase
            assert "85258" in (taken.reply or "")
            assert not taken.submission_ready
            kept = str(taken.state.to_document() if taken.state else "").casefold()
            assert said(phrase).casefold() not in kept
            if before is not None and taken.state is not None:
                assert (taken.state.answers, taken.state.skipped) == (before.answers, before.skipped)


def test_no_phrase_of_any_list_is_taken_for_a_wish_to_be_left_alone() -> None:
    for language in ALL_LANGUAGES:
        commands = commands_in(shipped, language, "en", ALL_LANGUAGES)
        taken = [phrase.text for phrase in PHRASES if is_stop(said(phrase), commands)]
        assert taken == []


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_the_fixed_reply_names_the_numbers_and_opens_neutrally_in_every_language(language: str) -> None:
    person = Person(a_context(say=shipped, all_languages=ALL_LANGUAGES, questionnaire=_in(language), language=language))
    person.texts("LOCAL")
    reply = (person.texts("he hit me") or "").replace("\N{NO-BREAK SPACE}", " ")
    for number in ("999", "85258", "0800 1111"):
        assert number in reply
    assert len(reply.partition("\n")[0]) >= NEUTRAL_START


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_the_word_that_is_shown_takes_the_survey_up_in_every_language(language: str) -> None:
    person = Person(a_context(say=shipped, all_languages=ALL_LANGUAGES, questionnaire=_in(language), language=language))
    first = person.texts("LOCAL")
    person.texts("he hit me")
    word = go_on_word(language, person.context)
    assert word in (person.texts("hm") or "")
    assert person.texts(word.lower()) == first


def test_the_fixed_reply_is_two_parts_in_english() -> None:
    person = Person()
    assert count_segments(person.texts("LOCAL", "I want to kill myself") or "").parts == 2


def test_a_survey_that_waits_stores_nothing_until_the_person_goes_on() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "someone has a gun outside")
    for text in ("4", "skip", "A", "polski"):
        assert "waits for you" in (person.texts(text) or "")
        assert person.state is not None
        assert person.state.stage is Stage.HANDED_OVER
        assert person.state.answers == {}
    assert "0800 1111" in (person.texts("help") or "")
    assert "After dark" in (person.texts("Go on") or "")
    person.texts("4", "A")
    assert person.submission()["answers"] == {"safe_dark": "fairly_unsafe", "would_help": ["listen"]}


@pytest.mark.parametrize("word", ["LOCAL", "continue", "START"])
def test_the_keyword_takes_a_waiting_survey_up_where_it_was(word: str) -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "4", "they beat me up")
    assert "What would help most?" in (person.texts(word) or "")


def test_a_survey_that_waited_before_consent_asks_for_it_again() -> None:
    person = Person()
    person.texts("LOCAL", "he hit me")
    assert "Reply YES" in (person.texts("go on") or "")
    assert "How old" in (person.texts("YES") or "")


def test_out_of_the_blue_a_disclosure_begins_no_survey_until_the_person_wants_one() -> None:
    person = Person()
    assert "GO ON" in (person.texts("i want to die") or "")
    assert "waits for you" in (person.texts("yes") or "")
    assert "Reply YES" in (person.texts("go on") or "")


def test_stop_ends_a_survey_that_waits() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "he hit me")
    assert "no more texts" in (person.texts("STOP") or "")
    assert person.texts("4") is None


def test_after_stop_a_disclosure_is_still_answered_and_nothing_else_is() -> None:
    person = Person()
    person.texts("LOCAL", "STOP")
    assert "85258" in (person.texts("he hit me again") or "")
    assert person.texts("thanks") is None
    assert person.texts("LOCAL") is None


def test_a_survey_that_waited_for_three_days_is_over() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "he hit me")
    person.waits(hours=73)
    assert "is over" in (person.texts("hello") or "")


def test_the_areas_own_line_stands_in_the_fixed_reply() -> None:
    lines = [
        {"id": "refuge", "number": "0808 2000 247", "name": "Refuge", "what": "Help."},
        {"id": "near", "number": "0115 496 0000", "name": "Nottingham line", "what": "Help.", "areas": ["E06000018"]},
    ]
    questionnaire = a_questionnaire(help_lines=lines, languages={"en": {"review": "source"}})
    person = Person(a_context(questionnaire, is_within=lambda area, wider: (area, wider) == ("E05012278", "E06000018")))
    assert "Nottingham line" not in (person.texts("LOCAL", "YES", "3", "he hit me") or "")
    reply = person.texts("go on", "Clifton", "he hit me") or ""
    assert "Nottingham line: 0115 496 0000." in reply
    assert "Refuge" not in reply


def test_who_sends_far_too_much_is_still_heard_when_in_danger_or_saying_stop() -> None:
    state = _states()[1]
    assert step_limited(state, "4", a_context()).reply is None
    assert step_limited(state, "4", a_context()).state == state
    assert step_limited(state, "kill myself", a_context()).danger == "self_harm"
    assert step_limited(state, "stop", a_context()).opted_out is True


@settings(max_examples=200, deadline=None)
@given(phrase=st.sampled_from(PHRASES), before=st.sampled_from(list(BEFORE)), around=st.text(max_size=20))
def test_whatever_stands_around_a_phrase_it_is_heard(phrase: Phrase, before: Stage | None, around: str) -> None:
    person = Person()
    person.texts(*BEFORE[before])
    person.texts(f"{around} {said(phrase)} {around}")
    assert person.last.danger is not None
    assert person.last.reply is not None


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(
        st.one_of(
            st.sampled_from(
                ["LOCAL", "YES", "3", "A", "go on", "stop", "START", "help", "LOCAL NG7 4 C 2", "he hit me"]
            ),
            st.text(max_size=30),
        ),
        max_size=12,
    ),
    stop=st.sampled_from(sorted(ALL_LANGUAGES)),
)
def test_stop_wins_wherever_a_conversation_stands(texts: list[str], stop: str) -> None:
    person = Person(a_context(say=shipped, all_languages=ALL_LANGUAGES))
    person.texts(*texts)
    word = shipped(stop, "sms.words.stop").replace("،", ",").replace("、", ",").replace("，", ",").split(",")[0].strip()
    was_out = person.context.is_opted_out
    reply = person.texts(word)
    assert person.last.opted_out is True
    assert person.state is not None
    assert person.state.stage is Stage.OPTED_OUT
    assert (reply is None) == was_out
    assert person.texts("LOCAL", "4", "hello") is None


def _states() -> tuple[ConversationState, ...]:
    begun = ConversationState(Stage.CONSENT, "en", NOW, NOW, TINY["version"], RESPONSE_ID)
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip")
    assert person.state is not None
    return (begun, person.state)


def _in(language: str):
    return a_questionnaire(
        languages={
            tag: {"review": "source" if tag == "en" else "machine_drafted", "wording": {}} for tag in {"en", language}
        }
    )
