"""Says whether this process can do its work, and what is in the way: asked by the proxy and by whoever watches."""

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress

from redis import RedisError

from engage.jobs import queue_of
from engage.sealing import SealingKeysFaulty, read_keys
from engage.storage.instance import Instance

#: Bytes that have to be free for answers, the database's log and the files of jobs.
LEAST_FREE = 50_000_000
OK = "ok"
#: What taking answers does without: a job waits in the database until Redis is there again.
NOT_FOR_ANSWERS = ("queue",)


def check_readiness(instance: Instance) -> dict[str, str]:
    """Return check → `ok` or, in a few words, what is in the way."""
    return {name: _tried(check, instance) for name, check in _CHECKS.items()}


def is_ready(checks: Mapping[str, str], *, for_answers: bool = False) -> bool:
    """Say whether nothing is in the way; `for_answers` leaves out what taking answers does without."""
    return all(said == OK for name, said in checks.items() if not (for_answers and name in NOT_FOR_ANSWERS))


def _tried(check: Callable[[Instance], str | None], instance: Instance) -> str:
    """Return what a check says; one that cannot be made says so itself."""
    try:
        return check(instance) or OK
    except Exception as error:  # noqa: BLE001 - a check that breaks is the answer
        return f"not to be reached ({type(error).__name__})"


def _database(instance: Instance) -> str | None:
    return instance.database.why_not_writable()


def _migrations(instance: Instance) -> str | None:
    """A newer version may have taken the tables further: this one goes on until it is replaced."""
    return "migrations are missing: run any engage command" if instance.database.standing() == "behind" else None


def _queue(instance: Instance) -> str | None:
    if instance.settings.redis_url:
        with suppress(RedisError):
            queue_of(instance.settings.redis_url).connection.ping()
            return None
        return "Redis does not answer; jobs wait in the database"
    return None


def _disk(instance: Instance) -> str | None:
    for folder in {instance.settings.instance, instance.settings.outside}:
        if (free := shutil.disk_usage(folder).free) < LEAST_FREE:
            return f"{free // 1_000_000} MB free, {LEAST_FREE // 1_000_000} MB are needed"
    return None


def _keys(instance: Instance) -> str | None:
    try:
        stored = json.loads(instance.settings.keys_file.read_text(encoding="ascii"))
        read_keys(instance.settings.sealing_keys)
    except (OSError, ValueError, SealingKeysFaulty):
        return "a key file cannot be read"
    used = instance.settings.keys.cookies
    is_same = bytes.fromhex(stored.get("cookies", {}).get(str(used.newest), "")) == used.current
    return None if is_same else "the key file is not the one this process began with"


_CHECKS: Mapping[str, Callable[[Instance], str | None]] = {
    "database": _database,
    "migrations": _migrations,
    "queue": _queue,
    "disk": _disk,
    "keys": _keys,
}
