"""Finds what follows a pattern in what people write: telephone numbers, e-mail, postcodes, addresses, cars and more."""

import re
from collections.abc import Callable, Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from engage.response.folding import fold
from engage.response.masking.lists import section, shipped_lists

#: Where something was found, and of which kind it is.
Found = tuple[int, int, str]

#: Digits of a whole telephone number; ITU-T E.164 has at most 15.
_LEAST_DIGITS, _MOST_DIGITS = 9, 15
#: Nobody who may answer was born later; older full dates are dates of birth.
_LAST_BIRTH = 2015

_I = re.IGNORECASE
_DOMAIN = r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|live|aol|msn|btinternet|sky|proton(?:mail)?|mail|ymail)"
_EMAIL = (
    re.compile(r"[\w.+%'-]+\s?@\s?[\w-]+(?:\s?\.\s?[a-z]{2,})+|[\w.+%'-]+@[\w.-]+", _I),
    re.compile(
        r"[\w.+-]+\s*[(\[]?\s*\bat\b\s*[)\]]?\s*(?:[\w-]+\s*[(\[]?\s*(?:\bdot\b|\.)\s*[)\]]?\s*){1,3}(?:com|co|net|org|ac|uk)\b"
        r"(?:\s*(?:\bdot\b|\.)\s*uk\b)?",
        _I,
    ),
    re.compile(rf"[\w.+-]*[\d._][\w.+-]*\s+at\s+{_DOMAIN}\b", _I),
)
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+(?:com|me|gg|net|org|co\.uk|tv|ly)/\S+", _I)
_NUMBER_WORD = r"(?:zero|nought|oh?|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_PHONE = (
    re.compile(r"(?<![\w.])(?:(?:\+|00)\s?)?\(?\d(?:[\s().\-/]{0,3}\d){8,14}(?!\w)"),
    re.compile(rf"\b{_NUMBER_WORD}(?:[\s,.-]+{_NUMBER_WORD}){{6,}}\b", _I),
)
_CALLED = re.compile(
    r"\b(?:call|ring|rang|text|phone|tel|telephone|number|no|mob|mobile|whats ?app|fax)\b\W{0,3}(?:[a-z']+\W+){0,4}?"
    r"(?P<it>\d(?:[ -]?\d){5,7})(?!\w)",
    _I,
)
_POSTCODE = (
    re.compile(r"(?<![^\W_])[A-Z]{1,2}\d[A-Z\d]?\s{0,2}[-.]?\s?[\dO][ABD-HJLNP-UW-Z]{2}(?![^\W_])", _I),
    re.compile(r"(?<!\w)(?:NG|LE|DE|DN|LN|PE|CV|S)\d{1,2}\s\d(?!\w)(?!\s?(?:am|pm|to|or|and|of|-))"),
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?(?P<y1>\d{{2,4}})|\d{{4}}-\d\d-\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s(?P<y2>\d{{4}}))?"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s(?P<y3>\d{{4}}))?)"
)
_BIRTH = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born|birthday|b-?day|birth ?date)\b[^\n!?]{{0,20}}?(?P<it>{_DATE})(?!\w)", _I
)
_FULL_DATE = re.compile(rf"(?<!\w){_DATE}(?!\w)", _I)
_CAR = (
    re.compile(r"(?<!\w)[A-Z]{2}\d{2}\s?[A-Z]{3}(?!\w)"),
    re.compile(r"(?<!\w)[a-z]{2}\d{2}[a-z]{3}(?!\w)"),
    re.compile(r"(?<!\w)[A-HJ-NPR-TV-Y]\d{1,3}\s?[A-Z]{3}(?!\w)"),
    re.compile(
        r"\b(?:reg|plates?|registration|vrm|car|van|bike|moped)\b[^\n.!?]{0,25}?\b(?P<it>[a-z]{2}\d{2}\s?[a-z]{3}"
        r"|[a-z]\d{1,3}\s?[a-z]{3}|[a-z]{3}\s?\d{1,4}[a-z]?)(?!\w)",
        _I,
    ),
)
_SERVICE = (
    r"(?:snap(?:chat)?|insta(?:gram)?|ig|tik ?tok|twitter|discord|telegram|fb|facebook|kik|xbox|psn|ps ?[45]|gamertag"
    r"|roblox|steam|twitch|you ?tube|user ?name|handle|sc)"
)
_ACCOUNT = (
    re.compile(r"(?<![\w.])@\w[\w.]{1,30}"),
    re.compile(
        rf"\b{_SERVICE}\b\W{{0,3}}(?:(?:it|is|its|name|user|username|handle|account|id|add|me|him|her|called|as|on|under)\W{{1,3}})"
        r"{0,4}(?P<it>[a-z][\w.]*[\d_.][\w.]*\w)",
        _I,
    ),
    re.compile(r"(?<![\w@/])[a-z]+\w*_\w+", _I),
)
_NAMED_ACCOUNT = re.compile(
    rf"\b{_SERVICE}\s(?:(?:user)?name|handle|account\s)?(?:is\s|:\s?|=\s?)(?P<it>[a-z]{{4,}})\b", _I
)
_LETTERS_AND_DIGITS = re.compile(r"(?<![\w@/])(?P<word>[a-z]{4,})\d{2,}(?!\w)", _I)
_NUMBER = re.compile(
    r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)|(?<![\w£$€.,])\d{6,}(?!\w)", _I
)

