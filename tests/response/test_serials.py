"""Serials and page codes: read back as they were made, and never taken for another when damaged."""

import random
from uuid import UUID

import pytest

from engage.response.codes import ALPHABET
from engage.response.serials import make_serial, page_code, read_page_code, read_serial, response_id_of, spoken

SERIALS = [make_serial(random.Random(seed).randrange) for seed in range(25)]
#: Signs a scanner or a QR code in upper case may bring.
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@pytest.mark.parametrize("serial", SERIALS)
def test_a_serial_is_read_however_it_is_typed(serial: str) -> None:
    assert len(serial) == 9
    assert spoken(serial) == f"{serial[:3]}-{serial[3:6]}-{serial[6:]}"
    for typed in (serial, serial.lower(), spoken(serial), spoken(serial).lower().replace("-", " "), f" {serial} "):
        assert read_serial(typed) == serial


@pytest.mark.parametrize("serial", SERIALS)
def test_no_slip_in_a_serial_gives_another(serial: str) -> None:
    for at, sign in enumerate(serial):
        slips = [serial[:at] + other + serial[at + 1 :] for other in ALPHABET if other != sign]
        assert {read_serial(slip) for slip in slips} == {None}


def test_every_random_number_is_used() -> None:
    asked: list[int] = []

    def below(limit: int) -> int:
        asked.append(limit)
        return limit - 1

    assert make_serial(below)[:8] == "Y" * 8
    assert asked == [23] * 8


def test_every_copy_of_a_form_has_one_response_id() -> None:
    ids = {response_id_of(serial) for serial in SERIALS}
    assert len(ids) == len(SERIALS)
    assert response_id_of(SERIALS[0]) == response_id_of(SERIALS[0])
    assert {response_id.version for response_id in ids} == {5}
    assert response_id_of("222222222") == UUID("cb20ca29-ab3c-5047-9c3b-e60bc5feb03b")


@pytest.mark.parametrize("page", [1, 2, 10, 99])
def test_a_page_code_is_read_back(page: int) -> None:
    for serial in SERIALS:
        code = page_code(serial, page)
        assert len(code) == 14
        assert code == code.upper()
        assert code.isascii()
        assert read_page_code(code) == (serial, page)


@pytest.mark.parametrize("serial", SERIALS[:8])
@pytest.mark.parametrize("page", [1, 12, 99])
def test_a_page_code_with_any_one_sign_changed_is_no_page_code(serial: str, page: int) -> None:
    code = page_code(serial, page)
    for at, sign in enumerate(code):
        for other in (*SIGNS, sign.lower(), "é", "\x00", "٣"):
            if other != sign:
                assert read_page_code(code[:at] + other + code[at + 1 :]) is None
        assert read_page_code(code[:at] + code[at + 1 :]) is None
        assert read_page_code(code[:at] + "2" + code[at:]) is None


@pytest.mark.parametrize("page", [0, 100, -1])
def test_a_page_that_cannot_be_printed_has_no_code(page: int) -> None:
    with pytest.raises(ValueError, match="page"):
        page_code(SERIALS[0], page)


@pytest.mark.parametrize("text", ["", "E1", "https://example.org/f/234679CDF", "E1" + "0" * 12, "e" * 14])
def test_any_other_code_is_no_page_code(text: str) -> None:
    assert read_page_code(text) is None


def test_a_serial_that_only_becomes_one_when_read_kindly_is_no_page_code() -> None:
    code = page_code(SERIALS[0], 1)
    for kinder in (code.lower(), code[:2] + code[2:].lower(), code[:2] + " " + code[3:], code[:2] + "ﬀ" + code[3:]):
        assert read_page_code(kinder) is None


def test_page_nought_is_no_page_even_with_a_right_check() -> None:
    serial = SERIALS[0]
    assert [sign for sign in ALPHABET if read_page_code(f"E1{serial}00{sign}")] == []
