"""Sets a channel for texts up: who may open one, its account, its secret and the change of it, a test text."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from engage.channels.sms.accounts import missing_fields, sending_api
from engage.channels.sms.costs import REFUSE_OVER, question_limit
from engage.channels.sms.outgoing import queue_text
from engage.channels.sms.providers import PROVIDERS
from engage.channels.sms.providers.calls import AccountField, is_web_address
from engage.channels.sms.providers.notify import is_api_key
from engage.channels.sms.providers.twilio_api import is_account
from engage.collection.numbers import plain_number, seal_secret, sender_keys
from engage.collection.safeguarding import NobodyOnDuty, require_duty_contact
from engage.settings import Keys
from engage.storage import audit, questionnaires, texts
from engage.storage.database import Session
from engage.storage.texts import TextChannel

#: What a test text says; it comes to a phone of the team.
TEST_TEXT = "Local survey: this is a test text. It works."
#: The same in another script, to see whether the provider garbles it.
TEST_TEXT_OTHER_SCRIPT = "Local survey: هذا اختبار / ፈተና / próba ąęłż. It works if you can read three scripts."
#: Hours after which a silent channel is told of, and the highest price of a part (hundredths of a penny).
LONGEST_SILENCE, HIGHEST_PRICE = 24 * 90, 100_000
_LONGEST_FIELD, _LONGEST_SECRET = 200, 200
#: Digits of a number with its country code (E.164); of a mobile one in Britain.
_NUMBER = re.compile(r"[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")


class ChannelRefused(Exception):
    """A channel cannot be opened or changed as asked; `field` is what to mend, the message says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class Setup:
    """What somebody wants of a channel; of the account only what is to change."""

    number: str = ""
    account: Mapping[str, str] | None = None
    silence_hours: int | None = None
    part_price: int | None = None


def open_channel(
    session: Session, keys: Keys, provider: str, survey: str, secret: str, wanted: Setup, by: str, now: datetime
) -> tuple[TextChannel, str]:
    """Open a channel for a survey; returns it with its secret, which is never shown again. Raises ChannelRefused."""
    refuse_unless_ready(session, survey)
    if provider not in PROVIDERS:
        raise ChannelRefused("provider", f"choose one of {', '.join(PROVIDERS)}")
    plain = _secret(provider, secret)
    bare = TextChannel(uuid4(), provider, survey, (seal_secret(keys, plain),), added_at=now)
    channel = _with(keys, bare, wanted)
    texts.add_channel(session, channel)
    _audit(session, keys, now, by, "text_channel.added", channel, {"provider": provider, "survey": survey})
    return channel, plain


def refuse_unless_ready(session: Session, survey: str) -> None:
    """Raise ChannelRefused where a survey cannot be asked by text: nobody on duty, or too many questions."""
    questionnaire = questionnaires.get(session, survey)
    if questionnaire is None:
        raise ChannelRefused("survey", f"there is no survey {survey!r}")
    try:
        require_duty_contact(session, survey)
    except NobodyOnDuty as error:
        reason = (
            f"nobody is on duty for {survey}: people may text that they are in danger, and somebody has to be told. "
            f"Name a duty contact first (engage text duty {survey} --email … --name …, or the duty page)"
        )
        raise ChannelRefused("survey", reason) from error
    if any(finding.refused for finding in question_limit(questionnaire)):
        raise ChannelRefused("survey", f"{survey} asks more than {REFUSE_OVER} questions by text; take some out")


def change_channel(
    session: Session, keys: Keys, channel_id: UUID, wanted: Setup, by: str, now: datetime
) -> TextChannel:
    """Change a channel's number, account, price or alarm. Raises ChannelRefused."""
    channel = _known(session, channel_id)
    changed = _with(keys, channel, wanted)
    texts.put_channel(session, changed)
    names = [
        name for name in ("number", "silence_hours", "part_price") if getattr(channel, name) != getattr(changed, name)
    ]
    names += [
        name for name in {*channel.account, *changed.account} if channel.account.get(name) != changed.account.get(name)
    ]
    _audit(session, keys, now, by, "text_channel.changed", channel, {"changed": sorted(names)})
    return changed


def rotate_secret(session: Session, keys: Keys, channel_id: UUID, secret: str, by: str, now: datetime) -> str:
    """Give a channel a new secret and return it; the one before counts too until it is dropped."""
    channel = _known(session, channel_id)
    plain = _secret(channel.provider, secret)
    kept = (seal_secret(keys, plain), *channel.secrets[:1])
    texts.put_channel(session, replace(channel, secrets=kept))
    _audit(session, keys, now, by, "text_channel.secret_rotated", channel)
    return plain


def drop_old_secret(session: Session, keys: Keys, channel_id: UUID, by: str, now: datetime) -> None:
    """Let only the newest secret of a channel count."""
    channel = _known(session, channel_id)
    texts.put_channel(session, replace(channel, secrets=channel.secrets[:1]))
    _audit(session, keys, now, by, "text_channel.old_secret_dropped", channel)


