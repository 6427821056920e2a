"""What tests of the survey's pages may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import Clock, an_instance
from channels.web.place import Place
from engage.app import create_app


@pytest.fixture
def place(tmp_path: Path, clock: Clock) -> Iterator[Place]:
    instance = an_instance(tmp_path, now=clock, surveyed=True)
    yield Place(create_app(instance), instance, clock)
    instance.database.close()
