"""The demo survey's record: complete, so that it stands without gaps, and saying throughout that it is made up."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engage.collection.languages import set_help_line_checked
from engage.collection.notices import notice_keys, notice_of, put_notice, starter
from engage.collection.receive import LONDON
from engage.collection.record_items import days_of, languages_of
from engage.collection.setting_up import sign
from engage.demo.diary import ACTOR
from engage.questionnaire.model import Questionnaire
from engage.storage import questionnaires, retention_rules, setting_up
from engage.storage.database import Session
from engage.storage.instance import Instance

#: How long the demo's open wave goes on from the day on which it is filled in.
GOES_ON = timedelta(days=90)


def complete_record(session: Session, instance: Instance, survey: str, wave: str, opens_on: date) -> None:
    """Fill in and sign every item that nobody has signed, as a demonstration."""
    keys, now = instance.settings.keys, instance.now()
    asked = questionnaires.get(session, survey)
    if asked is None or "wave" in setting_up.of_survey(session, survey):
        return
    # The numbers count as checked only here, where every page says that it is a demonstration.
    for line in asked.help_lines:
        set_help_line_checked(session, keys, survey, line.id, ACTOR, now)
    rule = retention_rules.of_survey(session, survey)
    if not notice_of(asked):
        texts = {key: starter(kind, rule.answers_days) for key, kind in notice_keys(asked).items()}
        put_notice(session, survey, texts, now)
    items = _items(asked) | {"retention": days_of(rule)}
    closes_on = max(opens_on, now.astimezone(LONDON).date()) + GOES_ON
    items["wave"] = {"name": wave, "opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()}
    for item, document in items.items():
        sign(session, keys, survey, item, document, actor=ACTOR, now=now)


def _items(asked: Questionnaire) -> dict[str, Mapping[str, Any]]:
    return {
        "purpose": {"text": "Demonstration: how a survey about feeling safe is set up. The answers are made up."},
        "controller": {
            "organisation": "Demonstration organisation (made up)",
            "contact": "dpo@demo.invalid",
        },
        "basis": {"article_6": "public_task", "article_9": "equality", "note": "Demonstration: your DPO decides"},
        "ethics": {"reference": "", "reason": "Demonstration: nobody was asked"},
        "consent": {"rule": asked.consent.rule},
        "areas": {"codes": list(asked.areas)},
        "languages": {"offered": languages_of(asked)},
        "notice": {"texts": sorted(notice_keys(asked))},
    }