def send_test(
    session: Session, keys: Keys, channel_id: UUID, number: str, by: str, now: datetime, *, other_script: bool = False
) -> None:
    """Put a test text to a phone of the team into the outbox. Raises ChannelRefused."""
    channel = _known(session, channel_id)
    if sending_api(channel) is None:
        missing = missing_fields(channel.provider, channel.number, channel.account)
        reason = f"first fill in: {', '.join(missing)}" if missing else "this provider takes no texts of ours"
        raise ChannelRefused("number", reason)
    plain = plain_number(number)
    if not _NUMBER.fullmatch(plain):
        raise ChannelRefused("number", "write a telephone number, such as 07700 900123 or +447700900123")
    text = TEST_TEXT_OTHER_SCRIPT if other_script else TEST_TEXT
    key = sender_keys(keys, channel.survey, plain)[0]
    queue_text(session, keys, channel, key, plain, text, source=uuid4().hex, now=now, kind="test")
    _audit(session, keys, now, by, "text_channel.tested", channel)


def _known(session: Session, channel_id: UUID) -> TextChannel:
    channel = texts.get_channel(session, channel_id)
    if channel is None:
        raise ChannelRefused("channel", f"there is no channel {channel_id}")
    return channel


def _secret(provider: str, secret: str) -> str:
    """Return the secret as it will count: the one that was given, or a fresh one."""
    speaks = PROVIDERS[provider]
    if not secret:
        return secrets.token_urlsafe(32)
    if not secret.isascii() or not secret.isprintable() or " " in secret or len(secret) > _LONGEST_SECRET:
        raise ChannelRefused("secret", "a secret is made of letters, digits and signs without spaces")
    if len(secret) < speaks.shortest_secret:
        raise ChannelRefused(
            "secret", f"a secret needs at least {speaks.shortest_secret} characters: it could be guessed"
        )
    return secret


def _with(keys: Keys, channel: TextChannel, wanted: Setup) -> TextChannel:
    account = dict(channel.account)
    api = PROVIDERS[channel.provider].api
    for field in api.fields if api else ():
        if wanted.account is not None and field.name in wanted.account:
            account = _set(keys, account, field, wanted.account[field.name].strip())
    if wanted.silence_hours is not None and not 1 <= wanted.silence_hours <= LONGEST_SILENCE:
        raise ChannelRefused("silence_hours", f"choose from 1 to {LONGEST_SILENCE} hours, or leave it empty")
    if wanted.part_price is not None and not 0 <= wanted.part_price <= HIGHEST_PRICE:
        raise ChannelRefused("part_price", "write a price in pence, such as 2.4")
    return replace(
        channel,
        number=_number(wanted.number),
        account=account,
        silence_hours=wanted.silence_hours,
        part_price=wanted.part_price,
    )


def _number(text: str) -> str | None:
    if not text.strip():
        return None
    written = text.strip().replace(" ", "")
    if _SHORT_CODE.fullmatch(written) and not written.startswith("0"):
        return written
    plain = plain_number(text)
    if not _NUMBER.fullmatch(plain):
        raise ChannelRefused("number", "write our number with its country code, such as +447700900123")
    return f"+{plain}"


def _set(keys: Keys, account: dict[str, object], field: AccountField, value: str) -> dict[str, object]:
    """Return the account with a field set; a secret that is left empty stays, any other one goes."""
    if not value:
        return account if field.is_secret else {name: known for name, known in account.items() if name != field.name}
    if len(value) > _LONGEST_FIELD or not value.isprintable():
        raise ChannelRefused(field.name, f"{field.label}: at most {_LONGEST_FIELD} characters")
    if field.choices and value not in dict(field.choices):
        raise ChannelRefused(field.name, f"{field.label}: choose one of the list")
    if reason := _wrong(field.name, value):
        raise ChannelRefused(field.name, f"{field.label}: {reason}")
    return account | {field.name: seal_secret(keys, value) if field.is_secret else value}


def _wrong(name: str, value: str) -> str | None:
    match name:
        case "base" if not is_web_address(value):
            return "an address such as https://api.example.org"
        case "api_key" if not is_api_key(value):
            return "this is no key of Notify: it ends in two ids of 36 characters"
        case "account" if not is_account(value):
            return "AC and 32 letters and digits"
        case "template":
            try:
                UUID(value)
            except ValueError:
                return "an id of 36 characters"
    return None


def _audit(
    session: Session,
    keys: Keys,
    now: datetime,
    by: str,
    action: str,
    channel: TextChannel,
    detail: Mapping[str, object] | None = None,
) -> None:
    audit.append(session, keys.audit, at=now, actor=by, action=action, subject=str(channel.id), detail=detail)
