"""Twilio: our check agrees with Twilio's own library, and a swapped body is refused."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from engage.channels.sms.message import InboundMessage, ParseFault, StatusReport
from engage.channels.sms.providers import provider_of
from engage.channels.sms.providers.twilio import ALGORITHMS, parse, render, verify
from engage.storage.texts import TextChannel

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TOKEN = "12345"
URL = "https://survey.example.org/sms/twilio/9d4c?x=1&y=%C5%BC"
FORM = {
    "MessageSid": "SM1",
    "From": "+447700900001",
    "To": "+447700900002",
    "Body": "4 żółw & سلام 😀\r\n=+",
    "MediaUrl0": "",
    "FromCity": "",
}


def _verify(form: dict[str, str], url: str, signature: str, *tokens: str) -> bool:
    body = urlencode(form).encode()
    return verify(body, {"x-twilio-signature": signature}, url, tokens or (TOKEN,), NOW)


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://survey.example.org/sms/twilio/9d4c",
        "https://survey.example.org:8443/sms/twilio/9d4c?a=&b",
        "https://survey.example.org:443/sms/",
        "http://127.0.0.1:8000/sms/twilio/9d4c",
        "https://survey.example.org/a/../b//c?d=e%20f+g&d=h#rc=2",
    ],
)
def test_what_twilio_signs_comes_in_with_and_without_the_port(url: str) -> None:
    validator = RequestValidator(TOKEN)
    signature = validator.compute_signature(url, FORM)
    assert validator.validate(url, FORM, signature)
    assert _verify(FORM, url, signature)
    assert not _verify(FORM, url.replace("survey", "other").replace("127", "128"), signature)


def test_a_port_on_one_side_only_makes_no_difference() -> None:
    with_port = URL.replace(".org/", ".org:443/")
    sign = RequestValidator(TOKEN).compute_signature
    assert _verify(FORM, URL, sign(with_port, FORM))
    assert _verify(FORM, with_port, sign(URL, FORM))
    assert not _verify(FORM, URL, sign(URL.replace(".org/", ".org:444/"), FORM))


def test_a_swapped_body_is_refused() -> None:
    signature = RequestValidator(TOKEN).compute_signature(URL, FORM)
    assert not _verify(FORM | {"Body": "5"}, URL, signature)
    assert not _verify(FORM | {"More": ""}, URL, signature)
    assert not _verify({**FORM, "From": "+447700900009"}, URL, signature)


def test_two_tokens_count_while_one_is_changed() -> None:
    signature = RequestValidator("old").compute_signature(URL, FORM)
    assert _verify(FORM, URL, signature, "new", "old")
    assert not _verify(FORM, URL, signature, "new")
    assert not _verify(FORM, URL, RequestValidator("").compute_signature(URL, FORM), "")


@pytest.mark.parametrize("signature", ["", "é", "=" * 28, "\x00", "AAAA"])
def test_a_wrong_signature_is_refused_not_a_crash(signature: str) -> None:
    assert not _verify(FORM, URL, signature)


def test_a_header_cannot_choose_the_algorithm() -> None:
    signature = RequestValidator(TOKEN).compute_signature(URL, FORM, "HMAC_SHA256")
    headers = {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_SHA256"}
    assert not verify(urlencode(FORM).encode(), headers, URL, (TOKEN,), NOW)


def test_a_shared_key_counts_where_the_channel_was_set_up_with_one() -> None:
    validator = RequestValidator(TOKEN)
    body = urlencode(FORM).encode()
    for algorithm, own_name in (("HMAC-SHA1", "HMAC_SHA1"), ("HMAC-SHA256", "HMAC_SHA256")):
        headers = {"X-Twilio-Signature": validator.compute_signature(URL, FORM, own_name)}
        answers = {known: verify(body, headers, URL, ("new", TOKEN), NOW, known) for known in ALGORITHMS}
        assert answers == {known: known == algorithm for known in ALGORITHMS}


def test_the_algorithm_is_the_channels_own() -> None:
    channel = TextChannel(uuid4(), "twilio", "tiny", (TOKEN,), account={"algorithm": "HMAC-SHA256"})
    body = urlencode(FORM).encode()
    signature = RequestValidator(TOKEN).compute_signature(URL, FORM, "HMAC_SHA256")
    speaks = provider_of(channel)
    assert speaks.verify(body, {"X-Twilio-Signature": signature}, URL, (TOKEN,), NOW)
    assert not provider_of(replace(channel, account={})).verify(
        body, {"X-Twilio-Signature": signature}, URL, (TOKEN,), NOW
    )


def test_a_hundred_and_fifty_fields_blank_values_and_every_script_come_in() -> None:
    many = FORM | {f"Feld {n} ż": "" if n % 3 else f"ሰላም {n} ✓ & = %" for n in range(150)}
    signature = RequestValidator(TOKEN).compute_signature(URL, many)
    assert _verify(many, URL, signature)
    assert not _verify(many | {"Feld 7 ż": " "}, URL, signature)


def test_two_hundred_fields_come_in_and_more_do_not() -> None:
    many = FORM | {f"Field{n}": str(n) for n in range(194)}
    assert len(many) == 200
    assert _verify(many, URL, RequestValidator(TOKEN).compute_signature(URL, many))
    more = many | {"Last": ""}
    assert not _verify(more, URL, RequestValidator(TOKEN).compute_signature(URL, more))
    assert parse(urlencode(more).encode()) == ParseFault("too_many_fields", "at most 200")


def test_a_body_over_64_kilobytes_is_refused() -> None:
    long = FORM | {"Body": "a" * 65_536}
    assert not _verify(long, URL, RequestValidator(TOKEN).compute_signature(URL, long))
    fault = parse(urlencode(long).encode())
    assert isinstance(fault, ParseFault)
    assert fault.code == "body_too_large"


NAMES = st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
VALUES = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    form=st.dictionaries(NAMES, VALUES, max_size=12),
    query=st.dictionaries(NAMES, VALUES, max_size=3),
    port=st.sampled_from(["", ":443", ":8443"]),
)
def test_we_agree_with_twilios_own_library(form: dict[str, str], query: dict[str, str], port: str) -> None:
    url = f"https://survey.example.org{port}/sms/twilio/9d4c" + (f"?{urlencode(query)}" if query else "")
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    assert _verify(form, url, signature)
    changed = {**form, "Body": form.get("Body", "") + "5"}
    assert _verify(changed, url, signature) == RequestValidator(TOKEN).validate(url, changed, signature)


def test_the_form_becomes_a_message() -> None:
    assert parse(urlencode(FORM).encode()) == InboundMessage("SM1", "+447700900001", "+447700900002", FORM["Body"])


def test_an_empty_text_is_a_message() -> None:
    message = parse(urlencode(FORM | {"Body": ""}).encode())
    assert isinstance(message, InboundMessage)
    assert message.text == ""


@pytest.mark.parametrize(("said", "opted_out"), [("STOP", True), ("stop", True), ("HELP", False), ("START", False)])
def test_twilios_own_opt_out_is_passed_on(said: str, opted_out: bool) -> None:
    message = parse(urlencode(FORM | {"OptOutType": said}).encode())
    assert isinstance(message, InboundMessage)
    assert message.opted_out is opted_out


@pytest.mark.parametrize("status", ["queued", "sent", "delivered", "undelivered", "failed"])
def test_a_status_is_told_from_a_text(status: str) -> None:
    form = {
        "MessageSid": "SM1",
        "MessageStatus": status,
        "SmsStatus": status,
        "From": "+44",
        "To": "+44",
        "ErrorCode": "",
    }
    assert parse(urlencode(form).encode()) == StatusReport("SM1", status)
    assert parse(urlencode(form | {"MessageSid": ""}).encode()) == ParseFault(
        "field_missing", "`MessageSid` or `MessageStatus`"
    )


def test_a_long_text_that_comes_as_base64_is_read() -> None:
    written = "Mais la nuit, dehors, c'est très calme ici et je rentre toujours avec quelqu'un de ma famille."
    encoded = b64encode(written.encode()).decode()
    for text, read in ((encoded, written), ("a" * 80, "a" * 80), ("NG7", "NG7"), (encoded + "=", encoded + "=")):
        message = parse(urlencode(FORM | {"Body": text}).encode())
        assert isinstance(message, InboundMessage)
        assert message.text == read


@pytest.mark.parametrize("field", ["MessageSid", "From", "To", "Body"])
def test_a_missing_field_is_named(field: str) -> None:
    body = urlencode({name: value for name, value in FORM.items() if name != field}).encode()
    assert parse(body) == ParseFault("field_missing", f"`{field}`")


def test_what_is_no_text_is_a_fault() -> None:
    fault = parse(b"\xff\xfe")
    assert isinstance(fault, ParseFault)
    assert fault.code == "body_malformed"


@pytest.mark.parametrize("reply", ["Local survey\n1 Yes", "<b> & \"quotes\" 'ż' سلام 😀"])
def test_the_reply_is_the_twiml_of_twilios_own_library(reply: str) -> None:
    own = MessagingResponse()
    own.message(reply)
    body, content_type = render(reply)
    assert content_type.startswith("text/xml")
    assert body.decode().replace("\n", "") == str(own).replace("\n", "")


def test_silence_is_an_empty_response_and_control_characters_are_left_out() -> None:
    assert render(None)[0].endswith(b"<Response></Response>")
    assert b"<Message>ab</Message>" in render("a\x00\x0bb")[0]


@settings(deadline=None)
@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_request_is_a_crash(body: bytes, signature: str) -> None:
    assert not verify(body, {"X-Twilio-Signature": signature}, URL, (TOKEN,), NOW)
    parse(body)
