"""The surveys that ship with engage."""

from functools import cache
from importlib.resources import files

from engage.questionnaire.files import read_definition
from engage.questionnaire.model import Questionnaire

LIBRARY_SURVEYS = ("feeling-safe",)


@cache
def read_library_survey(slug: str) -> Questionnaire:
    """Return a survey of the library; raises KeyError for a name that is not in it."""
    if slug not in LIBRARY_SURVEYS:
        raise KeyError(slug)
    folder = files(__package__)
    return read_definition(
        (folder / f"{slug}.yaml").read_text(encoding="utf-8"),
        lambda name: (folder / name).read_text(encoding="utf-8"),
    )
