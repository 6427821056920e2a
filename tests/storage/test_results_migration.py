"""The step to what goes with a release: releases that were there stay, with and without it."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from builders import NOW, WAVE
from engage.storage import release_extras, releases
from engage.storage.instance import Instance
from engage.storage.release_extras import ReleaseExtra
from engage.storage.releases import Release

TABLE = {"question": "safe_day", "rows": "area", "rows_shown": []}
EXTRAS = [
    ReleaseExtra("mode", {"rows_shown": []}),
    ReleaseExtra("weighted", {"base": 120}, "E06000018", "safe_day"),
    ReleaseExtra("weighted", {"base": 140}, "E06000018", "safe_dark"),
    ReleaseExtra("weighted", {"base": 900}, "E23000019", "safe_day"),
]


def a_release(instance: Instance) -> Release:
    head = Release(0, "feeling-safe", WAVE, "a" * 64, "rule", synthetic=False, published_at=NOW, published_by="test")
    with instance.database.writing() as session:
        release = releases.add(session, head, [TABLE])
        release_extras.add(session, release, EXTRAS)
    return release


def test_a_release_keeps_its_tables_on_the_way_down_and_up(surveyed: Instance) -> None:
    release = a_release(surveyed)
    surveyed.database.downgrade("0007")
    assert "release_extras" not in inspect(surveyed.database.engine).get_table_names()
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        assert releases.last(session, "feeling-safe") == release
        assert list(releases.tables_of(session, release, "area")) == [TABLE]
        assert list(release_extras.of_release(session, release, "weighted")) == []


def test_what_goes_with_a_release_is_found_by_kind_area_and_question(surveyed: Instance) -> None:
    release = a_release(surveyed)
    with surveyed.database.reading() as session:
        assert list(release_extras.of_release(session, release, "mode")) == EXTRAS[:1]
        assert list(release_extras.of_release(session, release, "weighted")) == EXTRAS[1:]
        assert list(release_extras.of_release(session, release, "weighted", area="E06000018")) == EXTRAS[1:3]
        asked = release_extras.of_release(session, release, "weighted", area="E23000019", question="safe_day")
        assert list(asked) == EXTRAS[3:]


def test_a_release_holds_nothing_of_an_unknown_kind(surveyed: Instance) -> None:
    release = a_release(surveyed)
    with pytest.raises(IntegrityError), surveyed.database.writing() as session:
        release_extras.add(session, release, [ReleaseExtra("row_level", {})])
