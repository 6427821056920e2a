"""Makes calls to providers, and says whether one that failed can have arrived."""

import errno
import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engage.channels.sms.providers.calls import HttpAnswer, HttpCall, is_nobodys

#: Seconds for a call; no answer by then is no answer.
TIMEOUT = 15
#: Bytes of an answer that are read.
LARGEST_ANSWER = 16 * 1024 * 1024
#: Nobody was there to hear us.
_UNREACHED = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL})


@dataclass(frozen=True)
class CallFailed:
    """There was no answer; `may_have_arrived` unless the connection was never made."""

    may_have_arrived: bool


class _NoRedirect(HTTPRedirectHandler):
    """Lets no answer lead our credentials elsewhere."""

    def redirect_request(
        self,
        req: Request,  # noqa: ARG002 - urllib's signature
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


_opener = build_opener(_NoRedirect)


def make_call(call: HttpCall, timeout: float = TIMEOUT) -> HttpAnswer | CallFailed:
    """Make one call, once; any status is an answer. No name or other spelling leads where no gateway may stand."""
    if _leads_to_nobody(call.url):
        return CallFailed(may_have_arrived=False)
    request = Request(call.url, data=call.body, headers=dict(call.headers), method=call.method)  # noqa: S310 - set up by staff
    try:
        with _opener.open(request, timeout=timeout) as response:
            return HttpAnswer(response.status, response.read(LARGEST_ANSWER))
    except HTTPError as error:
        with error:
            return HttpAnswer(error.code, error.read(LARGEST_ANSWER))
    except URLError as error:
        return CallFailed(may_have_arrived=not _never_left(error.reason))
    except (OSError, HTTPException):
        return CallFailed(may_have_arrived=True)


def _leads_to_nobody(url: str) -> bool:
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return False  # the call itself says what is wrong
    return any(is_nobodys(str(address[0])) for *_, address in found)


def _never_left(reason: object) -> bool:
    """Say whether a connection failed before anything was sent on it."""
    if isinstance(reason, socket.gaierror | ssl.SSLCertVerificationError):
        return True
    return isinstance(reason, OSError) and reason.errno in _UNREACHED
