"""What to do at each provider to set a channel up, as staff read it on the page and in the terminal."""

from collections.abc import Mapping

#: One step a paragraph.
_EVERY = """
The provider keeps texts and numbers too: say so in your privacy notice and list it in your data protection impact
assessment.
"""
_GUIDES: Mapping[str, str] = {
    "twilio": """
In the Twilio console open the number under Phone Numbers, Manage, Active numbers. Under Messaging, A message comes in:
Webhook, the address above, HTTP POST.

The secret is the account's auth token, or the shared key with which Twilio signs: choose which one below.

Leave Twilio's own STOP words on. It answers them itself; we keep our own list beside it.

Replies go in the answer, so no number is kept. The account is needed for test texts, missed texts and reminders only.
""",
    "notify": """
In Notify under Settings switch Receive text messages on, and Start text messages with service name off: the first words
of a text show on a locked phone.

Make a text message template that reads only ((message)), and a live API key.

Under API integration, Callbacks, enter the address above and the secret as bearer token, for received texts and for
delivery receipts.

Notify may turn letters it does not know into question marks. Such texts are never sent: people are told, in English,
where to answer in their language. Send the test in other scripts before you choose otherwise.
""",
    "smsgate": """
Turn RCS off on the phone: in Google Messages under Settings, RCS chats. Texts that come as RCS never reach the app, and
nothing says so.

Make Google Messages or the phone's own app the default for texts, switch battery saving off for the gateway and keep
the phone on the charger.

In the app under Settings, Webhooks, Signing key enter the secret: its own key of 8 characters is too short.

Register the address above as webhook for sms:received; for sms:sent, sms:delivered and sms:failed too, if you want to
see what became of texts. The address has to be https.

Leave the app's own encryption off: encrypted texts cannot be read here.

Text the number from another phone and look at Last text received. Set the alarm on silence.
""",
    "json": """
Your gateway posts {"id", "from", "to", "text", "received_at"} to the address above with X-Engage-Timestamp (Unix
seconds) and X-Engage-Signature: hex HMAC-SHA256, under the secret, of the timestamp, a full stop and the raw body.

It answers {"reply": "…"} or {"reply": null}: your gateway sends that back to the person. The same id again gets the
same reply.
""",
}


def guide_for(provider: str) -> tuple[str, ...]:
    """Return the steps, in their order."""
    paragraphs = f"{_GUIDES[provider]}\n{_EVERY}".split("\n\n")
    return tuple(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())
