"""Stand-ins for the providers' own servers, on real sockets, speaking their documented wire formats."""

import base64
import hashlib
import hmac
import json
import threading
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

import jwt
from flask import Flask
from twilio.request_validator import RequestValidator

from engage.app import create_app
from engage.storage.instance import Instance
from services import a_web_server

#: Numbers set aside for drama by Ofcom: they reach nobody.
PERSON, OURS = "+447700900123", "+447700900999"
SERVICE, API_SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TWILIO_ACCOUNT, TWILIO_TOKEN = "AC" + "0f" * 16, "b" * 32
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
USER, PASSWORD = "ABCDEF", "a-password"


@dataclass(frozen=True)
class Received:
    """A request that reached a stand-in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway(ABC):
    """A server on a free port; what it does with a request stands in the classes below."""

    #: Texts that went out, in their order: (number, text).
    sent: list[tuple[str, str]] = field(default_factory=list)
    requests: list[Received] = field(default_factory=list)
    #: Statuses to answer with instead of doing anything, and how often to do all and then hang up.
    faults: list[int] = field(default_factory=list)
    hang_ups: int = 0
    address: str = ""
    #: The secret of the channel here, and where its webhook is.
    secret: str = ""
    webhook: str = ""

    def __post_init__(self) -> None:
        self.begin()

    @abstractmethod
    def begin(self) -> None:
        """Begin with nothing kept."""

    @abstractmethod
    def answer(self, request: Received) -> tuple[int, Any]:
        """Return status and document for a request to the interface."""

    @property
    def base(self) -> str:
        """Return the address that an account is set up with."""
        return self.address

    @abstractmethod
    def account(self) -> dict[str, str]:
        """Return the fields of an account here."""

    @abstractmethod
    def arrived(self, text: str, **fields: Any) -> dict[str, Any]:
        """Return a text that has come in from somebody's phone, as it is kept here."""

    @abstractmethod
    def delivers(self, message: dict[str, Any]) -> int:
        """Call the webhook with a text; return the status it answered."""

    def receives(self, text: str, **fields: Any) -> int:
        """Let a text come in and call the webhook with it."""
        return self.delivers(self.arrived(text, **fields))


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send a request as a provider does; return status and body."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


class Notify(Gateway):
    """GOV.UK Notify as its technical documentation describes it."""

    page = 250

    def begin(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []

    def account(self) -> dict[str, str]:
        return {"api_key": f"engage-live-{SERVICE}-{API_SECRET}", "template": TEMPLATE, "base": self.address}

    def answer(self, request: Received) -> tuple[int, Any]:
        scheme, _, token = request.headers["Authorization"].partition(" ")
        claims = jwt.decode(token, API_SECRET, algorithms=["HS256"], options={"verify_iat": False})
        if scheme != "Bearer" or claims["iss"] != SERVICE:
            return 403, {"errors": [{"error": "AuthError", "message": "Invalid token"}], "status_code": 403}
        if (request.method, request.path) == ("POST", "/v2/notifications/sms"):
            return self._send(json.loads(request.body))
        if request.path == "/v2/notifications":
            found = [one for one in self.notifications if one["reference"] == request.query["reference"]]
            return 200, {"notifications": found, "links": {"current": self.address + request.path}}
        assert request.path == "/v2/received-text-messages"
        older = request.query.get("older_than")
        at = next((at for at, one in enumerate(self.received) if one["id"] == older), -1) + 1
        return 200, {"received_text_messages": self.received[at : at + self.page], "links": {"current": "…"}}

    def _send(self, document: dict[str, Any]) -> tuple[int, Any]:
        assert set(document) == {"phone_number", "template_id", "personalisation", "reference"}
        assert document["template_id"] == TEMPLATE
        text = document["personalisation"]["message"]
        made = {"id": str(uuid4()), "reference": document["reference"], "body": text, "status": "sending"}
        self.notifications.append(made)
        self.sent.append((document["phone_number"], text))
        content = {"body": text, "from_number": "07700900999"}
        return 201, {"id": made["id"], "reference": made["reference"], "content": content, "uri": "…", "template": {}}

    def arrived(self, text: str, sender: str = PERSON, at: datetime | None = None, **_: Any) -> dict[str, Any]:
        message = {
            "id": str(uuid4()),
            "user_number": sender.lstrip("+"),
            "notify_number": "07700900999",
            "created_at": (at or datetime(2026, 11, 21, 9, tzinfo=UTC)).isoformat().replace("+00:00", ".000000Z"),
            "service_id": SERVICE,
            "content": text,
        }
        self.received.insert(0, message)
        return message

    def delivers(self, message: dict[str, Any]) -> int:
        callback = {
            "id": message["id"],
            "source_number": message["user_number"],
            "destination_number": message["notify_number"],
            "message": message["content"],
            "date_received": message["created_at"],
        }
        return self._calls_back(callback)

    def reports(self, status: str) -> int:
        """Send the delivery receipt of the last text."""
        last = self.notifications[-1]
        receipt = {"id": last["id"], "reference": last["reference"], "to": "07700900123", "status": status}
        return self._calls_back(receipt | {"notification_type": "sms", "completed_at": None, "sent_at": None})

    def _calls_back(self, document: dict[str, Any]) -> int:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.secret}"}
        return post(self.webhook, json.dumps(document).encode(), headers)[0]


