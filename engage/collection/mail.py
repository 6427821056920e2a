"""Sends the few mails there are: by the mail server that was set, else into files that somebody has to look at."""

import os
import secrets
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import product
from urllib.parse import parse_qs, unquote, urlsplit

from engage.settings import Settings

#: Seconds for the mail server to answer.
TIMEOUT = 20
_PORTS = {"smtp": 587, "smtps": 465}


class MailNotSent(Exception):
    """The mail server did not take a mail; the message is the kind of fault, never an address."""


@dataclass(frozen=True)
class Attachment:
    """A PDF that goes with a mail."""

    name: str
    pdf: bytes


def send_mail(
    settings: Settings,
    to: Sequence[str],
    subject: str,
    text: str,
    now: datetime,
    attached: Sequence[Attachment] = (),
) -> None:
    """Send one mail to each address, so that nobody sees the others. Raises MailNotSent."""
    mails = [_mail(settings, address, subject, text, now) for address in to]
    for mail, attachment in product(mails, attached):
        mail.add_attachment(attachment.pdf, maintype="application", subtype="pdf", filename=attachment.name)
    if settings.smtp_url is None:
        _write(settings, mails)
        return
    try:
        with _connected(settings.smtp_url) as server:
            for mail in mails:
                server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSent(type(error).__name__) from error


def _mail(settings: Settings, address: str, subject: str, text: str, now: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = _sender(settings)
    mail["To"] = address
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers
    mail.set_content(text)
    return mail


def _sender(settings: Settings) -> str:
    query = parse_qs(urlsplit(settings.smtp_url or "").query)
    return query["from"][0] if "from" in query else f"engage@{urlsplit(settings.public_url).hostname or 'localhost'}"


def _connected(url: str) -> smtplib.SMTP:
    """Return the mail server, signed in to where a name is given, and then only over TLS."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif parts.username:
            server.close()
            raise smtplib.SMTPNotSupportedError("a password only goes over TLS")
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _write(settings: Settings, mails: Sequence[EmailMessage]) -> None:
    folder = settings.instance / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    for mail in mails:
        path = folder / f"{secrets.token_hex(8)}.eml"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(mail.as_bytes())
