"""The ground of the demo: how many replies each area gives, and how the people there find it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import fmean

from engage.areas import Area, AreaTree, Level
from engage.demo.chance import one_of, seeded
from engage.questionnaire.model import HOME_ELSEWHERE

#: The district whose wards give most replies: Nottingham.
CITY = "E06000018"
#: Named places in which fieldwork was strong.
TOWNS = (
    "place:hucknall",
    "place:sutton-in-ashfield",
    "place:kirkby-in-ashfield",
    "place:mansfield-town-centre",
    "place:mansfield-west",
    "place:newark",
    "place:worksop",
    "place:retford",
    "place:beeston",
    "place:stapleford",
    "place:arnold",
    "place:carlton",
    "place:netherfield",
    "place:west-bridgford",
)
#: Replies a ward gives in a wave of 6,000, and how unevenly (standard deviation of the logarithm).
CITY_REPLIES, TOWN_REPLIES, OTHER_REPLIES = (95.0, 0.42), (30.0, 0.5), (4.5, 1.1)
#: No ward gives more than this in a wave of 6,000.
MOST_REPLIES = 145.0
#: Replies about a named place, a district and a county, beside each reply about a ward in it; and about no area.
PLACE_SHARE, DISTRICT_SHARE, COUNTY_SHARE, NOWHERE_SHARE = 0.17, 0.11, 0.012, 0.05
#: What differs most between places; `feeling` turns each into factors on answers.
TROUBLES = ("dark", "drugs", "drinking", "traffic", "weapons", "hate")
#: Standard deviation of how safe a place feels, against 1 between its people.
BETWEEN_PLACES = 0.36


@dataclass(frozen=True)
class Place:
    """One area that people tell about; `code` is None for those who name none."""

    code: str | None
    #: Replies in a wave of 6,000.
    replies: float
    district: str | None
    #: How safe it feels, in standard deviations between people; below 0 is less safe than elsewhere.
    safety: float
    #: Trouble → how many times more often it is named than elsewhere.
    troubles: Mapping[str, float]


def places_of(tree: AreaTree, roots: Sequence[str], seed: int, on_date: date) -> tuple[Place, ...]:
    """Return every area of a survey's ground, wards first, with what is made up about each."""
    wards = [ward for root in roots for ward in tree.wards_of(root, on_date=on_date)]
    by_ward = {ward.code: _ward(tree, ward, seed) for ward in wards}
    groups = [
        _group(tree, area, share, by_ward)
        for level, share in (
            (Level.PLACE, PLACE_SHARE),
            (Level.DISTRICT, DISTRICT_SHARE),
            (Level.COUNTY, COUNTY_SHARE),
        )
        for area in tree.at_level(level, on_date=on_date)
        if any(tree.is_within(area.code, root) for root in roots)
    ]
    nowhere = Place(
        None,
        NOWHERE_SHARE * sum(place.replies for place in by_ward.values()),
        None,
        0.0,
        dict.fromkeys(TROUBLES, 1.0),
    )
    return (*by_ward.values(), *groups, nowhere)


def home_of_visitor(rng: Random, place: Place, districts: Sequence[str]) -> str:
    """Draw the district that somebody lives in who does not live in the area they tell about."""
    weights = dict.fromkeys(districts, 1.0)
    weights[CITY] = weights.get(CITY, 0.0) + 3.0
    if place.district is not None:
        weights[place.district] = weights.get(place.district, 0.0) + 9.0
    return one_of(rng, weights | {HOME_ELSEWHERE: 0.8})


def _ward(tree: AreaTree, ward: Area, seed: int) -> Place:
    """Make a ward up; what stands in its neighbours' draws does not move its own."""
    rng = seeded(seed, ward.code)
    named = tree.place_of(ward.code)
    if ward.parent == CITY:
        mean, spread = CITY_REPLIES
    elif named is not None and named.code in TOWNS:
        mean, spread = TOWN_REPLIES
    else:
        mean, spread = OTHER_REPLIES
    replies = min(mean * rng.lognormvariate(0, spread), MOST_REPLIES)
    safety = rng.gauss(-0.15 if ward.parent == CITY else 0.1, BETWEEN_PLACES)
    troubles = {trouble: rng.lognormvariate(-0.3 * safety, 0.5) for trouble in TROUBLES}
    return Place(ward.code, replies, ward.parent, safety, troubles)


def _group(tree: AreaTree, area: Area, share: float, by_ward: Mapping[str, Place]) -> Place:
    inside = [by_ward[ward.code] for ward in tree.wards_of(area.code) if ward.code in by_ward]
    district = tree.district_of(area.code)
    return Place(
        area.code,
        share * sum(place.replies for place in inside),
        district.code if district else None,
        fmean(place.safety for place in inside),
        {trouble: fmean(place.troubles[trouble] for place in inside) for trouble in TROUBLES},
    )
