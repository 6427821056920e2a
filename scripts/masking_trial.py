"""Masks made-up English sentences with planted details, and says how many were found and how much was hidden in vain.

Names are planted in three ways: from the list that masking uses; from a third of that list which is taken out of it for
the trial (held out), so that masking has never seen them; and made-up names that are on nobody's list. In each way some
are written in lower case, as people do on phones. A detail counts as found only where nothing of it is left to read.
False alarms are words that were hidden in sentences without any detail in them.
"""

import argparse
import json
import random
import string
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from masking_sentences import PLAIN, TEMPLATES

from engage.response.masking import KINDS, Lists, mask, shipped_lists

#: What has to be found, by kind; of names, all three ways together.
FLOORS = {"phone": 0.98, "email": 0.98, "postcode": 0.98, "name": 0.90}
#: One name in so many is held out.
HELD_OUT = 3
#: Share of names written in lower case.
LOWER_CASE = 0.25
_KINDS_OF_NAMES = ("listed", "held out", "made up")
_STREETS = ("Holly", "Burford", "Wilford", "Elm", "Queens", "Hartley", "Mill", "Station", "Noel", "Church", "Birkin")


#: Ways in which people write numbers, those kept for stories in Britain, and three from elsewhere.
_PHONES = (
    *("07700 900{}", "07700900{}", "07700 900 {}", "077 0090 0{}", "07700-900-{}", "07700.900.{}", "7700 900{}"),
    *("+44 7700 900{}", "+447700900{}", "+44 (0)7700 900{}", "0044 7700 900 {}", "0 7 7 0 0 9 0 0 {1}"),
    *("0115 496 0{}", "(0115) 496 0{}", "0116 496 0{}", "01632 960{}"),
    *("+48 601 234 {}", "+252 61 2345{}", "+40 721 234 {}"),
)


@dataclass(frozen=True)
class Planted:
    """A detail in a sentence: which kind it is, how it was written, and for a name where it came from."""

    kind: str
    words: str
    origin: str


def held_out(lists: Lists) -> tuple[Lists, list[str]]:
    """Return the lists without every third of the names that are no English words, and those names."""
    names = sorted(name for name in lists.names if len(name) > 2 and not lists.is_english(name))  # noqa: PLR2004
    names = [name for name in names if not lists.is_no_name(name)]
    out = names[::HELD_OUT]
    return replace(lists, names=lists.names - set(out)), out


def sentences(
    chance: random.Random, count: int, lists: Lists, out: Sequence[str]
) -> Iterator[tuple[str, list[Planted]]]:
    """Yield sentences with what is planted in each; names in equal parts from the three ways."""
    known = sorted(name for name in lists.names if len(name) > 2 and not lists.is_no_name(name))  # noqa: PLR2004
    for number in range(count):
        template = TEMPLATES[number % len(TEMPLATES)]
        planted: list[Planted] = []
        filled: dict[str, str] = {}
        for _, field, _, _ in string.Formatter().parse(template):
            if field is None:
                continue
            kind = field.rstrip("0123456789")
            one = (
                _name(chance, known, out) if kind in ("name", "fullname") else Planted(kind, _MAKERS[kind](chance), "")
            )
            if kind == "fullname":
                last = _name(chance, known, out, one.origin, is_lower=one.words.islower())
                one = replace(one, words=f"{one.words} {last.words}", kind="name")
            filled[field] = one.words
            planted.append(one)
        yield template.format(**filled), planted


def measure(count: int, seed: int) -> dict[str, object]:
    """Mask a corpus and return what was found, by kind and origin, and the false alarms."""
    chance = random.Random(seed)
    lists, out = held_out(shipped_lists())
    there: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    missed: list[str] = []
    for text, planted in sentences(chance, count, lists, out):
        shown = mask(text, lists=lists).shown
        for one in planted:
            keys = {(one.kind, ""), (one.kind, one.origin), (one.kind, _case(one))}
            there.update(keys)
            if _is_gone(one, shown):
                found.update(keys)
            else:
                missed.append(f"{one.kind} ({one.origin}): {text!r} -> {shown!r}")
    recall = {key: found[key] / there[key] for key in sorted(there)}
    return {
        "sentences": count,
        "seed": seed,
        "recall": {" ".join(filter(None, key)): round(value, 4) for key, value in recall.items()},
        "planted": {" ".join(filter(None, key)): there[key] for key in sorted(there)},
        **_false_alarms(lists),
        "missed": missed,
    }


def _false_alarms(lists: Lists) -> dict[str, object]:
    """Return how often something is hidden where there is no detail, with the lists as they ship and in the trial."""
    alarms = [(text, mask(text).shown) for text in PLAIN]
    hit = [f"{text!r} -> {shown!r}" for text, shown in alarms if "[" in shown]
    words = sum(len(text.split()) for text in PLAIN)
    hidden = sum(part.kind is not None for text in PLAIN for part in mask(text).parts)
    without = sum("[" in mask(text, lists=lists).shown for text in PLAIN)
    return {
        "plain_sentences": len(PLAIN),
        "false_alarm_sentences": round(len(hit) / len(PLAIN), 4),
        "false_alarms_per_1000_words": round(1000 * hidden / words, 2),
        "false_alarm_sentences_without_held_out_names": round(without / len(PLAIN), 4),
        "false_alarms": hit,
    }


def failures(measured: Mapping[str, object]) -> list[str]:
    """Return the kinds of which too few were found."""
    recall = measured["recall"]
    assert isinstance(recall, dict)
    return [f"{kind}: {recall[kind]:.3f} < {floor}" for kind, floor in FLOORS.items() if recall[kind] < floor]


