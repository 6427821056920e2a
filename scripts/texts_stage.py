"""What the bench and the trial of texts stand on: a survey, its server, texts signed as gateways sign them."""

import base64
import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from engage.channels.sms.setup import Setup, open_channel
from engage.collection.reference import prepare
from engage.collection.safeguarding import put_on_duty
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.settings import load_settings
from engage.storage.instance import open_instance
from engage.storage.safeguarding import DutyContact

SURVEY, WAVE = "feeling-safe", "trial"
#: Language → the word by which somebody agrees in it.
YES = {"en": "YES", "so": "HAA", "pl": "TAK", "ar": "نعم", "ur": "ہاں", "ti": "እወ"}
#: Of the channel (Ofcom's numbers for drama); people's begin with a country code that no country has.
OURS, FIRST_NUMBER = "+447700900999", 999_770_000_000
TWILIO_TOKEN = "5d41402abc4b2a76b9719d911017c592"
#: Seconds a server may take to begin.
PATIENCE = 120
ACTOR = "trial"


@dataclass(frozen=True)
class Channel:
    """A channel as its gateway knows it."""

    provider: str
    path: str
    secret: str


@dataclass(frozen=True)
class Text:
    """A text that came in at a gateway."""

    id: str
    number: str
    words: str
    #: ISO 8601, UTC.
    at: str = "2026-11-21T10:00:00+00:00"


@dataclass(frozen=True)
class Stage:
    """An instance with the library survey open and a channel of each provider."""

    environment: dict[str, str]
    public_url: str
    channels: dict[str, Channel]


@dataclass(frozen=True)
class WebhookCall:
    """A request that a gateway makes."""

    path: str
    body: bytes
    headers: dict[str, str]


def set_up(
    folder: Path,
    port: int,
    providers: tuple[str, ...],
    database_url: str = "",
    accounts: Mapping[str, Mapping[str, str]] | None = None,
) -> Stage:
    """Make an instance in which somebody is on duty, the library survey is open and texts come in."""
    environment = {
        "ENGAGE_INSTANCE": str(folder),
        "ENGAGE_DATABASE_URL": database_url,
        "ENGAGE_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    instance = open_instance(load_settings(environment))
    keys, now, channels = instance.settings.keys, instance.now(), {}
    prepare(instance)
    with instance.database.writing() as session:
        import_questionnaire(session, keys, read_library_survey(SURVEY), actor=ACTOR, now=now)
        set_wave_state(session, keys, SURVEY, WAVE, "open", actor=ACTOR, now=now)
        put_on_duty(session, keys, DutyContact(SURVEY, "duty@example.org", "On duty", now), ACTOR)
        for provider in providers:
            wanted = Setup(OURS, (accounts or {}).get(provider))
            secret = TWILIO_TOKEN if provider == "twilio" else ""
            made, plain = open_channel(session, keys, provider, SURVEY, secret, wanted, ACTOR, now)
            channels[provider] = Channel(provider, f"/sms/{provider}/{made.id}", plain)
    instance.database.close()
    return Stage(environment, environment["ENGAGE_PUBLIC_URL"], channels)


def call_for(stage: Stage, provider: str, text: Text) -> WebhookCall:
    """Return the request by which a gateway hands a text on, signed at this moment."""
    return _CALLS[provider](stage, stage.channels[provider], text)


def number_of(person: int) -> str:
    """Return somebody's number (E.164)."""
    return f"+{FIRST_NUMBER + person}"


def _json_call(_stage: Stage, channel: Channel, text: Text) -> WebhookCall:
    document = {"id": text.id, "from": text.number, "to": OURS, "text": text.words, "received_at": text.at}
    body, stamp = json.dumps(document).encode(), str(int(time.time()))
    signature = hmac.new(channel.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-Engage-Timestamp": stamp, "X-Engage-Signature": signature, "Content-Type": "application/json"}
    return WebhookCall(channel.path, body, headers)


def _twilio_call(stage: Stage, channel: Channel, text: Text) -> WebhookCall:
    form = {
        "ToCountry": "GB",
        "SmsMessageSid": text.id,
        "NumMedia": "0",
        "SmsSid": text.id,
        "SmsStatus": "received",
        "Body": text.words,
        "FromCountry": "GB",
        "FromCity": "",
        "To": OURS,
        "NumSegments": "1",
        "MessageSid": text.id,
        "AccountSid": "AC" + "0f" * 16,
        "From": text.number,
        "ApiVersion": "2010-04-01",
    }
    signed = stage.public_url + channel.path + "".join(name + value for name, value in sorted(form.items()))
    digest = hmac.new(channel.secret.encode(), signed.encode(), hashlib.sha1).digest()
    headers = {
        "X-Twilio-Signature": base64.b64encode(digest).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return WebhookCall(channel.path, urlencode(form).encode(), headers)


def _smsgate_call(_stage: Stage, channel: Channel, text: Text) -> WebhookCall:
    """Each time an event fires it has another id; what it is about stays the same."""
    payload = {
        "messageId": text.id[:8],
        "message": text.words,
        "sender": text.number,
        "phoneNumber": text.number,
        "recipient": None,
        "simNumber": 1,
        "receivedAt": text.at,
    }
    event = {"deviceId": "d1", "event": "sms:received", "id": os.urandom(8).hex(), "payload": payload, "webhookId": "w"}
    body, stamp = json.dumps(event).encode(), str(int(time.time()))
    signature = hmac.new(channel.secret.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": stamp, "X-Signature": signature, "Content-Type": "application/json"}
    return WebhookCall(channel.path, body, headers)


_CALLS = {"json": _json_call, "twilio": _twilio_call, "smsgate": _smsgate_call}


@dataclass
class Server:
    """`engage serve` on a stage, as it ships; its output goes into a file."""

    environment: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None
    command: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start it and wait until it answers."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ENGAGE_")}
        command = self.command or [str(Path(sys.executable).with_name("engage")), "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=inherited | self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        for _ in range(PATIENCE * 20):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the server did not begin: {self.log.read_text(encoding='utf-8')[-2000:]}")

    def kill(self) -> None:
        """End it in the middle of whatever it does (SIGKILL)."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def pid(self) -> int:
        """Return its process id."""
        if self.process is None:
            raise RuntimeError("the server does not run")
        return self.process.pid


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Run a server for a while."""
    server.start()
    try:
        yield server
    finally:
        server.stop()


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and those it started have taken so far (Linux)."""
    stats = (Path(f"/proc/{one}/stat").read_text(encoding="ascii") for one in _with_children(pid))
    fields = [stat.rpartition(")")[2].split() for stat in stats]
    return sum(int(of[11]) + int(of[12]) for of in fields) / os.sysconf("SC_CLK_TCK")


def waited_seconds(pid: int) -> float:
    """Return how long threads with work waited for a processor so far, as above (Linux); 0 where unknown."""
    found = (path for one in _with_children(pid) for path in Path(f"/proc/{one}/task").glob("*/schedstat"))
    return sum(int(path.read_text(encoding="ascii").split()[1]) for path in found) / 1e9


def _with_children(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in children.read_text(encoding="ascii").split()]
    return found


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
