"""Reads a postcode as people type it, so that it can be turned into a ward and then forgotten."""

import re
import unicodedata
from itertools import product

#: Postcode areas of two letters in the United Kingdom, the Channel Islands and the Isle of Man (Royal Mail).
_TWO_LETTER_AREAS = (
    "AB|AL|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|"
    "EC|EH|EN|EX|FK|FY|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|"
    "LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|"
    "ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)

#: Letter positions as in BS 7666 and Royal Mail's guide for programmers: no C I K M O V in the last two; a
#: letter after the district number only in inner London; no district number begins with 0, and 0 itself
#: stands only after two letters.
_DISTRICT = (
    rf"(?:(?:[BEGLMNSW]|{_TWO_LETTER_AREAS})[1-9][0-9]?"
    rf"|(?:{_TWO_LETTER_AREAS})0"
    r"|[ENW][1-9][ABCDEFGHJKPSTUW]"
    r"|(?:EC|NW|SE|SW|WC)[1-9][ABEHMNPRVWXY])"
)
_POSTCODE = re.compile(_DISTRICT + r"[0-9][ABD-HJLNP-UW-Z]{2}")
_POSTCODE_DISTRICT = re.compile(_DISTRICT)
_PARTED_DIGITS = re.compile(r"\d\s+\S")
#: characters; typed longer than this, it is not a postcode but a sentence
_LONGEST_TYPED = 40
_LOOK_ALIKES = {"O": "O0", "0": "O0", "I": "I1", "1": "I1"}


def parse_postcode(text: str) -> str | None:
    """Return a full unit postcode in its plain form, `NG72AB`, or None when the text is not one.

    Case, spaces and invisible marks do not matter, nor do full-width letters and the digits of other scripts.
    O and 0, I and 1 may stand for each other where only one reading is a postcode. Part of a postcode
    (`NG7`, `NG7 2`) is None: it is not enough to know the ward. Whether the postcode exists is not looked at.
    """
    if len(text) > _LONGEST_TYPED:
        return None
    plain = _plain(text)
    if plain is None or not 5 <= len(plain) <= 7:  # noqa: PLR2004 - the shortest and longest unit postcodes
        return None
    if _POSTCODE.fullmatch(plain):
        return plain
    readings = {"".join(r) for r in product(*(_LOOK_ALIKES.get(c, c) for c in plain))}
    possible = [reading for reading in readings if _POSTCODE.fullmatch(reading)]
    return possible[0] if len(possible) == 1 else None


def parse_postcode_district(text: str) -> str | None:
    """Return the first half of a postcode in its plain form, `NG7`, or None when the text is not just that.

    `NG1 1` is None: it can be the sector as well as a slip for NG11.
    """
    is_parted = _PARTED_DIGITS.search(text.strip()) is not None
    plain = _plain(text) if len(text) <= _LONGEST_TYPED and not is_parted else None
    return plain if plain and _POSTCODE_DISTRICT.fullmatch(plain) else None


def _plain(text: str) -> str | None:
    if text.isascii() and text.isalnum():
        return text.upper()
    kept: list[str] = []
    for character in unicodedata.normalize("NFKC", text):
        if character.isascii() and character.isalnum():
            kept.append(character.upper())
        elif character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif not character.isspace() and unicodedata.category(character) != "Cf":
            return None
    return "".join(kept)
