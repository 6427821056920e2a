"""Puts one answer's published share on a map of wards, with the same figures as a list beside it; for staff."""

from dataclasses import dataclass

from engage.areas import Area, Level
from engage.reporting.labels import Labels
from engage.reporting.maps import MapArea, draw_map
from engage.reporting.reading import Published, find_tables
from engage.reporting.words import share_saying
from engage.results.published import PublishedCell, PublishedRow
from engage.storage import areas
from engage.storage.database import Session


@dataclass(frozen=True)
class MappedWard:
    """One ward of the map: what is said of it, and the wider area it is shown for where it has no own figure."""

    area: Area
    district: str
    said: str
    base: int | None
    shown_for: str | None


@dataclass(frozen=True)
class WardMap:
    """The drawing and what it says, ward by ward."""

    title: str
    drawing: str
    wards: tuple[MappedWard, ...]


def map_wards(session: Session, published: Published, labels: Labels, question: str, option: str) -> WardMap | None:
    """Return the map of one answer; None where the release has no such answer by ward.

    Only a ward with figures of its own is shaded: a wider area's shade on it would seem to say that it is alike.
    """
    tables = find_tables(session, published, by="ward", question=question)
    rows = {row.row: row for table in tables for row in table.rows_shown}
    if not any(cell.option == option for row in rows.values() for cell in row.cells):
        return None
    ground = published.ground
    wards = sorted((ground.area(code) for code in rows), key=lambda ward: (_district(published, ward), ward.name))
    outlines = areas.boundaries_of(session, list(rows))
    listed = tuple(_mapped(published, labels, ward, rows[ward.code], option) for ward in wards)
    drawn = [
        MapArea(
            each.area.name, each.district, _own(rows[each.area.code], option), _told(each), outlines.get(each.area.code)
        )
        for each in listed
    ]
    place = labels.area(ground.roots[0])
    title = f"{labels.question(question, place)} {labels.option(question, option)}"
    return WardMap(title, draw_map(drawn, title), listed)


def _mapped(published: Published, labels: Labels, ward: Area, row: PublishedRow, option: str) -> MappedWard:
    cell = next((cell for cell in row.cells if cell.option == option), None)
    said = share_saying(cell).text(labels.phrases) if cell else labels.phrases.say("results.quality.not_enough")
    wider = labels.area(row.shown_for) if row.shown_for not in (None, row.row) else None
    return MappedWard(ward, _district(published, ward), said, row.base, wider)


def _told(ward: MappedWard) -> str:
    return f"{ward.said}, shown for {ward.shown_for}" if ward.shown_for else ward.said


def _own(row: PublishedRow, option: str) -> PublishedCell | None:
    is_own = row.shown_for == row.row
    return next((cell for cell in row.cells if is_own and cell.option == option), None)


def _district(published: Published, ward: Area) -> str:
    above = (area for area in published.ground.above(ward.code) if area.level is Level.DISTRICT)
    return next((area.name for area in above), "")
