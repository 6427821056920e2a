"""Pages for everybody: what people said, area by area, what was done about it, and questions asked in public."""

from engage.public import drawings, pages, voice
from engage.public.blueprint import public_pages

#: The modules whose import puts their views on the blueprint.
VIEWS = (drawings, pages, voice)

__all__ = ["VIEWS", "public_pages"]
