"""The same person by web, API, text and keyed paper: the same codes, and the same rule about age."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from builders import WARD, a_submission, an_instance, with_survey
from channels.web.respondent import Respondent, by_client
from engage.app import create_app
from engage.collection.paper import KeyedForm, enter_form, issue_forms
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Consent
from engage.storage import forms, texts
from engage.storage.instance import Instance
from engage.storage.responses import ResponseRow
from engage.storage.texts import TextChannel
from phone import SECRET, Phone

AGES = {12: "under-13", 14: "13-15", 17: "16-17"}
BY_TEXT = {12: "1", 14: "2", 17: "3"}
ALLOWED = {
    "own": {12: False, 14: True, 17: True},
    "school_opt_out": {12: False, 14: True, 17: True},
    "parent_opt_in": {12: False, 14: False, 17: True},
}


class AnyLayout:
    """A layout that nobody reads here."""

    content_hash = "0" * 64

    def to_document(self) -> dict[str, str]:
        return {"format": "test"}


class Ways:
    """One instance under one consent rule, and every way into it."""

    def __init__(self, instance: Instance, rule: str) -> None:
        self.instance = instance
        questionnaire = read_library_survey("feeling-safe")
        self.questionnaire = with_survey(instance, replace(questionnaire, consent=Consent(1, rule)))
        self.client = create_app(instance).test_client()
        self.channel = TextChannel(uuid4(), "json", "feeling-safe", (SECRET,))
        with instance.database.writing() as session:
            texts.add_channel(session, self.channel)

    def by_web(self, age: int, answers: dict[str, str] | None = None) -> None:
        person = Respondent(by_client(self.instance_client())).starts().agrees(AGES[age])
        if not person.address.endswith("/1") and person.page.select_one("main form"):
            self._answer_pages(person, answers or {})

    def by_api(self, age: int, answers: dict[str, str] | None = None) -> None:
        fields = {"area": None, "area_relation": []}
        self.client.post("/api/v1/submissions", json=a_submission(answers or {}, age_band=AGES[age], **fields))

    def by_text(self, age: int, answers: tuple[str, str] = ("SKIP", "SKIP")) -> None:
        phone = Phone(self.client, self.instance, self.channel.id)
        phone.answers_everything("LOCAL", "YES", BY_TEXT[age], "SKIP", *answers)

    def by_paper(self, age: int, answers: dict[str, object] | None = None) -> None:
        now, keys = self.instance.now(), self.instance.settings.keys
        with self.instance.database.writing() as session:
            ((serial, _),) = issue_forms(
                session, keys, AnyLayout(), self.questionnaire, "2026-autumn", "en", "standard", WARD, 1, now, "test"
            )
            form = forms.get(session, serial)
            keyed = KeyedForm(consent=True, answers=answers or {}, age_band=AGES[age])
            enter_form(session, keys, form, keyed, by="ambassador", now=now)

    def instance_client(self):
        return create_app(self.instance).test_client()

    def stored(self) -> list[ResponseRow]:
        with self.instance.database.reading() as session:
            return list(session.scalars(select(ResponseRow).order_by(ResponseRow.sequence)))

    def rows_that_could_hold_answers(self) -> int:
        with self.instance.database.reading() as session:
            return sum(
                session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                for table in ("responses", "review_items", "drafts")
            )

    def _answer_pages(self, person: Respondent, answers: dict[str, str]) -> None:
        ids = [question.id for question in self.questionnaire.questions]
        for _ in range(60):
            if person.is_at_check:
                person.sends()
                return
            number = int(person.address.partition("?")[0].rpartition("/")[2])
            answer = answers.get(ids[number - 2])
            if answer is None:
                person.skips()
            else:
                person.presses("next", answer=answer)
        raise AssertionError("never came to the end")


@pytest.fixture(params=["own", "school_opt_out", "parent_opt_in"])
def ways(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ways]:
    instance = an_instance(tmp_path)
    yield Ways(instance, request.param)
    instance.database.close()


@pytest.mark.parametrize("age", AGES)
def test_every_channel_keeps_the_same_rule_about_age(ways: Ways, age: int) -> None:
    rule = ways.questionnaire.consent.rule
    outcomes = {}
    for name, way in (("web", ways.by_web), ("api", ways.by_api), ("text", ways.by_text), ("paper", ways.by_paper)):
        before = ways.rows_that_could_hold_answers()
        way(age)
        outcomes[name] = ways.rows_that_could_hold_answers() > before
    assert outcomes == dict.fromkeys(outcomes, ALLOWED[rule][age])


def test_a_parent_who_agreed_on_paper_is_heard(tmp_path: Path) -> None:
    instance = an_instance(tmp_path)
    ways = Ways(instance, "parent_opt_in")
    agreed = {"version": 1, "given": True, "age_band": "13-15", "guardian": "agreed"}
    answer = ways.client.post("/api/v1/submissions", json=a_submission() | {"consent": agreed})
    assert answer.status_code == 201
    instance.database.close()


def test_the_same_answers_are_the_same_codes_by_every_way(tmp_path: Path) -> None:
    instance = an_instance(tmp_path)
    ways = Ways(instance, "own")
    answers = {"safe_dark": "fairly_unsafe", "would_help": ["lights"]}
    ways.by_api(17, answers)
    ways.by_web(17, answers)
    ways.by_paper(17, answers)
    ways.by_text(17, ("4", "D"))
    stored = ways.stored()
    assert [row.channel for row in stored] == ["web", "web", "paper_keyed", "sms"]
    assert [row.answers for row in stored] == [answers] * 4
    instance.database.close()
