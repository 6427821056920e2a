"""The people of the demo: age, channel, language, style, help, the place they tell about and who they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from engage.demo.backgrounds import draw_background
from engage.demo.chance import one_of
from engage.demo.places import CITY, Place, home_of_visitor
from engage.questionnaire.model import AGE_FOLD, HOME_ELSEWHERE, Facts, Questionnaire
from engage.questionnaire.routing import asked_questions

#: How people answer: shares of a wave.
CHANNELS: Mapping[str, float] = {
    "web": 55,
    "outreach": 17,
    "paper_keyed": 13,
    "paper_read": 3,
    "sms": 9,
    "phone": 3,
}
ON_PAPER = ("paper_keyed", "paper_read")
#: Share who answer in another language than the survey's first, by channel, and in which.
OTHER_LANGUAGE = {"web": 0.05, "outreach": 0.16, "paper_keyed": 0.14, "paper_read": 0.1, "sms": 0.04, "phone": 0.15}
OTHER_LANGUAGES: Mapping[str, float] = {"so": 3, "pl": 3, "ar": 2, "ur": 2}
#: Ages: many of 13 to 24, nobody under 13; and how many times more often the older half answers by channel.
AGES: Mapping[str, float] = {
    "13-15": 15,
    "16-17": 14,
    "18-24": 20,
    "25-34": 15,
    "35-49": 15,
    "50-64": 11,
    "65+": 7,
    "pns": 3,
}
OLDER = ("35-49", "50-64", "65+")
OLDER_BY = {"paper_keyed": 2.2, "paper_read": 2.2, "phone": 3.5, "sms": 0.5, "outreach": 0.6}
YOUNG = ("13-15", "16-17")
#: Shares who are helped, by channel and helper; the others answer alone.
HELP: Mapping[str, Mapping[str, float]] = {
    "web": {"family": 0.03, "friend": 0.02},
    "outreach": {"ambassador": 0.35, "friend": 0.06},
    "paper_keyed": {"ambassador": 0.12, "family": 0.06},
    "paper_read": {"ambassador": 0.12, "family": 0.06},
    "phone": {"ambassador": 0.5},
}
#: Share helped by an interpreter among those who answer in another language.
INTERPRETED = {"outreach": 0.3, "phone": 0.6, "paper_keyed": 0.1}
#: Shares who answer easy read and large print, and how many times more at 65 and over.
EASY_READ, LARGE_PRINT = 0.13, 0.06
LARGE_PRINT_OLDER = 3
#: What the area is to people: shares of those who live there and do this too, and weights among the others.
LIVES_THERE = 0.64
ALSO = {"study_work": 0.3, "spend_time": 0.35, "pass_through": 0.06}
NOT_LIVING: Mapping[str, float] = {"study_work": 4, "spend_time": 4.5, "pass_through": 2}
#: Share with a long-standing condition by age band, and of the young and easy-read readers with support needs.
CONDITIONS = {"18-24": 0.16, "25-34": 0.16, "35-49": 0.2, "50-64": 0.33, "65+": 0.48}
SUPPORT_NEEDS, SUPPORT_NEEDS_EASY_READ = 0.12, 0.6
REDUCES: Mapping[str, float] = {"a_lot": 3, "a_little": 5, "not_at_all": 2}
GENDERS: Mapping[str, float] = {"female": 54, "male": 44, "another_way": 2}


@dataclass(frozen=True)
class Fieldwork:
    """What all people of a wave share: the questions, the ground and the forms that were printed."""

    questionnaire: Questionnaire
    places: tuple[Place, ...]
    #: Codes of the districts somebody may live in.
    districts: tuple[str, ...]
    #: (language, style) of the printed forms.
    printed: Collection[tuple[str, str]]


@dataclass(frozen=True)
class Person:
    """Somebody who answers; `traits` is what they would say about themselves, by question id."""

    facts: Facts
    place: Place
    #: Only of those who are asked for it.
    home_district: str | None
    #: How safe they feel in general, in standard deviations.
    comfort: float
    #: What leanings go by: "female", "under 18", "65 and over", "not white", "in the city".
    kinds: tuple[str, ...]
    traits: Mapping[str, Any]


def draw_person(rng: Random, fieldwork: Fieldwork, place: Place) -> Person:
    """Draw somebody who tells about a place."""
    channel = one_of(rng, CHANNELS)
    language = _language(rng, fieldwork.questionnaire, channel, place)
    age_band = one_of(rng, {band: share * _older_by(band, channel) for band, share in AGES.items()})
    style = _style(rng, channel, age_band)
    if channel in ON_PAPER and (language, style) not in fieldwork.printed:
        style = "standard"
        if (language, style) not in fieldwork.printed:
            language = fieldwork.questionnaire.default_language
    facts = Facts(
        channel=channel,
        language=language,
        style=style,
        assisted=_assisted(rng, fieldwork.questionnaire, channel, language),
        age_band=AGE_FOLD.get(age_band, "25+") if channel == "sms" else age_band,
    )
    return _with_life(rng, fieldwork, place, facts)


def _with_life(rng: Random, fieldwork: Fieldwork, place: Place, facts: Facts) -> Person:
    """Draw what the area is to somebody, where they live and who they are."""
    lives_there = rng.random() < LIVES_THERE
    home = place.district if lives_there else home_of_visitor(rng, place, fieldwork.districts)
    facts = _with_relation(rng, fieldwork.questionnaire, facts, lives_there=lives_there)
    asks_home = any(q.id == "home_district" for q in asked_questions(fieldwork.questionnaire, facts, {}))
    traits = _traits(rng, facts, None if home == HOME_ELSEWHERE else home)
    return Person(
        facts=facts,
        place=place,
        home_district=home if asks_home else None,
        comfort=rng.gauss(0, 0.8) + place.safety,
        kinds=_kinds(facts, place, traits),
        traits=traits,
    )


def _language(rng: Random, questionnaire: Questionnaire, channel: str, place: Place) -> str:
    offered = {tag: weight for tag, weight in OTHER_LANGUAGES.items() if questionnaire.language(tag)}
    share = OTHER_LANGUAGE[channel] * (1.3 if place.district == CITY else 0.7)
    return one_of(rng, offered) if offered and rng.random() < share else questionnaire.default_language


def _older_by(age_band: str, channel: str) -> float:
    return OLDER_BY.get(channel, 1.0) if age_band in OLDER else 1.0


def _style(rng: Random, channel: str, age_band: str) -> str:
    if channel in ("sms", "phone"):
        return "standard"
    large = LARGE_PRINT * (LARGE_PRINT_OLDER if age_band == "65+" else 1)
    return one_of(rng, {"easy_read": EASY_READ, "large_print": large, "standard": 1 - EASY_READ - large})


def _assisted(rng: Random, questionnaire: Questionnaire, channel: str, language: str) -> str:
    other_language = language != questionnaire.default_language
    if other_language and rng.random() < INTERPRETED.get(channel, 0.0):
        return "interpreter"
    helpers = HELP.get(channel, {})
    return one_of(rng, {**helpers, "none": 1 - sum(helpers.values())})


def _with_relation(rng: Random, questionnaire: Questionnaire, facts: Facts, *, lives_there: bool) -> Facts:
    asked = next((q for q in asked_questions(questionnaire, facts, {}) if q.id == "area_relation"), None)
    if asked is None:
        return facts
    said = {"live"} if lives_there else {one_of(rng, NOT_LIVING)}
    said |= {relation for relation, share in ALSO.items() if rng.random() < share}
    relation = tuple(option.code for option in asked.options if option.code in said)
    return replace(facts, area_relation=relation)


def _traits(rng: Random, facts: Facts, district: str | None) -> dict[str, Any]:
    background = draw_background(rng, district, facts.language)
    needs = SUPPORT_NEEDS_EASY_READ if facts.style == "easy_read" else SUPPORT_NEEDS
    condition = CONDITIONS.get(facts.age_band or "", SUPPORT_NEEDS)
    return {
        "gender": one_of(rng, GENDERS),
        "ethnic_group": background.group,
        f"ethnic_{background.group}": background.box,
        "communities": list(background.communities),
        "condition": "yes" if rng.random() < condition else "no",
        "condition_reduces": one_of(rng, REDUCES),
        "support_needs": "yes" if rng.random() < needs else "no",
    }


def _kinds(facts: Facts, place: Place, traits: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = {
        "female": traits["gender"] == "female",
        "under 18": facts.age_band in YOUNG,
        "65 and over": facts.age_band == "65+",
        "not white": traits["ethnic_group"] != "white",
        "in the city": place.district == CITY,
    }
    return tuple(kind for kind, is_one in kinds.items() if is_one)
