"""Counts tries, so that nothing can be guessed by trying, whichever process is asked."""

import hashlib
import hmac
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from engage.storage import limits
from engage.storage.instance import Instance

#: The time in which tries are counted.
WITHIN = timedelta(minutes=15)
#: Bits of an IPv6 address that name one subscriber's network: whoever has one has all addresses in it (RFC 6177).
_NETWORK_BITS = 64


class Throttle:
    """Tries as all processes of the instance count them; the time begins with the first."""

    def __init__(self, instance: Instance, most: int) -> None:
        self._instance, self._most = instance, most

    def may_try(self, attempt: str) -> bool:
        """Count a try and say whether it may be made: counted before, so that many at once are no more than allowed."""
        now = self._instance.now()
        with self._instance.database.writing() as session:
            limits.count(session, self._key(attempt), now, now - WITHIN)
            return limits.how_often(session, self._key(attempt), now - WITHIN) <= self._most

    def is_over(self, attempt: str) -> bool:
        """Say whether there were as many as may be, without counting one."""
        with self._instance.database.reading() as session:
            return limits.how_often(session, self._key(attempt), self._instance.now() - WITHIN) >= self._most

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
