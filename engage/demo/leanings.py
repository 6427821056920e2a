"""What the demo's people lean to: made-up weights, in one place, so that figures look like those of a real wave.

Nothing here was measured. Who is left out of a table leans neither way.
"""

from collections.abc import Mapping

#: Question → how much better (above 0) or worse than on the average question people answer, in standard
#: deviations.
QUESTION_LEANINGS: Mapping[str, float] = {
    "safe_day": 0.55,
    "safe_dark": -0.35,
    "safe_transport": 0.15,
    "safe_school": 0.6,
    "safe_online": 0.1,
    "safe_town_night": -0.55,
    "safe_home": 1.1,
    "trusted_person": 0.7,
    "trust_police": -0.1,
    "belonging": 0.1,
    "good_things_to_do": -0.35,
}
#: Question → how much more (or, below 0, less) the place told about counts; -1 takes it out altogether.
PLACE_COUNTS: Mapping[str, float] = {"safe_online": -1.0, "safe_home": -0.8, "trusted_person": -0.9}
#: (kind of person, question) → the same for these people.
KIND_LEANINGS: Mapping[tuple[str, str], float] = {
    ("female", "safe_dark"): -0.55,
    ("female", "safe_town_night"): -0.6,
    ("female", "safe_transport"): -0.25,
    ("female", "safe_online"): -0.15,
    ("under 18", "safe_online"): -0.15,
    ("under 18", "safe_day"): -0.1,
    ("65 and over", "safe_dark"): -0.25,
    ("65 and over", "belonging"): 0.4,
    ("not white", "trust_police"): -0.4,
    ("not white", "safe_transport"): -0.15,
    ("in the city", "trust_police"): -0.1,
    ("in the city", "good_things_to_do"): 0.2,
}
#: Number of answers on a scale → share of each from best to worst for somebody in the middle.
SHARES: Mapping[int, tuple[float, ...]] = {
    3: (0.5, 0.24, 0.26),
    4: (0.25, 0.4, 0.23, 0.12),
    5: (0.26, 0.35, 0.15, 0.16, 0.08),
}
#: Question → option → weight of a tick; any other option weighs 1.
OPTION_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "unsafe_reasons": {
        "threats": 2.0,
        "followed": 0.9,
        "drugs": 2.4,
        "drinking": 1.3,
        "hate": 0.7,
        "harassment": 0.8,
        "someone_known": 0.2,
        "police_stops": 0.3,
        "weapons": 1.5,
        "robbery": 1.2,
        "fighting": 1.0,
        "online_trouble": 0.5,
        "traffic": 1.4,
        "dark": 2.6,
        "other": 0.3,
    },
    "violence_causes": {"drugs": 3.0, "nothing_to_do": 2.2, "money": 1.8, "pride": 1.6, "other": 0.3},
    "would_help": {
        "lights": 2.6,
        "police_patrols": 2.3,
        "things_to_do": 2.6,
        "youth_workers": 1.8,
        "adult_listens": 1.3,
        "safe_places": 1.7,
        "cctv": 1.3,
        "jobs": 1.2,
        "mental_health": 1.3,
        "other": 0.3,
    },
    "good_here": {"look_out": 2.0, "family_friends": 2.4, "good_places": 1.3, "known_police": 0.5, "other": 0.3},
    "who_to_go_to": {"family": 3.0, "friend": 2.4, "police": 1.6, "school": 0.8, "faith_leader": 0.4},
    "what_stops": {"fear_worse": 2.2, "no_use": 1.8, "low_trust": 1.5, "shame": 1.3, "other": 0.3},
}
#: (kind of person, option) → how many times more often they tick it.
KIND_TICKS: Mapping[tuple[str, str], float] = {
    ("female", "harassment"): 4.0,
    ("female", "followed"): 2.0,
    ("female", "dark"): 1.4,
    ("female", "lights"): 1.3,
    ("not white", "hate"): 4.0,
    ("not white", "police_stops"): 3.0,
    ("not white", "fair_policing"): 2.0,
    ("not white", "community_people"): 2.0,
    ("not white", "faith_community"): 2.0,
    ("under 18", "online_trouble"): 2.0,
    ("under 18", "fighting"): 1.7,
    ("under 18", "school"): 2.5,
    ("under 18", "things_to_do"): 1.5,
    ("under 18", "traffic"): 0.5,
    ("65 and over", "traffic"): 1.8,
    ("65 and over", "police_patrols"): 1.6,
    ("in the city", "transport"): 0.5,
}
#: Trouble of a place → further options it moves beside the one of its own name.
TROUBLE_MOVES: Mapping[str, tuple[str, ...]] = {
    "dark": ("dark", "lights"),
    "drugs": ("drugs",),
    "drinking": ("drinking", "alcohol"),
    "traffic": ("traffic",),
    "weapons": ("weapons", "knife_learning"),
    "hate": ("hate",),
}
#: Options that stand alone → share among people in the middle; the first group grows with comfort.
STANDS_ALONE: Mapping[str, float] = {"nothing": 0.16, "nothing_needed": 0.05, "not_much_violence": 0.12}
STANDS_ALONE_ELSE = 0.05
#: Share of how many options people tick.
TICKS: Mapping[int, float] = {1: 0.24, 2: 0.32, 3: 0.44}
#: Special code → share, and where it is given more often.
SPECIAL_SHARES: Mapping[str, float] = {"dk": 0.04, "pns": 0.05, "na": 0.06}
MORE_SPECIAL: Mapping[tuple[str, str], float] = {
    ("safe_school", "na"): 0.12,
    ("safe_town_night", "na"): 0.14,
    ("violence_causes", "dk"): 0.1,
    ("what_stops", "dk"): 0.12,
    ("trusted_person", "pns"): 0.03,
}
