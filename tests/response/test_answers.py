"""What counts as a valid answer, for each type of question and each kind of sender."""

import time
from typing import Any

import pytest

from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import AGE_BANDS, Facts, Questionnaire, QuestionType
from engage.questionnaire.reading import LARGEST_NUMBER
from engage.questionnaire.routing import asked_questions, options_asked
from engage.response.answers import LONGEST_WRITE_IN, Checked, check_answers, read_answer
from engage.response.drawings import MOST_LINES, MOST_POINTS, SHEET_HEIGHT, SHEET_WIDTH, drawing_svg
from engage.response.problems import PROBLEM_CODES, Problem, printable
from questionnaire.tiny import a_question, a_questionnaire, options

ADULT = Facts(age_band="25-34", area_relation=("live",))
NAN, INFINITY = float("nan"), float("inf")


def deep(depth: int = 3000) -> list[Any]:
    """Return a list nested far too deep."""
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


QUESTIONS = a_questionnaire(
    a_question("pick", special=["dk", "pns"]),
    a_question("safe", "scale", scale="safety"),
    a_question(
        "ticks",
        "multiple_choice",
        options=[*options("nothing", exclusive=True), *options("a", "b", "c"), *options("known", alone=True)],
        max_choices=2,
        special=["dk"],
    ),
    a_question("many", "multiple_choice", options=options("a", "b", "c")),
    a_question("most", options_from="many"),
    a_question("count", "number", minimum=0, maximum=10, special=["dk"]),
    a_question("free", "number"),
    a_question("since", "date", minimum="2020-02-01", maximum="2026-12-31"),
    a_question("born", "date"),
    a_question("short", "short_text", max_length=10),
    a_question("long", "long_text"),
    a_question(
        "own", "community", options=[*options("somali", "polish"), *options("none", exclusive=True)], special=["pns"]
    ),
    a_question("order", "ranking", options=options("x", "y", "z"), max_choices=2),
    a_question("sketch", "drawing"),
    a_question("read", "note"),
    a_question("age_band", "age_band"),
    a_question("area", "area"),
    a_question("area_relation", "area_relation", options=options("live")),
    a_question("home_district", "home_district"),
    a_question("young_only", routes=["young"]),
    a_question("home", alone=True),
    a_question("then", show_when={"answer": "pick", "is": ["yes"]}),
)


def check(answers: dict[str, Any], *, from_paper: bool = False, **facts: Any) -> Checked:
    """Check answers of an adult on the web unless the facts differ."""
    given = {"age_band": "25-34"} | facts
    return check_answers(QUESTIONS, Facts(**given), answers, from_paper=from_paper)


def problem_of(answers: dict[str, Any], **facts: Any) -> tuple[str, str | None]:
    """Return code and question of the one problem."""
    (problem,) = check(answers, **facts).problems
    return problem.code, problem.question


@pytest.mark.parametrize(
    ("question_id", "value", "coded"),
    [
        ("pick", "yes", "yes"),
        ("pick", "dk", "dk"),
        ("safe", "very_safe", "very_safe"),
        ("ticks", ["b", "a"], ["a", "b"]),
        ("ticks", ["nothing"], ["nothing"]),
        ("ticks", "dk", "dk"),
        ("many", ["c", "b", "a"], ["a", "b", "c"]),
        ("count", 0, 0),
        ("count", 10, 10),
        ("count", 2.5, 2.5),
        ("count", 3.0, 3),
        ("count", -0.0, 0),
        ("count", "dk", "dk"),
        ("free", -LARGEST_NUMBER, -LARGEST_NUMBER),
        ("since", "2020-02-01", "2020-02-01"),
        ("since", "2026-12-31", "2026-12-31"),
        ("born", "0001-01-01", "0001-01-01"),
        ("born", "2024-02-29", "2024-02-29"),
        ("short", "  a word\t\n", "a word"),
        ("short", "0123456789", "0123456789"),
        ("long", "one\r\ntwo\rthree\x0bfour\x0cfive", "one\ntwo\nthree\nfour\nfive"),
        ("long", "سلام 👋🏽 ﷽ Ⅷ ’\x92", "سلام 👋🏽 ﷽ Ⅷ ’\x92"),
        ("long", "x" * 2000, "x" * 2000),
        ("own", ["polish", "somali"], ["somali", "polish"]),
        ("own", [{"other": " Oromo "}], [{"other": "Oromo"}]),
        ("own", [{"other": "Oromo"}, "somali"], ["somali", {"other": "Oromo"}]),
        ("own", "pns", "pns"),
    ],
)
def test_a_valid_answer_is_kept_in_coded_values(question_id: str, value: Any, coded: Any) -> None:
    checked = check({question_id: value})
    assert checked == Checked({question_id: coded}, ())
    assert type(checked.answers[question_id]) is type(coded)


