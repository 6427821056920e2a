"""What somebody writes that may mean danger, by every way in and in every language: a flag, never the words."""

import hashlib
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from uuid import uuid4

import pytest

from builders import NOW, WARD, a_door, a_submission, an_instance, with_survey
from channels.web.respondent import Respondent, by_client
from engage.app import create_app
from engage.channels.sms.rounds import start_rounds
from engage.collection.duty_notices import send_duty_notices
from engage.collection.paper import KeyedForm, enter_form
from engage.collection.receive import receive_submission
from engage.collection.safeguarding import put_on_duty, put_rule
from engage.collection.withdrawal import erase_response
from engage.response.receipts import receipt_of
from engage.response.safeguarding import Phrase, languages_listed, read_list
from engage.storage import audit, forms, safeguarding, texts, tokens
from engage.storage.safeguarding import DutyContact, Item, Rule
from engage.storage.texts import TextChannel
from phone import SECRET, Phone
from sealing_device import sealed_for
from staffing import an_email, post, printed_forms, signed_in, text_of, with_person

#: Seconds in which whoever is on duty has to see it.
SEEN_WITHIN = 60


class Town:
    """One instance in which somebody is on duty, a second one after them, and every way in."""

    def __init__(self, folder: Path) -> None:
        self.clock = NOW
        self.instance = an_instance(folder, now=lambda: self.clock)
        self.survey = with_survey(self.instance)
        self.app = create_app(self.instance)
        self.client = self.app.test_client()
        self.channel = TextChannel(uuid4(), "json", "feeling-safe", (SECRET,))
        self.admin = with_person(self.instance, "admin")
        self.amina = signed_in(self.app, "coordinator")
        with self.instance.database.writing() as session:
            texts.add_channel(session, self.channel)
            tokens.add(session, hashlib.sha256(b"tablet").hexdigest(), "youth club")
            keys = self.instance.settings.keys
            for minutes, email in enumerate((an_email("coordinator"), self.admin)):
                contact = DutyContact("feeling-safe", email, email, NOW + timedelta(minutes=minutes))
                put_on_duty(session, keys, contact, "test")

    def by_web(self, language: str, words: str) -> None:
        number = [question.id for question in self.survey.questions].index("say_more") + 2
        person = Respondent(by_client(self.app.test_client())).starts(language).agrees().skips_to(number)
        person.presses("next", answer=words).skips_the_rest().sends()

    def by_api(self, language: str, words: str) -> None:
        document = a_submission({"say_more": words}, language=language, channel="api")
        assert self.client.post("/api/v1/submissions", json=document).status_code == 201

    def sealed(self, *said: tuple[str, str]) -> None:
        """Send answers that browsers and tablets kept sealed while they had no network."""
        documents = [
            a_submission({"say_more": words}, language=language, channel=channel)
            for language, words in said
            for channel in ("web", "outreach")
        ]
        bundles = [sealed_for(self.instance, document) for document in documents]
        for at in range(0, len(bundles), 100):
            sent = {"sealed": bundles[at : at + 100]}
            answer = self.client.post("/api/v1/sealed", json=sent, headers={"Authorization": "Bearer tablet"})
            assert {result["status"] for result in answer.json["results"]} == {"stored"}

    def by_paper(self, *said: tuple[str, str]) -> None:
        serials = printed_forms(self.instance, self.survey, len(said))
        keys, now = self.instance.settings.keys, self.instance.now()
        with self.instance.database.writing() as session:
            for serial, (_, words) in zip(serials, said, strict=True):
                form = forms.get(session, serial)
                keyed = KeyedForm(consent=True, answers={"say_more": words}, age_band="25-34", area=WARD)
                assert form and enter_form(session, keys, form, keyed, by="ambassador", now=now).status == "entered"

    def by_text(self, person: int, words: str) -> None:
        reply = Phone(self.client, self.instance, self.channel.id, f"+4477009{person:05}").sends(words)
        assert reply and "999" in reply

    def items(self) -> list[Item]:
        with self.instance.database.reading() as session:
            return safeguarding.open_items(session)

    def mails(self) -> dict[str, str]:
        """Return what was sent to whom: the last mail to each, as it reads."""
        folder = self.instance.settings.instance / "mail"
        written = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        read = [path.read_text(encoding="utf-8") for path in written]
        return {line.partition(": ")[2]: mail for mail in read for line in mail.splitlines() if line.startswith("To:")}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def said(phrase: Phrase) -> str:
    return phrase.text.replace("*", "")


def every_phrase() -> list[tuple[str, str]]:
    """Return a phrase of every list, in a sentence, with the language of the answers."""
    return [("en" if name == "text-speak" else name, f"4. {said(read_list(name)[3])}!") for name in languages_listed()]


