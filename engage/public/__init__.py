"""Pages for everybody: what people said, area by area."""

from engage.public.pages import public_pages

__all__ = ["public_pages"]
