"""The items of a survey's record that are about its work: places, languages, people, duty, help lines, the wave."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engage.areas import Level
from engage.collection import accounts, languages, safeguarding
from engage.collection.record_items import CONSENT_RULES, Ground, languages_of
from engage.collection.surveys import WAVE_NAME, import_questionnaire
from engage.questionnaire.faults import DefinitionFaulty
from engage.questionnaire.help_numbers import is_test_called
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.wording import Words
from engage.staff.duty_rota import who_may
from engage.staff.set_up_fields import Choice, Field, Form, ItemRefused, Saving
from engage.staff.words import language_name
from engage.storage.database import Session
from engage.storage.safeguarding import DutyContact

_REVIEWED = {"source": "written in this language", "reviewed": "reviewed", "machine_drafted": "drafted by machine"}


def _duty_fields(ground: Ground, session: Session) -> tuple[Field, ...]:
    people = tuple(_person(ground, email) for email in who_may(session))
    known = {contact.email: contact.name for contact in ground.contacts}
    first = next(iter(known), "")
    return (
        Field("owner", "Who answers for what people write", "pick", ground.owner or "", choices=people),
        Field(
            "email",
            "Who is on duty, and is told when somebody may be in danger",
            "pick",
            first,
            "More people, and how soon they have to look: page Duty.",
            people,
        ),
        Field("name", "Their name", "line", known.get(first, "")),
    )


def _person(ground: Ground, email: str) -> Choice:
    if ground.has_signed_in(email):
        return Choice(email, email)
    return Choice(email, f"{email} (has not signed in yet)", is_barred=True)


def _save_duty(saving: Saving) -> Mapping[str, Any]:
    able = dict.fromkeys(email for email in who_may(saving.session) if saving.ground.has_signed_in(email))
    owner, email = saving.one_of("owner", able, "who answers for it"), saving.one_of("email", able, "who is on duty")
    slug, name = saving.questionnaire.slug, saving.line("name", "The name")
    if owner != saving.ground.owner:
        safeguarding.name_owner(saving.session, saving.keys, slug, owner, saving.actor, saving.now)
    if name not in {contact.name for contact in saving.ground.contacts if contact.email == email}:
        contact = DutyContact(slug, email, name[:100], saving.now)
        safeguarding.put_on_duty(saving.session, saving.keys, contact, saving.actor)
    return {"owner": owner, "on_duty": email}


def _help_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    asked = ground.questionnaire
    words = Words(asked, asked.default_language, asked.routes[-1].id)
    listed = tuple(
        Choice(
            line.id,
            f"{words.find(f'help.{line.id}.name') or line.id}: {line.number}",
            f"Checked on {line.checked_on}" if line.checked_on else "Never checked",
        )
        for line in asked.help_lines
        if is_test_called(line)
    )
    exempt = ", ".join(line.number for line in asked.help_lines if not is_test_called(line))
    hint = f"Nobody test-calls these, so they count as checked: {exempt}." if exempt else ""
    label = "Numbers that I checked today: I rang or texted them, or found them on the service's own website"
    return (Field("checked", label, "some", hint=hint, choices=listed),)


def _save_help(saving: Saving) -> Mapping[str, Any]:
    checked = list(saving.form.get("checked", ()))
    version = saving.questionnaire.version
    for line in checked:
        languages.set_help_line_checked(
            saving.session, saving.keys, saving.questionnaire.slug, line, saving.actor, saving.now, version
        )
    if not checked and any(map(is_test_called, saving.questionnaire.help_lines)):
        raise ItemRefused("Tick the numbers that you checked.")
    return {"checked": checked}


def _area_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    chosen = ground.questionnaire.areas
    listed = tuple(
        Choice(area.code, area.name, level, area.code in chosen)
        for wanted, level in ((Level.FORCE_AREA, "Police force area"), (Level.DISTRICT, "District or city"))
        for area in ground.tree.at_level(wanted, on_date=ground.today)
    )
    others = tuple(
        Choice(code, area.name, str(area.level).replace("_", " "), is_chosen=True)
        for code in chosen
        if code not in {choice.value for choice in listed} and (area := ground.tree.get(code))
    )
    hint = "Everything inside counts too. Other areas: engage areas import."
    return (Field("codes", "Places the survey is about", "some", hint=hint, choices=others + listed),)


def _save_areas(saving: Saving) -> Mapping[str, Any]:
    sent = list(saving.form.get("codes", ()))
    if not sent:
        raise ItemRefused("Choose at least one place.")
    kept = [code for code in saving.questionnaire.areas if code in sent]
    codes = tuple(dict.fromkeys([*kept, *sent]))
    if codes != saving.questionnaire.areas:
        _change(saving, replace(saving.questionnaire, areas=codes))
    return {"codes": list(codes)}


def _language_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    listed = tuple(
        Choice(tag, language_name(tag), _REVIEWED[review]) for tag, review in languages_of(ground.questionnaire).items()
    )
    seen = (Choice("yes", "I have seen which are drafted by machine. Each of them says so to whoever reads it."),)
    return (
        Field("listed", "Offered to respondents", "list", choices=listed),
        Field("seen", "Seen", "some", choices=seen),
    )


def _save_languages(saving: Saving) -> Mapping[str, Any]:
    if not saving.sent("seen"):
        raise ItemRefused("Tick that you have seen them.")
    return {"offered": languages_of(saving.questionnaire)}


def _consent_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    rule = ground.questionnaire.consent.rule
    listed = tuple(Choice(code, words, "", code == rule) for code, words in CONSENT_RULES.items())
    hint = "Under 13 nothing is collected; from 16 on people decide themselves."
    return (Field("rule", "People of 13 to 15", "one", hint=hint, choices=listed),)


def _save_consent(saving: Saving) -> Mapping[str, Any]:
    rule = saving.one_of("rule", CONSENT_RULES, "a rule")
    asked = saving.questionnaire
    if rule != asked.consent.rule:
        _change(saving, replace(asked, consent=replace(asked.consent, rule=rule)))
    return {"rule": rule}


def _people_fields(_ground: Ground, _session: Session) -> tuple[Field, ...]:
    hint = "You get a link to hand on. It works once, within 7 days."
    return (Field("email", "E-mail address of a coordinator", "email", hint=hint),)


def _save_people(saving: Saving) -> Mapping[str, Any]:
    """Invite a coordinator; the link is made by the page, which alone may show it."""
    email = accounts.read_email(saving.sent("email"))
    if email is None:
        raise ItemRefused("That is not an e-mail address.")
    if saving.ground.has_account(email):
        raise ItemRefused(f"{email} may sign in already: change the role on the page People.")
    return {"invited": email}


def _wave_fields(ground: Ground, _session: Session) -> tuple[Field, ...]:
    signed = ground.signed("wave")
    name = str(signed.get("name") or f"{ground.today.year}-{_season(ground.today)}")
    return (
        Field(
            "name", "Name of the wave", "line", name, "Letters, digits, dots, hyphens, such as 2026-autumn.", most=50
        ),
        Field("opens_on", "First day", "day", str(signed.get("opens_on") or ground.today.isoformat())),
        Field("closes_on", "Last day", "day", str(signed.get("closes_on", "")), "You close the wave yourself."),
    )


def _save_wave(saving: Saving) -> Mapping[str, Any]:
    name = saving.line("name", "The name")
    if not WAVE_NAME.fullmatch(name):
        raise ItemRefused("A wave's name has letters, digits, dots, hyphens and underscores, such as 2026-autumn.")
    try:
        first, last = (date.fromisoformat(saving.sent(part)) for part in ("opens_on", "closes_on"))
    except ValueError:
        raise ItemRefused("Give the first and the last day.") from None
    if not first <= last or last < saving.ground.today:
        raise ItemRefused("The last day is not before the first, and not over yet.")
    return {"name": name, "opens_on": first.isoformat(), "closes_on": last.isoformat()}


def _season(day: date) -> str:
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]


def _change(saving: Saving, changed: Questionnaire) -> None:
    """Store another version of what is asked, as long as nobody has answered it. Raises ItemRefused."""
    try:
        import_questionnaire(saving.session, saving.keys, changed, actor=saving.actor, now=saving.now)
    except DefinitionFaulty as faulty:
        words = "; ".join(fault.detail for fault in faulty.faults)
        raise ItemRefused(f"Not changed: {words}.") from faulty


#: Item → how it is filled in.
WORK: Mapping[str, Form] = {
    "consent": Form(_consent_fields, _save_consent),
    "areas": Form(_area_fields, _save_areas),
    "languages": Form(
        _language_fields, _save_languages, links={"/staff/surveys/{slug}#languages": "Offer, close, review languages"}
    ),
    "help_lines": Form(
        _help_fields, _save_help, links={"/staff/surveys/{slug}#help-lines": "The help lines of the survey"}
    ),
    "people": Form(
        _people_fields, _save_people, "Make an invitation link", {"/staff/people": "Everybody who may sign in"}
    ),
    "duty": Form(_duty_fields, _save_duty, links={"/staff/duty": "Duty: more people, and the rule"}),
    "wave": Form(_wave_fields, _save_wave),
}
