"""The providers' webhooks: checks who sends, then hands the text on. Never 4xx for a fault of ours."""

import logging
from typing import assert_never
from uuid import UUID

from flask import Blueprint, Response, current_app, request

from engage.channels.sms.accounts import is_for, under_kept_id
from engage.channels.sms.exchange import answer_text
from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers import Provider, provider_of
from engage.collection.numbers import open_secret
from engage.storage import outbox, texts
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel

#: Bytes of a webhook's body.
LARGEST_BODY = 64 * 1024

_log = logging.getLogger("engage.texts")

text_webhooks = Blueprint("text_webhooks", __name__)


@text_webhooks.post("/sms/<provider>/<uuid:channel_id>")
def receive_text(provider: str, channel_id: UUID) -> Response:
    """Take in one text from a provider, or a word on one we sent, and answer in the same breath."""
    instance: Instance = current_app.extensions["engage"]
    with instance.database.in_turn():
        return _receive(instance, provider, channel_id)


def _receive(instance: Instance, provider: str, channel_id: UUID) -> Response:
    with instance.database.reading() as session:
        channel = texts.get_channel(session, channel_id)
    if channel is None or channel.provider != provider:
        return Response(status=404)
    speaks = provider_of(channel)
    body = request.stream.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return Response(status=413)
    if not _is_genuine(instance, speaks, channel, body):
        return Response(status=403)
    said = speaks.parse(body)
    if isinstance(said, ParseFault):
        return Response(f"{said.code}: {said.detail}", status=422, mimetype="text/plain")
    with instance.database.writing() as session:
        reply = _take_in(session, instance, channel, said)
    content, content_type = speaks.render(reply)
    return Response(content, content_type=content_type, headers={"Cache-Control": "no-store"})


def _take_in(
    session: Session, instance: Instance, channel: TextChannel, said: InboundMessage | StatusReport | None
) -> str | None:
    """Do what a genuine request asks for; a text to a number that is not this channel's is dropped."""
    match said:
        case InboundMessage():
            if not is_for(channel, said):
                _log.warning("a text on channel %s came for another number than the channel's own: dropped", channel.id)
                return None
            return answer_text(session, instance, channel, under_kept_id(instance.settings.keys, channel, said))
        case StatusReport():
            outbox.note_status(session, channel.id, said.provider_id, said.status, instance.now())
            return None
        case None:
            return None
        case _:
            assert_never(said)


def _is_genuine(instance: Instance, speaks: Provider, channel: TextChannel, body: bytes) -> bool:
    """Check the signature against the address people reach us at, never the Host header."""
    if request.mimetype != speaks.content_type:
        return False
    secrets = tuple(open_secret(instance.settings.keys, secret) for secret in channel.secrets)
    return speaks.verify(body, dict(request.headers), _public_url(instance), secrets, instance.now())


def _public_url(instance: Instance) -> str:
    """Return the address as the provider called it: our configured base, and path and query as they came."""
    path = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if not path.startswith("/"):
        query = request.query_string.decode("latin-1")
        path = request.path + (f"?{query}" if query else "")
    return instance.settings.public_url + path
