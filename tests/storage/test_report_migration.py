"""The step to reports and indicators: releases stay on the way down, and a report cannot be final without its hash."""

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from builders import NOW, WAVE
from engage.storage import releases, reports
from engage.storage.instance import Instance
from engage.storage.releases import Release


def a_report(instance: Instance) -> int:
    head = Release(0, "feeling-safe", WAVE, "a" * 64, "rule", synthetic=False, published_at=NOW, published_by="test")
    with instance.database.writing() as session:
        releases.add(session, head, [])
        made = reports.add(session, "feeling-safe", WAVE, "a" * 64, "How safe it feels", by="test", at=NOW)
        reports.put_section(session, made.id, None, "What we heard", "words")
    return made.id


def test_releases_stay_on_the_way_down_and_up(surveyed: Instance) -> None:
    a_report(surveyed)
    surveyed.database.downgrade("0009")
    tables = set(inspect(surveyed.database.engine).get_table_names())
    assert not {name for name in tables if name.startswith(("report", "indicator"))}
    surveyed.database.upgrade()
    with surveyed.database.reading() as session:
        assert releases.last(session, "feeling-safe") is not None
        assert reports.list_all(session) == []


def test_the_database_keeps_no_final_report_without_its_hash(surveyed: Instance) -> None:
    number = a_report(surveyed)
    with pytest.raises(IntegrityError), surveyed.database.writing() as session:
        reports.change(session, number, state="final")


def test_a_section_moves_up_and_a_part_of_another_report_is_not_touched(surveyed: Instance) -> None:
    first, second = a_report(surveyed), a_report(surveyed)
    with surveyed.database.writing() as session:
        reports.put_section(session, first, None, "Later", "words")
        one, two = reports.sections_of(session, first)
        assert reports.raise_section(session, first, two.id)
        assert [section.heading for section in reports.sections_of(session, first)] == ["Later", "What we heard"]
        assert not reports.remove_section(session, second, one.id)
        assert not reports.put_section(session, second, one.id, "Mine", "now")
