"""Builders of XLSForm workbooks and of whatever questionnaires they have to carry."""

import io
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from openpyxl import Workbook

from engage.questionnaire.xlsform import XlsformRead, read_xlsform
from questionnaire.tiny import ROUTES, SAFETY, Document, a_routed_document

Rows = Sequence[Sequence[Any]]
#: Words as people may write them: signs that mean something to a spreadsheet or to XML, blanks at the ends.
WORDS = st.one_of(
    st.sampled_from(["=1+1", "_x0041_", " in between ", "a\nb", "a\r\nb", "0800\u00a01111", "<b>&'\"", "ایمن", "TRUE"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="{}"), min_size=1, max_size=8),
).filter(lambda text: text.strip())
CODES = ("yes", "no", "1", "65+", "under-13", "x_y")
SPECIAL = st.lists(st.sampled_from(["dk", "pns", "na"]), unique=True, max_size=2)
ROUTE_IDS = [route["id"] for route in ROUTES]
NUMBERS = st.one_of(st.integers(-5, 200), st.floats(-1e9, 1e9, allow_nan=False), st.just(1e-7))


def a_workbook(survey: Rows, choices: Rows = (), settings: Rows = (), **sheets: Rows) -> bytes:
    """Return a workbook; each sheet is its rows, the first of them the headings."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **sheets}.items():
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def a_form(*rows: Sequence[Any], choices: Rows = (), leave_out: bool = False) -> XlsformRead:
    """Return what a form says whose columns are type, name, label, relevant, constraint."""
    survey = [("type", "name", "label", "relevant", "constraint"), *rows]
    listed = [("list_name", "name", "label"), *choices] if choices else ()
    return read_xlsform(a_workbook(survey, listed), "form.xlsx", leave_out=leave_out)


def asked(read: XlsformRead) -> dict[str, Document]:
    """Return the questions of the form itself by id, without those of the envelope."""
    envelope = ("age_band", "area", "area_relation", "home_district")
    return {question["id"]: question for question in read.document["questions"] if question["id"] not in envelope}


@st.composite
def definitions(draw: st.DrawFn) -> Document:
    """Draw a definition with questions of any type, all of it in two languages here and there."""
    drawn: list[Document] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(sorted(_KINDS)))
        question = {"id": f"q{number}", "type": kind} | _KINDS[kind](draw, drawn) | _any_fields(draw)
        if draw(st.booleans()) and (condition := _condition(draw, drawn, 2)):
            question["show_when"] = condition
        drawn.append(question)
    document = a_routed_document(*drawn, scales={"safety": SAFETY}, styles=["standard", "easy_read", "large_print"])
    words = draw(st.dictionaries(st.sampled_from(["q0.text", "q0.text@young", "survey.title"]), WORDS))
    languages = {"en": {"review": "source"}, "pa-Arab": {"review": "reviewed", "wording": words}, "so": {}}
    return document | {"languages": languages, "title": draw(WORDS), "areas": draw(_AREAS)}


_AREAS = st.lists(st.sampled_from(["E06000018", "place:a, b", "[x]", " y"]), min_size=1, unique=True)


def _any_fields(draw: st.DrawFn) -> Document:
    fields = st.fixed_dictionaries(
        {"text": WORDS},
        optional={
            "hint": WORDS,
            "text@sms": WORDS,
            "hint@easy_read": WORDS,
            "why": WORDS,
            "note@young": WORDS,
            "routes": st.lists(st.sampled_from(ROUTE_IDS), unique=True, min_size=1),
            "sensitive": st.just(True),
            "alone": st.just(True),
            "about_you": st.just(True),
            "picture": st.just("home"),
            "summary": st.just("safety"),
        },
    )
    return draw(fields)


def _options(draw: st.DrawFn, *, bare: bool = False) -> list[Document]:
    codes = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=5, unique=True))
    extra = {} if bare else {"exclusive": st.just(True), "alone": st.just(True), "group": st.just("places")}
    label = st.fixed_dictionaries(
        {"label": WORDS}, optional={"label@easy_read": WORDS, "picture": st.just("ok"), **extra}
    )
    return [{"code": code} | draw(label) for code in codes]


def _choice(draw: st.DrawFn, _before: list[Document]) -> Document:
    return {"options": _options(draw), "special": draw(SPECIAL), "groups": {"places": draw(WORDS)}}


def _multiple(draw: st.DrawFn, before: list[Document]) -> Document:
    return _choice(draw, before) | draw(st.fixed_dictionaries({}, optional={"max_choices": st.integers(1, 4)}))


def _carried(draw: st.DrawFn, before: list[Document]) -> Document:
    several = [question["id"] for question in before if question["type"] == "multiple_choice"]
    return {"options_from": draw(st.sampled_from(several))} if several else _choice(draw, before)


def _number(draw: st.DrawFn, _before: list[Document]) -> Document:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    bounds = [{}, {"minimum": low}, {"maximum": high}, {"minimum": low, "maximum": high}]
    return draw(st.sampled_from(bounds)) | {"special": draw(SPECIAL)}


_KINDS: dict[str, Any] = {
    "single_choice": lambda draw, before: (_carried if draw(st.booleans()) else _choice)(draw, before),
    "multiple_choice": _multiple,
    "community": _choice,
    "ranking": lambda draw, _: {"options": _options(draw, bare=True)},
    "scale": lambda draw, _: {"scale": "safety", "special": draw(SPECIAL)},
    "number": _number,
    "date": lambda draw, _: draw(st.sampled_from([{}, {"minimum": "2020-01-01"}, {"maximum": "2030-12-31"}])),
    "short_text": lambda draw, _: {"max_length": draw(st.integers(1, 2000))},
    "long_text": lambda draw, _: {"max_length": draw(st.integers(1, 2000))},
    "drawing": lambda _draw, _before: {},
    "note": lambda _draw, _before: {},
}


def _condition(draw: st.DrawFn, before: list[Document], depth: int) -> Document | None:
    leaves = [leaf for question in before for leaf in _leaves(question)]
    leaves += [{"fact": "channel", "is": ["sms"]}, {"fact": "age_band", "is": ["13-15", "65+"]}]
    if not depth or draw(st.booleans()):
        return dict(draw(st.sampled_from(leaves)))
    parts = [part for _ in range(draw(st.integers(0, 3))) if (part := _condition(draw, before, depth - 1))]
    kind = draw(st.sampled_from(["all", "any", "not"]))
    return {"not": parts[0]} if kind == "not" and parts else {"all" if kind == "not" else kind: parts}


def _leaves(question: Document) -> list[Document]:
    name = question["id"]
    if question["type"] == "note":
        return []
    leaves: list[Document] = [{"answered": name}]
    if question["type"] == "number":
        leaves += [{"answer": name, "at_least": 2}, {"answer": name, "at_most": 9.5}]
        leaves.append({"answer": name, "at_least": 0, "at_most": 5})
    if codes := [option["code"] for option in question.get("options", ())]:
        leaves += [{"answer": name, "is": codes[:1]}, {"answer": name, "is": codes[::-1]}]
    if special := question.get("special"):
        leaves.append({"answer": name, "is": [special[-1]]})
    if question["type"] == "community":
        leaves.append({"answer": name, "is": ["other"]})
    if question["type"] == "scale":
        leaves.append({"answer": name, "is": ["safe", "very_safe"]})
    return leaves
