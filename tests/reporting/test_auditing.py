"""A release whose rows together would give a count away: rows are withdrawn, and what was done is kept with it."""

from collections.abc import Sequence

import pytest

from builders import WAVE, with_survey
from engage.reporting import auditing
from engage.reporting.releasing import ReleaseRefused, prepare_release
from engage.results.audit import Audit, Finding
from engage.results.hierarchy import RowKey
from engage.storage import release_extras, releases
from engage.storage.instance import Instance
from reporting.answered import (
    FORCE,
    SURVEY,
    Group,
    a_released_instance,
    people,
    publish,
    row_of,
    safe_day,
    take_in,
    to_state,
)


def somali(counts: Sequence[int], age_band: str) -> list[Group]:
    """Return Somali people of one age who say how safe they feel by day."""
    codes = zip(("very_safe", "neither", "very_unsafe"), counts, strict=True)
    shared = {"age_band": age_band}
    return [people(count, {"safe_day": code, "communities": ["somali"]}, **shared) for code, count in codes]


def kept_audit(instance: Instance) -> dict:
    """Return what is kept of the last release's audit."""
    with instance.database.reading() as session:
        release = releases.last(session, SURVEY)
        assert release is not None
        (extra,) = release_extras.of_release(session, release, "audit")
        return extra.document


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """Of the Somali people 27 feel safe, 14 of them under 25: 25 by 15 and 15 would say 26 or 27."""
    groups = [*safe_day(60, 50, 40), *somali((14, 5, 6), "18-24"), *somali((13, 6, 8), "35-49")]
    return a_released_instance(tmp_path_factory.mktemp("audited"), groups)


def test_the_smallest_row_that_gives_a_community_away_is_withdrawn(published: Instance) -> None:
    shown = {
        code: row_of(published, "safe_day", f"somali/{code}", by="community_by_age").base
        for code in ("under_25", "25_and_over")
    }
    assert shown == {"under_25": None, "25_and_over": 25}
    assert row_of(published, "safe_day", "somali", by="community").base == 50


def test_what_the_audit_did_is_kept_with_the_release(published: Instance) -> None:
    kept = kept_audit(published)
    gone = {"question": "safe_day", "rows": "community_by_age", "area": FORCE, "row": "somali/under_25"}
    assert gone in kept["withdrawn"]
    assert kept["figures"] > 0
    assert kept["rounds"] > 1


def test_a_release_that_nothing_can_mend_is_refused_and_names_the_table(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_survey(instance)
    take_in(instance, safe_day(20, 12, 9))
    to_state(instance, "closed")
    pinned = Audit((Finding("safe_day", RowKey("area", "nowhere"), ()),), 1, 0)
    monkeypatch.setattr(auditing, "audit_release", lambda *_, **__: pinned)
    with instance.database.reading() as session, pytest.raises(ReleaseRefused, match="safe_day") as refusal:
        prepare_release(session, SURVEY, WAVE, on_date=instance.now().date())
    assert refusal.value.code == "gives_a_count_away"


def test_a_second_release_is_audited_with_the_first(instance: Instance) -> None:
    with_survey(instance)
    take_in(instance, safe_day(20, 12, 9))
    to_state(instance, "collecting")
    publish(instance)
    take_in(instance, safe_day(20, 12, 9))
    publish(instance)
    assert row_of(instance, "safe_day").base == 80
    assert kept_audit(instance)["programs"] > 0
