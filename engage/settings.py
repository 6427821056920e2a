"""Reads the environment and the instance folder once, into one frozen value."""

import json
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

#: Bytes of a fresh key.
KEY_BYTES = 32
#: The instance's keys; each has versions, and older ones go on to be of use.
KEY_NAMES = ("cookies", "receipts", "audit", "phone_numbers", "opt_outs", "numbers", "scans", "backups")
#: Of these, the ones an instance of any age was begun with; where one is gone, no new one may take its place.
_FIRST_KEYS = frozenset({"cookies", "receipts", "audit"})
#: Characters that a token has at least.
SHORTEST_TOKEN = 16
#: Tenths of a second that a process waits for another one that writes the keys.
_PATIENCE = 20


class SettingFaulty(Exception):
    """A setting that cannot be used; the message names it."""


@dataclass(frozen=True)
class KeyVersions:
    """One key as it is and as it was: version → key."""

    versions: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        """Return the version that everything new is made under."""
        return max(self.versions)

    @property
    def current(self) -> bytes:
        """Return the key that everything new is made under."""
        return self.versions[self.newest]

    def newest_first(self) -> tuple[bytes, ...]:
        """Return every version of the key, the one in use first."""
        return tuple(self.versions[version] for version in sorted(self.versions, reverse=True))


@dataclass(frozen=True)
class Keys:
    """The instance's secrets; they live in the instance folder, never in the database or its backup."""

    #: Signs cookies and one-off links.
    cookies: KeyVersions
    #: Hashes receipts before they are stored.
    receipts: KeyVersions
    #: Chains the audit lines.
    audit: KeyVersions
    #: Turns telephone numbers into keys that lead nowhere, for each survey other ones.
    phone_numbers: KeyVersions
    #: Likewise for the list of those who said STOP, which no survey's keys can be joined with.
    opt_outs: KeyVersions
    #: Seals numbers for as long as somebody has to be answered, and what signing in to a provider takes.
    numbers: KeyVersions
    #: Seals the pictures of scanned forms.
    scans: KeyVersions
    #: Encrypts backups.
    backups: KeyVersions


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides; the README lists each setting."""

    #: ENGAGE_INSTANCE: folder of the embedded database, the keys and the audit head.
    instance: Path
    #: ENGAGE_OUTSIDE: folder of the audit head and the list of erasures; the instance folder by default.
    outside: Path
    #: ENGAGE_DATABASE_URL: SQLAlchemy address; SQLite in the instance folder by default.
    database_url: str
    #: ENGAGE_REDIS_URL: where RQ keeps its queue; without it, jobs run inside the web process.
    redis_url: str | None
    #: ENGAGE_PUBLIC_URL: the address people see, for QR codes, links and signed webhooks.
    public_url: str
    #: ENGAGE_LEAVE_URL: where "leave this page" goes.
    leave_url: str
    #: ENGAGE_ORGANISATION: who runs the survey, as people read it.
    organisation: str
    #: ENGAGE_ORGANISATION_SHORT: the same in a text message, where every letter costs.
    organisation_short: str
    #: ENGAGE_SMTP_URL: the mail server that word of something waiting goes out by; None writes it to files.
    smtp_url: str | None = field(repr=False)
    #: ENGAGE_METRICS_TOKEN: opens /metrics to whoever sends it; None keeps it closed.
    metrics_token: str | None = field(repr=False)
    #: ENGAGE_TRUSTED_PROXIES: how many proxies stand in front, each of which says who asked and by which scheme.
    trusted_proxies: int
    keys: Keys

    @property
    def is_https(self) -> bool:
        """Say whether people reach the app over https."""
        return self.public_url.startswith("https://")

    @property
    def audit_head(self) -> Path:
        """Return the file in which the head of the audit chain is kept outside the database."""
        return self.outside / "audit-head.json"

    @property
    def erasure_list(self) -> Path:
        """Return the file in which hashes of erased responses are kept outside the database and its backups."""
        return self.outside / "erasures.txt"

    @property
    def keys_file(self) -> Path:
        """Return the file of every key but those that devices seal to."""
        return self.instance / "keys.json"

    @property
    def sealing_keys(self) -> Path:
        """Return the folder of the keys that devices seal answers to, one file a key."""
        return self.instance / "sealing-keys"


#: Each environment variable with its default; a guard test holds the README to this list.
VARIABLES = {
    "ENGAGE_INSTANCE": "instance",
    "ENGAGE_OUTSIDE": "",
    "ENGAGE_DATABASE_URL": "",
    "ENGAGE_REDIS_URL": "",
    "ENGAGE_PUBLIC_URL": "http://127.0.0.1:8000",
    "ENGAGE_LEAVE_URL": "https://www.bbc.co.uk/weather",
    "ENGAGE_ORGANISATION": "Nottingham City and Nottinghamshire Violence Reduction Unit",
    "ENGAGE_ORGANISATION_SHORT": "",
    "ENGAGE_SMTP_URL": "",
    "ENGAGE_METRICS_TOKEN": "",
    "ENGAGE_TRUSTED_PROXIES": "0",
}
#: How texts name the organisation of the default, and how long another's name may be in them (characters).
_SHORT_NAME = "Notts VRU"
LONGEST_SHORT_NAME = 20


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings; makes the instance folder and its keys on the first run.

    Raises SettingFaulty naming the variable that cannot be used.
    """
    values = {name: environ.get(name) or default for name, default in VARIABLES.items()}
    if unknown := [name for name in environ if name.startswith("ENGAGE_") and name not in VARIABLES]:
        raise SettingFaulty(f"{unknown[0]} is not a setting; the settings are {', '.join(VARIABLES)}")
    _check_secrets(values)
    if not re.fullmatch(r"[0-9]", values["ENGAGE_TRUSTED_PROXIES"]):
        raise SettingFaulty("ENGAGE_TRUSTED_PROXIES must be a number from 0 to 9: how many proxies stand in front")
    for name in ("ENGAGE_PUBLIC_URL", "ENGAGE_LEAVE_URL"):
        _check_address(name, values[name], "http", "https")
    instance = _folder(values, "ENGAGE_INSTANCE")
    outside = _folder(values, "ENGAGE_OUTSIDE") if values["ENGAGE_OUTSIDE"] else instance
    return Settings(
        instance=instance,
        outside=outside,
        database_url=_database_url(values["ENGAGE_DATABASE_URL"], instance),
        redis_url=values["ENGAGE_REDIS_URL"] or None,
        public_url=values["ENGAGE_PUBLIC_URL"].rstrip("/"),
        leave_url=values["ENGAGE_LEAVE_URL"],
        organisation=values["ENGAGE_ORGANISATION"],
        organisation_short=_short_name(values["ENGAGE_ORGANISATION"], values["ENGAGE_ORGANISATION_SHORT"]),
        smtp_url=values["ENGAGE_SMTP_URL"] or None,
        metrics_token=values["ENGAGE_METRICS_TOKEN"] or None,
        trusted_proxies=int(values["ENGAGE_TRUSTED_PROXIES"]),
        keys=_keys(instance / "keys.json"),
    )


