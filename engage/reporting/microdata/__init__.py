"""Row-level answers for those who may have them: by reason, on record, counted, without what leads to a person."""

from engage.reporting.microdata.files import FORMATS
from engage.reporting.microdata.handing_out import (
    HANDED_OUT,
    SHORTEST_REASON,
    Handout,
    MicrodataFile,
    MicrodataRefused,
    check_handout,
    hand_out,
    hand_out_codebook,
)
from engage.reporting.microdata.rows import AREA_DETAILS

__all__ = [
    "AREA_DETAILS",
    "FORMATS",
    "HANDED_OUT",
    "SHORTEST_REASON",
    "Handout",
    "MicrodataFile",
    "MicrodataRefused",
    "check_handout",
    "hand_out",
    "hand_out_codebook",
]
