"""The conversation by text, from the keyword to the receipt."""

import pytest

from channels.sms.texting import NOW, RESPONSE_ID, TINY, Person, a_context, a_questionnaire
from engage.channels.sms.conversation import Stage
from engage.channels.sms.segments import count_segments
from engage.questionnaire.model import QuestionType
from engage.response.receipts import receipt_of
from engage.response.submission import Submission, parse_submission


def test_a_whole_conversation_becomes_one_submission() -> None:
    person = Person(a_context(wave="2026-autumn"))
    assert "Reply YES" in (person.texts("Local") or "")
    assert "How old are you?" in (person.texts("Yes.") or "")
    assert "Which area" in (person.texts("4") or "")
    assert "After dark, how do you feel outside in that area?\n1 Very safe" in (person.texts("NG11 8AA") or "")
    assert "A Being heard\nB Youth workers" in (person.texts("4 the lamps are broken") or "")
    reply = person.texts("b")
    assert receipt_of(RESPONSE_ID) in (reply or "")
    assert "delete this thread" in (reply or "")
    assert person.submission() == {
        "response_id": str(RESPONSE_ID),
        "survey": "tiny",
        "version": 2,
        "wave": "2026-autumn",
        "channel": "sms",
        "language": "en",
        "style": "standard",
        "assisted": "none",
        "area": "E05012278",
        "area_relation": [],
        "home_district": None,
        "consent": {"version": 3, "given": True, "age_band": "18-24"},
        "started_at": "2026-11-21T10:00:00Z",
        "finished_at": "2026-11-21T10:00:00Z",
        "answers": {"safe_dark": "fairly_unsafe", "would_help": ["youth_workers"]},
    }
    assert isinstance(parse_submission(person.submission()), Submission)


def test_the_submission_is_ready_once_only() -> None:
    person = _done()
    assert person.last.submission_ready
    person.texts("thanks")
    assert not person.last.submission_ready


def test_after_the_end_there_is_one_reply_and_then_silence() -> None:
    person = _done()
    assert "999" in (person.texts("cheers") or "")
    assert person.texts("thanks") is None


def test_the_first_text_says_who_asks_how_many_questions_cost_stop_and_999_in_two_segments() -> None:
    reply = Person().texts("LOCAL") or ""
    for said in ("Violence Reduction Unit", "4 short questions", "STOP", "cost", "999", "13 or over", "YES"):
        assert said in reply
    assert count_segments(reply).parts <= 2


def test_every_english_prompt_fits_one_segment() -> None:
    person = Person()
    person.texts("LOCAL")
    for text in ("what", "huh", "YES", "?", "?", "3", "??", "??", "SKIP", "huh", "what", "3", "hm", "hm", "A"):
        assert count_segments(person.texts(text) or "").parts == 1, person.last.reply
    assert person.last.submission_ready


@pytest.mark.parametrize("told", ["1", "1 I am 11", "under 13", "one", "١"])
def test_under_13_stores_nothing_and_gets_a_number_to_call(told: str) -> None:
    person = Person()
    reply = person.texts("LOCAL", "YES", told) or ""
    assert "0800 1111" in reply
    assert person.state is not None
    assert person.state.stage is Stage.CLOSED
    assert (person.state.age_band, person.state.answers, person.state.response_id) == (None, {}, None)
    assert not person.last.submission_ready


def test_no_stores_nothing_and_gets_a_number_to_call() -> None:
    person = Person()
    assert "0800 1111" in (person.texts("LOCAL", "No thanks") or "")
    assert person.state is not None
    assert person.state.stage is Stage.CLOSED


@pytest.mark.parametrize("told", ["2", "SKIP"])
def test_where_a_parent_must_agree_first_13_to_15_and_unknown_ages_end_there(told: str) -> None:
    questionnaire = a_questionnaire(consent={"version": 1, "rule": "parent_opt_in", "statement": "You choose."})
    person = Person(a_context(questionnaire))
    assert "0800 1111" in (person.texts("LOCAL", "YES", told) or "")
    assert "Which area" in (person.texts("LOCAL", "YES", "3") or "")


