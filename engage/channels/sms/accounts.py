"""What a channel was set up with: its account at the provider, whom a text is for, under which name it is kept."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

from engage.channels.sms.message import InboundMessage
from engage.channels.sms.providers import PROVIDERS
from engage.channels.sms.providers.calls import Account, Api
from engage.channels.sms.providers.twilio import AUTH_TOKEN, SHARED_KEY
from engage.collection.numbers import open_secret, plain_number
from engage.settings import Keys
from engage.storage.texts import TextChannel

_MADE_ID = b"engage text id"


def account_of(keys: Keys, channel: TextChannel) -> Account:
    """Return a channel's account with its secrets opened; raises SealBroken.

    Twilio signs its requests with the auth token unless told otherwise: then the secret of the channel is also
    what signs us in.
    """
    api = PROVIDERS[channel.provider].api
    fields = {name: str(value) for name, value in channel.account.items() if value is not None}
    for field in api.fields if api else ():
        if field.is_secret and fields.get(field.name):
            fields[field.name] = open_secret(keys, fields[field.name])
    is_signed_with_token = fields.get("algorithm", AUTH_TOKEN) == AUTH_TOKEN
    if channel.provider == "twilio" and is_signed_with_token and not fields.get("auth_token"):
        fields["auth_token"] = open_secret(keys, channel.secrets[0])
    return Account(channel.number, fields)


def missing_fields(provider: str, number: str | None, account: Mapping[str, object]) -> list[str]:
    """Return the labels of what sending still needs; empty where it may begin or cannot be done at all."""
    api = PROVIDERS[provider].api
    if api is None:
        return []
    missing = [field.label for field in api.fields if field.is_needed and not account.get(field.name)]
    if provider == "twilio" and not number:
        missing.append("Our number")
    if provider == "twilio" and account.get("algorithm") == SHARED_KEY and not account.get("auth_token"):
        missing.append("Auth token")
    return missing


def sending_api(channel: TextChannel) -> Api | None:
    """Return how texts are sent on a channel, None where they cannot be, or not yet."""
    api = PROVIDERS[channel.provider].api
    return None if missing_fields(channel.provider, channel.number, channel.account) else api


def is_for(channel: TextChannel, message: InboundMessage) -> bool:
    """Say whether a text came to the channel's own number, as far as provider and channel say theirs."""
    if not channel.number or not message.recipient:
        return True
    return plain_number(channel.number) == plain_number(message.recipient)


def under_kept_id(keys: Keys, channel: TextChannel, message: InboundMessage) -> InboundMessage:
    """Return the message under the name it is kept by for good.

    Where the name is made of number, time and words it becomes a hash under a key outside the database: ids
    outlive everything else, and nobody may try numbers against them.
    """
    if not PROVIDERS[channel.provider].makes_ids:
        return message
    made = hmac.new(keys.receipts.current, _MADE_ID + message.provider_id.encode(), hashlib.sha256).hexdigest()
    return replace(message, provider_id=made)
