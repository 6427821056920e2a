"""The providers that bring text messages: how each signs, words and takes back a message, and how each sends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers import json_webhook, notify, smsgate, twilio, twilio_api
from engage.channels.sms.providers.calls import Api
from engage.storage.texts import TextChannel

Verify = Callable[[bytes, Mapping[str, str], str, Sequence[str], datetime], bool]


@dataclass(frozen=True)
class Provider:
    """What an endpoint needs of a provider; pure functions, so they are tried without a server."""

    #: As people know it.
    name: str
    #: (raw body, headers, address as the public reaches it with its query, secrets, now) → is it genuine.
    verify: Verify
    #: None for what is neither a text nor about one.
    parse: Callable[[bytes], InboundMessage | StatusReport | ParseFault | None]
    #: Reply, or None for silence → (body, content type).
    render: Callable[[str | None], tuple[bytes, str]]
    #: Content type of the requests it sends.
    content_type: str
    #: Replies go in the answer; otherwise through its own interface.
    replies_in_answer: bool = True
    #: Its names for texts are made of what they say and of the number: they are hashed before they are kept.
    makes_ids: bool = False
    #: How we send and list; None where we cannot.
    api: Api | None = None
    #: Characters of a secret, at least.
    shortest_secret: int = 1


PROVIDERS: Mapping[str, Provider] = {
    "json": Provider(
        "our own signed JSON",
        json_webhook.verify,
        json_webhook.parse,
        json_webhook.render,
        json_webhook.REQUEST_CONTENT_TYPE,
        shortest_secret=16,
    ),
    "twilio": Provider(
        "Twilio",
        twilio.verify,
        twilio.parse,
        twilio.render,
        twilio.REQUEST_CONTENT_TYPE,
        api=twilio_api.API,
        shortest_secret=16,
    ),
    "notify": Provider(
        "GOV.UK Notify",
        notify.verify,
        notify.parse,
        notify.render,
        notify.REQUEST_CONTENT_TYPE,
        replies_in_answer=False,
        api=notify.API,
        shortest_secret=16,
    ),
    "smsgate": Provider(
        "SMS Gateway for Android",
        smsgate.verify,
        smsgate.parse,
        smsgate.render,
        smsgate.REQUEST_CONTENT_TYPE,
        replies_in_answer=False,
        makes_ids=True,
        api=smsgate.API,
        shortest_secret=smsgate.SHORTEST_SECRET,
    ),
}


def provider_of(channel: TextChannel) -> Provider:
    """Return how a channel's provider is spoken; the algorithm of its signatures is the channel's own."""
    speaks = PROVIDERS[channel.provider]
    if channel.provider == "twilio" and channel.account.get("algorithm") == twilio.SHARED_KEY:
        return replace(speaks, verify=partial(twilio.verify, algorithm=twilio.SHARED_KEY))
    return speaks
