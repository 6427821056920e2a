"""Counts wrong tries to sign in, so that passwords cannot be guessed by trying, whichever process is asked."""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from engage.storage import limits
from engage.storage.instance import Instance

#: Wrong tries for one account from one address within the time, after which not even the right password counts.
MOST_WRONG = 5
WITHIN = timedelta(minutes=15)
#: Bits of an IPv6 address that name one subscriber's network: whoever has one has all addresses in it (RFC 6177).
_NETWORK_BITS = 64


class Throttle:
    """Wrong tries as all processes of the instance count them; the time begins with the first."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def count(self, attempt: str, now: datetime) -> None:
        """Count a wrong try."""
        with self._instance.database.writing() as session:
            limits.count(session, self._key(attempt), now, now - WITHIN)

    def is_full(self, attempt: str, now: datetime) -> bool:
        """Say whether there were too many wrong tries."""
        with self._instance.database.reading() as session:
            return limits.how_often(session, self._key(attempt), now - WITHIN) >= MOST_WRONG

    def forget(self, attempt: str) -> None:
        """Begin again after a right try."""
        with self._instance.database.writing() as session:
            limits.forget(session, self._key(attempt))

    def _key(self, attempt: str) -> str:
        """Return what the database knows the attempt by: without the instance's keys it leads to nobody."""
        return hmac.new(self._instance.settings.keys.cookies.current, attempt.encode(), hashlib.sha256).hexdigest()


def network_of(address: str | None) -> str:
    """Return where somebody asks from: of an IPv6 address the network, else the address as it was given."""
    try:
        read = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(read, IPv6Address):
        return str(read)
    return str(read.ipv4_mapped or IPv6Address(int(read) >> _NETWORK_BITS << _NETWORK_BITS))
