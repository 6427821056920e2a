"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is right."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from engage.collection.second_factors import FactorRefused, make_recovery_codes, note
from engage.settings import Keys
from engage.storage import factors, staff
from engage.storage.database import Session
from engage.storage.factors import Passkey
from engage.storage.staff import Account

#: Characters of the name that somebody gives a passkey, and of the id of a credential that is looked up.
LONGEST_NAME, _LONGEST_ID = 60, 2000
_NOT_RIGHT = "The passkey was not taken. Try again."


@dataclass(frozen=True)
class Site:
    """The address that passkeys are made for: they work nowhere else."""

    name: str
    host: str
    origin: str


def site_of(address: str, organisation: str) -> Site | None:
    """Return the site at an address; None where browsers make no passkeys: without https, or without a name.

    `localhost` stands for https, a bare number such as 127.0.0.1 has no name (WebAuthn, section 5.1.2).
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    is_number = ":" in host or host.replace(".", "").isdecimal()
    is_safe = parts.scheme == "https" or host == "localhost"
    return Site(organisation, host, f"{parts.scheme}://{parts.netloc}") if is_safe and host and not is_number else None


def ask_to_make(site: Site, account: Account, known: tuple[Passkey, ...], challenge: bytes) -> str:
    """Return what a browser is asked for to make a passkey, as JSON; it must check who holds the device."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=f"staff-{account.id}".encode(),
            user_name=account.email,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(key.credential)) for key in known],
        )
    )


def ask_to_sign_in(site: Site, challenge: bytes) -> str:
    """Return what a browser is asked for to sign in with any passkey of this site, as JSON."""
    verification = UserVerificationRequirement.REQUIRED
    return options_to_json(
        generate_authentication_options(rp_id=site.host, challenge=challenge, user_verification=verification)
    )


def add_passkey(
    session: Session, keys: Keys, account: Account, site: Site, challenge: bytes, answer: str, name: str, now: datetime
) -> tuple[str, ...]:
    """Keep the passkey that a browser has made; returns the recovery codes to show where it is the first factor.

    Raises FactorRefused.
    """
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise FactorRefused(_NOT_RIGHT) from error
    is_first = not factors.of(session, account.id).are_set_up
    credential, called = bytes_to_base64url(made.credential_id), name.strip()[:LONGEST_NAME] or "Passkey"
    kept = Passkey(account.id, credential, made.credential_public_key, made.sign_count, called, now)
    if not factors.add_passkey(session, kept):
        raise FactorRefused("This passkey is kept already.")
    note(session, keys, account, "account.passkey_added", now)
    return make_recovery_codes(session, keys, account, now) if is_first else ()


def show_passkey(
    session: Session, keys: Keys, site: Site, challenge: bytes, answer: str, now: datetime
) -> Account | None:
    """Return whose passkey a browser has shown; None where it is nobody's, or does not fit the challenge."""
    try:
        credential = parse_authentication_credential_json(answer)
        known = factors.find_passkey(session, credential.id[:_LONGEST_ID])
        if known is None:
            return None
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    account = staff.get(session, known.account)
    if account is None or not factors.use_passkey(session, known, shown.new_sign_count):
        return None
    note(session, keys, account, "account.factor_shown", now, factor="passkey")
    return account
