"""Somebody's phone, as a gateway of our own signed kind passes its texts on."""

import json
from uuid import UUID, uuid4

from flask.testing import FlaskClient

from engage.channels.sms.providers.json_webhook import sign
from engage.storage.instance import Instance

SECRET = "a-secret-for-this-channel"
#: A number set aside for drama by Ofcom: it reaches nobody.
PHONE = "+447700900123"


class Phone:
    """Somebody's phone, as the gateway passes its texts on."""

    def __init__(self, client: FlaskClient, instance: Instance, channel: UUID, number: str = PHONE) -> None:
        self.client, self.instance, self.channel, self.number = client, instance, channel, number

    def sends(self, text: str, message_id: str = "", secret: str = SECRET) -> str | None:
        message = {"id": message_id or uuid4().hex, "from": self.number, "to": "80000", "text": text}
        body = json.dumps(message | {"received_at": "2026-11-21T10:00:00Z"}).encode()
        timestamp = int(self.instance.now().timestamp())
        headers = {"X-Engage-Timestamp": str(timestamp), "X-Engage-Signature": sign(body, str(timestamp), secret)}
        path = f"/sms/json/{self.channel}"
        answer = self.client.post(path, data=body, headers=headers, content_type="application/json")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json["reply"]

    def answers_everything(self, *replies: str) -> str | None:
        last = None
        for reply in replies:
            last = self.sends(reply)
        return last
