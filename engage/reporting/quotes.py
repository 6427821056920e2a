"""Gives the vetted quotes that may stand beside published figures, by the rules that hold for the figures too.

They are read when they are shown and kept in no document, so that one is gone as soon as its answer is taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engage.areas import Level
from engage.reporting.extras import batch_rows
from engage.reporting.reading import Published, find_tables
from engage.results.bounds import LEAST_BASE
from engage.results.plan import AREA
from engage.storage import quotes, release_extras, words
from engage.storage.database import Session
from engage.storage.quotes import StoredQuote

#: Quotes beside one area's figures.
MOST_QUOTES = 3


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, masked and vetted, with the most that is said of who it was."""

    #: In English.
    words: str
    #: Code of the district it is about, the finest place that a quote carries.
    district: str
    #: `under_25` or `25_and_over`; None where too few people of that age wrote.
    age_group: str | None
    #: A translator put it into English.
    is_translated: bool


def quotes_for(
    session: Session, published: Published, area: str, community: str | None = None, most: int = MOST_QUOTES
) -> tuple[Quote, ...]:
    """Return the quotes that may be shown for an area: those about its district, or about all districts in it.

    None are shown for a community, as a quote tells no more of a person than district and broad age; none where fewer
    than ten people of the district answered or wrote, or half of either came from one batch. Raises AreaNotInSurvey.
    """
    release, districts = published.release, _districts(published, area)
    if community is not None:
        return ()
    found = quotes.vetted(session, release.survey, release.wave, districts)
    if not found:
        return ()
    shown = {code: _ages(session, published, code) for code in dict.fromkeys(_district_of(quote) for quote in found)}
    fit = [
        Quote(quote.words, _district_of(quote), _age_of(quote, ages), quote.is_translated)
        for quote in found
        if (ages := shown[_district_of(quote)]) is not None
    ]
    return tuple(fit[:most])


def _districts(published: Published, code: str) -> Sequence[str]:
    area = published.ground.area(code)
    if area.level in (Level.WARD, Level.PLACE):
        return [above.code for above in published.ground.above(code) if above.level is Level.DISTRICT]
    if area.level is Level.DISTRICT:
        return [code]
    return [below.code for below in published.ground.within(code, "district")]


def _ages(session: Session, published: Published, district: str) -> frozenset[str] | None:
    """Return the broad ages of which enough people of a district wrote; None where there may be no quotes from it."""
    release = published.release
    rows = [row for table in find_tables(session, published, area=district) for row in table.rows_shown]
    extras = list(release_extras.of_release(session, release, "batch_care"))
    is_one_batch = any(row[1:] == (AREA, None, district) for row in batch_rows(extras))
    if is_one_batch or not any(row.base is not None and row.shown_for == district for row in rows):
        return None
    wrote = words.writers(session, release.survey, release.wave, district)
    total = sum(people for _, _, people in wrote)
    batches = {batch for _, batch, _ in wrote if batch is not None}
    most = max((sum(people for _, batch, people in wrote if batch == each) for each in batches), default=0)
    if total < LEAST_BASE or 2 * most >= total:
        return None
    ages = {age for age, _, _ in wrote if age is not None}
    return frozenset(age for age in ages if sum(people for of, _, people in wrote if of == age) >= LEAST_BASE)


def _district_of(quote: StoredQuote) -> str:
    return quote.district or ""


def _age_of(quote: StoredQuote, ages: frozenset[str]) -> str | None:
    return quote.age_group if quote.age_group in ages else None
