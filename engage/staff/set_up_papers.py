"""The items of a survey's record that stand on paper: purpose, organisation, law, ethics, keeping, privacy notice."""

from collections.abc import Mapping
from typing import Any

from engage.collection import retention
from engage.collection.lawful_bases import ARTICLE_6, ARTICLE_9, Basis
from engage.collection.notices import LONGEST, fault_in, notice_keys, notice_of, put_notice, starter
from engage.collection.record_items import Ground, days_of
from engage.collection.retention import RuleRefused
from engage.staff.set_up_fields import LONGEST_TEXT, Choice, Field, Form, ItemRefused, Saving
from engage.storage.database import Session
from engage.storage.retention_rules import RetentionRule

PURPOSE = (
    "To find out, place by place, how safe people feel, what lies behind it and what would help, so that the partners "
    "of the Serious Violence Duty can act on it and show what they did."
)


def _text(item: str, label: str, start: str, hint: str = "") -> Form:
    def fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
        value = str(ground.signed(item).get("text") or start)
        return (Field("text", label, "text", value, hint, most=LONGEST_TEXT),)

    def save(saving: Saving) -> Mapping[str, Any]:
        text = saving.sent("text")
        if not 0 < len(text) <= LONGEST_TEXT:
            raise ItemRefused(f"Write from 1 to {LONGEST_TEXT} characters.")
        return {"text": text}

    return Form(fields, save)


def _controller_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    signed = ground.signed("controller")
    return (
        Field(
            "organisation",
            "Organisation that decides about the survey (the controller)",
            "line",
            str(signed.get("organisation", "")),
        ),
        Field(
            "contact",
            "Contact of its data protection officer",
            "line",
            str(signed.get("contact", "")),
            "An e-mail address or postal address that anybody may write to. People read it in the privacy notice.",
        ),
    )


def _save_controller(saving: Saving) -> Mapping[str, Any]:
    return {
        "organisation": saving.line("organisation", "The organisation"),
        "contact": saving.line("contact", "The contact"),
    }


def _bases(known: Mapping[str, Basis], chosen: object) -> tuple[Choice, ...]:
    return tuple(Choice(code, basis.place, basis.sentence, code == chosen) for code, basis in known.items())


def _basis_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    signed = ground.signed("basis")
    return (
        Field(
            "article_6",
            "Lawful basis (UK GDPR article 6)",
            "one",
            hint="Your data protection officer decides which.",
            choices=_bases(ARTICLE_6, signed.get("article_6")),
        ),
        Field(
            "article_9",
            "Condition for special categories (UK GDPR article 9; Data Protection Act 2018, schedule 1)",
            "one",
            choices=_bases(ARTICLE_9, signed.get("article_9")),
        ),
        Field(
            "note",
            "Law or duty it rests on, where there is one",
            "line",
            str(signed.get("note", "")),
            "Such as: Police, Crime, Sentencing and Courts Act 2022, part 2, chapter 1.",
            is_needed=False,
        ),
    )


def _save_basis(saving: Saving) -> Mapping[str, Any]:
    return {
        "article_6": saving.one_of("article_6", ARTICLE_6, "a lawful basis"),
        "article_9": saving.one_of("article_9", ARTICLE_9, "a condition for special categories"),
        "note": saving.line("note", "The note", is_needed=False),
    }


def _retention_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    hint = "Days after a wave has closed. Empty: until somebody says."
    labels = {"answers": "Answers", "words": "Own words", "drawings": "Drawings"}
    return tuple(
        Field(name, f"{labels[name]}, days", "number", "" if days is None else str(days), hint, is_needed=False)
        for name, days in days_of(ground.retention).items()
    )


def _save_retention(saving: Saving) -> Mapping[str, Any]:
    texts = [saving.sent(name) for name in ("answers", "words", "drawings")]
    if any(text and not (text.isascii() and text.isdecimal()) for text in texts):
        raise ItemRefused("Days are whole numbers, or empty.")
    rule = RetentionRule(saving.questionnaire.slug, *(int(text) if text else None for text in texts))
    try:
        if rule != saving.ground.retention:
            retention.set_rule(saving.session, saving.keys, rule, actor=saving.actor, now=saving.now)
    except RuleRefused as refusal:
        raise ItemRefused(f"Not kept: {refusal}.") from refusal
    return days_of(rule)


def _ethics_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    signed = ground.signed("ethics")
    return (
        Field(
            "reference",
            "Reference of the ethics review",
            "line",
            str(signed.get("reference", "")),
            "Of a university, the NHS or your own organisation.",
            is_needed=False,
        ),
        Field("reason", "Or: why there was none", "line", str(signed.get("reason", "")), is_needed=False),
    )


def _save_ethics(saving: Saving) -> Mapping[str, Any]:
    found = {name: saving.line(name, "The line", is_needed=False) for name in ("reference", "reason")}
    if not any(found.values()):
        raise ItemRefused("Give a reference, or the reason for having none.")
    return found


def _notice_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    texts = notice_of(ground.questionnaire)
    hint = (
        "A line that begins with # is a heading. {organisation}, {contact} and how long answers are kept, in {days} or "
        "{years}, are filled in."
    )
    return tuple(
        Field(
            key,
            kind[0].upper() + kind[1:],
            "text",
            texts.get(key) or starter(kind, ground.retention.answers_days),
            hint,
            most=LONGEST,
        )
        for key, kind in notice_keys(ground.questionnaire).items()
    )


def _save_notice(saving: Saving) -> Mapping[str, Any]:
    keys = notice_keys(saving.questionnaire)
    texts = {key: saving.sent(key).replace("\r\n", "\n").strip() for key in keys}
    for key, text in texts.items():
        if fault := fault_in(text):
            raise ItemRefused(f"The text in {keys[key]} {fault}.")
    put_notice(saving.session, saving.questionnaire.slug, texts, saving.now)
    return {"texts": sorted(texts)}


#: Item → how it is filled in.
PAPERS: Mapping[str, Form] = {
    "purpose": _text("purpose", "What the survey is for", PURPOSE, "Two or three sentences. They open the DPIA annex."),
    "controller": Form(_controller_fields, _save_controller),
    "basis": Form(_basis_fields, _save_basis),
    "ethics": Form(_ethics_fields, _save_ethics),
    "retention": Form(_retention_fields, _save_retention),
    "notice": Form(
        _notice_fields,
        _save_notice,
        links={"/s/{code}/privacy": "Read it as people do", "/staff/translations": "Translate it"},
    ),
}
