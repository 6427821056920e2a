"""Builders of tiny definitions: each names only what its test is about."""

import copy
from typing import Any

from engage.questionnaire.definition import parse_definition
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.model import Questionnaire

Document = dict[str, Any]

YES_NO: list[Document] = [{"code": "yes", "label": "Yes"}, {"code": "no", "label": "No"}]
SAFETY: Document = {
    "options": [{"code": code, "label": code} for code in ("very_safe", "neither", "very_unsafe")],
    "short": [{"code": code, "label": code} for code in ("safe", "unsafe")],
    "fold": {"very_safe": "safe", "neither": "unsafe", "very_unsafe": "unsafe"},
    "short_for": ["easy_read"],
    "faces": True,
}
ROUTES: list[Document] = [
    {"id": "sms", "when": {"fact": "channel", "is": ["sms"]}},
    {"id": "easy_read", "when": {"fact": "style", "is": ["easy_read"]}},
    {"id": "young", "when": {"fact": "age_band", "is": ["13-15", "16-17", "pns"]}},
    {"id": "adult"},
]


def a_question(question_id: str = "q", kind: str = "single_choice", **fields: Any) -> Document:
    """Return a question; a choice has the options yes and no unless it has others."""
    chooses = kind in ("single_choice", "multiple_choice", "community", "ranking", "area_relation")
    if chooses and "options" not in fields and "options_from" not in fields:
        fields["options"] = copy.deepcopy(YES_NO)
    return {"id": question_id, "type": kind, "text": f"{question_id}?"} | fields


def options(*codes: str, **fields: Any) -> list[Document]:
    """Return options with these codes, all with the same further fields."""
    return [{"code": code, "label": code} | fields for code in codes]


def a_document(*questions: Document, **fields: Any) -> Document:
    """Return a definition document of these questions, one if none is named."""
    return {
        "format": "engage-questionnaire/1",
        "slug": "tiny",
        "code": "tiny",
        "styles": ["standard", "easy_read", "large_print"],
        "areas": ["E06000018"],
        "title": "Local survey",
        "consent": {"statement": "It is your choice."},
        "questions": list(questions) or [a_question()],
    } | copy.deepcopy(fields)


def a_routed_document(*questions: Document, **fields: Any) -> Document:
    """Return a definition with the four usual routes and a scale that easy read sees the short list of."""
    return a_document(*questions, **({"routes": ROUTES, "scales": {"safety": SAFETY}} | fields))


def a_questionnaire(*questions: Document, **fields: Any) -> Questionnaire:
    """Return the questionnaire with the four usual routes and these questions."""
    return parse_definition(a_routed_document(*questions, **fields))


def faults_of(document: object) -> list[tuple[str, str]]:
    """Return (path, code) of every fault of a definition, none where it is sound."""
    try:
        parse_definition(document)
    except DefinitionFaulty as faulty:
        return [(fault.path, fault.code) for fault in faulty.faults]
    return []


def every_field() -> Document:
    """Return a definition in which every field of the format stands."""
    ticks = [
        {"code": "nothing", "label": "Nothing", "exclusive": True, "picture": "ok"},
        {"code": "dark", "label": "The dark", "label@young": "When it is dark", "group": "places", "alone": True},
        {"code": "cars", "label": "Cars", "group": "places", "routes": ["adult", "young"]},
    ]
    return a_routed_document(
        a_question("age_band", "age_band", why="So that we ask the right questions."),
        a_question("area", "area"),
        a_question("area_relation", "area_relation", options=options("live", "spend_time")),
        a_question("home_district", "home_district", show_when={"not": {"fact": "area_relation", "is": ["live"]}}),
        a_question(
            "safe",
            "scale",
            scale="safety",
            special=["dk", "na"],
            text="How safe is {place}?",
            picture="day",
            summary="safety",
        ),
        a_question(
            "reasons",
            "multiple_choice",
            options=ticks,
            groups={"places": "Places", "places@young": "Places here"},
            max_choices=2,
            special=["dk"],
            hint="Up to 2.",
            note="The next list is hard.",
            sensitive=True,
            about_you=True,
            routes=["adult", "young", "easy_read"],
            **{"text@sms": "Why?", "hint@easy_read": "Choose 2."},
        ),
        a_question("most", options_from="reasons"),
        a_question("home", alone=True, permits_quotes=True, special=["pns"], show_when={"answered": "reasons"}),
        a_question(
            "years", "number", minimum=0, maximum=120.5, show_when={"any": [{"answer": "safe", "is": ["very_safe"]}]}
        ),
        a_question("since", "date", minimum="2020-01-01", maximum="2026-12-31", special=["dk"]),
        a_question("short", "short_text", show_when={"all": [{"answer": "years", "at_least": 1, "at_most": 9}]}),
        a_question("say_more", "long_text", max_length=500),
        a_question("communities", "community", about_you=True, special=["pns"], options=options("somali", "polish")),
        a_question("thanks", "note"),
        **{"$schema": "definition.schema.json", "title@easy_read": "Local survey", "intro": "About this place."},
        intro_pictures=["town"],
        privacy="# Who asks\n{organisation} asks. Write to {contact}. We keep answers for {days} days.",
        version=3,
        default_language="en",
        languages={
            "en": {"review": "source"},
            "fa-AF": {"review": "machine_drafted", "wording": {"safe.text": "{place}؟", "safe.text@young": "{place}"}},
            "so": {"review": "reviewed"},
        },
        consent={
            "version": 2,
            "rule": "school_opt_out",
            "statement": "Your choice.",
            "statement@sms": "OK?",
            "pictures": ["ok"],
        },
        help_lines=[
            {
                "id": "childline",
                "number": "0800 1111",
                "for": ["young"],
                "name": "Childline",
                "what": "Talk.",
                "what@easy_read": "Talk to someone.",
                "checked_on": "2026-11-01",
            },
            {"id": "emergency", "number": "999", "name": "Emergency", "checked_on": None},
        ],
    )
