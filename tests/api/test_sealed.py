"""Sealed answers over HTTP: each opened, checked and stored once; what does not fit waits for a person."""

import hashlib
import json
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from builders import DISTRICT, NOW, WARD, WAVE, a_submission
from engage.collection.receive import receive_submission
from engage.collection.surveys import set_wave_state
from engage.collection.tablets import Preparation, prepare_tablet, revoke_tablet
from engage.collection.withdrawal import erase_response
from engage.response.receipts import receipt_of
from engage.sealing import add_key, current_key
from engage.storage import audit, review, tablets, tokens
from engage.storage.audit import AuditRow
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from engage.storage.review import ReviewItem
from sealing_device import encoded, seal, sealed_for

URL = "/api/v1/sealed"


def send(client: FlaskClient, *bundles: object, token: str | None = None) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.post(URL, json={"sealed": bundles}, headers=headers)
    assert answer.status_code == 200, answer.json
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def statuses(results: list[dict[str, Any]]) -> list[str]:
    return [result["status"] for result in results]


def stored(instance: Instance) -> int:
    with instance.database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResponseRow)) or 0


def waiting(instance: Instance) -> list[ReviewItem]:
    with instance.database.reading() as session:
        return review.waiting(session)


def test_the_key_to_seal_to_is_given_out(client: FlaskClient, surveyed: Instance) -> None:
    answer = client.get("/api/v1/sealing-key")
    key = current_key(surveyed.settings.sealing_keys)
    assert (answer.json["id"], answer.json["public_key"]) == (key.id, key.public_key)
    assert answer.json["suite"] == "DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM"
    assert answer.headers["Cache-Control"] == "no-store"
    assert key.secret not in answer.get_data(as_text=True)


def test_a_sealed_answer_is_stored_once_however_often_it_comes(client: FlaskClient, surveyed: Instance) -> None:
    document = a_submission({"safe_day": "very_safe", "say_more": "Žluťoučký kůň 🐎"})
    bundle = sealed_for(surveyed, document)
    first, again = send(client, bundle), send(client, bundle, sealed_for(surveyed, document))
    assert first == [{"id": bundle["id"], "status": "stored", "problems": []}]
    assert statuses(again) == ["same", "same"]
    assert stored(surveyed) == 1


def test_each_bundle_of_a_batch_is_dealt_with_by_itself(client: FlaskClient, surveyed: Instance) -> None:
    good, conflicting = a_submission(), a_submission()
    send(client, sealed_for(surveyed, conflicting))
    bundles = [
        sealed_for(surveyed, good),
        sealed_for(surveyed, good),
        {"id": uuid4().hex},
        "nonsense",
        sealed_for(surveyed, conflicting | {"answers": {"safe_day": "very_unsafe"}}),
        sealed_for(surveyed, a_submission(age_band="under-13")),
        sealed_for(surveyed, a_submission({"safe_day": "no such answer"})),
        sealed_for(surveyed, a_submission()),
    ]
    results = send(client, *bundles)
    assert statuses(results) == [
        "stored", "same", "unreadable", "unreadable", "conflict", "refused", "held", "stored",
    ]  # fmt: skip
    assert [result["id"] for result in results] == [
        bundle["id"] if isinstance(bundle, dict) else None for bundle in bundles
    ]
    assert stored(surveyed) == 3


def changed(bundle: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return bundle | fields


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"id": "x" * 32}, "bundle_malformed"),
        ({"id": None}, "bundle_malformed"),
        ({"id": "A" * 32}, "bundle_malformed"),
        ({"enc": "!"}, "bundle_malformed"),
        ({"enc": ""}, "bundle_malformed"),
        ({"enc": encoded(b"\x04" * 64)}, "bundle_malformed"),
        ({"enc": 7}, "bundle_malformed"),
        ({"ciphertext": ""}, "bundle_malformed"),
        ({"ciphertext": "a"}, "bundle_malformed"),
        ({"ciphertext": ["x"]}, "bundle_malformed"),
        ({"key": {}}, "bundle_malformed"),
        ({"more": 1}, "bundle_malformed"),
        ({"key": "0" * 16}, "unknown_sealing_key"),
        ({"key": ""}, "unknown_sealing_key"),
        ({"enc": encoded(b"\x04" + b"\x01" * 64)}, "cannot_be_opened"),
        ({"ciphertext": encoded(b"x" * 200)}, "cannot_be_opened"),
        ({"ciphertext": encoded(b"x")}, "cannot_be_opened"),
    ],
)
def test_what_cannot_be_read_stays_on_the_device(
    client: FlaskClient, surveyed: Instance, fields: dict[str, Any], code: str
) -> None:
    bad = changed(sealed_for(surveyed, a_submission()), **fields)
    result, other = send(client, bad, sealed_for(surveyed, a_submission()))
    assert (result["status"], [problem["code"] for problem in result["problems"]]) == ("unreadable", [code])
    assert other["status"] == "stored"
    assert waiting(surveyed) == []


