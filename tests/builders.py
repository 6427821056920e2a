"""Builders: a ready instance on a temporary database, surveys, waves and submissions that default everything."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
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
#: The default database of an instance.
SQLITE_FILE = "engage.sqlite"
#: Every instance made, so that its connections are given back whatever a test does.
OPENED: list[Instance] = []


def an_instance(folder: Path, database_url: str = "", now: Callable[[], datetime] = lambda: NOW) -> Instance:
    """Return an instance with its tables and shipped areas, at a fixed moment, on the database of this run."""
    is_ready = not database_url
    if is_ready and "TEST_POSTGRESQL" in os.environ:
        server = os.environ["TEST_POSTGRESQL"]
        database_url = a_database(server, like=_ready_database(server))
    settings = load_settings({"ENGAGE_INSTANCE": str(folder), "ENGAGE_DATABASE_URL": database_url})
    if not database_url and not (folder / SQLITE_FILE).exists():
        shutil.copyfile(_ready_file(), folder / SQLITE_FILE)
    instance = Instance(settings, open_instance(settings).database, now)
    OPENED.append(instance)
    if not is_ready:
        prepare(instance)
    return instance


@cache
def _ready_file() -> Path:
    """Make a database with tables and areas once, to be copied: the migrations take longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="engage-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _make_ready(folder)
    return folder / SQLITE_FILE


@cache
def _ready_database(server: str) -> str:
    """Make such a database on a server; returns its name."""
    address = a_database(server)
    with tempfile.TemporaryDirectory() as folder:
        _make_ready(Path(folder), address)
    return urlsplit(address).path.removeprefix("/")


def _make_ready(folder: Path, database_url: str = "") -> None:
    instance = open_instance(load_settings({"ENGAGE_INSTANCE": str(folder), "ENGAGE_DATABASE_URL": database_url}))
    prepare(instance)
    instance.database.close()


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