#: Values that no question takes.
NEVER = [
    None,
    True,
    {},
    [],
    [[]],
    deep(),
    {"a": 1},
    [None],
    [True],
    [1],
    NAN,
    [NAN],
    "\ud800",
    "",
    [""],
    10**400,
    INFINITY,
]


@pytest.mark.parametrize(
    ("question_id", "values", "code"),
    [
        ("pick", ["maybe", "YES", "na", 1, ["yes"], {"yes": 1}], "unknown_option"),
        ("safe", ["safe", "dk", 0], "unknown_option"),
        ("ticks", ["a", {"a": 1}, {"other": "x"}, 3], "not_a_list"),
        ("ticks", [["z"], ["a", 1], ["a", ["b"]], ["dk"], [{"other": "x"}], [deep()]], "unknown_option"),
        ("ticks", [["a", "a"]], "repeated_option"),
        ("ticks", [["nothing", "a"], ["a", "nothing"]], "exclusive_option"),
        ("ticks", [["a", "b", "c"]], "too_many_choices"),
        ("count", ["3", "", [3], True, NAN, {"n": 3}], "not_a_number"),
        ("count", [-1, 11, 10.5, -0.5, INFINITY, 10**400], "out_of_range"),
        ("free", [INFINITY, -INFINITY, 10**400, -(10**400), LARGEST_NUMBER + 1, 1e300], "out_of_range"),
        ("since", ["2020-1-1", "20200201", "2020-W06-6", "2020-02-30", "today", " 2020-02-01", 20200201], "not_a_date"),
        ("since", ["2020-02-01T00:00:00", "٢٠٢٠-٠٢-٠١", "2020-02-01\n", ["2020-02-01"]], "not_a_date"),
        ("since", ["2020-01-31", "2027-01-01"], "out_of_range"),
        ("short", ["", " \n\t", 5, None, ["word"], {"other": "x"}, "nul\x00", "\ud800", "a\x08", "￾"], "not_text"),
        ("short", ["0123456789A"], "too_long"),
        ("long", ["x" * 2001], "too_long"),
        ("own", ["somali", {"other": "Oromo"}, 5], "not_a_list"),
        ("own", [["french"], ["somali", 5], [["somali"]], [{"other": "a"}, {"other": "b"}]], "unknown_option"),
        ("own", [[{}], [{"another": "a"}], [{"other": "a", "code": "b"}]], "unknown_option"),
        ("own", [[{"other": ""}], [{"other": 5}], [{"other": {"other": "a"}}], [{"other": deep()}]], "not_text"),
        ("own", [[{"other": "x" * (LONGEST_WRITE_IN + 1)}]], "too_long"),
        ("own", [["none", "somali"], ["none", {"other": "Oromo"}]], "exclusive_option"),
        ("own", [["somali", "somali"]], "repeated_option"),
        ("young_only", ["yes"], "question_not_asked"),
        ("then", ["yes"], "question_not_asked"),
        ("most", ["a"], "question_not_asked"),
        ("gone", ["yes", None, deep()], "unknown_question"),
        ("", ["yes"], "unknown_question"),
        ("read", ["yes"], "unknown_question"),
        ("age_band", ["25-34"], "unknown_question"),
        ("area", ["E05012278"], "unknown_question"),
        ("area_relation", [["live"]], "unknown_question"),
        ("home_district", ["E06000018"], "unknown_question"),
    ],
)
def test_a_wrong_answer_is_a_problem_with_its_code_and_question(question_id: str, values: list[Any], code: str) -> None:
    for value in values:
        assert problem_of({question_id: value}) == (code, question_id)
        assert code in PROBLEM_CODES


@pytest.mark.parametrize("question_id", [question.id for question in QUESTIONS.questions])
def test_what_no_question_takes_is_a_problem_everywhere(question_id: str) -> None:
    for value in NEVER:
        for from_paper in (False, True):
            checked = check({question_id: value}, from_paper=from_paper)
            assert checked.answers == {}
            assert [found.question for found in (*checked.problems, *checked.notes)] == [question_id]


def test_a_problem_never_repeats_the_answer() -> None:
    answers = {question.id: "Amina lives at number 7" for question in QUESTIONS.questions}
    for problem in check(answers).problems:
        assert "Amina" not in str(problem.to_document())


def test_all_problems_come_back_together_in_the_order_asked() -> None:
    checked = check({"gone": 1, "count": "x", "pick": "no", "safe": "?", "young_only": "yes"})
    assert checked.answers == {"pick": "no"}
    assert checked.problems == (
        Problem("unknown_option", "safe"),
        Problem("not_a_number", "count"),
        Problem("unknown_question", "gone"),
        Problem("question_not_asked", "young_only"),
    )