@pytest.mark.parametrize(
    "inside",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 200_000,
        b'{"a":' * 30 + b"1" + b"}" * 30,
    ],
    ids=range(9),
)  # fmt: skip
def test_what_opens_but_is_no_submission_stays_on_the_device(
    client: FlaskClient, surveyed: Instance, inside: bytes
) -> None:
    bundle = seal(current_key(surveyed.settings.sealing_keys), inside)
    result, other = send(client, bundle, sealed_for(surveyed, a_submission()))
    assert (result["status"], result["problems"][0]["code"]) == ("unreadable", "no_submission_inside")
    assert other["status"] == "stored"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"null", b"{}", b'{"sealed": {}}', b'{"sealed": null}'])
def test_a_body_that_holds_no_bundles_is_a_clear_problem(client: FlaskClient, body: bytes) -> None:
    answer = client.post(URL, data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["problems"][0]["code"] in ("not_an_object", "field_malformed")


def test_a_hundred_bundles_go_at_once_and_no_more(client: FlaskClient, surveyed: Instance) -> None:
    bundles = [sealed_for(surveyed, a_submission()) for _ in range(100)]
    assert client.post(URL, json={"sealed": [*bundles, bundles[0]]}).status_code == 422
    assert stored(surveyed) == 0
    assert statuses(send(client, *bundles)) == ["stored"] * 100
    assert stored(surveyed) == 100


def test_over_five_megabytes_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.post(URL, data=b"x" * 5_000_001, content_type="application/json")
    assert (answer.status_code, answer.json["problems"][0]["code"]) == (413, "too_large")


def test_what_was_sealed_to_an_older_key_still_opens(client: FlaskClient, surveyed: Instance) -> None:
    before = sealed_for(surveyed, a_submission())
    new = add_key(surveyed.settings.sealing_keys, NOW.date())
    assert client.get("/api/v1/sealing-key").json["id"] == new.id
    assert statuses(send(client, before, sealed_for(surveyed, a_submission()))) == ["stored", "stored"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"answers": {"safe_day": "no such answer"}}, "unknown_option"),
        ({"answers": {"no_such_question": "x"}}, "unknown_question"),
        ({"answers": {"say_more": "a\x00b\ud800"}}, "not_text"),
        ({"area": "E05000001"}, "unknown_area"),
        ({"survey": "no-such-survey"}, "unknown_survey"),
        ({"survey": "x" * 300}, "field_malformed"),
        ({"version": 7}, "unknown_version"),
        ({"wave": "2031-spring"}, "unknown_wave"),
        ({"language": "tlh"}, "unknown_language"),
        ({"channel": "outreach"}, "channel_needs_token"),
        ({"response_id": "1"}, "field_malformed"),
        ({"serial": {"a": ["b"]}}, "field_malformed"),
        ({"from_a_later_version": True}, "unknown_field"),
    ],
)
def test_what_was_collected_in_good_faith_waits_for_a_person(
    client: FlaskClient, surveyed: Instance, changes: dict[str, Any], code: str
) -> None:
    bundle = sealed_for(surveyed, a_submission() | changes)
    (result,) = send(client, bundle)
    assert (result["status"], code in [problem["code"] for problem in result["problems"]]) == ("held", True)
    assert statuses(send(client, bundle)) == ["held"]
    (item,) = waiting(surveyed)
    assert (item.kind, code in [note["code"] for note in item.notes]) == ("faulty", True)
    assert item.response_id == UUID(bundle["id"] if "response_id" in changes else item.body["response_id"])
    assert stored(surveyed) == 0


