"""Reads the environment and the instance folder once, into one frozen value."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Bytes of a fresh key.
KEY_BYTES = 32
_KEYS = ("cookies", "receipts", "audit", "phone_numbers")


class SettingFaulty(Exception):
    """A setting that cannot be used; the message names it."""


@dataclass(frozen=True)
class Keys:
    """The instance's secrets; they live in the instance folder, never in the database or its backup."""

    #: Signs cookies and one-off links.
    cookies: bytes
    #: Hashes receipts before they are stored.
    receipts: bytes
    #: Chains the audit lines.
    audit: bytes
    #: Turns telephone numbers into keys that lead nowhere.
    phone_numbers: bytes


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides; the README lists each setting."""

    #: ENGAGE_INSTANCE: folder of the embedded database, the keys and the audit head.
    instance: Path
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
    keys: Keys

    @property
    def is_https(self) -> bool:
        """Say whether people reach the app over https."""
        return self.public_url.startswith("https://")

    @property
    def audit_head(self) -> Path:
        """Return the file in which the head of the audit chain is kept outside the database."""
        return self.instance / "audit-head.json"


#: Each environment variable with its default; a guard test holds the README to this list.
VARIABLES = {
    "ENGAGE_INSTANCE": "instance",
    "ENGAGE_DATABASE_URL": "",
    "ENGAGE_REDIS_URL": "",
    "ENGAGE_PUBLIC_URL": "http://127.0.0.1:8000",
    "ENGAGE_LEAVE_URL": "https://www.bbc.co.uk/weather",
    "ENGAGE_ORGANISATION": "Nottingham City and Nottinghamshire Violence Reduction Unit",
}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings; makes the instance folder and its keys on the first run.

    Raises SettingFaulty naming the variable that cannot be used.
    """
    values = {name: environ.get(name) or default for name, default in VARIABLES.items()}
    if unknown := [name for name in environ if name.startswith("ENGAGE_") and name not in VARIABLES]:
        raise SettingFaulty(f"{unknown[0]} is not a setting; the settings are {', '.join(VARIABLES)}")
    instance = Path(values["ENGAGE_INSTANCE"]).resolve()
    for name in ("ENGAGE_PUBLIC_URL", "ENGAGE_LEAVE_URL"):
        if not values[name].startswith(("http://", "https://")):
            raise SettingFaulty(f"{name} must begin with http:// or https://")
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = _keys(instance / "keys.json")
    except OSError as error:
        raise SettingFaulty(f"ENGAGE_INSTANCE: {error}") from error
    return Settings(
        instance=instance,
        database_url=_database_url(values["ENGAGE_DATABASE_URL"], instance),
        redis_url=values["ENGAGE_REDIS_URL"] or None,
        public_url=values["ENGAGE_PUBLIC_URL"].rstrip("/"),
        leave_url=values["ENGAGE_LEAVE_URL"],
        organisation=values["ENGAGE_ORGANISATION"],
        keys=keys,
    )


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'engage.sqlite'}"
    scheme = url.partition("://")[0]
    if scheme in ("postgres", "postgresql"):
        return "postgresql+psycopg" + url[len(scheme) :]
    if scheme not in ("sqlite", "postgresql+psycopg"):
        raise SettingFaulty("ENGAGE_DATABASE_URL must begin with sqlite:// or postgresql://")
    return url


def _keys(path: Path) -> Keys:
    if not path.exists():
        _write_new_keys(path)
    try:
        stored = json.loads(path.read_text(encoding="ascii"))
        return Keys(**{name: bytes.fromhex(stored[name]["1"]) for name in _KEYS})
    except (ValueError, KeyError, TypeError) as error:
        raise SettingFaulty(f"ENGAGE_INSTANCE: {path} does not hold the instance's keys") from error


def _write_new_keys(path: Path) -> None:
    """Write fresh keys, each under its version; of two processes starting at once, one wins."""
    fresh = {name: {"1": secrets.token_hex(KEY_BYTES)} for name in _KEYS}
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(fresh, file, indent=1)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
