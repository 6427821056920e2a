"""Says in which area of a survey a postcode lies; what was asked is kept nowhere."""

from flask import jsonify, request
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from engage.channels.web.ground import POSTCODE, read_area
from engage.channels.web.visit import ground_of, open_visit, this_instance


def find_place(code: str) -> Response:
    """Return code and name of the ward that a postcode lies in, or the code of the problem with it."""
    body = request.get_json(silent=True)
    typed = body.get(POSTCODE) if isinstance(body, dict) else None
    form = MultiDict({POSTCODE: typed if isinstance(typed, str) and typed.strip() else "-"})
    with this_instance().database.reading() as session:
        visit = open_visit(session, code, with_draft=False)
        found = read_area(session, ground_of(visit), form)
    if isinstance(found, str):
        return jsonify({"area": found, "name": visit.tree[found].name})
    return jsonify({"problem": getattr(found, "code", None)})
