"""The items that stand between an empty instance and an open survey: what each is for, and whether it is done."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from engage.areas import AreaTree
from engage.collection.accounts import has_signed_in, is_closed
from engage.collection.lawful_bases import ARTICLE_6, ARTICLE_9
from engage.collection.notices import notice_keys, notice_of
from engage.questionnaire.help_numbers import is_test_called, is_unchecked
from engage.questionnaire.model import Questionnaire
from engage.response.own_words import asks_for_own_words
from engage.storage.retention_rules import RetentionRule
from engage.storage.safeguarding import DutyContact
from engage.storage.setting_up import Signed
from engage.storage.staff import Account

#: A help line's number counts as checked for so long.
CHECKED_FOR = timedelta(days=90)
#: Help lines that a gap names.
_NAMED = 3
#: Where a notice says how long answers are kept.
_SPAN = re.compile(r"\{(days|years)\}")
#: What the rule for people of 13 to 15 means, in the order in which it is offered.
CONSENT_RULES = MappingProxyType(
    {
        "own": "They decide themselves. A note for parents and carers is there to print.",
        "school_opt_out": "They decide themselves, unless a parent or carer has opted out through the school.",
        "parent_opt_in": "Only where a parent or carer has agreed before.",
    }
)


@dataclass(frozen=True)
class Ground:
    """Everything that says how far a survey is set up."""

    questionnaire: Questionnaire
    record: Mapping[str, Signed]
    retention: RetentionRule
    owner: str | None
    contacts: Sequence[DutyContact]
    accounts: Sequence[Account]
    tree: AreaTree
    today: date
    #: The wave that is about to open, where it is known.
    wave: str | None = None
    #: A demonstration: nobody real writes, and its people come in by links.
    is_made_up: bool = False

    def signed(self, item: str) -> Mapping[str, Any]:
        """Return what was decided about an item, nothing where nobody has yet."""
        return self.record[item].document if item in self.record else {}

    def has_account(self, email: str | None, role: str | None = None) -> bool:
        """Say whether somebody may sign in, by address or by role."""
        able = (each for each in self.accounts if not is_closed(each))
        return any((email is None or each.email == email) and (role is None or each.role == role) for each in able)

    def has_signed_in(self, email: str) -> bool:
        """Say whether somebody with this address has taken up the invitation, so that word reaches a person."""
        if self.is_made_up:
            return self.has_account(email)
        return any(each.email == email and has_signed_in(each) for each in self.accounts)


@dataclass(frozen=True)
class Judged:
    """How an item stands: what is there, and what is missing, where something is."""

    said: str
    gap: str | None = None


@dataclass(frozen=True)
class Item:
    """One item: what it is called, why it matters in one sentence, and how it is judged."""

    title: str
    why: str
    judge: Callable[[Ground], Judged]


def _purpose(ground: Ground) -> Judged:
    text = str(ground.signed("purpose").get("text", ""))
    return Judged(text, None if text else "say what the survey is for")


def _controller(ground: Ground) -> Judged:
    signed = ground.signed("controller")
    organisation, contact = signed.get("organisation"), signed.get("contact")
    if not organisation or not contact:
        return Judged("", "name the organisation and the contact of its data protection officer")
    return Judged(f"{organisation}; data protection officer: {contact}")


def _basis(ground: Ground) -> Judged:
    signed = ground.signed("basis")
    first, second = ARTICLE_6.get(str(signed.get("article_6"))), ARTICLE_9.get(str(signed.get("article_9")))
    if first is None or second is None:
        return Judged("", "choose the lawful basis")
    said = f"{first.place}. {second.place}"
    if second is ARTICLE_9["none"] and any(question.about_you for question in ground.questionnaire.questions):
        return Judged(said, "the survey asks about the person: choose a condition for special categories")
    return Judged(said)


def _retention(ground: Ground) -> Judged:
    rule = ground.retention
    said = f"Answers {_days(rule.answers_days)}, own words {_days(rule.words_days)}, drawings "
    said += _days(rule.drawings_days)
    if ground.signed("retention") != days_of(rule):
        return Judged(said, "say how long answers are kept")
    return Judged(said)


def _ethics(ground: Ground) -> Judged:
    signed = ground.signed("ethics")
    if signed.get("reference"):
        return Judged(f"Reference {signed['reference']}")
    if signed.get("reason"):
        return Judged(f"No ethics review: {signed['reason']}")
    return Judged("", "give the reference of the ethics review, or the reason for having none")


def _notice(ground: Ground) -> Judged:
    wanted, texts = notice_keys(ground.questionnaire), notice_of(ground.questionnaire)
    missing = [words for key, words in wanted.items() if not texts.get(key)]
    if missing:
        return Judged("", f"write the privacy notice: {', '.join(missing)}")
    if "notice" not in ground.record:
        return Judged("Written, not signed", "read the privacy notice and sign it")
    if ground.retention.answers_days is None and any(_SPAN.search(text) for text in texts.values()):
        return Judged("Written", "the notice says how long answers are kept, but no end is set")
    lacking = sum(not _has_notice(ground, language.tag) for language in ground.questionnaire.languages)
    said = f"In {', '.join(wanted.values())}"
    return Judged(f"{said}; {lacking} languages read it in the source language, marked" if lacking else said)


def _duty(ground: Ground) -> Judged:
    if not asks_for_own_words(ground.questionnaire):
        return Judged("Nobody can write in their own words")
    said = f"{ground.owner or 'Nobody'} answers for it; on duty: "
    said += ", ".join(contact.name for contact in ground.contacts) or "nobody"
    if ground.owner is None or not ground.has_account(ground.owner):
        return Judged(said, "name who answers for what people write")
    if not ground.has_signed_in(ground.owner):
        return Judged(said, f"name somebody who has signed in: {ground.owner} has not yet")
    if any(ground.has_signed_in(contact.email) for contact in ground.contacts):
        return Judged(said)
    return Judged(said, "put somebody on duty who has signed in" if ground.contacts else "put somebody on duty")


def _help_lines(ground: Ground) -> Judged:
    lines = ground.questionnaire.help_lines
    late = [line.number for line in lines if is_unchecked(line, ground.today - CHECKED_FOR)]
    if not lines:
        return Judged("None", "the survey has no help line")
    if late:
        more = f" and {len(late) - _NAMED} more" if len(late) > _NAMED else ""
        return Judged("", f"check {', '.join(late[:_NAMED])}{more}: ring it or check it on its own website")
    days = [line.checked_on or "" for line in lines if is_test_called(line)]
    said = f"{len(days)} numbers, last checked on {min(days)} or later" if days else ""
    exempt = [line.number for line in lines if not is_test_called(line)]
    counted = f"{', '.join(exempt)}: nobody test-calls these, so they count as checked" if exempt else ""
    return Judged("; ".join(filter(None, (said, counted))))


def _areas(ground: Ground) -> Judged:
    said = ", ".join(area.name for code in ground.questionnaire.areas if (area := ground.tree.get(code)))
    is_seen = ground.signed("areas").get("codes") == list(ground.questionnaire.areas)
    return Judged(said, None if is_seen and said else "say which places the survey is about")


def _languages(ground: Ground) -> Judged:
    standing = languages_of(ground.questionnaire)
    drafted = sum(review == "machine_drafted" for review in standing.values())
    said = f"{len(standing)} offered, {drafted} of them drafted by machine and said to be so"
    is_seen = ground.signed("languages").get("offered") == standing
    return Judged(said, None if is_seen else "look at the languages people are offered")


def _consent(ground: Ground) -> Judged:
    rule = ground.questionnaire.consent.rule
    said = f"13 to 15: {CONSENT_RULES[rule]}"
    return Judged(said, None if ground.signed("consent").get("rule") == rule else "decide about people of 13 to 15")


def _people(ground: Ground) -> Judged:
    count = sum(not is_closed(account) for account in ground.accounts)
    gap = None if ground.has_account(None, "coordinator") else "invite a coordinator"
    return Judged(f"{count} {'person' if count == 1 else 'people'} may sign in", gap)


def _wave(ground: Ground) -> Judged:
    signed = ground.signed("wave")
    name, last = signed.get("name"), str(signed.get("closes_on", ""))
    if not name:
        return Judged("", "name the wave and its dates")
    said = f"{name}, {signed.get('opens_on')} to {last}"
    if ground.wave is not None and ground.wave != name:
        return Judged(said, f"the record is about the wave {name}, not {ground.wave}")
    return Judged(said, "the last day of the wave is over" if last < ground.today.isoformat() else None)


#: Every item in the order of the work.
ITEMS: Mapping[str, Item] = MappingProxyType(
    {
        "purpose": Item("Purpose", "Whoever is asked, and whoever checks, can hold the survey to it.", _purpose),
        "controller": Item(
            "Organisation", "People must know who has their answers and whom to complain to.", _controller
        ),
        "basis": Item("Lawful basis", "Without one the law does not let anybody ask.", _basis),
        "ethics": Item(
            "Ethics", "Somebody outside the team has looked at the risks, or there is a reason why not.", _ethics
        ),
        "consent": Item(
            "Agreement of under 16s", "Every channel follows this one rule for people of 13 to 15.", _consent
        ),
        "areas": Item("Places", "Answers about anywhere else are refused.", _areas),
        "languages": Item(
            "Languages", "A draft nobody has read may say the wrong thing to the person it is for.", _languages
        ),
        "retention": Item("How long answers are kept", "What is no longer there cannot be lost.", _retention),
        "notice": Item("Privacy notice", "People can only agree to what they can read.", _notice),
        "help_lines": Item("Help lines", "Somebody in danger will ring the number they see.", _help_lines),
        "people": Item("People", "One person alone cannot run a survey: somebody falls ill.", _people),
        "duty": Item("Who answers for own words", "Somebody may write that they are in danger.", _duty),
        "wave": Item("Wave", "Figures are read by their time: a wave has a name and dates.", _wave),
    }
)


def languages_of(questionnaire: Questionnaire) -> dict[str, str]:
    """Return language offered → how far it is reviewed."""
    offered = questionnaire.offered()
    return {language.tag: language.review for language in questionnaire.languages if language.tag in offered}


def days_of(rule: RetentionRule) -> dict[str, int | None]:
    """Return how long each part is kept, as the record holds it."""
    return {"answers": rule.answers_days, "words": rule.words_days, "drawings": rule.drawings_days}


def _has_notice(ground: Ground, tag: str) -> bool:
    language = ground.questionnaire.language(tag)
    wanted = notice_keys(ground.questionnaire)
    offered = tag in ground.questionnaire.offered()
    return not offered or (language is not None and all(language.wording.get(key) for key in wanted))


def _days(days: int | None) -> str:
    return "until somebody says" if days is None else f"{days} days after a wave closes"