def test_silence_and_ok_are_no_consent() -> None:
    person = Person()
    assert "YES" in (person.texts("LOCAL", "ok") or "")
    assert "For example: YES" in (person.texts("") or "")
    assert "kept nothing" in (person.texts("sure") or "")
    assert person.state is not None
    assert person.state.stage is Stage.CLOSED


def test_digits_of_other_scripts_are_answers() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "٣", "skip", "፬", "C")
    assert person.submission()["consent"]["age_band"] == "16-17"
    assert person.submission()["answers"]["safe_dark"] == "fairly_unsafe"


def test_every_question_takes_skip() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "SKIP", "Skip!", "skip it", "next")
    assert person.submission()["answers"] == {}
    assert person.submission()["area"] is None
    assert person.submission()["consent"]["age_band"] is None


def test_i_dont_know_is_an_answer_where_it_is_offered() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "don’t know", "A")
    assert person.submission()["answers"]["safe_dark"] == "dk"


def test_two_answers_count_and_three_are_asked_again() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "1", "A, B, C")
    assert not person.last.submission_ready
    person.texts("D and b")
    assert person.submission()["answers"]["would_help"] == ["youth_workers", "lights"]


def test_nothing_does_not_go_with_something() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "1", "A F")
    assert not person.last.submission_ready
    person.texts("F")
    assert person.submission()["answers"]["would_help"] == ["nothing"]


def test_a_question_is_asked_again_twice_and_then_left_out() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip")
    first, second, third = (person.texts(text) or "" for text in ("4 or 5", "10", "unsafe 2 nights a week"))
    assert "1 Very safe" in first
    assert "For example: 2" in second
    assert len(second) < len(first)
    assert "A Being heard" in third
    person.texts("A")
    assert person.submission()["answers"] == {"would_help": ["listen"]}


def test_help_gives_numbers_and_asks_again() -> None:
    person = Person()
    reply = person.texts("LOCAL", "YES", "3", "help") or ""
    for said in ("999", "0800 1111", "Shout: 85258", "Which area"):
        assert said in reply
    assert person.state is not None
    assert person.state.reprompts == 0


def test_help_works_without_a_conversation() -> None:
    assert "0800 1111" in (Person().texts("Help!") or "")


@pytest.mark.parametrize(
    "said", ["STOP", "Stop.", "stpo", "STOPP", "s t o p", "please stop texting me", "dość", "QUIT"]
)
@pytest.mark.parametrize("before", [[], ["LOCAL"], ["LOCAL", "YES"], ["LOCAL", "YES", "3", "skip", "1"]])
def test_stop_works_at_any_time_and_gets_one_reply(said: str, before: list[str]) -> None:
    person = Person()
    person.texts(*before)
    assert "no more texts" in (person.texts(said) or "")
    assert person.last.opted_out is True
    assert person.state is not None
    assert (person.state.stage, person.state.answers) == (Stage.OPTED_OUT, {})
    for text in (said, "LOCAL", "help", "4", "YES"):
        assert person.texts(text) is None


def test_stop_works_after_the_end() -> None:
    person = _done()
    assert "no more texts" in (person.texts("stop") or "")
    assert person.last.opted_out is True


def test_the_providers_own_opt_out_gets_no_reply_from_us() -> None:
    person = Person()
    person.texts("LOCAL")
    assert person.texts("ARRET", stopped_by_provider=True) is None
    assert person.last.opted_out is True


def test_only_start_brings_texts_back() -> None:
    person = Person()
    person.texts("LOCAL", "stop")
    assert person.texts("LOCAL") is None
    assert "LOCAL" in (person.texts("start") or "")
    assert person.last.opted_out is False
    assert "Reply YES" in (person.texts("LOCAL") or "")


def test_somebody_on_the_opt_out_list_is_left_alone_when_nothing_else_is_kept() -> None:
    assert Person(a_context(is_opted_out=True)).texts("LOCAL") is None


def test_a_bus_stop_is_an_answer() -> None:
    person = Person()
    assert "not clear" in (person.texts("LOCAL", "YES", "3", "skip", "the bus stop is not safe") or "")