def test_times_of_held_answers_are_not_kept(client: FlaskClient, surveyed: Instance) -> None:
    times = {"started_at": "2026-11-20T10:00:00Z", "finished_at": "2026-11-20T10:03:10Z"}
    send(client, sealed_for(surveyed, a_submission({"safe_day": "x"}) | times))
    assert not times.keys() & waiting(surveyed)[0].body.keys()


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        ({"version": 1, "given": True, "age_band": "under-13"}, "too_young"),
        ({"version": 1, "given": False, "age_band": "25-34"}, "consent_missing"),
        ({"version": "one", "given": True}, "consent_missing"),
        (None, "consent_missing"),
    ],
)
@pytest.mark.parametrize("other_fault", [{}, {"answers": {"safe_day": "x"}}, {"more": 1}, {"survey": "none-such"}])
def test_without_consent_or_under_age_nothing_is_kept(
    client: FlaskClient, surveyed: Instance, consent: object, code: str, other_fault: dict[str, Any]
) -> None:
    (result,) = send(client, sealed_for(surveyed, a_submission() | {"consent": consent} | other_fault))
    assert result["status"] == "refused"
    if other_fault:
        assert [problem["code"] for problem in result["problems"]] == [code]
    assert (stored(surveyed), waiting(surveyed)) == (0, [])


@pytest.mark.parametrize("channel", ["api", "sms", "phone", "paper_keyed", "paper_read", "elsewhere", ["web"], None])
def test_no_device_of_ours_sends_by_another_channel(client: FlaskClient, surveyed: Instance, channel: object) -> None:
    assert statuses(send(client, sealed_for(surveyed, a_submission() | {"channel": channel}))) == ["refused"]
    assert (stored(surveyed), waiting(surveyed)) == (0, [])


