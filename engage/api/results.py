"""Gives out the last release of a survey's results as JSON, with the same refusals as the command and the pages."""

from flask import Blueprint, Response, current_app, jsonify, request

from engage.reporting.care import care_document, find_one_batch
from engage.reporting.companions import find_companions
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.reading import find_tables, last_release, open_release, refusal_document, release_document
from engage.results.plan import BreakdownRefused
from engage.storage.instance import Instance

results = Blueprint("results", __name__, url_prefix="/api/v1")


@results.get("/results/<slug>")
def get_results(slug: str) -> tuple[Response, int]:
    """Return the last release, or of `wave`; `area` and `by` leave a part of it. The same release answers 304.

    Beside the tables stand weighted figures, who answered and how, and every comparison of the same areas.
    """
    instance: Instance = current_app.extensions["engage"]
    by = ",".join(request.args.getlist("by")) or None
    with instance.database.reading() as session:
        release = last_release(session, slug, request.args.get("wave") or None)
        if release is None:
            return _problem({"code": "no_release", "question": None, "detail": "no results are published"}, 404)
        published = open_release(session, release)
        try:
            tables = find_tables(session, published, area=request.args.get("area") or None, by=by)
        except (BreakdownRefused, AreaNotInSurvey) as refusal:
            return _problem(refusal_document(refusal), 422)
        care = care_document(tables, find_one_batch(session, published))
        companions = find_companions(session, published, tables)
    response = jsonify(release_document(published, tables) | {"care": care} | companions)
    response.set_etag(release.release_hash, weak=True)
    response.make_conditional(request)
    return response, response.status_code


def _problem(document: dict[str, object], status: int) -> tuple[Response, int]:
    return jsonify({"problems": [document]}), status