def test_the_keyword_begins_anew() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "1")
    assert "Reply YES" in (person.texts("local") or "")
    assert person.state is not None
    assert (person.state.age_band, person.state.answers) == (None, {})


def test_an_answer_that_begins_with_the_keyword_is_an_answer() -> None:
    questions = [{"id": "say_more", "type": "long_text", "text": "Say more?"}]
    person = Person(a_context(a_questionnaire(questions=questions)))
    person.texts("LOCAL please", "YES", "3", "local shops need lights")
    assert person.submission()["answers"] == {"say_more": "local shops need lights"}


def test_a_text_without_a_conversation_is_told_how_to_begin() -> None:
    person = Person()
    assert "text LOCAL" in (person.texts("hello") or "")
    assert person.state is None


def test_start_without_a_conversation_begins_one() -> None:
    assert "Reply YES" in (Person().texts("Start") or "")


def test_a_conversation_left_for_three_days_is_over_and_the_person_is_told_once() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip")
    person.waits(hours=71)
    assert "A Being heard" in (person.texts("4") or "")
    person.waits(hours=73)
    assert "is over" in (person.texts("A") or "")
    assert "text LOCAL" in (person.texts("A") or "")
    assert person.state is None


@pytest.mark.parametrize(("said", "reply"), [("LOCAL", "Reply YES"), ("polski", "Reply YES"), ("help", "0800 1111")])
def test_after_three_days_the_keyword_a_language_and_help_still_count(said: str, reply: str) -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "4")
    person.waits(hours=73)
    assert reply in (person.texts(said) or "")
    assert person.state is not None
    assert person.state.answers == {}


def test_stop_counts_after_the_conversation_expired() -> None:
    person = Person()
    person.texts("LOCAL", "stop")
    person.waits(days=400)
    assert person.texts("LOCAL", is_opted_out=False) is None


@pytest.mark.parametrize("said", ["LOCAL POLSKI", "local polish", "Local pl"])
def test_the_keyword_with_a_language_begins_in_it(said: str) -> None:
    person = Person()
    person.texts(said, "TAK")
    assert "Ankieta lokalna, 1 z 4" in (person.last.reply or "")


def test_a_languages_own_name_changes_the_language_at_any_time() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip")
    assert "Jak bezpiecznie jest po zmroku?\n1 Bardzo" in (person.texts("Polski") or "")
    person.texts("pięć", "POMIŃ")
    assert person.submission()["language"] == "pl"
    assert person.submission()["answers"] == {"safe_dark": "very_unsafe"}


def test_a_languages_name_is_an_answer_where_it_is_listed() -> None:
    options = [{"code": "polish", "label": "Polish"}, {"code": "somali", "label": "Somali"}]
    questions = [{"id": "main_language", "type": "single_choice", "text": "Which?", "options": options}]
    person = Person(a_context(a_questionnaire(questions=questions)))
    person.texts("LOCAL", "YES", "3", "Polish")
    assert person.submission()["answers"] == {"main_language": "polish"}


def test_a_polish_no_is_no_english_no() -> None:
    person = Person()
    assert "YES" in (person.texts("LOCAL PL", "no") or "")
    person.texts("nie")
    assert person.state is not None
    assert person.state.stage is Stage.CLOSED


def test_a_note_is_read_with_the_question_behind_it() -> None:
    questions = [
        {"id": "about", "type": "note", "text": "The next question is about home."},
        {"id": "people", "type": "number", "text": "How many people?", "minimum": 0, "maximum": 20},
    ]
    person = Person(a_context(a_questionnaire(questions=questions)))
    assert "about home.\nHow many people?" in (person.texts("LOCAL", "YES", "3") or "")
    assert "For example: 12" in (person.texts("21", "4.5") or "")
    person.texts("12 of us")
    assert person.submission()["answers"] == {"people": 12}


