"""What tests of the demo share: the fieldwork without a database, and an instance with the demo filled in once."""

from collections.abc import Iterator
from datetime import date

import pytest

from builders import an_instance
from engage.areas import Level, east_midlands_tree
from engage.demo import fill_demo
from engage.demo.paper import PRINTED
from engage.demo.people import Fieldwork
from engage.demo.places import places_of
from engage.questionnaire.library import read_library_survey
from engage.storage.instance import Instance

#: Responses of the closed wave in tests.
RESPONSES = 600
SEED = 7


@pytest.fixture(scope="session")
def fieldwork() -> Fieldwork:
    """Return the demo's questions and ground, made up from one seed."""
    questionnaire, tree = read_library_survey("feeling-safe"), east_midlands_tree()
    districts = [area.code for area in tree.at_level(Level.DISTRICT) if tree.is_within(area.code, "E23000019")]
    places = places_of(tree, questionnaire.areas, SEED, date(2026, 3, 2))
    return Fieldwork(questionnaire, places, tuple(districts), frozenset(PRINTED))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Return an instance with the demo in it; tests only read it or fill it again."""
    instance = an_instance(tmp_path_factory.mktemp("demo"))
    assert list(fill_demo(instance, RESPONSES, SEED))
    yield instance
    instance.database.close()