def test_a_phrase_of_every_list_by_every_way_is_on_the_duty_page_within_a_minute(town: Town) -> None:
    spoken = every_phrase()
    begun = monotonic()
    town.sealed(*spoken)
    town.by_paper(*spoken)
    for person, (language, words) in enumerate(spoken):
        town.by_text(person, words)
        town.by_api(language, words)
    for language in ("en", "ar", "ti"):
        town.by_web(language, dict(spoken)[language])
    stop = Event()
    start_rounds(town.instance, stop)
    while an_email("coordinator") not in town.mails() and monotonic() - begun < SEEN_WITHIN:
        sleep(0.1)
    stop.set()
    page = town.amina.get("/staff/duty").get_data(as_text=True)
    assert monotonic() - begun < SEEN_WITHIN
    ways = {"web": 3, "api": 0, "outreach": 0, "paper_keyed": 0, "sms": 0}
    for channel, more in ways.items():
        assert sum(item.channel == channel for item in town.items()) == len(spoken) + more
    assert page.count('<article class="card" aria-labelledby="item-') == len(spoken) * len(ways) + 3
    assert "Nottingham" in page and "Clifton" not in page
    everything = page + "".join(town.mails().values())
    assert [words for _, words in spoken if words in everything] == []


def a_flag(town: Town, words: str = "i want to die", **fields: object) -> Item:
    town.client.post("/api/v1/submissions", json=a_submission({"say_more": words}, **fields))
    (item,) = town.items()
    return item


def looks(town: Town) -> int:
    counted = "SELECT count(*) FROM audit_lines WHERE action = 'safeguarding.looked'"
    with town.instance.database.reading() as session:
        return session.connection().exec_driver_sql(counted).scalar() or 0


def test_what_nobody_looks_at_goes_to_the_next_and_then_to_the_admins(town: Town) -> None:
    item = a_flag(town)
    assert town.amina.get("/staff/duty/waiting").json == {"waiting": 1}
    assert looks(town) == 0, "asking whether something waits is no look"
    assert send_duty_notices(town.instance)
    assert list(town.mails()) == [an_email("coordinator")]
    town.clock += timedelta(minutes=61)
    assert send_duty_notices(town.instance)
    assert set(town.mails()) == {an_email("coordinator"), town.admin}
    assert "waits for you" in town.mails()[town.admin]
    town.clock += timedelta(minutes=61)
    assert send_duty_notices(town.instance)
    assert "nobody has looked at in time" in town.mails()[town.admin]
    assert all("die" not in mail and "feeling-safe" not in mail for mail in town.mails().values())
    post(town.amina, f"/staff/duty/{item.id}", {"act": "acknowledge"})
    post(town.amina, f"/staff/duty/{item.id}", {"act": "close", "outcome": "emergency"})
    with town.instance.database.reading() as session:
        acts = [line.action for line in audit.lines_about(session, str(item.id))]
    assert acts == [f"safeguarding.{act}" for act in ("raised", "passed_on", "escalated", "acknowledged", "closed")]
    assert "999 was called" in text_of(town.amina.get("/staff/duty"))


def receive_and_fail(town: Town) -> None:
    """Take an answer in, and break off before its transaction is over."""
    with town.instance.database.writing() as session:
        receive_submission(session, a_door(town.instance), a_submission({"say_more": "i want to die"}))
        raise ZeroDivisionError


def test_an_answer_is_flagged_once_in_its_own_transaction_and_also_while_it_is_held(town: Town) -> None:
    document = a_submission({"say_more": "i want to die"}, area="E05000001")
    bundle = sealed_for(town.instance, document)
    for _ in range(2):
        assert town.client.post("/api/v1/sealed", json={"sealed": [bundle]}).json["results"][0]["status"] == "held"
    assert [(item.question, item.area) for item in town.items()] == [("say_more", None)]
    kept = a_submission({"say_more": "nothing much"})
    for words in ("nothing much", "he hit me and i want to die", "he hit me and i want to die"):
        town.client.post("/api/v1/submissions", json=kept | {"answers": {"say_more": words}})
    assert [item.question for item in town.items()] == ["say_more"] * 2
    with pytest.raises(ZeroDivisionError):
        receive_and_fail(town)
    assert len(town.items()) == 2


def test_after_a_withdrawal_the_flag_stays_and_leads_nowhere(town: Town) -> None:
    item = a_flag(town)
    assert item.response_id
    with town.instance.database.writing() as session:
        keys = town.instance.settings.keys
        erase_response(session, keys, receipt_of(item.response_id), actor="test", now=town.instance.now())
    (after,) = town.items()
    assert (after.id, after.list_code, after.response_id, after.reference) == (item.id, "self_harm", None, "withdrawn")


def test_words_are_read_masked_in_english_and_only_where_the_rule_of_the_survey_says_so(town: Town) -> None:
    item = a_flag(town, "i want to die, call me on 07700 900123, my name is Amina Warsame")
    page = f"/staff/duty/{item.id}"
    refused = post(town.amina, page, {"act": "read_words"})
    assert refused.status_code == 409 and "Read what was written" not in text_of(refused)
    with town.instance.database.writing() as session:
        put_rule(session, town.instance.settings.keys, Rule("feeling-safe", shows_words=True), "test", NOW)
    assert "Read what was written" in text_of(town.amina.get("/staff/duty"))
    shown = text_of(post(town.amina, page, {"act": "read_words"}))
    assert "i want to die, call me on [" in shown and "900123" not in shown and "Amina Warsame" not in shown
    with town.instance.database.reading() as session:
        assert [*audit.lines_about(session, str(item.id))][-1].action == "safeguarding.words_read"
    post(town.amina, page, {"act": "close", "outcome": "passed_lead"})
    foreign = a_flag(town, said(read_list("so")[3]), language="so")
    assert "not in English" in text_of(post(town.amina, f"/staff/duty/{foreign.id}", {"act": "read_words"}))
