"""Staff pages: sign-in, roles, paper entry, review, surveys and what happens in the field."""

from engage.staff import (
    clips,
    duty,
    entry,
    home,
    paper,
    people,
    rescue,
    results,
    review,
    surveys,
    tablets,
    text_channels,
    texts,
    translating,
)
from engage.staff.blueprint import staff_pages
from engage.staff.signing_in import init_sign_in

#: The modules whose import puts their views on the blueprint.
VIEWS = (
    clips,
    duty,
    entry,
    home,
    paper,
    people,
    rescue,
    results,
    review,
    surveys,
    tablets,
    text_channels,
    texts,
    translating,
)

__all__ = ["VIEWS", "init_sign_in", "staff_pages"]
