"""Opens answers that devices have sealed to this instance (HPKE, RFC 9180), and keeps the keys for it."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

#: Base mode, as a device can do it with what its browser brings (RFC 9180, section 7).
SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
SUITE_NAME = "DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM"
#: Binds what is sealed to this use; the additional data (AAD) is empty.
INFO = b"engage sealed answers 1"
#: Binds a photographed sheet, with its id behind it.
SHEET_INFO = b"engage sealed sheet 1 "
#: Bytes of an encapsulated key: an uncompressed point on P-256.
ENC_BYTES = 65
#: Characters of a key's id, the beginning of the hash of its public key.
ID_LENGTH = 16
#: Bytes of a private key.
_PRIVATE_BYTES = 32
#: What a key file is called: the newest has the highest number.
_FILES = "[0-9][0-9][0-9][0-9].json"


class SealingKeysFaulty(Exception):
    """The folder of sealing keys cannot be used; the message names the file."""


@dataclass(frozen=True)
class SealingKey:
    """One key pair that devices seal to; older ones still open what was sealed to them."""

    id: str
    made_on: date
    #: The private key (hex), for those who back it up.
    secret: str = field(repr=False)

    @property
    def public_key(self) -> str:
        """Return the public key as devices take it: the uncompressed point, base64url without padding."""
        return urlsafe_b64encode(_point(_private_key(self.secret))).rstrip(b"=").decode()

    def open(self, enc: bytes, ciphertext: bytes, info: bytes = INFO) -> bytes | None:
        """Return what a device has sealed for a use, None where it was sealed to another or changed on its way."""
        try:
            return SUITE.decrypt(enc + ciphertext, _private_key(self.secret), info)
        except (InvalidTag, ValueError):
            return None


def prepare_keys(folder: Path, today: date) -> None:
    """Make the first sealing key where there is none; of two processes starting at once, one wins."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not any(folder.glob(_FILES)):
        _write(folder, 1, today)


def add_key(folder: Path, today: date) -> SealingKey:
    """Make the key that devices seal to from now on. Older ones stay until somebody deletes their files."""
    number = max((int(path.stem) for path in folder.glob(_FILES)), default=0) + 1
    while not _write(folder, number, today):
        number += 1
    return current_key(folder)


def replace_keys(folder: Path, entries: Sequence[Mapping[str, str]]) -> None:
    """Put keys of another copy of the instance, the oldest first, in the place of fresh ones.

    Raises SealingKeysFaulty, and then leaves the folder as it is.
    """
    fresh = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    try:
        for number, entry in enumerate(entries, start=1):
            path = fresh / f"{number:04}.json"
            path.touch(mode=0o600)
            path.write_text(json.dumps(entry, indent=1), encoding="ascii")
        read_keys(fresh)
        for path in folder.glob(_FILES):
            path.unlink()
        for path in sorted(fresh.glob(_FILES)):
            path.replace(folder / path.name)
    finally:
        for path in fresh.iterdir():
            path.unlink()
        fresh.rmdir()


def read_keys(folder: Path) -> tuple[SealingKey, ...]:
    """Return every sealing key, the oldest first. Raises SealingKeysFaulty."""
    keys = tuple(_read(path) for path in sorted(folder.glob(_FILES)))
    if not keys:
        raise SealingKeysFaulty(f"{folder} holds no sealing key")
    return keys


def current_key(folder: Path) -> SealingKey:
    """Return the key that devices seal to. Raises SealingKeysFaulty."""
    return read_keys(folder)[-1]


def find_key(keys: Sequence[SealingKey], key_id: str) -> SealingKey | None:
    """Return the key with an id."""
    return next((key for key in keys if key.id == key_id), None)


def _read(path: Path) -> SealingKey:
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        key = SealingKey(stored["id"], date.fromisoformat(stored["made_on"]), stored["private"])
        fits = key.id == _id_of(_private_key(key.secret))
    except (ValueError, KeyError, TypeError) as error:
        raise SealingKeysFaulty(f"{path} does not hold a sealing key") from error
    if not fits:
        raise SealingKeysFaulty(f"{path}: the key is not the one its id speaks of")
    return key


def _write(folder: Path, number: int, today: date) -> bool:
    """Write a fresh key under a number; false where another process was quicker."""
    private = ec.generate_private_key(ec.SECP256R1())
    secret = private.private_numbers().private_value.to_bytes(_PRIVATE_BYTES).hex()
    stored = {"id": _id_of(private), "made_on": today.isoformat(), "private": secret}
    draft = folder / f"draft.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(stored, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, folder / f"{number:04}.json")
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


@lru_cache(maxsize=64)
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(bytes.fromhex(secret)), ec.SECP256R1())


def _id_of(private: ec.EllipticCurvePrivateKey) -> str:
    return sha256(_point(private)).hexdigest()[:ID_LENGTH]


def _point(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
