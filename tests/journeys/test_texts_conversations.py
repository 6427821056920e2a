"""Somebody answers by text in their own language and script, through the real webhook, from first word to thanks."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from builders import WAVE, an_instance
from engage.app import create_app
from engage.channels.sms.prompts import NEUTRAL_START
from engage.phrases import phrases_for
from engage.response.receipts import receipt_of
from engage.response.safeguarding import LISTS, read_list
from engage.storage import responses, safeguarding, texts
from engage.storage.instance import Instance
from engage.storage.responses import Response
from engage.storage.texts import TextChannel
from phone import SECRET, Phone

OURS, TOKEN = "+447700900999", "5d41402abc4b2a76b9719d911017c592"
#: Language → the first word, YES, 16 or 17, the place, fairly unsafe, youth workers and lights, as people write them.
SAID = {
    "en": ("LOCAL", "Yes!", "3", "Bulwell", "four", "B and D"),
    "so": ("local Soomaali", "haa", "saddex", "bulwell", "afar.", "B iyo D"),
    "pl": ("Local polski", "Tak", "trzy", "BULWELL", "cztery", "b, d"),
    "ar": ("LOCAL العربية", "نعم", "٣", "Bulwell", "٤", "B، D"),
    "ur": ("LOCAL اردو", "جی ہاں", "۳", "Bulwell", "۴۔", "B اور D"),
    "ti": ("LOCAL ትግርኛ", "እወ", "፫", "Bulwell", "ኣርባዕተ", "B፣ D"),
}
STOP = {"en": "Stop.", "so": "jooji", "pl": "Przestań!", "ar": "توقف", "ur": "بند کرو", "ti": "ደው በሉ"}
#: Numbers to call that stand in every reply to somebody in danger; spaces may be such as do not break.
TO_CALL = ("999", "85258", "08001111")


TABLES = ("text_messages", "text_conversations", "text_outbox", "safeguarding_items", "responses", "audit_lines")


class TwilioPhone(Phone):
    """Somebody's phone, as Twilio passes its texts on; signed by Twilio's own library."""

    def sends(self, text: str, message_id: str = "", secret: str = TOKEN) -> str | None:
        path = f"/sms/twilio/{self.channel}"
        form = {"MessageSid": message_id or f"SM{uuid4().hex}", "From": self.number, "To": OURS, "Body": text}
        signature = RequestValidator(secret).compute_signature(self.instance.settings.public_url + path, form)
        answer = self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200
        return ET.fromstring(answer.get_data()).findtext("Message")


@dataclass
class Place:
    """An instance with the survey open and a channel of each kind that replies in its answer."""

    instance: Instance
    client: FlaskClient
    channels: dict[str, TextChannel]
    numbers: Iterator[int]

    def a_phone(self, provider: str = "json") -> Phone:
        kind = TwilioPhone if provider == "twilio" else Phone
        number = f"+447700{900000 + next(self.numbers)}"
        return kind(self.client, self.instance, self.channels[provider].id, number)

    def stored(self) -> dict[str, Response]:
        """Return receipt → response."""
        with self.instance.database.reading() as session:
            return {receipt_of(row.response_id): row for row in responses.of_wave(session, "feeling-safe", WAVE)}

    def everything(self) -> str:
        """Return every row of every table about texts."""
        with self.instance.database.reading() as session:
            return str([session.connection().exec_driver_sql(f"SELECT * FROM {table}").all() for table in TABLES])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    secrets = {"json": SECRET, "twilio": TOKEN}
    channels = {name: TextChannel(uuid4(), name, "feeling-safe", (secret,)) for name, secret in secrets.items()}
    with instance.database.writing() as session:
        for channel in channels.values():
            texts.add_channel(session, channel)
    yield Place(instance, create_app(instance).test_client(), channels, count(1))
    instance.database.close()


@pytest.mark.parametrize("provider", ["json", "twilio"])
@pytest.mark.parametrize("language", SAID)
def test_the_same_answers_have_the_same_codes_in_every_language_and_script(
    place: Place, language: str, provider: str
) -> None:
    phone = place.a_phone(provider)
    *asked, thanks = [phone.sends(text) or "" for text in SAID[language]]
    response = next(row for receipt, row in place.stored().items() if receipt in thanks)
    receipt = receipt_of(response.response_id)
    shown = f"\u2066{receipt}\u2069" if language in ("ar", "ur") else receipt
    assert thanks == phrases_for(language).say("sms.done", receipt=shown)
    assert (response.language, response.channel, response.is_partial) == (language, "sms", False)
    assert (response.age_band, response.area) == ("16-17", "place:bulwell")
    assert response.answers == {"safe_dark": "fairly_unsafe", "would_help": ["youth_workers", "lights"]}
    assert_worded_in(language, asked)


def assert_worded_in(language: str, asked: list[str]) -> None:
    """Each text opens with words of its language that say nothing of the topic."""
    say = phrases_for(language).say
    opening = say("sms.lead_choice", number="1", total="4", choices=say("sms.choices", first="1", last="5"))
    assert asked[1].startswith(opening)
    assert all(len(text) > NEUTRAL_START for text in asked)
    words = ("999", "STOP") if language == "en" else ("999",)
    assert all(word in asked[0] for word in words)


@pytest.mark.parametrize("language", SAID)
def test_stop_in_any_language_ends_it_with_one_goodbye_and_nothing_kept(place: Place, language: str) -> None:
    phone, before = place.a_phone(), len(place.stored())
    phone.answers_everything(*SAID[language][:5])
    assert phone.sends(STOP[language]) == phrases_for(language).say("sms.stopped")
    assert [phone.sends(text) for text in (STOP[language], *SAID[language][:2])] == [None] * 3
    assert len(place.stored()) == before


@pytest.mark.parametrize("language", SAID)
def test_words_of_danger_are_answered_at_once_and_the_survey_waits(place: Place, language: str) -> None:
    phone, before = place.a_phone(), place.stored().keys()
    *_, open_question = [phone.sends(text) for text in SAID[language][:5]]
    words = a_phrase_of(language, "being_hurt")
    reply = phone.sends(words) or ""
    assert all(number in "".join(reply.split()) for number in TO_CALL)
    assert phone.sends("B") == phone.sends("hello"), "the survey waits"
    go_on = phrases_for(language).say("sms.words.go_on").replace("،", ",").split(",")[0]
    assert phone.sends(go_on) == open_question
    thanks = phone.sends(SAID[language][5]) or ""
    (receipt,) = place.stored().keys() - before
    assert receipt in thanks
    assert words not in place.everything()


@pytest.mark.parametrize("language", SAID)
def test_every_kind_of_danger_in_any_language_is_told_to_whoever_is_on_duty(place: Place, language: str) -> None:
    items = items_of(place)
    for code in LISTS:
        phone = place.a_phone()
        phone.sends(SAID[language][0])
        reply = phone.sends(a_phrase_of(language, code)) or ""
        assert all(number in "".join(reply.split()) for number in TO_CALL)
    new = [item for item in items_of(place) if item not in items]
    assert [(item.language, item.channel) for item in new] == [(language, "sms")] * len(LISTS)
    assert {item.list_code for item in new} == set(LISTS)


def a_phrase_of(language: str, code: str) -> str:
    """Return the first phrase of a list as somebody would type it."""
    return next(phrase.text for phrase in read_list(language) if phrase.list_code == code).replace("*", "")


def items_of(place: Place) -> list[safeguarding.Item]:
    with place.instance.database.reading() as session:
        return safeguarding.open_items(session)
