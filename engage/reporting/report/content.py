"""What a report says as one document: its text, recommendations with their tables, comments; and its hash."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from engage.reporting.perception_gaps import perception_gaps
from engage.reporting.reading import Published, find_tables, open_release
from engage.results.plan import AREA
from engage.storage import releases, reports
from engage.storage.database import Session
from engage.storage.reports import Report


class TableMissing(LookupError):
    """A release has no table of this question, breakdown and area."""


class ReportChanged(Exception):
    """A final report is not what its hash was made of."""


def open_report_release(session: Session, report: Report) -> Published:
    """Return the release that a report's tables come from."""
    found = find_release(session, report.survey, report.release_hash)
    assert found is not None  # noqa: S101 - releases are never taken away
    return found


def find_release(session: Session, survey: str, release_hash: str) -> Published | None:
    """Return the release of a survey with this hash, None where there is none."""
    known = releases.list_of(session, survey)
    found = next((release for release in known if release.release_hash == release_hash), None)
    return open_release(session, found) if found else None


def read_content(session: Session, report: Report) -> dict[str, Any]:
    """Return what a report says; a final one as it was frozen. Raises ReportChanged."""
    if report.content is None:
        return make_content(session, report)
    if content_hash(report.content) != report.content_hash:
        raise ReportChanged(f"report {report.id} is not what was frozen")
    return report.content


def make_content(session: Session, report: Report) -> dict[str, Any]:
    """Return what a report says now."""
    published = open_report_release(session, report)
    return {
        "title": report.title,
        "survey": report.survey,
        "wave": report.wave,
        "release": report.release_hash,
        "sections": [
            {"heading": section.heading, "body": section.body} for section in reports.sections_of(session, report.id)
        ],
        "recommendations": list(_recommendations(session, report, published)),
        "gaps": list(gap_documents(session, published, published.ground.roots[0], _practitioners(session, report))),
        "comments": [
            {
                "by": comment.by,
                "about": comment.about,
                "words": comment.words,
                "state": comment.state,
                "answer": comment.answer,
            }
            for comment in reports.comments_of(session, report.id)
        ],
    }


def content_hash(content: dict[str, Any]) -> str:
    """Return the SHA-256 of what a report says, over JSON with sorted keys and no spaces, as 64 hex digits."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode()).hexdigest()


def find_evidence(session: Session, published: Published, question: str, breakdown: str, area: str) -> dict[str, Any]:
    """Return the document of the table that a recommendation rests on.

    Raises BreakdownRefused, AreaNotInSurvey or TableMissing.
    """
    by = None if breakdown == AREA else breakdown
    published.check(area, by, question=question)
    found = find_tables(session, published, area=area, by=by, question=question)
    if not found:
        raise TableMissing("this release has no such table")
    return found[0].to_document()


def _recommendations(session: Session, report: Report, published: Published) -> Iterator[dict[str, Any]]:
    for made in reports.recommendations_of(session, report.id):
        table = find_evidence(session, published, made.question, made.breakdown, made.area)
        named = {name: getattr(made, name) for name in ("words", "owner", "layer", "breakdown", "area")}
        yield {**named, "table": table}


def gap_documents(
    session: Session, published: Published, area: str, practitioners: Published | None = None
) -> Iterator[dict[str, Any]]:
    """Yield what young people, adults and practitioners said who were asked the same, in a district or wider."""
    for gap in perception_gaps(session, published, area, practitioners):
        sides = [{name: getattr(side, name) for name in ("who", "base", "share", "low", "high")} for side in gap.sides]
        yield {"question": gap.question, "option": gap.option, "sides": sides, "verdicts": dict(gap.verdicts)}


def _practitioners(session: Session, report: Report) -> Published | None:
    if report.practitioners is None:
        return None
    slug, _, release_hash = report.practitioners.rpartition(":")
    return find_release(session, slug, release_hash)
