"""Every table in one place: what the migrations build."""

from engage.storage import (
    areas,
    audit,
    drafts,
    forms,
    jobs,
    questionnaires,
    releases,
    responses,
    review,
    staff,
    texts,
    tokens,
    tombstones,
    waves,
)
from engage.storage.base import Base

#: Modules that define tables; importing them makes METADATA whole.
NOUNS = (
    areas,
    audit,
    drafts,
    forms,
    jobs,
    questionnaires,
    releases,
    responses,
    review,
    staff,
    texts,
    tokens,
    tombstones,
    waves,
)
METADATA = Base.metadata
