"""Makes the summaries of many areas at once, a PDF each, in one archive."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import BinaryIO

from engage.areas.reach import is_reached
from engage.phrases import script_of
from engage.reporting.labels import Labels
from engage.reporting.pages import summary_pdf
from engage.reporting.reading import Published
from engage.reporting.summary import summarise_area
from engage.reporting.telling import tell_summary
from engage.reporting.typesetting import FACES
from engage.storage.database import Session

#: Says how many summaries of how many are made.
Progress = Callable[[int, int], None]


class SummariesRefused(Exception):
    """Summaries cannot be made as ordered; the message says why."""


@dataclass(frozen=True)
class SummaryOrder:
    """Summaries to make: of all areas of a level (`ward`), in a language and style, as the public reads them."""

    survey: str
    level: str
    language: str
    style: str
    wave: str | None = None
    #: Only areas that lie in one of these; none is all of them.
    within: tuple[str, ...] = ()


def write_summaries(
    session: Session, published: Published, order: SummaryOrder, public_url: str, out: BinaryIO, progress: Progress
) -> int:
    """Write a ZIP archive with a PDF for each area of the level; returns how many. Raises SummariesRefused.

    An archive lies about after an answer was taken back, so there are no quotes in it; the pages have them.
    """
    _check(published, order)
    labels = Labels(published.questionnaire, published.ground.tree, order.language, order.style)
    tree = published.ground.tree
    found = [area for area in published.ground.at_levels({order.level}) if is_reached(tree, area.code, order.within)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for done, area in enumerate(found, start=1):
            summary = replace(summarise_area(session, published, area.code), quotes=())
            address = f"{public_url}/results/{published.questionnaire.code}/{area.code}"
            told = tell_summary(summary, published, labels, address=address)
            made = summary_pdf(told, at=published.release.published_at)
            archive.writestr(f"{file_name(area.name)}-{file_name(area.code)}.pdf", made)
            progress(done, len(found))
    return len(found)


def _check(published: Published, order: SummaryOrder) -> None:
    asked = published.questionnaire
    if order.language not in asked.offered(in_writing=True) or order.style not in asked.styles:
        raise SummariesRefused(f"the survey does not come in {order.language}, {order.style}")
    if script_of(order.language) not in FACES:
        raise SummariesRefused(f"no letters are known for the language {order.language}")
    if not published.ground.at_levels({order.level}):
        raise SummariesRefused(f"the survey has no areas of the level {order.level}")


def file_name(words: str) -> str:
    """Return words as a part of a file's name: letters, digits and hyphens."""
    return re.sub(r"[^\w]+", "-", words).strip("-")
