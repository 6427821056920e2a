"""A device that seals answers, as the pages' script does it; and the vectors that the standard's authors published."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any
from uuid import uuid4

import cryptography_vectors
from cryptography.hazmat.primitives.asymmetric import ec

from engage.sealing import ENC_BYTES, INFO, SUITE, SealingKey, current_key
from engage.storage.instance import Instance

#: Bytes to a multiple of which the script fills answers up.
PADDED_TO = 512


def seal(key: SealingKey, plain: bytes) -> dict[str, Any]:
    """Return a bundle with these bytes inside."""
    point = urlsafe_b64decode(key.public_key + "=" * (-len(key.public_key) % 4))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    sealed = SUITE.encrypt(plain, public, INFO)
    return {
        "id": uuid4().hex,
        "key": key.id,
        "enc": encoded(sealed[:ENC_BYTES]),
        "ciphertext": encoded(sealed[ENC_BYTES:]),
    }


def sealed_for(instance: Instance, document: object) -> dict[str, Any]:
    """Return a bundle with a submission inside, sealed to the instance's key and padded."""
    text = json.dumps(document).encode()
    return seal(current_key(instance.settings.sealing_keys), text.ljust(-(-len(text) // PADDED_TO) * PADDED_TO))


def encoded(plain: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def published_vector() -> dict[str, Any]:
    """Return the published set of base mode with P-256, HKDF-SHA256 and AES-256-GCM."""
    folder = Path(cryptography_vectors.__file__).parent / "HPKE"
    vectors = json.loads((folder / "test-vectors.json").read_text(encoding="ascii"))
    ours = {"mode": 0, "kem_id": 0x10, "kdf_id": 1, "aead_id": 2}
    (found,) = (vector for vector in vectors if ours.items() <= vector.items())
    return dict(found)
