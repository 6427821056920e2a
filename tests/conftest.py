"""What every test may ask for: an instance, a survey in it, a client; and the database the whole run is on."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Error, sync_playwright

from builders import OPENED, Clock, an_instance
from engage.storage.instance import Instance
from services import a_postgresql, a_redis

_services = ExitStack()
#: Chromium as root, on a machine that reaches nothing outside.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class CompiledOnce(BytecodeCache):
    """Keeps compiled templates from one application to the next: a run makes hundreds of them."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template that was compiled before."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was just compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": CompiledOnce()}


def chromium() -> str | None:
    """Return the path of the machine's Chromium; without one playwright looks for its own."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once for a run with TEST_DATABASE=postgresql; workers inherit its address."""
    if os.environ.get("TEST_DATABASE") == "postgresql" and "TEST_POSTGRESQL" not in os.environ:
        os.environ["TEST_POSTGRESQL"] = _services.enter_context(a_postgresql())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    _services.close()


@pytest.fixture(autouse=True)
def _connections_given_back(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close the databases of instances made in this test; those of wider fixtures stay open for the next one."""
    before = len(OPENED)
    yield
    while len(OPENED) > before:
        OPENED.pop().database.close()


@pytest.fixture
def clock() -> Clock:
    """Return a clock to turn."""
    return Clock()


@pytest.fixture
def instance(tmp_path: Path, request: pytest.FixtureRequest) -> Instance:
    """Return an instance on the database of this run, empty unless the test asks for `surveyed` as well."""
    return an_instance(tmp_path, surveyed="surveyed" in request.fixturenames)


@pytest.fixture
def surveyed(instance: Instance) -> Instance:
    """Return an instance in which the library survey is open."""
    return instance


@pytest.fixture
def app(surveyed: Instance) -> Flask:
    """Return the whole application on an instance in which the library survey is open."""
    from engage.app import create_app

    return create_app(surveyed)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browserless client."""
    return app.test_client()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Return the address of a Redis of our own."""
    with a_redis() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium of the machine; says loudly when there is none."""
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=chromium(), args=BROWSER_ARGUMENTS)
        except Error:
            pytest.skip("NO BROWSER: nobody looked at the pages; install chromium")
        yield opened
        opened.close()
