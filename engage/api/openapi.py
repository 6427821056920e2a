"""Describes the HTTP interface to programs: OpenAPI 3.1, made from the same lists the code checks by."""

from typing import Any

from flask import Blueprint, Response, jsonify

from engage import __version__
from engage.api.submissions import LARGEST_BATCH
from engage.collection.sealed import LARGEST_BATCH as LARGEST_SEALED_BATCH
from engage.collection.sealed import SEALED_PROBLEMS
from engage.questionnaire.model import AGE_BANDS, ASSISTANCE, CHANNELS, STYLES
from engage.response.consent import GUARDIAN_WORDS
from engage.response.drawings import LONGEST_DESCRIPTION, MOST_LINES, MOST_POINTS, SHEET_HEIGHT, SHEET_WIDTH
from engage.response.effort import BITS, HEADER
from engage.response.problems import PROBLEM_CODES
from engage.results.plan import Refusal
from engage.sealing import SUITE_NAME

openapi = Blueprint("openapi", __name__, url_prefix="/api/v1")

#: Code → what it means, of one submission and of a sealed bundle.
_PROBLEMS = {**PROBLEM_CODES, **SEALED_PROBLEMS}
_UUID = {"type": "string", "format": "uuid"}
_NAME = {"type": "string", "maxLength": 100}
_TIME = {"type": "string", "format": "date-time"}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


SUBMISSION: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["response_id", "survey", "channel", "language", "consent", "answers"],
    "properties": {
        "response_id": _UUID,
        "survey": _NAME,
        "version": _or_null({"type": "integer", "minimum": 1}),
        "wave": _or_null(_NAME),
        "channel": _one_of(CHANNELS),
        "language": {**_NAME, "description": "BCP 47"},
        "style": _or_null(_one_of(STYLES)),
        "assisted": _or_null(_one_of(ASSISTANCE)),
        "area": _or_null({**_NAME, "description": "GSS code or place:<slug>"}),
        "area_relation": _or_null({"type": "array", "items": _NAME}),
        "home_district": _or_null({**_NAME, "description": "GSS code of a district, or elsewhere"}),
        "consent": {
            "type": "object",
            "additionalProperties": False,
            "required": ["version", "given"],
            "properties": {
                "version": {"type": "integer", "minimum": 1},
                "given": {"type": "boolean"},
                "age_band": _or_null(_one_of((*AGE_BANDS, "25+"))),
                "guardian": _or_null(_one_of(GUARDIAN_WORDS)),
            },
        },
        "started_at": _or_null(_TIME),
        "finished_at": _or_null(_TIME),
        "serial": _or_null(_NAME),
        "keyed_by": _or_null(_NAME),
        "answers": {
            "type": "object",
            "description": "by question id, in the codes of /surveys/{slug}; a ranking lists codes, the first first; a "
            "drawing is a Drawing",
        },
    },
}
_LINES = {
    "type": "array",
    "maxItems": MOST_LINES,
    "items": {"type": "array", "minItems": 2, "items": {"type": "integer", "minimum": 0, "maximum": SHEET_WIDTH}},
}
DRAWING: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "description": f"Lines as x, y, x, y, … on a sheet of {SHEET_WIDTH} by {SHEET_HEIGHT} from its top left corner, at "
    f"most {MOST_POINTS} points in all; or closed outlines of ink; with words beside it or instead of it.",
    "properties": {
        "lines": _LINES,
        "outlines": _LINES,
        "words": {"type": "string", "maxLength": LONGEST_DESCRIPTION},
        "may_show": {"type": "boolean", "description": "others may see the drawing, once somebody has looked at it"},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "enum": [*_PROBLEMS, *Refusal, "no_release", "too_large", "fault"]},
        "question": _or_null({"type": "string"}),
        "detail": _or_null({"type": "string"}),
    },
}
PROBLEMS = {"type": "object", "properties": {"problems": {"type": "array", "items": PROBLEM}}}
OUTCOME = {
    "type": "object",
    "properties": {
        "response_id": _or_null(_UUID),
        "status": _one_of(("stored", "same", "held", "conflict", "refused")),
        "receipt": _or_null({"type": "string"}),
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
    },
}

EFFORT: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Never needed: for each answer in order, divided by commas, a number with which the SHA-256 "
    f"of the response_id in small letters, a space and the number begins with {BITS} zero bits. It shows a person who "
    "looks at many answers at once that somebody took the time.",
    "schema": {"type": "string", "pattern": "^[0-9, ]*$"},
}