def _check_secrets(values: Mapping[str, str]) -> None:
    """Refuse what would leave a door open, or a letter unsent on the day it matters; never says the secret itself."""
    if values["ENGAGE_SMTP_URL"]:
        _check_address("ENGAGE_SMTP_URL", values["ENGAGE_SMTP_URL"], "smtp", "smtps")
    token = values["ENGAGE_METRICS_TOKEN"]
    if token and (len(token) < SHORTEST_TOKEN or len(set(token)) < SHORTEST_TOKEN // 2):
        raise SettingFaulty(
            f"ENGAGE_METRICS_TOKEN must be at least {SHORTEST_TOKEN} characters of chance: openssl rand -hex 20"
        )


def _check_address(name: str, address: str, *schemes: str) -> None:
    """Refuse an address without a host, or with a port that is none."""
    try:
        parts = urlsplit(address)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        has_host = False
    if not address.startswith(tuple(f"{scheme}://" for scheme in schemes)):
        raise SettingFaulty(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if not has_host:
        raise SettingFaulty(f"{name} must name a host, and a port only as a number")


def _folder(values: Mapping[str, str], name: str) -> Path:
    folder = Path(values[name]).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingFaulty(f"{name}: {error}") from error
    return folder


def _short_name(organisation: str, short: str) -> str:
    """Return the name for texts: the one that was set, else the whole one cut behind a word."""
    if len(short) > LONGEST_SHORT_NAME:
        raise SettingFaulty(f"ENGAGE_ORGANISATION_SHORT may have at most {LONGEST_SHORT_NAME} characters")
    if short or organisation == VARIABLES["ENGAGE_ORGANISATION"]:
        return short or _SHORT_NAME
    if len(organisation) <= LONGEST_SHORT_NAME:
        return organisation
    return organisation[: LONGEST_SHORT_NAME + 1].rpartition(" ")[0] or organisation[:LONGEST_SHORT_NAME]


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'engage.sqlite'}"
    scheme = url.partition("://")[0]
    if scheme in ("postgres", "postgresql"):
        return "postgresql+psycopg" + url[len(scheme) :]
    if scheme not in ("sqlite", "postgresql+psycopg"):
        raise SettingFaulty("ENGAGE_DATABASE_URL must begin with sqlite:// or postgresql://")
    return url


def add_key_version(path: Path, name: str) -> int:
    """Make a new version of a key that has versions and return its number; older ones stay of use."""
    if name not in KEY_NAMES:
        raise SettingFaulty(f"{name} is no key; the keys are {', '.join(KEY_NAMES)}")

    def added(stored: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**stored, name: {**stored[name], str(max(map(int, stored[name])) + 1): _fresh()}}

    return max(map(int, _add_to(path, added)[name]))


def replace_keys(path: Path, stored: Mapping[str, Any]) -> None:
    """Put the keys of another copy of the instance in the place of fresh ones. Raises SettingFaulty."""
    beside = path.with_suffix(".next")
    beside.unlink(missing_ok=True)
    _write_draft(path, beside, stored)
    try:
        _keys(beside)
    except SettingFaulty as fault:
        beside.unlink()
        raise SettingFaulty("what was given does not hold the keys of an instance") from fault
    beside.replace(path)


def _keys(path: Path) -> Keys:
    try:
        if not path.exists():
            _write_draft(path, path, {name: {"1": _fresh()} for name in KEY_NAMES})
        _refuse_if_open(path)
        stored = json.loads(path.read_text(encoding="ascii"))
        if not _is_whole(stored):
            later = [name for name in KEY_NAMES if name not in _FIRST_KEYS]
            stored = _add_to(path, lambda known: {name: {"1": _fresh()} for name in later} | dict(known))
        return Keys(
            **{
                name: KeyVersions({int(version): bytes.fromhex(key) for version, key in stored[name].items()})
                for name in KEY_NAMES
            }
        )
    except OSError as error:
        raise SettingFaulty(f"ENGAGE_INSTANCE: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingFaulty(f"ENGAGE_INSTANCE: {path} does not hold the instance's keys") from error


def _refuse_if_open(path: Path) -> None:
    """Refuse keys that everybody on the machine may read."""
    if os.name == "posix" and path.stat().st_mode & 0o007:
        raise SettingFaulty(f"ENGAGE_INSTANCE: everybody on this machine may read {path}; run chmod 600 on it")


def _is_whole(stored: Mapping[str, Any]) -> bool:
    return all(stored.get(name) for name in KEY_NAMES)


def _add_to(path: Path, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Mapping[str, Any]:
    """Write the keys with a change and return them; nothing that another process writes meanwhile is lost.

    The file beside stands for the right to write; one that a crash left behind is whole and takes its place.
    """
    beside = path.with_suffix(".next")
    while True:
        before = path.read_text(encoding="ascii")
        changed = change(json.loads(before))
        if not _write_draft(path, beside, changed):
            _wait_for(beside, path)
        elif path.read_text(encoding="ascii") == before:
            with suppress(FileNotFoundError):
                beside.replace(path)
            return changed
        else:
            beside.unlink()


def _wait_for(beside: Path, path: Path) -> None:
    for _ in range(_PATIENCE):
        if not beside.exists():
            return
        time.sleep(0.1)
    with suppress(FileNotFoundError):
        beside.replace(path)


def _fresh() -> str:
    return secrets.token_hex(KEY_BYTES)


def _write_draft(path: Path, target: Path, keys: Mapping[str, Any]) -> bool:
    """Write keys to a new file; false where it is there already. Of two processes at once, one wins."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(keys, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, target)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