def test_answers_come_back_in_the_order_asked() -> None:
    assert list(check({"long": "words", "count": 1, "pick": "yes"}).answers) == ["pick", "count", "long"]


def test_what_matters_most_is_one_of_what_was_ticked() -> None:
    assert check({"many": ["a", "c"], "most": "c"}).answers == {"many": ["a", "c"], "most": "c"}
    assert problem_of({"many": ["a", "c"], "most": "b"}) == ("unknown_option", "most")
    assert problem_of({"many": ["a"], "most": "a"}) == ("question_not_asked", "most")
    for strange in (deep(), {"a": {}}, [["a"], {"b": 1}], [NAN, 10**400]):
        checked = check({"many": strange, "most": "a"})
        assert [problem.question for problem in checked.problems] == ["many", "most"]


def test_what_is_asked_alone_is_not_taken_from_somebody_who_has_help() -> None:
    assert check({"home": "yes", "ticks": ["known"]}).problems == ()
    assert problem_of({"home": "yes"}, assisted="family") == ("question_not_asked", "home")
    assert problem_of({"ticks": ["known"]}, assisted="family") == ("unknown_option", "ticks")


def test_easy_read_has_the_short_list() -> None:
    assert check({"safe": "unsafe"}, style="easy_read").answers == {"safe": "unsafe"}
    assert problem_of({"safe": "very_unsafe"}, style="easy_read") == ("unknown_option", "safe")
    assert check({"safe": "very_unsafe"}, style="large_print").problems == ()


@pytest.mark.parametrize("age_band", [None, *AGE_BANDS, "25+"])
def test_own_words_for_a_community_are_not_taken_under_16(age_band: str | None) -> None:
    answers = {"own": ["somali", {"other": "Oromo"}]}
    if age_band in (None, "under-13", "13-15", "pns"):
        assert problem_of(answers, age_band=age_band) == ("write_in_not_offered", "own")
    else:
        assert check(answers, age_band=age_band).answers == answers
    assert check({"own": ["somali"]}, age_band=age_band).problems == ()


# Paper


def test_too_many_ticks_on_paper_are_kept_and_noted() -> None:
    checked = check({"ticks": ["c", "a", "b"]}, from_paper=True)
    assert checked == Checked({"ticks": ["a", "b", "c"]}, (), (Problem("too_many_choices", "ticks", "at most 2"),))


def test_answers_on_paper_to_what_was_not_asked_are_left_out_and_noted() -> None:
    checked = check({"pick": "no", "then": "yes", "young_only": "no"}, from_paper=True)
    assert checked.answers == {"pick": "no"}
    assert checked.problems == ()
    assert checked.notes == (Problem("question_not_asked", "then"), Problem("question_not_asked", "young_only"))


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"ticks": ["a", "a", "b"]}, "repeated_option"),
        ({"ticks": ["a", "b", "c", "z"]}, "unknown_option"),
        ({"pick": "maybe"}, "unknown_option"),
        ({"gone": "yes"}, "unknown_question"),
        ({"area": "E05012278"}, "unknown_question"),
    ],
)
def test_what_paper_cannot_say_is_a_problem_on_paper_too(answers: dict[str, Any], code: str) -> None:
    checked = check(answers, from_paper=True)
    assert [problem.code for problem in checked.problems] == [code]
    assert checked.notes == ()


def test_an_answer_that_stands_alone_ticked_with_others_on_paper_is_left_out_and_noted() -> None:
    checked = check({"ticks": ["nothing", "a"]}, from_paper=True)
    assert (dict(checked.answers), checked.problems) == ({}, ())
    assert [note.code for note in checked.notes] == ["exclusive_option"]


# Guards


def test_every_question_type_has_a_reader() -> None:
    for kind in QuestionType:
        question = QUESTIONS.of_type(kind)
        assert question is not None
        assert isinstance(read_answer(question, (), ADULT, deep()), Problem)


def test_every_code_has_its_words_and_every_document_its_detail() -> None:
    for code, words in PROBLEM_CODES.items():
        assert Problem(code, "q").to_document() == {"code": code, "question": "q", "detail": words}
    assert Problem("too_long", "q", "at most 9").to_document()["detail"] == "at most 9"


@pytest.mark.parametrize("name", ["\ud800", "\x1b[31mred", "a\nb", "x" * 5000, "\u202e", "ключ"])
def test_a_name_somebody_sent_can_be_printed(name: str) -> None:
    problem = check({name: 1}).problems[0]
    assert problem.question == printable(name)
    assert printable(name).isprintable()
    assert len(printable(name)) <= 60


