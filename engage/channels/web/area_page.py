"""Builds the two pages of the area question: a postcode or a district, then a place or ward in the district."""

from dataclasses import replace

from markupsafe import Markup

from engage.areas import Area
from engage.channels.web.ground import AREA, DISTRICT, INSIDE, POSTCODE, Ground
from engage.channels.web.question_page import Asked, build_page, plain
from engage.channels.web.reader import Reader
from engage.channels.web.shown import PLACE_MARK, Choice, ChoiceGroup, QuestionPage, TypedField


def build_area_page(asked: Asked, ground: Ground, *, inside: str | None, with_postcodes: bool) -> QuestionPage:
    """Return the page with the districts, or with what lies inside one of them."""
    page = build_page(asked)
    page = replace(page, skip=asked.reader.say("web.area_skip"), hint=page.hint or asked.reader.say("web.area_hint"))
    if inside in {district.code for district in ground.districts()}:
        return _inside(asked, ground, page, str(inside))
    groups = _districts(asked, ground)
    if not with_postcodes:
        return replace(page, groups=groups)
    listed = ChoiceGroup(groups[0].choices, groups[0].heading or asked.reader.say("web.area_by_district"))
    typed = TypedField(POSTCODE, label=asked.reader.say("web.area_postcode"))
    return replace(page, groups=(listed, *groups[1:]), fields=(typed,), fields_first=True)


def places_page(reader: Reader) -> QuestionPage:
    """Return a page with one choice of each kind that lies inside a district, for a script to repeat."""
    whole = Choice(AREA, "whole", reader.say("web.area_whole", place=PLACE_MARK))
    lists = (("places", "web.area_places"), ("wards", "web.area_wards"))
    groups = (ChoiceGroup((Choice(AREA, kind, Markup()),), reader.say(heading)) for kind, heading in lists)
    return QuestionPage(Markup(), Markup(), groups=(ChoiceGroup((whole,)), *groups), is_dense=True)


def _districts(asked: Asked, ground: Ground) -> tuple[ChoiceGroup, ...]:
    chosen = ground.tree.get(asked.answer) if asked.answer else None
    district = ground.tree.district_of(chosen.code) if chosen else None
    ticked = district or chosen

    def choice(area: Area, label: Markup) -> Choice:
        return Choice(DISTRICT, area.code, label, area == ticked)

    groups = []
    for county in ground.counties():
        choices = [choice(area, plain(area.name)) for area in county.districts]
        if county.area:
            choices.append(choice(county.area, asked.reader.say("web.area_whole", place=county.area.name)))
        groups.append(ChoiceGroup(tuple(choices), plain(county.area.name) if county.area else None))
    return tuple(groups)


def _inside(asked: Asked, ground: Ground, page: QuestionPage, district: str) -> QuestionPage:
    """Return what lies inside a district; nothing is ticked but what somebody answered themselves."""
    places, wards = ground.inside(district)
    label = asked.reader.say("web.area_whole", place=ground.tree[district].name)
    whole = ChoiceGroup((Choice(AREA, district, label, asked.answer == district),))
    lists = (("web.area_places", places), ("web.area_wards", wards))
    groups = [
        ChoiceGroup(
            tuple(Choice(AREA, area.code, plain(area.name), area.code == asked.answer) for area in areas),
            asked.reader.say(heading),
        )
        for heading, areas in lists
        if areas
    ]
    start = (whole,) if ground.has(district) else ()
    return replace(page, groups=(*start, *groups), carried={INSIDE: district}, is_dense=True)