class SmsGate(Gateway):
    """SMS Gateway for Android, its server and the phone behind it, as their documentation describes them."""

    page = 500

    def begin(self) -> None:
        self.inbox: list[dict[str, Any]] = []
        self.messages: dict[str, dict[str, Any]] = {}

    @property
    def base(self) -> str:
        return f"{self.address}/3rdparty/v1"

    def account(self) -> dict[str, str]:
        return {"user": USER, "password": PASSWORD, "base": self.base}

    def answer(self, request: Received) -> tuple[int, Any]:
        if request.headers.get("Authorization") != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return 401, {"message": "Unauthorized"}
        path = request.path.removeprefix("/3rdparty/v1")
        if (request.method, path) == ("POST", "/messages"):
            return self._send(json.loads(request.body))
        if path.startswith("/messages/"):
            known = self.messages.get(path.removeprefix("/messages/"))
            return (200, known) if known else (404, {"message": "message not found"})
        assert path == "/inbox"
        at, limit = int(request.query["offset"]), int(request.query["limit"])
        since = datetime.fromisoformat(request.query["from"])
        listed = [one for one in self.inbox if datetime.fromisoformat(one["createdAt"]) >= since]
        return 200, listed[at : at + min(limit, self.page)]

    def _send(self, document: dict[str, Any]) -> tuple[int, Any]:
        if document["id"] in self.messages:
            return 409, {"message": "message with this id already exists"}
        state = {"id": document["id"], "state": "Pending", "recipients": []}
        self.messages[document["id"]] = state
        self.sent += [(number, document["textMessage"]["text"]) for number in document["phoneNumbers"]]
        return 202, state

    def arrived(self, text: str, sender: str = PERSON, at: datetime | None = None, **_: Any) -> dict[str, Any]:
        moment = (at or datetime(2026, 11, 21, 9, tzinfo=UTC)) + timedelta(seconds=len(self.inbox))
        message = {
            "id": f"text:{len(self.inbox)}",
            "type": "SMS",
            "sender": sender,
            "recipient": None,
            "simNumber": 1,
            "contentPreview": text,
            "createdAt": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self.inbox.insert(0, message)
        return message

    def delivers(self, message: dict[str, Any]) -> int:
        payload = {
            "messageId": hashlib.md5(message["contentPreview"].encode()).hexdigest()[:8],
            "message": message["contentPreview"],
            "sender": message["sender"],
            "phoneNumber": message["sender"],
            "recipient": None,
            "simNumber": 1,
            "receivedAt": message["createdAt"].replace("Z", "+00:00"),
        }
        return self._fires("sms:received", payload)

    def reports(self, status: str) -> int:
        """Say what became of the last text."""
        last = list(self.messages)[-1]
        return self._fires(f"sms:{status}", {"messageId": last, "recipient": PERSON, "simNumber": 1})

    def _fires(self, event: str, payload: dict[str, Any]) -> int:
        document = {"deviceId": "d1", "event": event, "id": uuid4().hex, "payload": payload, "webhookId": "w1"}
        body = json.dumps(document, ensure_ascii=False).encode()
        stamp = str(int(self.now().timestamp()))
        signature = hmac.new(self.secret.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json; charset=UTF-8", "X-Timestamp": stamp, "X-Signature": signature}
        return post(self.webhook, body, headers)[0]

    now: Callable[[], datetime] = staticmethod(lambda: datetime(2026, 11, 21, 10, tzinfo=UTC))


class Twilio(Gateway):
    """Twilio's Programmable Messaging as its reference describes it."""

    page = 50

    def begin(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.replies: list[str] = []

    def account(self) -> dict[str, str]:
        return {"account": TWILIO_ACCOUNT, "auth_token": TWILIO_TOKEN, "base": self.address}

    def answer(self, request: Received) -> tuple[int, Any]:
        signed = base64.b64encode(f"{TWILIO_ACCOUNT}:{TWILIO_TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {signed}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        assert request.path == f"/2010-04-01/Accounts/{TWILIO_ACCOUNT}/Messages.json"
        if request.method == "POST":
            return self._send(dict(parse_qsl(request.body.decode())))
        wanted = {"From": "from", "To": "to"}
        found = [
            one
            for one in self.messages
            if all(one[name] == request.query[asked] for asked, name in wanted.items() if asked in request.query)
        ]
        at, size = int(request.query.get("Page", "0")), min(int(request.query["PageSize"]), self.page)
        following = {**request.query, "Page": str(at + 1), "PageToken": "t"}
        is_more = len(found) > (at + 1) * size
        uri = f"{request.path}?{urlencode(following)}" if is_more else None
        return 200, {"messages": found[at * size : (at + 1) * size], "next_page_uri": uri, "page": at}

    def _send(self, form: dict[str, str]) -> tuple[int, Any]:
        made = self._kept(
            form["Body"], form["From"], form["To"], "outbound-api", datetime(2026, 11, 21, 10, tzinfo=UTC)
        )
        self.sent.append((form["To"], form["Body"]))
        return 201, made

    def _kept(self, text: str, sender: str, to: str, direction: str, at: datetime) -> dict[str, Any]:
        message = {
            "sid": f"SM{uuid4().hex}",
            "from": sender,
            "to": to,
            "body": text,
            "direction": direction,
            "status": "received" if direction == "inbound" else "queued",
            "date_created": format_datetime(at),
            "date_sent": format_datetime(at),
        }
        self.messages.insert(0, message)
        return message

    def arrived(self, text: str, sender: str = PERSON, at: datetime | None = None, **_: Any) -> dict[str, Any]:
        return self._kept(text, sender, OURS, "inbound", at or datetime(2026, 11, 21, 9, tzinfo=UTC))

    def delivers(self, message: dict[str, Any]) -> int:
        form = {
            "MessageSid": message["sid"],
            "SmsSid": message["sid"],
            "SmsStatus": "received",
            "AccountSid": TWILIO_ACCOUNT,
            "From": message["from"],
            "To": message["to"],
            "Body": message["body"],
            "NumMedia": "0",
            "FromCity": "",
        }
        status, body = self._signed(form)
        self.replies.append(body.decode())
        return status

    def reports(self, status: str) -> int:
        """Call back with the status of the last text."""
        last = next(one for one in self.messages if one["direction"] == "outbound-api")
        form = {"MessageSid": last["sid"], "MessageStatus": status, "To": PERSON, "From": OURS, "ErrorCode": ""}
        return self._signed(form)[0]

    def _signed(self, form: dict[str, str]) -> tuple[int, bytes]:
        signature = RequestValidator(self.secret).compute_signature(self.webhook, form)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return post(self.webhook, urlencode(form).encode(), headers)


KINDS: dict[str, type[Gateway]] = {"notify": Notify, "smsgate": SmsGate, "twilio": Twilio}


@contextmanager
def running(gateway: Gateway) -> Iterator[Gateway]:
    """Run a stand-in on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def _do(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Received(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
            gateway.requests.append(request)
            if gateway.faults and self.command == "POST":
                status, document = gateway.faults.pop(0), {"message": "a fault of the provider"}
            else:
                status, document = gateway.answer(request)
                if gateway.hang_ups and self.command == "POST":
                    gateway.hang_ups -= 1
                    self.close_connection = True
                    return
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Keep the tests' output free of requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    gateway.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving(instance: Instance) -> Iterator[Instance]:
    """Serve the real application; yields the instance that knows its own address."""
    made: list[Flask] = []

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return made[0](environ, start)

    with a_web_server(application) as port:
        settings = replace(instance.settings, public_url=f"http://127.0.0.1:{port}")
        known = replace(instance, settings=settings)
        made.append(create_app(known))
        yield known


def join(gateway: Gateway, instance: Instance, provider: str, channel: UUID, secret: str) -> None:
    """Tell a stand-in where the webhook is."""
    gateway.webhook, gateway.secret = f"{instance.settings.public_url}/sms/{provider}/{channel}", secret
