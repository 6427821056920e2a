"""Takes answers that devices sealed while they had no network, and gives out the key to seal to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, jsonify, request

from engage.collection.receive import Door
from engage.collection.sealed import (
    LARGEST_BATCH,
    SEALED_CHANNELS,
    BundleOutcome,
    OpenedBundle,
    open_bundles,
    receive_bundles,
)
from engage.collection.tablets import door_of, note_arrivals, tablet_of
from engage.response.effort import HEADER, efforts_sent
from engage.response.problems import Problem
from engage.response.submission import read_uuid
from engage.sealing import SUITE_NAME, current_key, read_keys
from engage.storage import tokens
from engage.storage.instance import Instance
from engage.storage.tablets import Tablet

#: Channels of somebody who has no token.
_OPEN = frozenset({"web"})

sealed = Blueprint("sealed", __name__, url_prefix="/api/v1")


class _Sender(NamedTuple):
    door: Door
    #: The outreach tablet that sends, where it is one.
    tablet: Tablet | None = None


@sealed.get("/sealing-key")
def get_sealing_key() -> Response:
    """Return the public key that devices seal to from now on."""
    key = current_key(_instance().settings.sealing_keys)
    response = jsonify({"id": key.id, "public_key": key.public_key, "suite": SUITE_NAME})
    response.cache_control.no_store = True
    return response


@sealed.post("/sealed")
def post_sealed() -> tuple[Response, int]:
    """Take in up to 100 sealed bundles; tells of each in order, and one that is bad leaves the others alone."""
    try:
        document = json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError):
        return _problem(Problem("not_an_object", detail="the body is not JSON"))
    documents = document.get("sealed") if isinstance(document, dict) else None
    if not isinstance(documents, list) or len(documents) > LARGEST_BATCH:
        return _problem(Problem("field_malformed", detail=f"sealed: a list of at most {LARGEST_BATCH}"))
    instance = _instance()
    sender = _sender(instance)
    bundles = open_bundles(read_keys(instance.settings.sealing_keys), documents)
    with instance.database.writing() as session:
        outcomes = receive_bundles(session, _with_efforts(sender.door, bundles), bundles)
        if sender.tablet:
            note_arrivals(session, sender.tablet, [entry.outcome for entry in outcomes], instance.now())
    return jsonify({"results": [_outcome_document(entry) for entry in outcomes]}), 200


def _sender(instance: Instance) -> _Sender:
    """Return who sends: an outreach tablet, a system with a token, or anybody."""
    keys, now = instance.settings.keys, instance.now()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    if not token:
        return _Sender(Door(keys, now, "web", _OPEN))
    with instance.database.reading() as session:
        if tablet := tablet_of(session, token):
            return _Sender(door_of(tablet, keys, now), tablet)
        holder = tokens.holder(session, hashlib.sha256(token.encode()).hexdigest())
    return _Sender(Door(keys, now, holder or "web", SEALED_CHANNELS if holder else _OPEN))


def _with_efforts(door: Door, bundles: Sequence[OpenedBundle]) -> Door:
    """Return the door with the effort that came with the bundles, in their order."""
    ids = [read_uuid((bundle.document or {}).get("response_id")) for bundle in bundles]
    return replace(door, efforts=efforts_sent(ids, request.headers.get(HEADER, "")))


def _outcome_document(entry: BundleOutcome) -> dict[str, Any]:
    problems = [problem.to_document() for problem in entry.outcome.problems]
    return {"id": entry.id, "status": entry.outcome.status, "problems": problems}


def _problem(problem: Problem) -> tuple[Response, int]:
    return jsonify({"problems": [problem.to_document()]}), 422


def _instance() -> Instance:
    instance: Instance = current_app.extensions["engage"]
    return instance
