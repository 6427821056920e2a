"""Gives the areas that come with engage: two police force areas of the East Midlands, their wards and places."""

from functools import cache
from importlib.resources import files

from engage.areas.area_files import read_area_file
from engage.areas.tree import AreaTree

#: To be printed wherever these codes, names or boundaries are shown (Open Government Licence v3.0).
ATTRIBUTION = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right 2025."
)


@cache
def east_midlands_tree() -> AreaTree:
    """Return the areas shipped with engage: 364 wards of 17 districts in two police force areas, and places."""
    text = files("engage.areas").joinpath("east_midlands.csv").read_text(encoding="utf-8")
    return AreaTree(tuple(read.area for read in read_area_file(text, ".csv")))
