"""Keeps of a change of a document only what brings it back: small beside the document itself."""

from typing import Any

#: A place in a document and what stood there before.
Back = list[Any]


def way_back(before: Any, after: Any) -> Back:
    """Return what `brought_back` needs to make the document before out of the one after."""
    return [[list(place), value] for place, value in _differences(before, after, ())]


def brought_back(document: Any, back: Back) -> Any:
    """Return the document as it was before a change; the one given is left as it is."""
    for place, value in back:
        document = _with(document, place, value)
    return document


def _differences(before: Any, after: Any, place: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], Any]]:
    """Return each place that differs; where names or their order do, all that stands around them."""
    if before == after and _order(before) == _order(after):
        return []
    if isinstance(before, dict) and isinstance(after, dict) and list(before) == list(after):
        return [found for key in before for found in _differences(before[key], after[key], (*place, key))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [found for at, (old, new) in pairs for found in _differences(old, new, (*place, at))]
    return [(place, before)]


def _order(part: Any) -> Any:
    """Return the names in a part in their order, all the way down: equal dictionaries may differ in it."""
    if isinstance(part, dict):
        return [(key, _order(value)) for key, value in part.items()]
    return [_order(value) for value in part] if isinstance(part, list) else None


def _with(part: Any, place: list[str | int], value: Any) -> Any:
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(part, dict):
        return {key: _with(inner, rest, value) if key == first else inner for key, inner in part.items()}
    return [_with(inner, rest, value) if at == first else inner for at, inner in enumerate(part)]
