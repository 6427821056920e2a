"""Serials of printed forms, the code on each page, and the response id that every copy of a form shares."""

from collections.abc import Callable
from uuid import UUID, uuid5

from engage.response.codes import ALPHABET, check_character, from_digits, grouped, read_code, with_check

#: Signs, the last one a check.
SERIAL_LENGTH = 9
_PAPER = UUID("c5a8a3c2-9f0b-5a8e-8d53-2f1c2a6f7b11")
_PAGE_MARK = "E1"
_MOST_PAGES = 99
_PAGE_CODE_LENGTH = len(_PAGE_MARK) + SERIAL_LENGTH + 2 + 1


def make_serial(below: Callable[[int], int]) -> str:
    """Return a new serial; `below(n)` gives a random number under n (in use: secrets.randbelow)."""
    return with_check(from_digits([below(len(ALPHABET)) for _ in range(SERIAL_LENGTH - 1)]))


def read_serial(text: str) -> str | None:
    """Return the serial somebody typed or scanned, or None where it cannot be one."""
    return read_code(text, SERIAL_LENGTH)


def spoken(serial: str) -> str:
    """Return the serial in groups of three, as it is printed and read out."""
    return grouped(serial, 3)


def response_id_of(serial: str) -> UUID:
    """Return the id that keyed, scanned and photographed copies of one form share."""
    return uuid5(_PAPER, serial)


def page_code(serial: str, page: int) -> str:
    """Return what the QR code of a page says: 14 upper-case signs, no address, page 1 to 99.

    Short enough for the smallest QR code (21 modules) at error level Q, so its modules print large. Raises
    ValueError for a page that cannot be printed.
    """
    if not 1 <= page <= _MOST_PAGES:
        raise ValueError(f"page {page} is not among 1 to {_MOST_PAGES}")
    body = f"{serial}{page:02d}"
    return f"{_PAGE_MARK}{body}{_page_check(body)}"


def read_page_code(text: str) -> tuple[str, int] | None:
    """Return (serial, page) of a page code, or None for any other code."""
    if len(text) != _PAGE_CODE_LENGTH or not text.startswith(_PAGE_MARK):
        return None
    body, check = text[len(_PAGE_MARK) : -1], text[-1]
    serial, page = body[:SERIAL_LENGTH], body[SERIAL_LENGTH:]
    if read_serial(serial) != serial or not (page.isascii() and page.isdigit()) or page == "00":
        return None
    return (serial, int(page)) if _page_check(body) == check else None


def _page_check(body: str) -> str:
    serial, page = body[:SERIAL_LENGTH], int(body[SERIAL_LENGTH:])
    return check_character(serial + ALPHABET[page // 10] + ALPHABET[page % 10])
