"""What a browser seals and locks away: opened by the server, by its code, and by nobody else."""

import json
import random
from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from builders import a_submission
from device import Place, a_phone, a_tab
from engage.response.codes import ALPHABET
from engage.response.receipts import receipt_of
from engage.sealing import find_key, read_keys
from sealing_device import published_vector


def test_sealing_to_a_known_key_gives_the_published_bytes(browser: Browser, place: Place) -> None:
    vector = published_vector()
    first = vector["encryptions"][0]
    seal = """async ([v, first]) => {
      const b64 = (hex) => btoa(String.fromCharCode(...device.fromHex(hex))).replace(/\\+/g, "-").replace(/\\//g, "_")
        .replace(/=/g, "");
      const point = { kty: "EC", crv: "P-256", x: b64(v.pkEm.slice(2, 66)), y: b64(v.pkEm.slice(66)) };
      const curve = { name: "ECDH", namedCurve: "P-256" };
      const pair = {
        privateKey: await crypto.subtle.importKey("jwk", { ...point, d: b64(v.skEm) }, curve, false, ["deriveBits"]),
        publicKey: await crypto.subtle.importKey("jwk", point, curve, true, []),
      };
      const [info, plain, aad] = [v.info, first.pt, first.aad].map(device.fromHex);
      const sealed = await device.sealTo(device.fromHex(v.pkRm), info, plain, pair, aad);
      return [device.toHex(sealed.enc), device.toHex(sealed.ciphertext)];
    }"""
    with a_phone(browser, place) as phone:
        assert a_tab(phone).evaluate(seal, [vector, first]) == [vector["enc"], first["ct"]]


def a_random_body(chance: random.Random) -> dict[str, Any]:
    words = "".join(chr(chance.choice((32, 65, 0xE9, 0x627, 0x12A0, 0x1F600, 0x0A, 0x22, 0x5C))) for _ in range(40))
    return a_submission({"safe_day": "very_safe", "say_more": words * chance.randrange(60), "more": chance.random()})


def test_what_a_browser_seals_the_server_opens(browser: Browser, place: Place) -> None:
    chance = random.Random(7)
    bodies = [a_random_body(chance) for _ in range(200)]
    seal = "([key, bodies]) => Promise.all(bodies.map((body) => device.sealAnswers(key, body)))"
    with a_phone(browser, place) as phone:
        bundles = a_tab(phone).evaluate(seal, [place.plan["sealing"], bodies])
    keys = read_keys(place.instance.settings.sealing_keys)
    for body, bundle in zip(bodies, bundles, strict=True):
        key = find_key(keys, bundle["key"])
        assert key is not None
        enc, ciphertext = (urlsafe_b64decode(bundle[name] + "==") for name in ("enc", "ciphertext"))
        opened = key.open(enc, ciphertext)
        assert opened is not None
        assert json.loads(opened) == body
        assert len(opened) % 512 == 0
    assert len({bundle["id"] for bundle in bundles} | {bundle["enc"] for bundle in bundles}) == 400


def test_half_a_sign_is_marked_and_the_answer_arrives(browser: Browser, place: Place) -> None:
    document = a_submission()
    half = """([plan, submission]) => {
      submission.answers.say_more = "\\uFEFFcut \\ud83d here \\\\ud83d";
      return device.keepAnswers(plan, submission).then(() => device.sendWaiting());
    }"""
    with a_phone(browser, place) as phone:
        a_tab(phone).evaluate(half, [place.plan, document])
    assert place.stored()[document["response_id"]]["say_more"].endswith("cut \ufffd here \\ud83d")


def test_ids_and_receipts_made_on_the_device_are_those_of_the_server(browser: Browser, place: Place) -> None:
    make = """async () => {
      const ids = Array.from({ length: 300 }, device.newResponseId);
      return Promise.all(ids.map(async (id) => [id, await device.receiptOf(id)]));
    }"""
    with a_phone(browser, place) as phone:
        made = a_tab(phone).evaluate(make)
    assert len({response_id for response_id, _ in made}) == 300
    for response_id, receipt in made:
        assert UUID(response_id).version == 4
        assert str(UUID(response_id)) == response_id
        assert receipt == receipt_of(UUID(response_id))


STATE = {"answers": {"say_more": "the lane behind the chip shop"}, "step": 4}


def test_saved_answers_open_with_their_code_only(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        code = page.evaluate("([plan, state]) => device.saveForLater(plan, state)", [place.plan, STATE])
        assert len(code) == 9
        assert set(code) <= {*ALPHABET, "-"}
        assert page.evaluate("device.hasSaved('local')")
        assert not page.evaluate("device.hasSaved('another')")
        again = a_tab(phone)
        kept = json.dumps(
            again.evaluate("device.allIn('saved').then((r) => r.map((x) => ({ ...x, locked: [...x.locked] })))")
        )
        assert not [word for word in ("lane", "safe", code, code.replace("-", "")) if word in kept]
        assert again.evaluate("(code) => device.openSaved(code)", "2222-2222") is None
        assert again.evaluate("(code) => device.openSaved(code)", "nonsense") is None
        typed = f" {code.lower().replace('-', ' ')} "
        assert again.evaluate("(code) => device.openSaved(code)", typed) == STATE
        assert again.evaluate("([plan, state]) => device.saveForLater(plan, state)", [place.plan, STATE]) == code
        again.evaluate("device.forgetSaved()")
        assert not again.evaluate("device.hasSaved('local')")


def test_two_people_save_on_one_phone_and_each_opens_their_own(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        save = "([plan, state]) => device.saveForLater(plan, state)"
        one, other = a_tab(phone), a_tab(phone)
        first = one.evaluate(save, [place.plan, {"who": "one"}])
        second = other.evaluate(save, [place.plan, {"who": "other"}])
        assert first != second
        page = a_tab(phone)
        assert page.evaluate("(code) => device.openSaved(code)", second) == {"who": "other"}
        page.evaluate("device.forgetSaved()")
        assert page.evaluate("(code) => device.openSaved(code)", first) == {"who": "one"}


def test_after_ten_wrong_codes_nothing_is_left(browser: Browser, place: Place) -> None:
    with a_phone(browser, place) as phone:
        page = a_tab(phone)
        code = page.evaluate("([plan, state]) => device.saveForLater(plan, state)", [place.plan, STATE])
        for _ in range(9):
            assert page.evaluate("device.openSaved('3333-3333')") is None
        assert page.evaluate("device.hasSaved('local')")
        assert page.evaluate("device.openSaved('3333-3333')") is None
        assert not page.evaluate("device.hasSaved('local')")
        assert page.evaluate("(code) => device.openSaved(code)", code) is None


@pytest.mark.parametrize(("days", "is_there"), [(6.9, True), (7.1, False), (-2, True)])
def test_what_was_saved_is_gone_after_a_week(browser: Browser, place: Place, days: float, is_there: bool) -> None:
    clock = "const now = Date.now; let jump = 0; Date.now = () => now() + jump; window.jump = (by) => { jump = by; };"
    with a_phone(browser, place, clock) as phone:
        page = a_tab(phone)
        page.evaluate("([plan, state]) => device.saveForLater(plan, state)", [place.plan, STATE])
        page.evaluate("jump", days * 86_400_000)
        assert page.evaluate("device.hasSaved('local')") is is_there
        assert len(page.evaluate("device.allIn('saved')")) == is_there
