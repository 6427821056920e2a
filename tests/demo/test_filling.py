"""The demo goes through the one door, is published, says everywhere that it is synthetic, and is filled once."""

from itertools import islice
from pathlib import Path

import pytest

from builders import an_instance, with_survey
from engage.collection.setting_up import gaps_of
from engage.demo import DemoRefused, fill_demo, paper
from engage.demo.extras import ACCOUNTS
from engage.reporting.thanks import thanked
from engage.response.serials import spoken
from engage.storage import (
    actions,
    audit,
    forms,
    public_questions,
    releases,
    responses,
    review,
    setting_up,
    staff,
    texts,
    visits,
    waves,
)
from engage.storage.instance import Instance

SURVEY, CLOSED, OPEN = "feeling-safe", "2026-spring", "2026-autumn"


def kept(instance: Instance, wave: str) -> dict[str, int]:
    """Return how many responses a wave has by channel."""
    with instance.database.reading() as session:
        return responses.count_by_channel(session, SURVEY, wave)


def test_everything_is_taken_in_and_nothing_is_refused_or_held(filled: Instance) -> None:
    assert sum(kept(filled, CLOSED).values()) == 600
    assert sum(kept(filled, OPEN).values()) == 40
    with filled.database.reading() as session:
        details = [line.detail for line in audit.lines_about(session, SURVEY) if line.action == "demo.filled"]
        assert [detail["kept"] for detail in details] == [{"stored": 600}, {"stored": 40}]
        assert review.waiting(session) == []


def test_one_wave_is_closed_and_published_and_one_is_open_both_synthetic(filled: Instance) -> None:
    with filled.database.reading() as session:
        known = {wave.name: (wave.state, wave.synthetic) for wave in waves.list_of(session, SURVEY)}
        release = releases.last(session, SURVEY)
    assert known == {CLOSED: ("closed", True), OPEN: ("open", True)}
    assert release is not None
    assert (release.wave, release.synthetic) == (CLOSED, True)


def test_answers_came_in_day_by_day(filled: Instance) -> None:
    with filled.database.reading() as session:
        days = {response.received_on.isoformat() for response in responses.of_wave(session, SURVEY, CLOSED)}
    assert len(days) > 40
    assert min(days) >= "2026-03-02"
    assert max(days) <= "2026-04-26"


def test_every_paper_answer_has_its_printed_form(filled: Instance) -> None:
    with filled.database.reading() as session:
        on_paper = [response for response in responses.of_wave(session, SURVEY, CLOSED) if response.serial]
        assert on_paper
        for response in on_paper:
            form = forms.get(session, response.serial or "")
            assert form is not None
            assert (form.state, form.language, form.style) == ("entered", response.language, response.style)
            assert forms.get_layout(session, form.layout_hash) is not None


def test_filling_it_again_adds_nothing_whatever_the_seed(filled: Instance) -> None:
    before = (kept(filled, CLOSED), kept(filled, OPEN))
    lines = list(fill_demo(filled, 900, 8))
    assert (kept(filled, CLOSED), kept(filled, OPEN)) == before
    assert not any("secret" in line for line in lines)
    with filled.database.reading() as session:
        assert len(releases.list_of(session, SURVEY)) == 1
        assert len(texts.list_channels(session)) == 1
        assert len(paper.waiting_forms(session, SURVEY, OPEN)) == 2


def test_the_demo_survey_stands_without_gaps_and_says_what_it_is(filled: Instance) -> None:
    with filled.database.reading() as session:
        assert gaps_of(session, SURVEY, filled.now()) == ()
        record = setting_up.of_survey(session, SURVEY)
    assert "Demonstration" in record["controller"].document["organisation"]


def test_there_are_accounts_forms_and_a_text_channel_to_try(filled: Instance) -> None:
    lines = list(fill_demo(filled, 1, 1))
    with filled.database.reading() as session:
        waiting = paper.waiting_forms(session, SURVEY, OPEN)
        (channel,) = texts.list_channels(session)
        for email, (role, area) in ACCOUNTS.items():
            account = staff.find(session, email)
            assert account is not None
            assert (account.role, account.scope.areas) == (role, frozenset({area} if area else ()))
            assert account.password_hash is None
    assert all(any(spoken(form.serial) in line for line in lines) for form in waiting)
    assert any(f"/sms/json/{channel.id}" in line for line in lines)


def test_what_was_done_and_one_answer_are_public_and_say_that_they_are_made_up(filled: Instance) -> None:
    with filled.database.reading() as session:
        done = actions.list_of(session, SURVEY, published_only=True)
        answered = public_questions.published(session, SURVEY)
    assert len(done) == 2
    assert len(answered) == 1
    assert all(owner and "made up" in owner for owner in (*(one.owner for one in done), answered[0].owner))


def test_the_audit_log_of_a_filled_demo_is_whole(filled: Instance) -> None:
    with filled.database.reading() as session:
        assert audit.find_tampering(session, filled.settings.keys.audit, filled.database.audit_head.read()) is None


def test_a_demo_that_was_broken_off_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "PRINTED", (("en", "standard"),))
    monkeypatch.setattr("engage.demo.filling.PROGRESS", 20)
    instance = an_instance(tmp_path)
    broken_off = fill_demo(instance, 90, 5)
    assert list(islice(broken_off, 2))
    broken_off.close()
    assert 0 < sum(kept(instance, CLOSED).values()) < 90
    list(fill_demo(instance, 200, 6))
    assert sum(kept(instance, CLOSED).values()) == 90


def test_made_up_answers_are_never_put_beside_real_ones(tmp_path: Path) -> None:
    instance = an_instance(tmp_path)
    with_survey(instance, wave="2026-summer")
    with pytest.raises(DemoRefused):
        list(fill_demo(instance, 10, 1))
    with instance.database.reading() as session:
        assert [wave.name for wave in waves.list_of(session, SURVEY)] == ["2026-summer"]


def test_there_are_visits_to_look_at_and_all_of_them_say_that_they_are_made_up(filled: Instance) -> None:
    with filled.database.reading() as session:
        found = visits.list_of(session)
        named = thanked(session, "feeling-safe")
    assert len(found) == 4 and all("(made up)" in visit.place for visit in found)
    assert [name for name in named if "(made up)" not in name] == []
    assert len(named) == 2
