"""Drives a conversation by text as a person's phone does, on a tiny questionnaire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from engage.channels.sms.conversation import Context, ConversationState, Step, step, submission_document
from engage.phrases import phrases_for
from engage.questionnaire.definition import parse_definition
from engage.questionnaire.model import Questionnaire

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
RESPONSE_ID = UUID("6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f10")
PLACES = {"ng11 8aa": "E05012278", "clifton": "E05012278"}

TINY: dict[str, Any] = {
    "format": "engage-questionnaire/1",
    "slug": "tiny",
    "code": "local",
    "version": 2,
    "default_language": "en",
    "languages": {
        "en": {"review": "source"},
        "pl": {
            "review": "machine_drafted",
            "wording": {"safe_dark.text": "Jak bezpiecznie jest po zmroku?", "scale.safety.very_safe": "Bardzo"},
        },
        "so": {"review": "machine_drafted", "wording": {}},
    },
    "areas": ["E06000018"],
    "title": "Local survey",
    "consent": {"version": 3, "statement": "You choose."},
    "routes": [{"id": "sms", "when": {"fact": "channel", "is": ["sms"]}}, {"id": "everyone"}],
    "scales": {
        "safety": {
            "options": [
                {"code": "very_safe", "label": "Very safe"},
                {"code": "fairly_safe", "label": "Fairly safe"},
                {"code": "neither", "label": "Neither safe nor unsafe", "label@sms": "In between"},
                {"code": "fairly_unsafe", "label": "Fairly unsafe"},
                {"code": "very_unsafe", "label": "Very unsafe"},
            ]
        }
    },
    "help_lines": [{"id": "shout", "number": "85258", "name": "Shout", "what": "Text with someone."}],
    "questions": [
        {"id": "age_band", "type": "age_band", "text": "How old are you?"},
        {"id": "area", "type": "area", "text": "Which area do you want to tell us about?"},
        {
            "id": "safe_dark",
            "type": "scale",
            "scale": "safety",
            "special": ["dk"],
            "text": "How safe do you feel outside in {place} after dark?",
            "text@sms": "After dark, how do you feel outside in {place}?",
        },
        {
            "id": "would_help",
            "type": "multiple_choice",
            "max_choices": 2,
            "text": "What would help most?",
            "options": [
                {"code": "listen", "label": "Being heard"},
                {"code": "youth_workers", "label": "Youth workers"},
                {"code": "patrols", "label": "Police on foot"},
                {"code": "lights", "label": "Better lights"},
                {"code": "things_to_do", "label": "Things to do"},
                {"code": "nothing", "label": "Nothing", "exclusive": True},
            ],
        },
        {"id": "say_more", "type": "long_text", "routes": ["everyone"], "text": "Say more?"},
    ],
}

#: Words a translator would bring.
FOREIGN = {
    "pl": {
        "sms.words.yes": "tak, tak proszę",
        "sms.words.no": "nie",
        "sms.words.stop": "dość, przestań",
        "sms.words.skip": "pomiń",
        "sms.words.numbers": "jeden, dwa, trzy, cztery, pięć",
        "sms.lead_choice": "Ankieta lokalna, {number} z {total}. Wyślij {choices} albo POMIŃ.",
    },
    "so": {"sms.words.yes": "haa", "sms.words.no": "maya", "sms.lead_choice": "Sahan {number}/{total}: {choices}"},
}


def say(language: str, key: str, **placeholders: str) -> str:
    """Return the shipped words, or a translator's."""
    text = FOREIGN.get(language, {}).get(key)
    if text is None:
        return phrases_for("en").say(key, **placeholders)
    for name, value in placeholders.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def a_questionnaire(**changes: Any) -> Questionnaire:
    """Return the tiny questionnaire, with other questions or another consent rule."""
    languages = TINY["languages"] if "questions" not in changes else {tag: {"review": "source"} for tag in ("en", "pl")}
    return parse_definition(TINY | {"languages": languages} | changes)


def a_context(questionnaire: Questionnaire | None = None, **fields: Any) -> Context:
    """Return what a conversation is given."""
    given: dict[str, Any] = {
        "questionnaire": questionnaire or a_questionnaire(),
        "say": say,
        "find_area": lambda text: PLACES.get(text.lower()),
        "now": NOW,
        "new_response_id": RESPONSE_ID,
        "organiser": "Nottingham City and Nottinghamshire Violence Reduction Unit",
        "all_languages": ("en", "pl", "so"),
    }
    return Context(**(given | fields))


class Person:
    """Somebody with a phone; what is kept between two texts goes through JSON as it does in the database."""

    def __init__(self, context: Context | None = None) -> None:
        self.context = context or a_context()
        self.kept: dict[str, Any] | None = None
        self.last = Step(None, None)

    @property
    def state(self) -> ConversationState | None:
        return ConversationState.from_document(self.kept) if self.kept else None

    def texts(self, *texts: str, **fields: Any) -> str | None:
        """Send texts one after another; return the last reply."""
        for text in texts:
            context = replace(self.context, **fields)
            self.last = step(self.state, text, context)
            self.kept = self.last.state.to_document() if self.last.state else None
            if self.last.opted_out is not None:
                self.context = replace(self.context, is_opted_out=self.last.opted_out)
        return self.last.reply

    def waits(self, **time: float) -> None:
        """Let time pass."""
        self.context = replace(self.context, now=self.context.now + timedelta(**time))

    def submission(self) -> dict[str, Any]:
        """Return what goes through the door."""
        assert self.last.submission_ready
        assert self.last.state is not None
        return submission_document(self.last.state, self.context)
