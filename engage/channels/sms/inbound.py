"""The providers' webhooks: checks who sends, then hands the text on. Never 4xx for a fault of ours."""

from uuid import UUID

from flask import Blueprint, Response, current_app, request

from engage.channels.sms.exchange import answer_text
from engage.channels.sms.message import InboundMessage
from engage.channels.sms.providers import PROVIDERS, Provider
from engage.storage import texts
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel

#: Bytes of a webhook's body.
LARGEST_BODY = 64 * 1024

text_webhooks = Blueprint("text_webhooks", __name__)


@text_webhooks.post("/sms/<provider>/<uuid:channel_id>")
def receive_text(provider: str, channel_id: UUID) -> Response:
    """Take in one text from a provider and answer in the same breath."""
    instance: Instance = current_app.extensions["engage"]
    with instance.database.reading() as session:
        channel = texts.get_channel(session, channel_id)
    if channel is None or channel.provider != provider:
        return Response(status=404)
    speaks = PROVIDERS[provider]
    body = request.stream.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        return Response(status=413)
    if not _is_genuine(instance, speaks, channel, body):
        return Response(status=403)
    message = speaks.parse(body)
    if not isinstance(message, InboundMessage):
        return Response(f"{message.code}: {message.detail}", status=422, mimetype="text/plain")
    with instance.database.writing() as session:
        reply = answer_text(session, instance, channel, message)
    content, content_type = speaks.render(reply)
    return Response(content, content_type=content_type, headers={"Cache-Control": "no-store"})


def _is_genuine(instance: Instance, speaks: Provider, channel: TextChannel, body: bytes) -> bool:
    """Check the signature against the address people reach us at, never the Host header."""
    if request.mimetype != speaks.content_type:
        return False
    query = request.query_string.decode("latin-1")
    url = instance.settings.public_url + request.path + (f"?{query}" if query else "")
    return speaks.verify(body, dict(request.headers), url, channel.secrets, instance.now())
