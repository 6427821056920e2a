"""One organisation's instance: its settings, its database and its clock, as every process opens it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from engage.sealing import prepare_keys
from engage.settings import Settings
from engage.storage.database import Database, open_database


def utc_now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Instance:
    """What a process works on."""

    settings: Settings
    database: Database
    now: Callable[[], datetime] = utc_now
    #: Set when a job was asked for; wakes the embedded worker of this process.
    job_asked: Event = field(default_factory=Event)


def open_instance(settings: Settings) -> Instance:
    """Return the instance that the settings name; its tables may still need `database.upgrade()`."""
    prepare_keys(settings.sealing_keys, utc_now().date())
    return Instance(settings, open_database_of(settings))


def open_database_of(settings: Settings) -> Database:
    """Return the database that settings name, with what is kept of it outside."""
    return open_database(settings.database_url, settings.instance, settings.audit_head, settings.erasure_list)
