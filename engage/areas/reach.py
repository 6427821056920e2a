"""Judges whether an area lies within those that somebody works in."""

from collections.abc import Collection

from engage.areas.tree import AreaTree


def is_reached(tree: AreaTree, code: str, roots: Collection[str]) -> bool:
    """Say whether an area is one of the roots or lies wholly in one; with no roots everything is reached."""
    return not roots or any(tree.is_within(code, root) for root in roots)


def leads_to(tree: AreaTree, code: str, roots: Collection[str]) -> bool:
    """Say whether an area is reached, or is above an area that is: where a list has to lead through it."""
    return is_reached(tree, code, roots) or any(tree.is_within(root, code) for root in roots)