def test_what_hangs_on_an_answer_is_asked_only_then() -> None:
    why = {
        "id": "why",
        "type": "date",
        "text": "Since when?",
        "show_when": {"answer": "safe_dark", "is": ["very_unsafe"]},
    }
    context = a_context(a_questionnaire(questions=[*TINY["questions"][:3], why]))
    person = Person(context)
    person.texts("LOCAL", "YES", "3", "skip", "1")
    assert person.last.submission_ready
    other = Person(context)
    assert "Since when?" in (other.texts("LOCAL", "YES", "3", "skip", "5") or "")
    other.texts("3/11/2026")
    assert other.submission()["answers"] == {"safe_dark": "very_unsafe", "why": "2026-11-03"}


def test_what_the_area_is_to_somebody_stands_in_its_own_field() -> None:
    relation = {
        "id": "area_relation",
        "type": "area_relation",
        "text": "What is {place} to you?",
        "options": [{"code": "live", "label": "I live there"}, {"code": "study", "label": "I study there"}],
    }
    person = Person(a_context(a_questionnaire(questions=[TINY["questions"][1], relation])))
    assert "What is that area to you?" in (person.texts("LOCAL", "YES", "3", "Clifton") or "")
    person.texts("1 2")
    assert person.submission()["area_relation"] == ["live", "study"]
    assert person.submission()["answers"] == {}


@pytest.mark.parametrize("question_type", list(QuestionType))
def test_every_type_of_question_is_handled(question_type: QuestionType) -> None:
    question: dict[str, object] = {"id": "q", "type": question_type.value, "text": "Well?"}
    if question_type in {
        QuestionType.AGE_BAND,
        QuestionType.AREA,
        QuestionType.AREA_RELATION,
        QuestionType.HOME_DISTRICT,
    }:
        question["id"] = question_type.value
    if question_type is QuestionType.SCALE:
        question["scale"] = "safety"
    listed = {QuestionType.COMMUNITY, QuestionType.AREA_RELATION, QuestionType.RANKING}
    if "choice" in question_type or question_type in listed:
        question["options"] = [{"code": "a", "label": "First"}, {"code": "b", "label": "Second"}]
    person = Person(a_context(a_questionnaire(questions=[question])))
    person.texts("LOCAL", "YES", "3")
    for text in ("1", "?", "1/2/2026"):
        if not person.last.submission_ready:
            person.texts(text)
    assert person.last.submission_ready


def test_a_list_longer_than_the_alphabet_is_not_asked_by_text() -> None:
    options = [{"code": f"c{n}", "label": f"Place {n}"} for n in range(27)]
    long = {"id": "long", "type": "single_choice", "text": "Which?", "options": options}
    person = Person(a_context(a_questionnaire(questions=[long])))
    person.texts("LOCAL", "YES", "3")
    assert person.last.submission_ready


def test_the_postcode_is_not_kept() -> None:
    person = Person()
    person.texts("LOCAL", "YES", "3", "NG11 8AA")
    assert "NG11" not in str(person.kept).upper()


def test_what_is_kept_after_storing_holds_no_answers() -> None:
    person = _done()
    assert person.state is not None
    left = person.state.emptied(Stage.DONE)
    assert (left.answers, left.area, left.age_band, left.response_id) == ({}, None, None, None)
    assert left.last_message_at == NOW


def _done() -> Person:
    person = Person()
    person.texts("LOCAL", "YES", "3", "skip", "1", "A")
    return person


def test_an_order_is_asked_for_by_signs_and_a_drawing_is_not_asked_by_text() -> None:
    ranking = {"id": "first", "type": "ranking", "text": "Which first?", "options": TINY["questions"][3]["options"][:3]}
    drawing = {"id": "sketch", "type": "drawing", "text": "Draw?"}
    person = Person(a_context(a_questionnaire(questions=[TINY["questions"][0], ranking, drawing])))
    for reply in ("Local", "yes"):
        person.texts(reply)
    asked = person.texts("4") or ""
    assert "Reply with your order, e.g. 2 1 3" in asked
    assert "Which first?\n1 Being heard\n2 Youth workers\n3 Police on foot" in asked
    assert "Which first?" in (person.texts("all of them") or "")
    person.texts("3, 1")
    assert person.submission()["answers"] == {"first": ["patrols", "listen"]}
