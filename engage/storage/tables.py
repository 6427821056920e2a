"""Every table in one place: what the migrations build."""

from engage.storage import (
    areas,
    audit,
    clips,
    drafts,
    forms,
    jobs,
    offers,
    opt_outs,
    outbox,
    phrases,
    questionnaires,
    releases,
    responses,
    review,
    safeguarding,
    staff,
    tablets,
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
    clips,
    drafts,
    forms,
    jobs,
    offers,
    opt_outs,
    outbox,
    phrases,
    questionnaires,
    releases,
    responses,
    review,
    safeguarding,
    staff,
    tablets,
    texts,
    tokens,
    tombstones,
    waves,
)
METADATA = Base.metadata
