"""Telephone numbers: kept as keyed hashes, and sealed only for as long as somebody has to be answered."""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engage.settings import Keys, KeyVersions

#: Bytes of a nonce (NIST SP 800-38D) and of a number before it is sealed, so that its length says nothing.
_NONCE, _PADDED = 12, 24
_NUMBER, _SECRET, _ANSWERS = b"engage telephone number", b"engage provider secret", b"engage answers to undo"
#: Stands before the version of the key, so that nothing else is taken for something sealed.
_MARK, _BREAK = "sealed-", "."
_UK = "44"


class SealBroken(Exception):
    """What was sealed cannot be opened: another instance's key, or somebody changed it."""


def plain_number(number: str) -> str:
    """Return a number's digits with its country code, however it is written; British where none is said.

    A sender that is a name has none and is returned as it is.
    """
    digits = _digits(number).removeprefix("00")
    if digits.startswith("0"):
        digits = _UK + digits[1:]
    elif digits.startswith(f"{_UK}0"):  # +44 (0)7700 900123
        digits = _UK + digits[len(_UK) + 1 :]
    return digits or number


def sender_keys(keys: Keys, survey: str, number: str) -> tuple[str, ...]:
    """Return what is kept of a number in a survey: HMAC-SHA256 under each version of the pepper, newest first."""
    return _hashes(keys.phone_numbers, f"{survey}|{plain_number(number)}")


def opt_out_keys(keys: Keys, survey: str, number: str) -> tuple[str, ...]:
    """Return the keys under which a STOP of this number may stand, the one for new ones first.

    They are made under a key of their own and without the survey, so no survey's conversations can be joined
    with them; those of the survey itself are how a STOP was kept before there was that key.
    """
    plain = plain_number(number)
    return (*_hashes(keys.opt_outs, plain), *_hashes(keys.phone_numbers, f"{survey}|{plain}"))


def reference_of(sender_key: str) -> str:
    """Return what names a conversation to staff: short, and no way back to the key."""
    return hashlib.sha256(f"safeguarding|{sender_key}".encode()).hexdigest()[:12]


def seal_number(keys: Keys, number: str) -> str:
    """Return a number sealed with AES-256-GCM under the newest key, with the version in front."""
    return _seal(keys.numbers, plain_number(number).ljust(_PADDED).encode(), _NUMBER)


def open_number(keys: Keys, sealed: str) -> str:
    """Return a sealed number as `+447700900123`. Raises SealBroken."""
    return "+" + _open(keys.numbers, sealed, _NUMBER).decode().strip()


def seal_secret(keys: Keys, secret: str) -> str:
    """Return a provider's secret sealed, as it is stored with a channel."""
    return _seal(keys.numbers, secret.encode(), _SECRET)


def open_secret(keys: Keys, stored: str) -> str:
    """Return a provider's secret; one that was stored before secrets were sealed is returned as it is."""
    version, dot, body = stored.partition(_BREAK)
    is_sealed = bool(dot) and version.startswith(_MARK) and version[len(_MARK) :].isdecimal() and body
    return _open(keys.numbers, stored, _SECRET).decode() if is_sealed else stored


def _digits(number: str) -> str:
    """Return the decimal digits of any script in a number as 0 to 9."""
    if number.isascii():
        return "".join(filter(str.isdecimal, number))
    return "".join(str(unicodedata.decimal(sign)) for sign in number if unicodedata.decimal(sign, None) is not None)


def seal_answers(keys: Keys, answers: str) -> str:
    """Return answers sealed, as they are kept while a decision on them can be undone."""
    return _seal(keys.numbers, answers.encode(), _ANSWERS)


def open_answers(keys: Keys, sealed: str) -> str:
    """Return sealed answers. Raises SealBroken."""
    return _open(keys.numbers, sealed, _ANSWERS).decode()


def _hashes(peppers: KeyVersions, value: str) -> tuple[str, ...]:
    return tuple(hmac.new(pepper, value.encode(), hashlib.sha256).hexdigest() for pepper in peppers.newest_first())


def _seal(key: KeyVersions, content: bytes, purpose: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key.versions[key.newest]).encrypt(nonce, content, purpose)
    return f"{_MARK}{key.newest}{_BREAK}{urlsafe_b64encode(nonce + sealed).decode()}"


def _open(key: KeyVersions, stored: str, purpose: bytes) -> bytes:
    try:
        version, _, body = stored.partition(_BREAK)
        sealed = urlsafe_b64decode(body)
        return AESGCM(key.versions[int(version.removeprefix(_MARK))]).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose)
    except (InvalidTag, ValueError, KeyError) as error:
        raise SealBroken from error
