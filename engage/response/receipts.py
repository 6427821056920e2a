"""Receipts: the short code with which somebody can take an answer back, made without asking the server."""

import hashlib
import hmac
from uuid import UUID

from engage.response.codes import from_number, grouped, read_code, with_check

#: Signs, the last one a check; 23 to the 11th is about 50 bits.
RECEIPT_LENGTH = 12


def receipt_of(response_id: UUID) -> str:
    """Return the receipt of a response, such as `7KQM-4RTX-CDF3`.

    Public and always the same, so that a phone without network and a printed form can show it. It does not
    lead back to the response id.
    """
    digest = hashlib.sha256(b"engage receipt " + response_id.bytes).digest()
    return grouped(with_check(from_number(int.from_bytes(digest), RECEIPT_LENGTH - 1)), 4)


def read_receipt(text: str) -> str | None:
    """Return the receipt a person typed, as printed, or None where it cannot be one."""
    code = read_code(text, RECEIPT_LENGTH)
    return grouped(code, 4) if code else None


def receipt_key(receipt: str, key: bytes) -> str:
    """Return what is stored of a receipt: a keyed hash (HMAC-SHA256, hex)."""
    return hmac.new(key, receipt.encode(), hashlib.sha256).hexdigest()


def tombstone_of(response_id: UUID) -> str:
    """Return what stays of an erased response: a hash of its id (SHA-256, hex), so that no retry brings it back."""
    return hashlib.sha256(b"engage tombstone " + response_id.bytes).hexdigest()
