"""Checks that the boundary of an area is a GeoJSON geometry a map can draw."""

#: degrees; WGS 84 longitude and latitude reach no further
_FURTHEST_EAST, _FURTHEST_NORTH = 180, 90
#: positions; a closed ring of three corners
_SHORTEST_RING = 4
#: a number neither degrees nor National Grid metres reach; infinity and "not a number" fail it too
_FAR = 1e9


def boundary_fault(geometry: object) -> str | None:
    """Say in a sentence what is wrong with a boundary, None when nothing is.

    A boundary is a Polygon or MultiPolygon of closed rings in longitude and latitude (RFC 7946, section 3.1).
    """
    if not isinstance(geometry, dict):
        return "the boundary is not a GeoJSON geometry"
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not isinstance(coordinates, list) or not coordinates:
        return "the boundary has no coordinates"
    match kind:
        case "Polygon":
            return _polygon_fault(coordinates)
        case "MultiPolygon":
            return next((fault for fault in map(_polygon_fault, coordinates) if fault is not None), None)
        case _:
            return "the boundary is not a Polygon or MultiPolygon"


def _polygon_fault(rings: object) -> str | None:
    if not isinstance(rings, list) or not rings:
        return "a polygon of the boundary has no rings"
    return next((fault for fault in map(_ring_fault, rings) if fault is not None), None)


def _ring_fault(ring: object) -> str | None:
    if not isinstance(ring, list) or len(ring) < _SHORTEST_RING:
        return f"a ring of the boundary has fewer than {_SHORTEST_RING} positions"
    for position in ring:
        if not _is_position(position):
            return "a position of the boundary is not a pair of numbers"
        if abs(position[0]) > _FURTHEST_EAST or abs(position[1]) > _FURTHEST_NORTH:
            return "the boundary is not in longitude and latitude (perhaps it is in National Grid metres)"
    return None if ring[0] == ring[-1] else "a ring of the boundary is not closed"


def _is_position(position: object) -> bool:
    return (
        isinstance(position, list)
        and len(position) in {2, 3}
        and all(
            isinstance(number, int | float) and not isinstance(number, bool) and -_FAR < number < _FAR
            for number in position
        )
    )
