"""Surveys and answers drawn by chance, to ask the server's rules and the script's the same things."""

from collections.abc import Sequence
from random import Random
from typing import Any

from channels.web.tiny import GRADE, a_questionnaire
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, Facts, Questionnaire, QuestionType

#: Ids that objects of a script know by themselves are among them.
IDS = ("constructor", "valueof", "b", "c", "d", "e", "f", "g")
CODES = ("w", "x", "y", "z", "other", "constructor")
ROUTES = ("easy_read", "young", "adult")
TYPES = (
    "single_choice",
    "multiple_choice",
    "scale",
    "number",
    "short_text",
    "long_text",
    "date",
    "community",
    "ranking",
    "drawing",
    "note",
)
#: What people type, meant or not.
TYPED = (
    *(
        "",
        " ",
        "12",
        "-3",
        "+7",
        " 0 ",
        "1,5",
        "1.50",
        ".5",
        "5.",
        "1e3",
        "٣",
        "٣٫٥",
        "१२",
        "12345678901234567",
        "9" * 19,
    ),
    *(
        "99999999999999999",
        "many",
        "dk",
        "Ja",
        "x" * 21,
        "x" * 101,
        "x" * 2001,
        "a\x00b",
        "a\r\nb",
        "\ud83d",
        "😀" * 15,
    ),
    *("\ufeff", "\x85", "\x1c", "\u2028x", "  two  words ", "constructor", "\u0085x\u0085", "a\vb\x0cc", "\uffff"),
)
#: What stands beside options to be put into an order, and where a drawing is handed over.
PLACES = ("", "", "", " ", "1", "2", " 3 ", "٤", "0", "007", "1000", "1.5", "-1", "x")
DRAWN = (
    *("", "[[1,2,3,4]]", "[[0,0],[600,450]]", "[[7,7,8,8,9,9],[300,200]]", "[[1,451]]", "[[601,1]]", "[[-1,1]]"),
    *("[]", "[[]]", "[[1]]", "{}", "null", "7", '"x"', '[["1","2"]]', "[[1.5,2]]", "[[true,false]]", "[[1,2]", "<svg>"),
    *(
        "[" + ",".join(["[1,2]"] * 401) + "]",
        "[[" + ",".join(["1,2"] * 3001) + "]]",
        "[[" + ",".join(["1,2"] * 3000) + "]]",
    ),
)
DAYS = ("", "1", "01", "29", "31", "٢", "x", "0")
MONTHS = ("", "2", "02", "12", "13", "123", "٠٢")
YEARS = ("", "2020", "1999", "99", "0", "2021", "12345", "2100", "٢٠٢٤")


def a_survey(chance: Random) -> Questionnaire:
    """Return a survey of some questions with conditions, routes, options of others and short scales."""
    relation = {"id": "area_relation", "type": "area_relation", "text": "?", "options": _options(chance)}
    questions: list[dict[str, Any]] = [relation]
    for name in chance.sample(IDS, chance.randint(2, len(IDS))):
        questions.append(_question(chance, name, questions))
    routes = [
        {"id": "easy_read", "when": _condition(chance, ["style", "language"], questions[:1])},
        {"id": "young", "when": _condition(chance, ["age_band", "assisted", "channel"], questions[:1])},
        {"id": "adult"},
    ]
    scales = {"grade": GRADE | {"short_for": chance.choice([["easy_read"], ["young", "easy_read"]])}}
    languages = {tag: {"review": "source" if tag == "en" else "machine_drafted"} for tag in ("en", "ar", "so")}
    used = scales if any("scale" in question for question in questions) else {}
    return a_questionnaire(*questions, routes=routes, scales=used, languages=languages)


def some_facts(chance: Random) -> Facts:
    """Return what may be known of a person."""
    return Facts(
        channel=chance.choice(["web", "outreach"]),
        language=chance.choice(["en", "ar"]),
        style=chance.choice(["standard", "easy_read", "large_print"]),
        assisted=chance.choice(ASSISTANCE),
        age_band=chance.choice([None, *AGE_BANDS]),
        area_relation=tuple(chance.sample(CODES, chance.randint(0, 2))),
    )


