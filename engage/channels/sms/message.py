"""One text message as it comes in, or a report of one sent; the same values from every provider."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class InboundMessage:
    """A text from somebody's phone; `provider_id` is the provider's own name for it, the same on a retry."""

    provider_id: str
    sender: str
    #: Ours; empty where the provider does not say.
    recipient: str
    text: str
    #: As the provider says it, with its time zone; None where the provider does not say.
    received_at: datetime | None = None
    #: The provider took this text as an opt-out and has answered it itself.
    opted_out: bool = False


@dataclass(frozen=True)
class StatusReport:
    """What became of a text we sent, as a provider reports it."""

    provider_id: str
    status: str
    #: Our own name for it, where the provider says that.
    reference: str | None = None


@dataclass(frozen=True)
class ParseFault:
    """Why a body is no text message: a stable code and a detail that holds nothing of what was sent."""

    code: str
    detail: str
