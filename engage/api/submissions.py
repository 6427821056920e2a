"""Takes submissions over HTTP, one or up to 500 at once, through the one door."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from engage.collection.receive import (
    ALL_CHANNELS,
    OPEN_CHANNELS,
    Door,
    Outcome,
    receive_submission,
    receive_submissions,
)
from engage.response.effort import HEADER, efforts_sent
from engage.response.problems import Problem
from engage.response.submission import read_uuid
from engage.storage import tokens
from engage.storage.instance import Instance

#: Bytes of one submission, and of a batch of them.
LARGEST_BODY = 1_000_000
LARGEST_BATCH_BODY = 5_000_000
#: Submissions in one batch.
LARGEST_BATCH = 500
STATUS = {"stored": 201, "same": 200, "held": 202, "conflict": 409, "refused": 422}

submissions = Blueprint("submissions", __name__, url_prefix="/api/v1")


@submissions.post("/submissions")
def post_submissions() -> tuple[Response, int]:
    """Take in one submission, or a batch under `submissions`."""
    body = request.get_data(cache=False)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return _problems([Problem("not_an_object", detail="the body is not JSON")])
    if isinstance(document, dict) and "submissions" in document:
        return _receive_batch(document["submissions"], len(body))
    if len(body) > LARGEST_BODY:
        return _too_large()
    instance = _instance()
    with instance.database.writing() as session:
        outcome = receive_submission(session, _door(instance, [document]), document)
    return jsonify(outcome_document(outcome)), STATUS[outcome.status]


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """Return what the sender is told of one submission."""
    return {
        "response_id": str(outcome.response_id) if outcome.response_id else None,
        "status": outcome.status,
        "receipt": outcome.receipt,
        "problems": [problem.to_document() for problem in outcome.problems],
    }


def _receive_batch(documents: object, size: int) -> tuple[Response, int]:
    if not isinstance(documents, list) or len(documents) > LARGEST_BATCH:
        return _problems([Problem("field_malformed", detail=f"submissions: a list of at most {LARGEST_BATCH}")])
    if size > LARGEST_BODY and any(len(json.dumps(document)) > LARGEST_BODY for document in documents):
        return _too_large()
    instance = _instance()
    with instance.database.writing() as session:
        outcomes = receive_submissions(session, _door(instance, documents), documents)
    results = [
        outcome_document(outcome) | {"response_id": _sent_id(document)}
        for outcome, document in zip(outcomes, documents, strict=True)
    ]
    return jsonify({"results": results}), 200


def _door(instance: Instance, documents: Sequence[object]) -> Door:
    """Return the door as the sender may use it: every channel with a token, else the open ones."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    holder = None
    if scheme.lower() == "bearer" and token:
        with instance.database.reading() as session:
            holder = tokens.holder(session, hashlib.sha256(token.strip().encode()).hexdigest())
    channels = ALL_CHANNELS if holder else OPEN_CHANNELS
    efforts = efforts_sent(map(read_uuid, map(_sent_id, documents)), request.headers.get(HEADER, ""))
    return Door(instance.settings.keys, instance.now(), holder or "api", channels, efforts=efforts)


def _sent_id(document: object) -> str | None:
    sent = document.get("response_id") if isinstance(document, dict) else None
    return sent if isinstance(sent, str) else None


def _problems(problems: list[Problem]) -> tuple[Response, int]:
    return jsonify({"problems": [problem.to_document() for problem in problems]}), 422


def _too_large() -> tuple[Response, int]:
    return jsonify({"problems": [{"code": "too_large", "question": None, "detail": "over 1 MB"}]}), 413


def _instance() -> Instance:
    instance: Instance = current_app.extensions["engage"]
    return instance
