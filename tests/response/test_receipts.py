"""Receipts: made from the response id alone, the same everywhere, and never the serial of a form."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engage.response.codes import ALPHABET
from engage.response.receipts import read_receipt, receipt_key, receipt_of, tombstone_of
from engage.response.serials import make_serial, read_serial, response_id_of

KNOWN = UUID("6a6ad1d9-3b7c-4c26-9a55-4d4f2d1a7f10")


def test_a_receipt_is_the_same_wherever_it_is_made() -> None:
    assert receipt_of(KNOWN) == receipt_of(UUID(str(KNOWN))) == "YJN3-KT4M-DNQV"
    assert receipt_of(UUID(int=0)) == "R3QC-VMRR-RMNM"


@given(st.uuids())
def test_a_receipt_is_read_however_it_is_typed(response_id: UUID) -> None:
    receipt = receipt_of(response_id)
    assert len(receipt) == 14
    plain = receipt.replace("-", "")
    for typed in (receipt, plain, plain.lower(), " ".join(plain), receipt.lower().replace("-", " "), f" {receipt}\r\n"):
        assert read_receipt(typed) == receipt


def test_no_slip_in_a_receipt_gives_another() -> None:
    receipt = receipt_of(KNOWN).replace("-", "")
    for at, sign in enumerate(receipt):
        slips = [receipt[:at] + other + receipt[at + 1 :] for other in ALPHABET if other != sign]
        assert {read_receipt(slip) for slip in slips} == {None}
    assert read_receipt(receipt[:-1]) is None
    assert read_receipt("") is None


def test_receipts_of_many_responses_differ() -> None:
    assert len({receipt_of(uuid4()) for _ in range(2000)}) == 2000


def test_a_receipt_is_never_a_serial() -> None:
    for number in range(500):
        serial = make_serial(lambda below, number=number: number % below)  # type: ignore[misc]
        receipt = receipt_of(response_id_of(serial))
        assert read_serial(receipt) is None
        assert read_receipt(serial) is None
        assert serial not in receipt.replace("-", "")


def test_what_is_stored_of_a_receipt_depends_on_the_key() -> None:
    receipt = receipt_of(KNOWN)
    assert receipt_key(receipt, b"a" * 32) == receipt_key(receipt, b"a" * 32)
    assert receipt_key(receipt, b"a" * 32) != receipt_key(receipt, b"b" * 32)
    assert receipt_key(receipt, b"a" * 32) != receipt_key(receipt_of(uuid4()), b"a" * 32)
    assert len(receipt_key(receipt, b"a" * 32)) == 64


def test_a_tombstone_names_the_response_and_nothing_else() -> None:
    assert tombstone_of(KNOWN) == tombstone_of(UUID(str(KNOWN)))
    assert tombstone_of(KNOWN) != tombstone_of(uuid4())
    assert str(KNOWN).replace("-", "") not in tombstone_of(KNOWN)
    assert receipt_of(KNOWN).replace("-", "").lower() not in tombstone_of(KNOWN)


@pytest.mark.parametrize("typed", ["0000-0000-0000", "é" * 12, "٢" * 12, "2" * 5000])
def test_what_cannot_be_a_receipt_is_none(typed: str) -> None:
    assert read_receipt(typed) is None
