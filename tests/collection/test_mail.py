"""Word that something waits: by a real mail server, a password only over TLS, else into files."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from builders import NOW
from engage.collection.mail import MailNotSent, send_mail
from engage.settings import Settings
from engage.storage.instance import Instance


class Postbox(socketserver.ThreadingTCPServer):
    """A mail server (RFC 5321) without TLS, which takes what it is given."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[tuple[str, str]] = []


class Conversation(socketserver.StreamRequestHandler):
    """One mail server's side of a connection."""

    server: Postbox

    def handle(self) -> None:
        self._say("220 postbox")
        to: list[str] = []
        for line in self.rfile:
            said = line.decode().strip()
            verb = said[:4].upper()
            if verb == "DATA":
                self._say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                self.server.mails += [(address, body) for address in to]
            elif verb == "RCPT":
                to.append(said.partition(":")[2].strip("<>"))
            elif verb in ("RSET", "MAIL"):
                to = []
            self._say("221 bye" if verb == "QUIT" else "250 postbox")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def a_postbox() -> Iterator[Postbox]:
    with Postbox() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture
def settings(instance: Instance) -> Settings:
    """Return the settings of an instance without a mail server."""
    return instance.settings


def test_each_address_gets_a_mail_of_its_own(settings: Settings) -> None:
    with a_postbox() as server:
        url = f"smtp://127.0.0.1:{server.server_address[1]}?from=engage@example.org"
        send_mail(replace(settings, smtp_url=url), ["a@example.org", "b@example.org"], "Look", "Something wäits.", NOW)
        assert [address for address, _ in server.mails] == ["a@example.org", "b@example.org"]
        for address, body in server.mails:
            assert f"To: {address}" in body and "From: engage@example.org" in body
            assert "Auto-Submitted: auto-generated" in body
            assert body.count("@example.org") == 2, "nobody sees the others"


def test_a_password_never_goes_without_tls(settings: Settings) -> None:
    with a_postbox() as server:
        url = f"smtp://user:secret@127.0.0.1:{server.server_address[1]}"
        with pytest.raises(MailNotSent, match="SMTPNotSupportedError"):
            send_mail(replace(settings, smtp_url=url), ["a@example.org"], "Look", "Text", NOW)
        assert server.mails == []


def test_a_server_that_is_down_is_said_so_without_an_address(settings: Settings) -> None:
    with pytest.raises(MailNotSent) as failure:
        send_mail(replace(settings, smtp_url="smtp://127.0.0.1:9"), ["a@example.org"], "Look", "Text", NOW)
    assert str(failure.value) == "ConnectionRefusedError"


def test_without_a_server_mails_are_files_that_only_the_owner_reads(settings: Settings) -> None:
    send_mail(settings, ["a@example.org", "b@example.org"], "Look", "Something waits.", NOW)
    files = list((settings.instance / "mail").glob("*.eml"))
    assert len(files) == 2
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert all("Something waits." in path.read_text(encoding="utf-8") for path in files)


def test_the_password_of_the_mail_server_is_in_no_log(settings: Settings) -> None:
    assert "secret" not in repr(replace(settings, smtp_url="smtps://user:secret@example.org"))
