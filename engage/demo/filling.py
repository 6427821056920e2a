"""Fills the demo: survey, two waves, their answers through the one door, a release, accounts, a form and a text channel."""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from engage.areas import Level
from engage.collection.receive import ALL_CHANNELS, Door, receive_submissions
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.demo.paper import PrintRun, print_run, record_entered, record_waiting, waiting_forms
from engage.demo.people import Fieldwork
from engage.demo.places import places_of
from engage.demo.submissions import AMBASSADOR, DemoWave, daily_submissions
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.reporting.releasing import publish_release
from engage.storage import areas, audit, questionnaires, releases, staff, texts, waves
from engage.storage.instance import Instance
from engage.storage.texts import TextChannel
from engage.storage.waves import Wave

SURVEY = "feeling-safe"
CLOSED_WAVE = DemoWave("2026-spring", date(2026, 3, 2), date(2026, 4, 26), closes=True)
OPEN_WAVE = DemoWave("2026-autumn", date(2026, 10, 5), date(2026, 11, 15), closes=False)
#: The open wave has so many times fewer responses than the closed one.
OPEN_SHARE = 15
#: Submissions taken in under one transaction.
BATCH = 500
#: The demo's accounts and their roles; the ambassador works in Nottingham.
ACCOUNTS: Mapping[str, tuple[str, str | None]] = {
    "admin@demo.invalid": ("admin", None),
    AMBASSADOR: ("ambassador", "E06000018"),
}
#: How the audit log names whoever did all this.
ACTOR = "demo"
_BEGUN, _FILLED = "demo.begun", "demo.filled"
_OPENING_HOUR, _CLOSING_HOUR = time(8, 0, tzinfo=UTC), time(22, 0, tzinfo=UTC)


class DemoRefused(Exception):
    """The instance holds a wave that is not the demo's; made-up answers are never put beside real ones."""


@dataclass(frozen=True)
class _Demo:
    """What every step works on."""

    instance: Instance
    seed: int
    fieldwork: Fieldwork
    run: PrintRun
    E
