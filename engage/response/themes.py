"""The codebook: the themes by which people's own words are coded, with a starter and the code for none of them.

The starter is the five themes of the qualitative study for the Nottingham City and Nottinghamshire Violence Reduction
Unit (University of Northampton, 2021), in our own words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: The question that codes go out under, as if it had been asked.
THEMES = "own_words_themes"
#: Read, and about none of the themes; alone, never beside one.
NONE_OF_THEM = "something_else"
#: Themes in use at once: one key each, from 1 to 9.
MOST_THEMES = 9
#: Characters of a label and of what a theme is about.
LONGEST_LABEL, LONGEST_ABOUT = 60, 400

_NOT_IN_CODE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Theme:
    """One theme: its code, what coders read on its key, and when to use it."""

    code: str
    label: str
    about: str
    #: No longer offered; codes given with it stand.
    is_retired: bool = False


STARTER = (
    Theme(
        "victims_and_perpetrators",
        "Victims and perpetrators",
        "Who is hurt and who hurts others, and why; being both at once; fear, harm, reporting it or not.",
    ),
    Theme(
        "young_people",
        "Young people",
        "Growing up, peers, school and being put out of it, things to do, being listened to, grown-ups to trust.",
    ),
    Theme(
        "send",
        "SEND",
        "Special educational needs and disabilities: understanding, communication, support that is there or missing.",
    ),
    Theme(
        "culture_and_communities",
        "Culture and emerging communities",
        "Language, faith, generations within a community, newcomers, racism, dealing with things themselves.",
    ),
    Theme(
        "partnerships_and_place",
        "Partnerships, providers and place",
        "Police, council, health, charities and how they work together; streets, lights, transport, city and county.",
    ),
)


def read_codes(given: Sequence[str], codebook: Sequence[Theme]) -> tuple[str, ...] | None:
    """Return the codes a coder gave, in the codebook's order; None where they are no decision.

    A decision is at least one theme that is offered, or that it is about none of them.
    """
    offered = [theme.code for theme in codebook if not theme.is_retired]
    if not given or set(given) - {*offered, NONE_OF_THEM}:
        return None
    if NONE_OF_THEM in given:
        return (NONE_OF_THEM,) if set(given) == {NONE_OF_THEM} else None
    return tuple(code for code in offered if code in given)


def code_of(label: str, taken: Sequence[str]) -> str:
    """Return a code for a new theme, made from its label and unlike every one there is."""
    made = _NOT_IN_CODE.sub("_", label.lower()).strip("_") or "theme"
    known = {*taken, NONE_OF_THEM}
    return next(code for code in (made, *(f"{made}_{number}" for number in range(2, 1000))) if code not in known)
