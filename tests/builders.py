"""Builders: a ready instance on a temporary database, surveys, waves and submissions that default everything."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from engage.collection.languages import offer_language
from engage.collection.receive import ALL_CHANNELS, Door
from engage.collection.reference import prepare
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.questionnaire.library import read_library_survey
from engage.questionnaire.model import Questionnaire
from engage.settings import load_settings
from engage.storage import questionnaires
from engage.storage.instance import Instance, open_instance
from services import a_database

#: The moment tests happen at, unless they say otherwise.
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
#: Clifton East, a ward of Nottingham.
WARD = "E05012278"
DISTRICT = "E06000018"
WAVE = "2026-autumn"
#: Every instance made, so that its connections are given back whatever a test does.
OPENED: list[Instance] = []


@dataclass
class Clock:
    """A clock that tests turn forward."""

    time: datetime = NOW

    def __call__(self) -> datetime:
        return self.time

    def goes_on(self, **by: int) -> None:
        """Let time pass, in the words of a timedelta."""
        self.time += timedelta(**by)


def an_instance(
    folder: Path, database_url: str = "", now: Callable[[], datetime] = lambda: NOW, *, surveyed: bool = False
) -> Instance:
    """Return an instance with its tables and shipped areas, at a fixed moment, on the database of this run.

    With `surveyed` the library survey is open in it, as `with_survey` would open it, but at the cost of a copy.
    """
    is_copy = not database_url
    if is_copy:
        database_url = _copy_ready(folder, surveyed=surveyed)
    settings = load_settings({"ENGAGE_INSTANCE": str(folder), "ENGAGE_DATABASE_URL": database_url})
    instance = Instance(settings, open_instance(settings).database, now)
    OPENED.append(instance)
    if not is_copy:
        prepare(instance)
    return instance


def _copy_ready(folder: Path, *, surveyed: bool) -> str:
    """Copy a ready database, its keys and its audit head into a folder; returns its address on PostgreSQL."""
    server = os.environ.get("TEST_POSTGRESQL", "")
    ready, name = _make_ready(server, surveyed=surveyed)
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in ready.iterdir():
        if file.is_file() and not (folder / file.name).exists():
            shutil.copy(file, folder / file.name)
    return a_database(server, like=name) if server else ""


@cache
def _make_ready(server: str, *, surveyed: bool) -> tuple[Path, str]:
    """Make a database once, to be copied: migrations and the import of a survey take longer than most tests.

    Returns its folder and its name on a server.
    """
    folder = Path(tempfile.mkdtemp(prefix="engage-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address = a_database(server) if server else ""
    settings = load_settings({"ENGAGE_INSTANCE": str(folder), "ENGAGE_DATABASE_URL": address})
    instance = Instance(settings, open_instance(settings).database, lambda: NOW)
    prepare(instance)
    if surveyed:
        with_survey(instance)
    instance.database.close()
    return folder, urlsplit(address).path.removeprefix("/")


def with_survey(
    instance: Instance, questionnaire: Questionnaire | None = None, *, state: str = "open", wave: str = WAVE
) -> Questionnaire:
    """Bring a survey in (the library survey by default), offer every language, and take its wave to a state."""
    questionnaire = questionnaire or read_library_survey("feeling-safe")
    keys, now = instance.settings.keys, instance.now()
    steps = {"draft": ["draft"], "pilot": ["pilot"], "open": ["open"], "collecting": ["open", "collecting"]}
    with instance.database.writing() as session:
        import_questionnaire(session, keys, questionnaire, actor="test", now=now)
        stored = questionnaires.get(session, questionnaire.slug, questionnaire.version)
        for tag in {language.tag for language in questionnaire.languages} - set(stored.offered() if stored else ()):
            offer_language(session, keys, questionnaire.slug, tag, "fallback", "test", now, questionnaire.version)
        for step in steps.get(state, ["open", "closed"]):
            set_wave_state(session, keys, questionnaire.slug, wave, step, actor="test", now=now)
    return questionnaire


def a_door(instance: Instance, actor: str = "test") -> Door:
    """Return the door as a trusted channel uses it."""
    return Door(instance.settings.keys, instance.now(), actor, ALL_CHANNELS)


def a_submission(answers: Mapping[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Return a submission document of an adult on the web who lives in the ward."""
    consent = {"version": 1, "given": True, "age_band": fields.pop("age_band", "25-34")}
    return {
        "response_id": str(uuid4()),
        "survey": "feeling-safe",
        "channel": "web",
        "language": "en",
        "style": "standard",
        "assisted": "none",
        "area": WARD,
        "area_relation": ["live"],
        "consent": consent,
        "answers": dict(answers if answers is not None else {"safe_day": "very_safe"}),
    } | fields