_BASE64URL = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
_BUNDLE_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
BUNDLE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "key", "enc", "ciphertext"],
    "properties": {
        "id": {**_BUNDLE_ID, "description": "made by the device, for this bundle only"},
        "key": {**_NAME, "description": "id of the sealing key"},
        "enc": {**_BASE64URL, "description": "encapsulated key: an uncompressed point"},
        "ciphertext": {**_BASE64URL, "description": "a submission as JSON, sealed; spaces may follow it"},
    },
}
BUNDLE_OUTCOME = {
    "type": "object",
    "properties": {
        "id": _or_null(_BUNDLE_ID),
        "status": _one_of(("stored", "same", "held", "conflict", "refused", "unreadable")),
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
    },
}
SEALING_KEY = {
    "type": "object",
    "properties": {"id": _NAME, "public_key": _BASE64URL, "suite": {"const": SUITE_NAME}},
}


@openapi.get("/openapi.json")
def get_openapi() -> Response:
    """Return the description of this interface."""
    return jsonify(openapi_document())


def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "engage", "version": __version__, "description": _problem_list()},
        "paths": {
            "/api/v1/submissions": {"post": _post_submissions()},
            "/api/v1/sealed": {"post": _post_sealed()},
            "/api/v1/sealing-key": {"get": _get_sealing_key()},
            "/api/v1/surveys/{slug}": {"get": _get("A survey's questions with their codes", [_path("slug")])},
            "/api/v1/results/{slug}": {
                "get": _get(
                    "The last release of a survey's results; beside the tables weighted figures, who answered and how, "
                    "and every comparison",
                    [_path("slug"), _query("wave"), _query("area"), _query("by")],
                    refused=True,
                )
            },
        },
        "components": {
            "schemas": {
                "Submission": SUBMISSION,
                "Drawing": DRAWING,
                "Outcome": OUTCOME,
                "Problem": PROBLEM,
                "Problems": PROBLEMS,
                "Bundle": BUNDLE,
                "BundleOutcome": BUNDLE_OUTCOME,
                "SealingKey": SEALING_KEY,
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _post_submissions() -> dict[str, Any]:
    batch = {
        "type": "object",
        "required": ["submissions"],
        "properties": {"submissions": {"type": "array", "maxItems": LARGEST_BATCH, "items": _ref("Submission")}},
    }
    outcome, problems = _json("Outcome"), _json("Problems")
    return {
        "summary": "Send one submission, or up to 500",
        "description": "Channels web and api are open; any other needs a token.",
        "security": [{}, {"token": []}],
        "parameters": [EFFORT],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"oneOf": [_ref("Submission"), batch]}}},
        },
        "responses": {
            "200": {"description": "the same again, or what became of each of a batch"},
            "201": {"description": "stored", **outcome},
            "202": {"description": "held for review", **outcome},
            "409": {"description": "another body was sent under this id; both are kept", **outcome},
            "413": {"description": "over 1 MB", **problems},
            "422": {"description": "refused; nothing was stored", **problems},
        },
    }


def _post_sealed() -> dict[str, Any]:
    bundles = {"type": "array", "maxItems": LARGEST_SEALED_BATCH, "items": _ref("Bundle")}
    outcomes = {"type": "object", "properties": {"results": {"type": "array", "items": _ref("BundleOutcome")}}}
    return {
        "summary": f"Hand over up to {LARGEST_SEALED_BATCH} submissions sealed on a device",
        "description": "HPKE base mode (RFC 9180), info `engage sealed answers 1`, no additional data. Sending again "
        "is harmless. Everything but `unreadable` may be deleted on the device. Channel outreach needs a token.",
        "security": [{}, {"token": []}],
        "parameters": [EFFORT],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["sealed"], "properties": {"sealed": bundles}}
                }
            },
        },
        "responses": {
            "200": {"description": "what became of each", "content": {"application/json": {"schema": outcomes}}},
            "413": {"description": "over 5 MB", **_json("Problems")},
            "422": {"description": "not a list of bundles, or too many", **_json("Problems")},
        },
    }


def _get_sealing_key() -> dict[str, Any]:
    found = {"description": "the key to seal to from now on", **_json("SealingKey")}
    return {"summary": "The public key that devices seal answers to", "responses": {"200": found}}


def _get(summary: str, parameters: list[dict[str, Any]], *, refused: bool = False) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {"description": "found", "content": {"application/json": {"schema": {"type": "object"}}}},
        "404": {"description": "not there", **_json("Problems")},
    }
    if refused:
        responses["422"] = {"description": "not in the release plan", **_json("Problems")}
    return {"summary": summary, "parameters": parameters, "responses": responses}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": _ref(name)}}}


def _problem_list() -> str:
    lines = "\n".join(f"- `{code}`: {meaning}" for code, meaning in _PROBLEMS.items())
    return f"Problem codes:\n{lines}"