def typical_answers(questionnaire: Questionnaire, facts: Facts) -> dict[str, Any]:
    """Return an answer to every question, closer questions included."""
    answers: dict[str, Any] = {}
    while True:
        before = len(answers)
        for question in asked_questions(questionnaire, facts, answers):
            codes = [option.code for option in options_asked(questionnaire, question, facts, answers)]
            if question.takes_answer:
                answers[question.id] = codes[1:3] if question.is_multiple else codes[0] if codes else "Some words."
        if len(answers) == before:
            return answers


def test_checking_a_whole_response_takes_no_time_worth_mentioning() -> None:
    survey = read_library_survey("feeling-safe")
    answers = typical_answers(survey, ADULT)
    assert len(answers) >= 24
    assert check_answers(survey, ADULT, answers).problems == ()
    took = []
    for _ in range(10):
        started = time.process_time()
        for _ in range(20):
            check_answers(survey, ADULT, answers)
        took.append((time.process_time() - started) / 20)
    assert min(took) < 0.001, "seconds; about 0.0002 where nothing else runs"


def test_a_hostile_body_is_checked_in_time() -> None:
    survey = read_library_survey("feeling-safe")
    answers: dict[str, Any] = {f"q{number}": "x" for number in range(400)}
    answers |= {"unsafe_reasons": ["dark"] * 100_000, "say_more": "x" * 500_000}
    started = time.process_time()
    assert len(check_answers(survey, ADULT, answers).problems) == 402
    assert time.process_time() - started < 2


def test_an_order_is_kept_as_it_was_given() -> None:
    assert check({"order": ["z", "x"]}).answers == {"order": ["z", "x"]}
    assert problem_of({"order": ["z", "x", "y"]}) == ("too_many_choices", "order")
    assert problem_of({"order": ["z", "z"]}) == ("repeated_option", "order")
    assert problem_of({"order": "z"}) == ("not_a_list", "order")
    from_paper = check({"order": ["z", "x", "y"]}, from_paper=True, channel="paper_read")
    assert (from_paper.answers, from_paper.notes[0].code) == ({"order": ["z", "x", "y"]}, "too_many_choices")


@pytest.mark.parametrize(
    "drawn",
    [
        {"lines": [[0, 0, SHEET_WIDTH, SHEET_HEIGHT]]},
        {"lines": [[5, 5]], "may_show": True, "words": "Our street"},
        {"outlines": [[1, 1, 9, 1, 9, 9]]},
        {"words": "By the canal"},
        {"lines": [[1, 2] * MOST_POINTS]},
        {"lines": [[1, 2]] * MOST_LINES},
    ],
)
def test_a_drawing_is_lines_of_small_whole_numbers(drawn: dict[str, Any]) -> None:
    assert check({"sketch": drawn}).answers == {"sketch": drawn}


@pytest.mark.parametrize(
    "drawn",
    [
        *("data:image/png;base64,AAAA", [[1, 2]], {}, {"may_show": True}, {"lines": []}, {"lines": [[]]}),
        *({"lines": [[1]]}, {"lines": [[1, 2, 3]]}, {"lines": [[1.0, 2]]}, {"lines": [[True, False]]}),
        *({"lines": [["1", "2"]]}, {"lines": [[-1, 2]]}, {"lines": [[1, SHEET_HEIGHT + 1]]}, {"lines": "M1 2"}),
        *({"lines": [[1, 2]], "outlines": [[1, 1, 9, 1, 9, 9]]}, {"outlines": [[1, 1, 9, 9]]}),
        *({"lines": [[1, 2]], "svg": "<script>"}, {"lines": [[1, 2]], "may_show": "yes"}),
        *({"lines": [[1, 2] * (MOST_POINTS + 1)]}, {"lines": [[1, 2]] * (MOST_LINES + 1)}),
    ],
)
def test_what_else_is_sent_is_no_drawing(drawn: Any) -> None:
    assert problem_of({"sketch": drawn}) == ("not_a_drawing", "sketch")


def test_words_beside_a_drawing_have_their_limit() -> None:
    assert problem_of({"sketch": {"words": "x" * 501}}) == ("too_long", "sketch")
    assert problem_of({"sketch": {"lines": [[1, 2]], "words": ""}}) == ("not_text", "sketch")


def test_a_drawing_is_shown_as_numbers_and_nothing_else() -> None:
    shown = drawing_svg({"lines": [[5, 5], [1, 2, 3, 4]]}, "Drawing 1")
    assert 'd="M5 5L5 5 M1 2L3 4"' in shown and 'aria-label="Drawing 1"' in shown
    assert 'fill-rule="evenodd"' in drawing_svg({"outlines": [[1, 1, 9, 1, 9, 9]]}, "Drawing 2")
