"""Derives ids, codes and addresses that engage takes from the names that people gave things on a sheet."""

import re
import unicodedata
from collections.abc import Collection

#: Characters of a name and of a survey's address.
LONGEST = 50
_LONGEST_CODE = 20
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def id_from(name: str, taken: Collection[str]) -> str:
    """Return a question's id: `fullName` is `full_name`, `7th-day` is `q_7th_day`; a taken one gets a number."""
    derived = re.sub(r"[^a-z0-9]+", "_", _plain(_CAMEL.sub("_", name))).strip("_")
    return distinct(derived if derived[:1].isalpha() else f"q_{derived}".rstrip("_"), taken)


def code_from(name: str, taken: Collection[str]) -> str:
    """Return an option's code: `Thatta&ShahBunder` is `thatta_shahbunder`."""
    derived = re.sub(r"[^a-z0-9_+-]+", "_", _plain(name)).lstrip("_+-").rstrip("_")
    return distinct(derived or "option", taken)


def slug_from(name: str) -> str:
    """Return a survey's name in commands and addresses: `Spec test` is `spec-test`."""
    derived = re.sub(r"[^a-z0-9]+", "-", _plain(_CAMEL.sub("-", name))).strip("-")
    return (derived if derived[:1].isalpha() else f"survey-{derived}".rstrip("-"))[:LONGEST].rstrip("-")


def public_code_from(slug: str) -> str:
    """Return the code of a survey's public address."""
    return re.sub(r"[^a-z0-9]", "", slug)[:_LONGEST_CODE].ljust(2, "0")


def distinct(name: str, taken: Collection[str]) -> str:
    """Return the name, or with the first number behind it that is free."""
    found, number = name[:LONGEST].rstrip("_"), 2
    while found in taken:
        end = f"_{number}"
        found, number = f"{name[: LONGEST - len(end)].rstrip('_')}{end}", number + 1
    return found


def _plain(name: str) -> str:
    """Return a name in small letters of the Latin alphabet, without accents."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).lower()
