"""Reads published tables back: what the command, the interface and the pages may see, and the same refusals."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engage.questionnaire.model import Questionnaire
from engage.reporting.ground import AreaNotInSurvey, Ground
from engage.reporting.planning import release_plan
from engage.reporting.themes import worded_themes
from engage.response.themes import THEMES
from engage.results.plan import AREA, LEVELS, BreakdownRefused, Refusal
from engage.results.published import PublishedTable, table_from_document
from engage.storage import areas, questionnaires, releases, waves
from engage.storage.database import Session
from engage.storage.releases import Release

#: Releases whose tables by area a process keeps at hand, by their hash.
MOST_KEPT = 4

#: What a breakdown is also called.
_SHORT_NAMES = {"age": "age_band"}
#: Why each cross is refused: what the release plan allows instead.
_REASONS = {
    Refusal.UNKNOWN_LEVEL: "there is no such level of area",
    Refusal.UNKNOWN_BREAKDOWN: "the release plan has no such breakdown",
    Refusal.WARD_BY_DEMOGRAPHIC: "a ward is never broken down by who people are; a district is",
    Refusal.PLACE_BY_DEMOGRAPHIC: "a named place is never broken down by who people are; a district is",
    Refusal.COUNTY_BY_DEMOGRAPHIC: "a county is not broken down by who people are; its districts are",
    Refusal.TWO_DEMOGRAPHICS: "only one thing about people can be crossed with an answer",
    Refusal.COMMUNITY_BY_AGE_BELOW_FORCE: "communities by age are shown for the whole police force area only",
    Refusal.SECOND_AGE_BANDS: "ages are shown in one set of bands; ask for age_band",
}

#: Tables by area: the head of each, and its rows by area as they were stored.
_AreaTables = tuple[tuple[dict[str, Any], Mapping[str, str]], ...]
_kept: dict[str, _AreaTables] = {}


@dataclass(frozen=True)
class Published:
    """A release with what is needed to read it: its questionnaire and its ground."""

    release: Release
    questionnaire: Questionnaire
    ground: Ground

    def check(self, area: str | None, by: str | None, *, question: str | None = None) -> str:
        """Return the breakdown asked for; raises BreakdownRefused or AreaNotInSurvey.

        `by` names a breakdown, a level of areas, or several with commas between; without an area it is the
        whole ground that is broken down. A breakdown may be named by its question too. `question` is the one
        question that is wanted: one about the person is crossed with no second such thing.
        """
        plan = release_plan(self.questionnaire)
        known_as = {asked_as: name for name, asked_as in plan.demographics.items()} | _SHORT_NAMES
        names = [known_as.get(name, name) for name in _names(by)]
        level = self.ground.level(area or self.ground.roots[0])
        return plan.check_breakdown(level, names or [AREA], question=question)


def last_release(session: Session, survey: str, wave: str | None = None) -> Release | None:
    """Return the last release of a wave, or of the newest wave that has one."""
    if wave is not None:
        return releases.last(session, survey, wave)
    found = (releases.last(session, survey, each.name) for each in reversed(waves.list_of(session, survey)))
    return next((release for release in found if release), None)


def open_release(session: Session, release: Release) -> Published:
    """Return a release as it is read."""
    wave = waves.get(session, release.survey, release.wave)
    questionnaire = questionnaires.get(session, release.survey, wave.version if wave else None)
    assert questionnaire is not None  # noqa: S101 - a release is of a stored survey
    if releases.has_question(session, release, THEMES):
        questionnaire = worded_themes(session, questionnaire)
    ground = Ground.of(questionnaire, areas.read_tree(session), release.published_at.date())
    return Published(release, questionnaire, ground)


def find_tables(
    session: Session,
    published: Published,
    *,
    area: str | None = None,
    by: str | None = None,
    question: str | None = None,
) -> tuple[PublishedTable, ...]:
    """Return the tables of a release, all by area or by one breakdown of its plan.

    By area, `area` leaves that area's row alone, and a level such as `ward` as `by` the areas of that level
    in it. By any other breakdown, the tables are those within `area`, or within the survey's whole ground.
    `question` leaves the tables of one question alone. Raises BreakdownRefused or AreaNotInSurvey.
    """
    breakdown = published.check(area, by)
    if breakdown == AREA:
        return _area_tables(session, published, _rows_asked(published, area, by), question)
    within = [area] if area else published.ground.roots
    return tuple(
        table_from_document(document)
        for code in within
        for document in releases.tables_of(session, published.release, breakdown, code)
        if question in (None, document["question"])
    )


def release_document(published: Published, tables: Sequence[PublishedTable]) -> dict[str, Any]:
    """Return a release, or the part of it that was asked for, as its JSON."""
    release = published.release
    return {
        "survey": release.survey,
        "wave": release.wave,
        "release": release.release_hash,
        "published": release.published_at.date().isoformat(),
        "synthetic": release.synthetic,
        "rule": release.rule,
        "tables": [table.to_document() for table in tables],
    }


def refusal_document(refusal: BreakdownRefused | AreaNotInSurvey) -> dict[str, Any]:
    """Return why figures are refused, as the interface says it."""
    return {"code": str(refusal.code), "question": None, "detail": refusal_reason(refusal)}


def refusal_reason(refusal: BreakdownRefused | AreaNotInSurvey) -> str:
    """Return why figures are refused, as a sentence."""
    if isinstance(refusal, AreaNotInSurvey):
        return str(refusal)
    return f"{refusal_rule(refusal)} ({refusal.detail})"


def refusal_rule(refusal: BreakdownRefused) -> str:
    """Return the rule of the release plan that a cross breaks, whatever was crossed."""
    return _REASONS[refusal.code]


def _names(by: str | None) -> list[str]:
    return [name.strip() for name in (by or "").split(",") if name.strip()]


def _rows_asked(published: Published, area: str | None, by: str | None) -> tuple[str, ...] | None:
    """Return the areas asked for, None for all."""
    levels = [name for name in _names(by) if name in LEVELS]
    if not levels:
        return (area,) if area else None
    lowest = min(levels, key=LEVELS.index)
    within = [area] if area else published.ground.roots
    return tuple(below.code for root in within for below in published.ground.within(root, lowest))


def _area_tables(
    session: Session, published: Published, codes: tuple[str, ...] | None, question: str | None
) -> tuple[PublishedTable, ...]:
    tables = _tables_by_area(session, published.release)
    return tuple(_some_rows([table for table in tables if question in (None, table[0]["question"])], codes))


def _some_rows(
    tables: Sequence[tuple[dict[str, Any], Mapping[str, str]]], codes: tuple[str, ...] | None
) -> Iterator[PublishedTable]:
    """Yield the tables with the rows of some areas, leaving out those that have none of them."""
    for head, rows in tables:
        chosen = rows if codes is None else [code for code in codes if code in rows]
        if chosen:
            yield table_from_document({**head, "rows_shown": [json.loads(rows[code]) for code in chosen]})


def _tables_by_area(session: Session, release: Release) -> _AreaTables:
    """Return a release's tables by area; one page needs a row of each, so they are read once and kept.

    Equal hashes are equal tables, whatever survey or database they are of.
    """
    tables = _kept.get(release.release_hash)
    if tables is None:
        tables = tuple(_cut(document) for document in releases.tables_of(session, release, AREA))
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept), ""), None)
        _kept[release.release_hash] = tables
    return tables


def _cut(document: dict[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
    rows = {row["row"]: json.dumps(row, ensure_ascii=False) for row in document["rows_shown"]}
    return {name: value for name, value in document.items() if name != "rows_shown"}, rows
