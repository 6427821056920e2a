"""What journeys through a browser may ask for: a server with the library survey open, under a sky of its own."""

from collections.abc import Iterator

import pytest

from builders import an_instance
from device import Place
from engage.app import create_app
from weather import served


@pytest.fixture(scope="module")
def served_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve the library survey for the tests of one file."""
    instance = an_instance(tmp_path_factory.mktemp("instance"), surveyed=True)
    with served(create_app(instance)) as (address, sky, line):
        yield Place(instance, address, sky, line)
    instance.database.close()


@pytest.fixture
def place(served_place: Place) -> Place:
    """Return that server in fair weather."""
    served_place.sky.weather, served_place.sky.elsewhere = (lambda _: None), None
    served_place.sky.came.clear()
    served_place.line.mend()
    return served_place
