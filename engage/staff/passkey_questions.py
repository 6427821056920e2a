"""What a page asks a browser about passkeys: the site they are for, and a challenge that is used once."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from secrets import token_bytes

from flask import request, session

from engage.collection import passkeys
from engage.collection.passkeys import Site
from engage.collection.throttle import Throttle
from engage.staff.blueprint import the_instance
from engage.storage.factors import Passkey
from engage.storage.staff import Account

#: How long a browser may take over an answer; not as long as a challenge that was used is remembered.
_LIFE = timedelta(minutes=10)
_CHALLENGE, _BYTES = "staff_challenge", 32


def the_site() -> Site | None:
    """Return the site that passkeys are for: the public address, or this machine's own name where it is read there."""
    instance = the_instance()
    is_here = request.host.partition(":")[0] == "localhost"
    address = request.host_url if is_here else instance.settings.public_url
    return passkeys.site_of(address.rstrip("/"), instance.settings.organisation)


def question_to_sign_in() -> str | None:
    """Return what to ask a browser to sign in with a passkey; None where there can be none."""
    site = the_site()
    return passkeys.ask_to_sign_in(site, _new_challenge()) if site else None


def question_to_make(account: Account, known: tuple[Passkey, ...]) -> str | None:
    """Return what to ask a browser to make a passkey; None where there can be none."""
    site = the_site()
    return passkeys.ask_to_make(site, account, known, _new_challenge()) if site else None


def take_challenge() -> bytes | None:
    """Return the challenge that this browser was given last, once; None where it is none or too old."""
    kept, _, given_at = str(session.pop(_CHALLENGE, "")).partition(" ")
    if not given_at or the_instance().now() - datetime.fromisoformat(given_at) > _LIFE:
        return None
    return urlsafe_b64decode(kept) if _is_first_use(kept) else None


def _is_first_use(challenge: str) -> bool:
    """Use a challenge up, for all processes: whoever copied a cookie can send it again."""
    return Throttle(the_instance(), most=1).may_try(f"challenge|{challenge}")


def _new_challenge() -> bytes:
    challenge = token_bytes(_BYTES)
    session[_CHALLENGE] = f"{urlsafe_b64encode(challenge).decode()} {the_instance().now().isoformat()}"
    return challenge
