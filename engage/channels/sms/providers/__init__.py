"""The providers that bring text messages: how each signs, words and takes back a message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engage.channels.sms.message import InboundMessage, ParseFault
from engage.channels.sms.providers import json_webhook, twilio

Verify = Callable[[bytes, Mapping[str, str], str, Sequence[str], datetime], bool]


@dataclass(frozen=True)
class Provider:
    """What an endpoint needs of a provider; three pure functions, so they are tried without a server."""

    #: (raw body, headers, address as the public reaches it with its query, secrets, now) → is it genuine.
    verify: Verify
    parse: Callable[[bytes], InboundMessage | ParseFault]
    #: Reply, or None for silence → (body, content type).
    render: Callable[[str | None], tuple[bytes, str]]
    #: Content type of the requests it sends.
    content_type: str


PROVIDERS: Mapping[str, Provider] = {
    "json": Provider(json_webhook.verify, json_webhook.parse, json_webhook.render, json_webhook.REQUEST_CONTENT_TYPE),
    "twilio": Provider(twilio.verify, twilio.parse, twilio.render, twilio.REQUEST_CONTENT_TYPE),
}
