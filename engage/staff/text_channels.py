"""Channels for texts: opening one, its webhook, account and secret, a test text, what it costs, what it brings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engage.channels.sms.accounts import missing_fields, sending_api
from engage.channels.sms.costs import (
    USUAL_PART_PRICE,
    ConversationCost,
    LimitFinding,
    in_pence,
    price_survey,
    question_limit,
)
from engage.channels.sms.guides import guide_for
from engage.channels.sms.providers import PROVIDERS
from engage.channels.sms.providers.notify import is_lossy
from engage.channels.sms.sending import UNSURE_AFTER
from engage.channels.sms.setup import (
    ChannelRefused,
    Setup,
    change_channel,
    drop_old_secret,
    open_channel,
    refuse_unless_ready,
    rotate_secret,
    send_test,
)
from engage.channels.sms.silence import is_silent
from engage.collection.receive import LONDON
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_account, the_instance
from engage.staff.scope import reached_surveys, scope
from engage.staff.text_words import COUNTED, KINDS, TEXT_STATES, fault_of
from engage.staff.words import language_name
from engage.storage import audit, outbox, questionnaires, texts
from engage.storage.database import Session
from engage.storage.texts import TextChannel

#: Texts that went out last, on the page.
SHOWN = 20


@dataclass(frozen=True)
class LanguageCost:
    """What a completed answer takes in one language, as the page shows it."""

    name: str
    texts: int
    parts: int
    #: Parts of its longest question.
    longest: int
    price: str
    danger_parts: int
    is_sendable: bool


@staff_pages.get("/staff/channels")
@requires(Permission.MANAGE_TEXTS)
def text_channels() -> ResponseReturnValue:
    """List the channels, and offer to open one."""
    return _list()


@staff_pages.post("/staff/channels")
@requires(Permission.MANAGE_TEXTS)
def open_text_channel() -> ResponseReturnValue:
    """Open a channel; its secret is shown once."""
    instance, form = the_instance(), request.form
    try:
        with instance.database.writing() as session:
            channel, secret = open_channel(
                session,
                instance.settings.keys,
                form.get("provider", ""),
                form.get("survey", ""),
                form.get("secret", "").strip(),
                Setup(number=form.get("number", "")),
                the_account().email,
                instance.now(),
            )
    except ChannelRefused as refusal:
        return _list(fault=str(refusal)), 422
    return _page(channel.id, secret=secret)


@staff_pages.get("/staff/channels/<uuid:channel_id>")
@requires(Permission.MANAGE_TEXTS)
def text_channel(channel_id: UUID) -> ResponseReturnValue:
    """Show one channel."""
    return _page(channel_id, done=request.args.get("done"))


@staff_pages.post("/staff/channels/<uuid:channel_id>")
@requires(Permission.MANAGE_TEXTS)
def change_text_channel(channel_id: UUID) -> ResponseReturnValue:
    """Change number, account, price or alarm."""
    instance, form = the_instance(), request.form
    account = {name.removeprefix("account."): value for name, value in form.items() if name.startswith("account.")}
    try:
        with instance.database.writing() as session:
            wanted = Setup(form.get("number", ""), account, _hours(form), _price(form))
            keys, now = instance.settings.keys, instance.now()
            change_channel(session, keys, channel_id, wanted, the_account().email, now)
    except ChannelRefused as refusal:
        return _page(channel_id, fault=str(refusal)), 422
    return redirect(url_for("staff.text_channel", channel_id=channel_id, done="changed"), 303)


@staff_pages.post("/staff/channels/<uuid:channel_id>/secret")
@requires(Permission.MANAGE_TEXTS)
def change_text_secret(channel_id: UUID) -> ResponseReturnValue:
    """Make a new secret, shown once, or let only the newest count."""
    instance, by = the_instance(), the_account().email
    keys, now = instance.settings.keys, instance.now()
    try:
        with instance.database.writing() as session:
            if request.form.get("act") == "drop":
                drop_old_secret(session, keys, channel_id, by, now)
                return redirect(url_for("staff.text_channel", channel_id=channel_id, done="dropped"), 303)
            secret = rotate_secret(session, keys, channel_id, request.form.get("secret", "").strip(), by, now)
    except ChannelRefused as refusal:
        return _page(channel_id, fault=str(refusal)), 422
    return _page(channel_id, secret=secret)


@staff_pages.post("/staff/channels/<uuid:channel_id>/test")
@requires(Permission.MANAGE_TEXTS)
def test_text_channel(channel_id: UUID) -> ResponseReturnValue:
    """Send a test text to a phone of the team."""
    instance, form = the_instance(), request.form
    keys, now, by = instance.settings.keys, instance.now(), the_account().email
    is_other = form.get("script") == "other"
    try:
        with instance.database.writing() as session:
            send_test(session, keys, channel_id, form.get("to", ""), by, now, other_script=is_other)
    except ChannelRefused as refusal:
        return _page(channel_id, fault=str(refusal)), 422
    return redirect(url_for("staff.text_channel", channel_id=channel_id, done="tested"), 303)


@staff_pages.post("/staff/channels/<uuid:channel_id>/texts/<uuid:outbound_id>")
@requires(Permission.MANAGE_TEXTS)
def settle_text(channel_id: UUID, outbound_id: UUID) -> ResponseReturnValue:
    """Say of a text that nobody can look up whether it went out, or send it again."""
    instance, act = the_instance(), request.form.get("act", "")
    with instance.database.writing() as session:
        text, now = outbox.get(session, outbound_id), instance.now()
        if text is None or text.channel != channel_id or act not in ("sent", "again"):
            abort(404)
        if act == "sent":
            outbox.mark_sent(session, outbound_id, now, str(outbound_id))
        else:
            outbox.wait_again(session, outbound_id, now, "sent_again_by_staff")
        by, key = the_account().email, instance.settings.keys.audit
        audit.append(session, key, at=now, actor=by, action=f"text.settled_{act}", subject=str(outbound_id))
    return redirect(url_for("staff.text_channel", channel_id=channel_id, done="settled"), 303)


def _list(fault: str | None = None) -> str:
    now = the_instance().now()
    with the_instance().database.reading() as session:
        channels = [one for one in texts.list_channels(session) if scope().has_survey(one.survey)]
        surveys = [(survey, _why_not(session, survey.slug)) for survey in reached_surveys(session)]
    return render_template(
        "staff/text_channels.html",
        channels=channels,
        surveys=surveys,
        providers=PROVIDERS,
        is_silent=lambda channel: is_silent(channel, now),
        at=_at,
        fault=fault,
    )


def _page(channel_id: UUID, *, secret: str | None = None, done: str | None = None, fault: str | None = None) -> str:
    instance = the_instance()
    now = instance.now()
    with instance.database.reading() as session:
        channel = texts.get_channel(session, channel_id)
        if channel is None:
            abort(404)
        questionnaire = questionnaires.get(session, channel.survey)
        newest = outbox.newest(session, channel_id, SHOWN)
        unsure = [text for text in outbox.unsure(session, now - UNSURE_AFTER) if text.channel == channel_id]
        counts = outbox.count_by_state(session, channel_id)
        reported = {text.id: _last_status(session, text) for text in newest}
    assert questionnaire is not None  # noqa: S101 - a channel belongs to a survey
    costs, findings = _costs(channel, questionnaire)
    return render_template(
        "staff/text_channel.html",
        channel=channel,
        provider=PROVIDERS[channel.provider],
        survey=questionnaire,
        webhook=f"{instance.settings.public_url}/sms/{channel.provider}/{channel.id}",
        is_https=instance.settings.is_https,
        guide=guide_for(channel.provider),
        missing=missing_fields(channel.provider, channel.number, channel.account),
        can_send=sending_api(channel) is not None,
        is_silent=is_silent(channel, now),
        part_price=(channel.part_price if channel.part_price is not None else USUAL_PART_PRICE) / 100,
        costs=costs,
        findings=findings,
        newest=newest,
        unsure=unsure,
        counts=counts,
        counted=COUNTED,
        reported=reported,
        states=TEXT_STATES,
        kinds=KINDS,
        fault_of=fault_of,
        at=_at,
        secret=secret,
        done=done,
        fault=fault,
    )


def _costs(channel: TextChannel, questionnaire: Questionnaire) -> tuple[list[LanguageCost], tuple[LimitFinding, ...]]:
    def say(language: str, key: str, **placeholders: str) -> str:
        return phrases_for(language).say(key, **placeholders)

    costs = price_survey(questionnaire, say, the_instance().settings.organisation_short)
    price = channel.part_price if channel.part_price is not None else USUAL_PART_PRICE
    return [_language_cost(channel, cost, price) for cost in costs], question_limit(questionnaire, costs)


def _language_cost(channel: TextChannel, cost: ConversationCost, part_price: int) -> LanguageCost:
    may_garble = channel.provider == "notify" and channel.account.get("scripts") != "all"
    questions = [text.segments.parts for text in cost.texts if text.what not in ("first", "done")]
    return LanguageCost(
        name=language_name(cost.language),
        texts=len(cost.texts),
        parts=cost.parts,
        longest=max(questions, default=0),
        price=in_pence(cost.price(part_price)),
        danger_parts=cost.danger.segments.parts,
        is_sendable=not (may_garble and any(is_lossy(text.text) for text in (*cost.texts, cost.danger))),
    )


def _why_not(session: Session, survey: str) -> str | None:
    try:
        refuse_unless_ready(session, survey)
    except ChannelRefused as refusal:
        return str(refusal)
    return None


def _last_status(session: Session, text: outbox.OutboundText) -> str:
    if text.provider_id is None:
        return ""
    known = outbox.statuses(session, text.channel, text.provider_id)
    return max(known, key=lambda status: known[status], default="")


def _hours(form: dict[str, str]) -> int | None:
    typed = form.get("silence_hours", "").strip()
    if not typed:
        return None
    if not typed.isdecimal():
        raise ChannelRefused("silence_hours", "write hours as a number, or leave it empty")
    return int(typed[:9])


def _price(form: dict[str, str]) -> int | None:
    typed = form.get("part_price", "").strip().removesuffix("p")
    if not typed:
        return None
    try:
        return round(float(typed) * 100)
    except (ValueError, OverflowError) as error:
        raise ChannelRefused("part_price", "write a price in pence, such as 2.4") from error


def _at(moment: datetime | None) -> str:
    """Return a moment as people here write it."""
    return f"{moment.astimezone(LONDON):%-d %B %Y, %H:%M}" if moment else "never"
