"""Reference data: brings areas, boundaries, postcodes and census margins in, and makes a new instance ready."""

from collections.abc import Iterable
from datetime import datetime

from engage.areas import ReadArea, east_midlands_tree, read_area_file, read_indicators, read_margins, read_postcodes
from engage.settings import Keys
from engage.storage import areas, audit, indicators
from engage.storage.areas import StoredArea
from engage.storage.database import Session
from engage.storage.instance import Instance


def prepare(instance: Instance) -> None:
    """Bring the tables up to date and store the areas that ship with engage; harmless when done before."""
    instance.database.upgrade()
    with instance.database.writing() as session:
        known = areas.read_tree(session)
        missing = [StoredArea(area, None) for area in east_midlands_tree() if area.code not in known]
        if missing:
            areas.put(session, missing)


def import_areas(session: Session, keys: Keys, text: str, suffix: str, *, actor: str, now: datetime) -> int:
    """Store the areas of a GeoJSON or CSV file; returns how many.

    Raises ReferenceFileFaulty or AreasFaulty, and then stores nothing.
    """
    read: tuple[ReadArea, ...] = read_area_file(text, suffix)
    merged = areas.read_tree(session).with_areas(entry.area for entry in read)
    areas.put(session, [StoredArea(merged[entry.area.code], entry.boundary) for entry in read])
    _audit(session, keys, "areas.imported", len(read), actor, now)
    return len(read)


def import_postcodes(session: Session, keys: Keys, lines: Iterable[str], *, actor: str, now: datetime) -> int:
    """Store the ward of every postcode in a CSV file that lies in a known area; returns how many."""
    count = areas.put_postcodes(session, read_postcodes(lines, wards=areas.read_tree(session)))
    _audit(session, keys, "postcodes.imported", count, actor, now)
    return count


def import_margins(session: Session, keys: Keys, lines: Iterable[str], *, actor: str, now: datetime) -> int:
    """Store the census counts of a CSV file; returns how many."""
    read = read_margins(lines)
    count = areas.put_margins(session, [(row.area, row.variable, row.category, row.count) for row in read])
    _audit(session, keys, "margins.imported", count, actor, now)
    return count


def import_indicators(session: Session, keys: Keys, lines: Iterable[str], *, actor: str, now: datetime) -> int:
    """Store the indicators of a CSV file of another supplier; returns how many figures."""
    known = (area.code for area in areas.read_tree(session))
    read = read_indicators(lines, known=known)
    count = sum(indicators.put(session, head, figures) for head, figures in read.items())
    _audit(session, keys, "indicators.imported", count, actor, now)
    return count


def _audit(session: Session, keys: Keys, action: str, rows: int, actor: str, now: datetime) -> None:
    audit.append(session, keys.audit, at=now, actor=actor, action=action, detail={"rows": rows})
