"""Who lives where in the demo: ethnic groups by district, communities within them, and languages spoken."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from engage.demo.chance import one_of
from engage.demo.places import CITY

#: Per mille of residents by ethnic group, rounded from the Census 2021 (Office for National Statistics, ethnic
#: group by local authority, licensed under the Open Government Licence v3.0).
GROUPS_BY_DISTRICT: Mapping[str, Mapping[str, float]] = {
    "E06000018": {"asian": 149, "black": 100, "mixed": 59, "other": 33, "white": 659},
    "E07000170": {"asian": 16, "black": 12, "mixed": 16, "other": 4, "white": 951},
    "E07000171": {"asian": 12, "black": 6, "mixed": 12, "other": 5, "white": 964},
    "E07000172": {"asian": 55, "black": 17, "mixed": 25, "other": 13, "white": 889},
    "E07000173": {"asian": 39, "black": 23, "mixed": 35, "other": 9, "white": 895},
    "E07000174": {"asian": 20, "black": 11, "mixed": 14, "other": 7, "white": 948},
    "E07000175": {"asian": 11, "black": 7, "mixed": 15, "other": 4, "white": 963},
    "E07000176": {"asian": 57, "black": 9, "mixed": 28, "other": 9, "white": 897},
}
#: How much more of the other groups answer than live there: communities were asked through people they know.
REACHED = 1.4
#: Percent of each group by box of the census question in Nottingham, rounded from the same source; smaller
#: boxes are given one percent.
BOXES: Mapping[str, Mapping[str, float]] = {
    "asian": {"pakistani": 45, "indian": 24, "other_asian": 18, "chinese": 9, "bangladeshi": 5},
    "black": {"african": 58, "caribbean": 29, "other_black": 13},
    "mixed": {"white_black_caribbean": 53, "white_asian": 18, "other_mixed": 18, "white_black_african": 11},
    "white": {"british": 87, "other_white": 11, "irish": 1, "roma": 1, "gypsy_traveller": 1},
    "other": {"any_other": 66, "arab": 34},
}
#: The same outside the city where it differs much.
BOXES_IN_THE_COUNTY: Mapping[str, Mapping[str, float]] = {
    "asian": {"indian": 42, "pakistani": 20, "other_asian": 18, "chinese": 16, "bangladeshi": 4},
    "white": {"british": 95, "other_white": 4, "irish": 1, "gypsy_traveller": 1},
}
#: Census box → community → share of those in the box who feel part of it; made up.
COMMUNITIES: Mapping[str, Mapping[str, float]] = {
    "african": {"somali": 0.28, "eritrean": 0.14, "sudanese": 0.14, "malawian": 0.06},
    "arab": {"sudanese": 0.25, "kurdish": 0.1},
    "any_other": {"kurdish": 0.35, "iranian": 0.2, "afghan": 0.15},
    "other_asian": {"afghan": 0.3, "iranian": 0.12, "kurdish": 0.06},
    "pakistani": {"pakistani": 0.75},
    "chinese": {"chinese": 0.8},
    "other_white": {"polish": 0.38, "romanian": 0.2, "lithuanian": 0.12, "latvian": 0.1, "roma": 0.03},
    "roma": {"roma": 0.85, "romanian": 0.2},
    "gypsy_traveller": {"gypsy_traveller": 0.85},
}
#: Language answered in → group, box and community of most who answer in it.
SPEAKERS: Mapping[str, tuple[str, str, str]] = {
    "so": ("black", "african", "somali"),
    "pl": ("white", "other_white", "polish"),
    "ur": ("asian", "pakistani", "pakistani"),
    "ar": ("other", "arab", "sudanese"),
}
#: Share of Arabic speakers of that community; of the others nearly all are.
OF_THE_COMMUNITY = {"ar": 0.35}
#: Communities people name in their own words, and the share of adults who do.
NAMED_BY_PEOPLE = ("Ukrainian", "Deaf community", "LGBT+", "Students", "Our church", "Football", "Hong Kong")
NAMES_OWN = 0.05


@dataclass(frozen=True)
class Background:
    """What somebody would say about their ethnic group and communities."""

    group: str
    box: str
    communities: tuple[Any, ...]


def draw_background(rng: Random, district: str | None, language: str) -> Background:
    """Draw a background that fits the district somebody lives in and the language they answer in."""
    if language in SPEAKERS:
        group, box, community = SPEAKERS[language]
        named = [community] if rng.random() < OF_THE_COMMUNITY.get(language, 0.9) else []
    else:
        shares = GROUPS_BY_DISTRICT.get(district or CITY, GROUPS_BY_DISTRICT["E07000172"])
        group = one_of(rng, {name: share * (1 if name == "white" else REACHED) for name, share in shares.items()})
        boxes = BOXES if district == CITY else {**BOXES, **BOXES_IN_THE_COUNTY}
        box = one_of(rng, boxes[group])
        named = [name for name, share in COMMUNITIES.get(box, {}).items() if rng.random() < share]
    own = [{"other": rng.choice(NAMED_BY_PEOPLE)}] if rng.random() < NAMES_OWN else []
    return Background(group, box, (*named, *own))
