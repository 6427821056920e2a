"""Knows the areas of a survey: wards, named places, districts, force areas, postcodes, census margins, indicators."""

from engage.areas.area_files import ReadArea, read_area_file
from engage.areas.east_midlands import ATTRIBUTION, east_midlands_tree
from engage.areas.indicator_files import IndicatorFigure, IndicatorHead, period_words, read_indicators
from engage.areas.margin_files import Margin, read_margins
from engage.areas.model import PARENT_LEVELS, Area, Level, level_of_code
from engage.areas.postcode_files import read_postcodes
from engage.areas.postcodes import parse_postcode, parse_postcode_district
from engage.areas.reference_files import MOST_FAULTS, ReferenceFault, ReferenceFileFaulty
from engage.areas.tree import AreasFaulty, AreaTree, UnknownArea

__all__ = [
    "ATTRIBUTION",
    "MOST_FAULTS",
    "PARENT_LEVELS",
    "Area",
    "AreaTree",
    "AreasFaulty",
    "IndicatorFigure",
    "IndicatorHead",
    "Level",
    "Margin",
    "ReadArea",
    "ReferenceFault",
    "ReferenceFileFaulty",
    "UnknownArea",
    "east_midlands_tree",
    "level_of_code",
    "parse_postcode",
    "parse_postcode_district",
    "period_words",
    "read_area_file",
    "read_indicators",
    "read_margins",
    "read_postcodes",
]