def _is_gone(one: Planted, shown: str) -> bool:
    """Say whether nothing of a detail is left: of a name no word of it, of a number no four signs of it in a row."""
    if one.kind == "name":
        left = {word.strip(".,!?;:\"()'").removesuffix("'s") for word in shown.split()}
        return not left.intersection(one.words.split())
    for marker in KINDS.values():
        shown = shown.replace(marker, "")
    if one.kind == "email":
        who, where = one.words.replace(" at ", "@").replace(" ", "").split("@")
        return who not in shown and where not in shown
    return not any(one.words[at : at + 4] in shown for at in range(max(1, len(one.words) - 3)))


def _case(one: Planted) -> str:
    return "lower case" if one.kind == "name" and one.words.islower() else "as written"


def _name(
    chance: random.Random, known: Sequence[str], out: Sequence[str], origin: str = "", *, is_lower: bool | None = None
) -> Planted:
    origin = origin or chance.choice(_KINDS_OF_NAMES)
    match origin:
        case "listed":
            name = chance.choice(known)
        case "held out":
            name = chance.choice(out)
        case _:
            name = _made_up(chance)
    lower = chance.random() < LOWER_CASE if is_lower is None else is_lower
    return Planted("name", name if lower else name.title(), origin)


def _made_up(chance: random.Random) -> str:
    """Return a name that nobody has, as far as we know."""
    starts, ends = (
        ("br", "k", "z", "t", "sh", "m", "v", "dr", "l", "j", "kh", "n"),
        ("a", "o", "i", "en", "ar", "ek", "un", "iya"),
    )
    middle = "".join(chance.choice("aeiou") + chance.choice("dklmnrstvz") for _ in range(2))
    return chance.choice(starts) + middle + chance.choice(ends)


def _phone(chance: random.Random) -> str:
    last = f"{chance.randrange(1000):03}"
    return chance.choice(_PHONES).format(last, " ".join(last))


def _email(chance: random.Random) -> str:
    who = chance.choice(("amina", "j.smith", "dex_boy", "k-nowak", "a.w", "sunny.k", "youth.club", "mrs.brown"))
    who += chance.choice(("", "99", "07", ".x"))
    where = chance.choice(
        ("gmail.com", "hotmail.co.uk", "outlook.com", "example.org", "icloud.com", "student.ntu.ac.uk", "live.co.uk")
    )
    way = chance.choice(("{}@{}",) * 6 + ("{} @ {}", "{} at {}"))
    return way.format(who, where)


def _postcode(chance: random.Random) -> str:
    outward = chance.choice(
        ("NG7", "NG1", "NG10", "LE2", "LE11", "DN22", "S80", "DE7", "LE3", "NG18", "SW1A", "M1", "B33", "EC1A")
    )
    inward = chance.choice("0123456789") + "".join(chance.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    code = chance.choice(
        (f"{outward} {inward}",) * 3 + (f"{outward}{inward}", f"{outward}  {inward}", f"{outward}-{inward}")
    )
    return chance.choice((code, code, code.lower()))


def _address(chance: random.Random) -> str:
    street = (
        f"{chance.choice(_STREETS)} {chance.choice(('Road', 'Street', 'Avenue', 'Lane', 'Rd', 'St', 'Close', 'Drive'))}"
    )
    house = chance.choice(
        (
            str(chance.randrange(1, 300)),
            f"{chance.randrange(1, 90)}a",
            f"Flat {chance.randrange(1, 20)}, {chance.randrange(1, 90)}",
        )
    )
    address = f"{house} {street}"
    return chance.choice((address, address, address.lower()))


def _account(chance: random.Random) -> str:
    who = chance.choice(("dexyboy", "xx_lil", "queen.z", "kaybee", "ftbl"))
    number = f"{chance.randrange(10, 99)}"
    return chance.choice((f"@{who}", f"@{who}{number}", f"{who}_{number}", f"{who}{number}"))


def _birth(chance: random.Random) -> str:
    day, month, year = chance.randrange(1, 28), chance.randrange(1, 12), chance.randrange(1950, 2012)
    return chance.choice(
        (f"{day}/{month}/{year}", f"{day:02}.{month:02}.{year}", f"{day}th March {year}", f"May {day} {year}")
    )


def _car(chance: random.Random) -> str:
    letters = "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXY") for _ in range(3))
    plate = f"{chance.choice(('FJ', 'YK', 'FN', 'BX', 'LM'))}{chance.randrange(10, 75)}"
    return chance.choice((f"{plate} {letters}", f"{plate}{letters}", f"{plate}{letters}".lower()))


_MAKERS = {
    "phone": _phone,
    "email": _email,
    "postcode": _postcode,
    "address": _address,
    "account": _account,
    "birth": _birth,
    "car": _car,
}


def main() -> int:
    """Measure, print, and say by the exit status whether enough was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--missed", action="store_true", help="print what was missed and hidden in vain")
    options = parser.parse_args()
    measured = measure(options.sentences, options.seed)
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1, ensure_ascii=False), encoding="utf-8")
    for name, value in measured.items():
        match value:
            case dict():
                print(f"{name}:")
                print("\n".join(f"  {key:24} {figure}" for key, figure in value.items()))
            case list() if options.missed:
                print(f"{name}:", *value, sep="\n  ")
            case list():
                print(f"{name}: {len(value)}")
            case _:
                print(f"{name}: {value}")
    faults = failures(measured)
    print("\n".join(faults) if faults else "enough was found")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
