"""Answers of earlier years: a file is mapped to the questionnaire and comes in through the one door, row by row."""

from engage.collection.past_waves.files import FileFaulty, Row, read_heads, read_rows
from engage.collection.past_waves.guessing import guess_columns, guess_values
from engage.collection.past_waves.importing import PastRefused, Report, check_past_wave, import_past_wave
from engage.collection.past_waves.mapping import Column, Mapped, MappingFaulty, read_mapping
from engage.collection.past_waves.overview import ColumnSeen, look_over

__all__ = [
    "Column",
    "ColumnSeen",
    "FileFaulty",
    "Mapped",
    "MappingFaulty",
    "PastRefused",
    "Report",
    "Row",
    "check_past_wave",
    "guess_columns",
    "guess_values",
    "import_past_wave",
    "look_over",
    "read_heads",
    "read_mapping",
    "read_rows",
]