_STREET = (
    r"(?:road|rd|street|st|avenue|ave|lane|ln|close|drive|dr|crescent|cres|gardens|gdns|grove|terrace|boulevard|mews)"
)
#: Words that are streets where they are written large, or behind something written large.
_LOOSE_STREET = r"(?:Way|Walk|Court|Ct|Place|Rise|Hill|Square|Sq|View|House|Row|Park|Green|Lodge|Towers?|Heights|Cl|Pl)"
_HOUSE = r"(?:(?:flat|apartment|apt|unit|room|house)\s\w{1,4},?\s(?:at\s)?)?(?:no\.?\s?|number\s)?"
_ADDRESS = (
    re.compile(
        rf"\b{_HOUSE}(?P<house>\d{{1,4}}[a-z]?)(?:\s?[-/]\s?\d{{1,4}})?,?\s(?P<middle>(?:[a-z'.]+\s){{1,3}}){_STREET}\b",
        _I,
    ),
    re.compile(
        rf"\b(?i:{_HOUSE})(?P<house>\d{{1,4}}[a-z]?),?\s(?P<middle>(?:[A-Z][\w']+\s){{1,3}}){_LOOSE_STREET}\b",
    ),
    re.compile(
        rf"\b(?:flat|apartment|apt|unit)\s\d{{1,4}}[a-z]?,?\s(?P<middle>(?:[a-z']+\s){{1,3}})(?:{_STREET}|{_LOOSE_STREET})\b",
        _I,
    ),
)
#: What is counted, and so follows a number that is no house's.
_COUNTED = section("counted")


def details_in(text: str) -> Iterator[Found]:
    """Yield what follows a pattern in a plain text, the kinds that swallow others first."""
    for find in _FINDERS:
        yield from find(text)


def _emails(text: str) -> Iterator[Found]:
    yield from _all(_EMAIL, text, "email")


def _links(text: str) -> Iterator[Found]:
    yield from _all((_LINK,), text, "link")


def _postcodes(text: str) -> Iterator[Found]:
    yield from _all(_POSTCODE, text, "postcode")


def _births(text: str) -> Iterator[Found]:
    yield from _all((_BIRTH,), text, "birth")
    for match in _FULL_DATE.finditer(text):
        year = next((match[name] for name in ("y1", "y2", "y3") if match[name]), "")
        year = year or (match[0][:4] if match[0][:4].isdigit() else "")
        if len(year) == 4 and int(year) <= _LAST_BIRTH:  # noqa: PLR2004 - a year in full
            yield *match.span(), "birth"


def _cars(text: str) -> Iterator[Found]:
    yield from _all(_CAR, text, "car")


def _phones(text: str) -> Iterator[Found]:
    for match in _PHONE[0].finditer(text):
        digits = [sign for sign in match[0] if sign.isdigit()]
        if _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS:
            yield *match.span(), "phone"
    yield from _all((_PHONE[1],), text, "phone")
    if any(sign.isdigit() for sign in text):
        for found in PhoneNumberMatcher(text, "GB", leniency=Leniency.POSSIBLE):
            if sum(sign.isdigit() for sign in found.raw_string) >= _LEAST_DIGITS:
                yield found.start, found.end, "phone"
    for match in _CALLED.finditer(text):
        if not match["it"].replace(" ", "").startswith(("0800", "0808", "116123")):
            yield *match.span("it"), "phone"


def _accounts(text: str) -> Iterator[Found]:
    yield from _all(_ACCOUNT, text, "account")
    lists = shipped_lists()
    for match in _NAMED_ACCOUNT.finditer(text):
        if not lists.is_english(fold(match["it"])):
            yield *match.span("it"), "account"
    for match in _LETTERS_AND_DIGITS.finditer(text):
        if not lists.is_english(fold(match["word"])):
            yield *match.span(), "account"


def _addresses(text: str) -> Iterator[Found]:
    for pattern in _ADDRESS:
        for match in pattern.finditer(text):
            if not _COUNTED & {fold(word) for word in match["middle"].split()}:
                yield *match.span(), "address"


def _numbers(text: str) -> Iterator[Found]:
    yield from _all((_NUMBER,), text, "number")


def _all(patterns: tuple[re.Pattern[str], ...], text: str, kind: str) -> Iterator[Found]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield *match.span("it" if "it" in pattern.groupindex else 0), kind


_FINDERS: tuple[Callable[[str], Iterator[Found]], ...] = (
    _emails,
    _links,
    _postcodes,
    _births,
    _phones,
    _cars,
    _addresses,
    _accounts,
    _numbers,
)