def test_a_closed_wave_holds_what_comes_late(client: FlaskClient, surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        keys = surveyed.settings.keys
        set_wave_state(session, keys, "feeling-safe", WAVE, "closed", actor="test", now=surveyed.now())
    (result,) = send(client, sealed_for(surveyed, a_submission()))
    assert (result["status"], result["problems"][0]["code"]) == ("held", "wave_closed")
    assert [item.kind for item in waiting(surveyed)] == ["late"]


def test_erased_answers_do_not_come_back_sealed_faulty_or_whole(client: FlaskClient, surveyed: Instance) -> None:
    whole, faulty = a_submission(), a_submission({"safe_day": "x"})
    bundles = [sealed_for(surveyed, whole), sealed_for(surveyed, faulty)]
    assert statuses(send(client, *bundles)) == ["stored", "held"]
    with surveyed.database.writing() as session:
        for document in (whole, faulty):
            receipt = receipt_of(UUID(document["response_id"]))
            assert erase_response(session, surveyed.settings.keys, receipt, actor="test", now=NOW)
    assert statuses(send(client, *bundles)) == ["same", "same"]
    assert (stored(surveyed), waiting(surveyed)) == (0, [])


def test_what_came_in_the_open_and_sealed_is_one_answer(client: FlaskClient, surveyed: Instance) -> None:
    document = a_submission()
    assert client.post("/api/v1/submissions", json=document).status_code == 201
    assert statuses(send(client, sealed_for(surveyed, document))) == ["same"]


def test_a_system_s_token_opens_the_outreach_channel(client: FlaskClient, surveyed: Instance) -> None:
    with surveyed.database.writing() as session:
        tokens.add(session, hashlib.sha256(b"secret").hexdigest(), "youth club")
    document = a_submission(channel="outreach", assisted="ambassador")
    assert statuses(send(client, sealed_for(surveyed, document), token="wrong")) == ["held"]
    assert statuses(send(client, sealed_for(surveyed, document), token="secret")) == ["stored"]
    assert statuses(send(client, sealed_for(surveyed, a_submission(channel="sms")), token="secret")) == ["refused"]


def test_a_tablet_sends_by_outreach_and_is_counted_and_a_lost_one_only_fills_the_review(
    client: FlaskClient, surveyed: Instance
) -> None:
    keys = surveyed.settings.keys
    wanted = Preparation(
        "feeling-safe", "Blue", "Youth club", DISTRICT, ("en",), ("standard",), 7, hashlib.sha256(b"t").hexdigest()
    )
    with surveyed.database.writing() as session:
        tablet = prepare_tablet(session, keys, wanted, "amb@example.org", NOW)
    bundles = [sealed_for(surveyed, a_submission(channel="outreach")) for _ in range(3)]
    assert statuses(send(client, *bundles, token="t")) == ["stored"] * 3
    assert statuses(send(client, *bundles, token="t")) == ["same"] * 3
    with surveyed.database.writing() as session:
        found = tablets.get(session, tablet.id)
        assert found is not None
        assert (found.received, session.scalar(select(ResponseRow.batch).limit(1))) == (3, "Youth club")
        revoke_tablet(session, keys, tablet.id, "test", NOW)
    faulty = sealed_for(surveyed, a_submission({"safe_day": "x"}, channel="outreach"))
    held = send(client, sealed_for(surveyed, a_submission(channel="outreach")), faulty, token="t")
    assert statuses(held) == ["held", "held"]
    assert all("tablet_revoked" in [problem["code"] for problem in result["problems"]] for result in held)
    assert stored(surveyed) == 3


def test_no_answer_stands_in_the_log_of_the_server_or_of_the_audit(
    client: FlaskClient, surveyed: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = "the lane behind the chip shop"
    documents = [a_submission({"say_more": words}), a_submission({"say_more": words, "safe_day": words})]
    results = send(client, *(sealed_for(surveyed, document) for document in documents))
    assert statuses(results) == ["stored", "held"]
    assert words not in json.dumps(results)
    assert words not in caplog.text
    with surveyed.database.reading() as session:
        lines = [(row.action, json.dumps(row.detail), row.subject) for row in session.scalars(select(AuditRow))]
        assert audit.find_tampering(session, surveyed.settings.keys.audit, None) is None
    assert {"responses.received", "responses.held"} <= {action for action, _, _ in lines}
    assert words not in str(lines)
    assert not [document["response_id"] for document in documents if document["response_id"] in str(lines)]


def test_the_same_answers_again_leave_no_second_line_in_the_audit(client: FlaskClient, surveyed: Instance) -> None:
    bundles = [sealed_for(surveyed, a_submission()), sealed_for(surveyed, a_submission({"safe_day": "x"}))]
    send(client, *bundles)

    def lines() -> int:
        with surveyed.database.reading() as session:
            return session.scalar(select(func.count()).select_from(AuditRow)) or 0

    before = lines()
    send(client, *bundles)
    assert lines() == before


def test_a_held_answer_that_was_stored_meanwhile_is_the_same(client: FlaskClient, surveyed: Instance) -> None:
    document = a_submission(area=WARD)
    with surveyed.database.writing() as session:
        from builders import a_door

        assert receive_submission(session, a_door(surveyed), document).status == "stored"
    assert statuses(send(client, sealed_for(surveyed, document))) == ["same"]


def test_nothing_sealed_is_ever_a_server_fault(client: FlaskClient, surveyed: Instance) -> None:
    for value in (None, 1, "x", [], {}, [[]], {"a": {}}, True, 1e308, 10**400, "\ud800\x00", "x" * 10_000):
        for name in a_submission():
            bundle = sealed_for(surveyed, a_submission() | {name: value})
            assert client.post(URL, json={"sealed": [bundle]}).status_code == 200
            assert client.post(URL, json={"sealed": [bundle | {name: value}]}).status_code == 200
            assert client.post(URL, json={"sealed": value}).status_code in (200, 422)


def test_the_interface_describes_sealed_answers(client: FlaskClient) -> None:
    from jsonschema import Draft202012Validator

    document = client.get("/api/v1/openapi.json").json
    schemas = document["components"]["schemas"]
    assert {"unknown_sealing_key", "cannot_be_opened"} <= set(schemas["Problem"]["properties"]["code"]["enum"])
    Draft202012Validator(schemas["SealingKey"]).validate(client.get("/api/v1/sealing-key").json)
    assert "/api/v1/sealed" in document["paths"]