def some_answers(chance: Random, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return coded answers, some of which fit their question."""
    takers = [question for question in questionnaire.questions if question.takes_answer]
    return {question.id: _answer(chance, question.type) for question in takers if chance.random() < 0.8}


def some_fields(chance: Random) -> dict[str, list[str]]:
    """Return the fields of a posted page."""
    fields = {"answer": chance.choice([[chance.choice(TYPED)], _ticked(chance), _ticked(chance), []])}
    if chance.random() < 0.3:
        fields["other"] = [chance.choice(TYPED)]
    if chance.random() < 0.3:
        fields["special"] = [chance.choice(["dk", "pns", "na"])]
    for code in chance.choice([(), CODES]):
        fields[f"rank-{code}"] = [chance.choice(PLACES)]
    if chance.random() < 0.4:
        fields |= {"drawing": [chance.choice(DRAWN)], "may_show": chance.choice([["yes"], []])}
    if chance.random() < 0.8:
        fields |= {"day": [chance.choice(DAYS)], "month": [chance.choice(MONTHS)], "year": [chance.choice(YEARS)]}
    return fields


def _options(chance: Random) -> list[dict[str, Any]]:
    return [_option(chance, code) for code in chance.sample(CODES, chance.randint(2, len(CODES)))]


def _option(chance: Random, code: str) -> dict[str, Any]:
    option: dict[str, Any] = {"code": code, "label": code}
    if chance.random() < 0.2:
        option["exclusive"] = True
    if chance.random() < 0.2:
        option["routes"] = chance.sample(ROUTES, chance.randint(1, 2))
    if chance.random() < 0.2:
        option["alone"] = True
    return option


def _question(chance: Random, name: str, before: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kind = chance.choice(TYPES)
    question: dict[str, Any] = {"id": name, "type": kind, "text": "?"} | _fields_of(chance, kind, before)
    if kind not in ("note", "short_text", "long_text", "ranking", "drawing") and chance.random() < 0.5:
        question["special"] = chance.sample(["dk", "pns", "na"], chance.randint(1, 3))
    if chance.random() < 0.3:
        question["routes"] = chance.sample(ROUTES, chance.randint(1, 2))
    if chance.random() < 0.2:
        question["alone"] = True
    if chance.random() < 0.5:
        question["show_when"] = _condition(chance, tuple(_CODES_OF_FACTS), before)
    return question


def _fields_of(chance: Random, kind: str, before: Sequence[dict[str, Any]]) -> dict[str, Any]:
    ticked = [earlier["id"] for earlier in before if earlier["type"] == "multiple_choice"]
    match kind:
        case "single_choice" if ticked and chance.random() < 0.6:
            return {"options_from": chance.choice(ticked)}
        case "single_choice" | "community":
            return {"options": _options(chance)}
        case "ranking":
            options = [{"code": code, "label": code} for code in chance.sample(CODES, chance.randint(2, len(CODES)))]
            return {"options": options} | chance.choice([{}, {"max_choices": chance.randint(1, 3)}])
        case "multiple_choice":
            return {"options": _options(chance)} | chance.choice([{}, {"max_choices": chance.randint(1, 3)}])
        case "scale":
            return {"scale": "grade"}
        case "number":
            return chance.choice(
                [{}, {"minimum": chance.choice([-3, 0, 1.5]), "maximum": chance.choice([5, 12, 99.5])}]
            )
        case "date":
            return chance.choice([{}, {"minimum": "2000-01-01", "maximum": "2050-12-31"}])
        case "short_text":
            return {"max_length": 20}
        case _:
            return {}


def _condition(
    chance: Random, facts: Sequence[str], before: Sequence[dict[str, Any]], depth: int = 0
) -> dict[str, Any]:
    if depth < 3 and chance.random() < 0.4:
        parts = [_condition(chance, facts, before, depth + 1) for _ in range(chance.randint(1, 3))]
        return chance.choice([{"all": parts}, {"any": parts}, {"not": parts[0]}])
    earlier = [question for question in before if question["type"] not in ("note", "area_relation")]
    if not earlier or chance.random() < 0.3:
        fact = chance.choice(facts)
        offered = [option["code"] for option in before[0]["options"]]
        codes = offered if fact == "area_relation" else _CODES_OF_FACTS[fact]
        return {"fact": fact, "is": chance.sample(codes, chance.randint(1, 2))}
    about = chance.choice(earlier)
    codes = _codes_of(about, before)
    if about["type"] == "number" and chance.random() < 0.7:
        bounds = {"at_least": chance.choice([0, 1, 2.5]), "at_most": chance.choice([3, 12])}
        return {"answer": about["id"], **chance.choice([bounds, dict([chance.choice(list(bounds.items()))])])}
    if codes and chance.random() < 0.7:
        return {"answer": about["id"], "is": chance.sample(codes, min(len(codes), chance.randint(1, 2)))}
    return {"answered": about["id"]}


def _codes_of(question: dict[str, Any], before: Sequence[dict[str, Any]]) -> list[str]:
    """Return the codes a question may be answered with."""
    parent = next((other for other in before if other["id"] == question.get("options_from")), question)
    listed = [
        option["code"] for option in parent.get("options", ()) if parent is question or not option.get("exclusive")
    ]
    scale = [option["code"] for option in GRADE["options"]] if question["type"] == "scale" else []
    own = ["other"] if question["type"] == "community" and "other" not in listed else []
    return [*listed, *scale, *own, *question.get("special", ())]


_CODES_OF_FACTS: dict[str, Sequence[str]] = {
    "age_band": AGE_BANDS,
    "area_relation": CODES,
    "assisted": ASSISTANCE,
    "channel": ("web", "outreach", "sms"),
    "language": ("en", "ar", "so"),
    "style": ("standard", "easy_read", "large_print"),
}


def _answer(chance: Random, kind: QuestionType) -> Any:
    match kind:
        case QuestionType.MULTIPLE_CHOICE:
            return chance.choice([_ticked(chance), _ticked(chance), [], "dk"])
        case QuestionType.COMMUNITY:
            return chance.choice([[*_ticked(chance), {"other": "Ours"}], _ticked(chance), "pns"])
        case QuestionType.NUMBER:
            return chance.choice([0, 1, 2.5, 12, -3, "dk"])
        case QuestionType.SCALE:
            return chance.choice(["great", "good", "fair", "bad", "awful", "safe", "unsafe", "na"])
        case QuestionType.SINGLE_CHOICE:
            return chance.choice([*CODES, "dk"])
        case _:
            return chance.choice(["words", "2020-02-29", ""])


def _ticked(chance: Random) -> list[str]:
    return [chance.choice((*CODES, "dk")) for _ in range(chance.randint(0, 4))]
