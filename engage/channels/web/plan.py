"""Writes what a script needs to ask a survey by itself: what is asked of whom, of which places, sealed to which key."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from engage.channels.web.ground import Ground
from engage.channels.web.order import LAST_OPTION
from engage.questionnaire.document import Document, to_document
from engage.questionnaire.model import AGE_BANDS, Questionnaire
from engage.questionnaire.reading import LARGEST_NUMBER
from engage.response.answers import LONGEST_WRITE_IN, NO_WRITE_IN
from engage.response.consent import Given, consent_problem
from engage.storage.waves import Wave

#: What the plan takes over from the definition as it stands there, without a word of its wording.
_AS_DEFINED = ("version", "routes", "scales", "questions")
#: What scripts have no use for: pictures stand in the pages already.
_UNUSED = frozenset({"picture", "fold", "faces", "about_you"})


def plan_document(questionnaire: Questionnaire, wave: Wave, ground: Ground, routes: Collection[str]) -> dict[str, Any]:
    """Return the plan; conditions, routes and options stand in it as in the definition, as far as these routes go."""
    defined = _on_routes(to_document(replace(questionnaire, languages=())), frozenset(routes))
    return {
        "survey": questionnaire.slug,
        "code": questionnaire.code,
        "wave": wave.name,
        **{name: _without_unused(defined[name]) for name in _AS_DEFINED},
        "consent": {"version": questionnaire.consent.version, "problems": _consent_problems(questionnaire)},
        "no_write_in": [band for band in NO_WRITE_IN if band],
        "limits": {"write_in": LONGEST_WRITE_IN, "number": LARGEST_NUMBER},
        "last_option": LAST_OPTION,
        "around": _around(ground),
        "districts": {area.code: area.name for area in ground.districts()},
        "counties": {county.area.code: county.area.name for county in ground.counties() if county.area},
    }


def _on_routes(defined: Document, routes: frozenset[str]) -> Document:
    """Return a definition without what is on none of these routes; what is on all of them need not say so."""
    scales = {name: _scale_on_routes(scale, routes) for name, scale in defined["scales"].items()}
    questions = [
        question | ({"options": _parts_on_routes(question["options"], routes)} if "options" in question else {})
        for question in _parts_on_routes(defined["questions"], routes)
    ]
    taken = [route for route in defined["routes"] if route["id"] in routes]
    return defined | {"routes": taken, "scales": scales, "questions": questions}


def _scale_on_routes(scale: Document, routes: frozenset[str]) -> Document:
    kept = {name: value for name, value in scale.items() if name != "short" or routes & set(scale["short_for"])}
    kept["options"] = _parts_on_routes(scale["options"], routes)
    return kept if "short" in kept else {name: value for name, value in kept.items() if name != "short_for"}


def _parts_on_routes(parts: list[Document], routes: frozenset[str]) -> list[Document]:
    kept = []
    for part in parts:
        own = set(part.get("routes") or routes) & routes
        named = {"routes": [route for route in part["routes"] if route in routes]} if own != routes else {}
        if own:
            kept.append({name: value for name, value in part.items() if name != "routes"} | named)
    return kept


def _around(ground: Ground) -> dict[str, list[str]]:
    """Return the areas that each district and county of the survey lies in."""
    wide = [area for county in ground.counties() for area in (*county.districts, county.area) if area]
    return {area.code: [above.code for above in ground.tree.ancestors(area.code)] for area in wide}


def places_document(ground: Ground) -> dict[str, Any]:
    """Return, by district, whether all of it may be told about, and the places and wards in it by code and name."""
    districts = {}
    for district in ground.districts():
        places, wards = ground.inside(district.code)
        lists = [[[area.code, area.name] for area in areas] for areas in (places, wards)]
        districts[district.code] = [ground.has(district.code), *lists]
    return districts


def _consent_problems(questionnaire: Questionnaire) -> dict[str, str]:
    """Return age band → why somebody of this age who agrees may not take part; the others may."""
    version, rule = questionnaire.consent.version, questionnaire.consent.rule
    found = {band: consent_problem(rule, Given(version, given=True, age_band=band)) for band in AGE_BANDS}
    return {band: problem for band, problem in found.items() if problem}


def _without_unused(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_unused(entry) for key, entry in value.items() if key not in _UNUSED}
    return [_without_unused(entry) for entry in value] if isinstance(value, list) else value
