"""What is over goes by itself: own words first, then answers; published tables stay as they are."""

import os
from datetime import timedelta
from threading import Event
from uuid import UUID, uuid4

import pytest

from builders import NOW, WAVE, a_door, a_submission
from engage import housekeeping, jobs
from engage.collection.receive import receive_submission
from engage.collection.retention import RuleRefused, forget_waves, set_rule, when_over
from engage.collection.surveys import set_wave_state
from engage.collection.withdrawal import erase_response
from engage.housekeeping import FILE_LIFE, forget_files, start_housekeeping
from engage.reporting.releasing import ReleaseRefused, publish_release
from engage.response.receipts import tombstone_of
from engage.storage import audit, erasures, releases, responses
from engage.storage import jobs as stored_jobs
from engage.storage.erasure_list import ErasureListFaulty
from engage.storage.erasures import Erasure
from engage.storage.instance import Instance
from engage.storage.jobs import Job
from engage.storage.responses import Response
from engage.storage.retention_rules import RetentionRule
from reporting.answered import people, publish, row_of, take_in

MARKER = "the blue gate behind the chip shop"
SURVEY = "feeling-safe"
ANSWERS = {"safe_day": "very_safe", "say_more": MARKER, "communities": ["somali", {"other": "chip shop people"}]}


def later(instance: Instance, days: int) -> Instance:
    """Return the instance so many days after."""
    return Instance(instance.settings, instance.database, lambda: NOW + timedelta(days=days))


def answered(instance: Instance) -> dict[str, object]:
    """Take in an answer with own words, and close the wave."""
    document = a_submission(ANSWERS, wave=WAVE)
    with instance.database.writing() as session:
        assert receive_submission(session, a_door(instance), document).status == "stored"
        set_wave_state(session, instance.settings.keys, SURVEY, WAVE, "closed", actor="test", now=instance.now())
    return document


def stored(instance: Instance, document: dict[str, object]) -> Response | None:
    with instance.database.reading() as session:
        return responses.get(session, UUID(str(document["response_id"])))


def records(instance: Instance) -> list[Erasure]:
    with instance.database.reading() as session:
        return erasures.newest(session, 10)


def bytes_of(instance: Instance) -> bytes:
    return b"".join(path.read_bytes() for path in instance.settings.instance.rglob("*") if path.is_file())


def test_own_words_go_first_and_coded_answers_stay(surveyed: Instance) -> None:
    document = answered(surveyed)
    assert forget_waves(later(surveyed, 365)) == 0
    assert stored(surveyed, document).answers == ANSWERS
    assert forget_waves(later(surveyed, 366)) == 1
    assert stored(surveyed, document).answers == {"safe_day": "very_safe", "communities": ["somali", {"other": "…"}]}
    assert MARKER.encode() not in bytes_of(surveyed)
    [_, words] = records(surveyed)
    assert (words.reason, words.responses, words.wave) == ("words_over", 1, WAVE)
    assert forget_waves(later(surveyed, 367)) == 0
    assert len(records(surveyed)) == 2
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), document).status == "same"
    assert MARKER not in str(stored(surveyed, document))


def test_answers_whose_time_is_over_go_for_good_and_the_release_stays(surveyed: Instance) -> None:
    document = answered(surveyed)
    release = publish(surveyed)
    after = later(surveyed, 1096)
    assert forget_waves(after) == 1
    assert stored(surveyed, document) is None
    assert MARKER.encode() not in bytes_of(surveyed)
    [record] = records(surveyed)
    assert (record.reason, record.responses, record.traces["responses"]) == ("answers_over", 1, 1)
    tombstone = tombstone_of(UUID(str(document["response_id"])))
    assert list(surveyed.database.erasures.read()) == [tombstone]
    with surveyed.database.writing() as session:
        assert receive_submission(session, a_door(surveyed), document).status == "same"
        late = receive_submission(session, a_door(surveyed), a_submission(ANSWERS, wave=WAVE))
        assert late.status == "held"
        assert releases.last(session, SURVEY) == release
        with pytest.raises(ReleaseRefused, match="over"):
            publish_release(session, surveyed.settings.keys, SURVEY, WAVE, by="test", now=after.now())
    assert forget_waves(after) == 1  # what came in late goes with the next round
    assert MARKER.encode() not in bytes_of(surveyed)


def test_a_survey_keeps_what_it_decided_to_keep(surveyed: Instance) -> None:
    document, keys = answered(surveyed), surveyed.settings.keys
    with surveyed.database.writing() as session:
        rule = RetentionRule(SURVEY, answers_days=None, words_days=None, drawings_days=0)
        set_rule(session, keys, rule, actor="amina@example.org", now=NOW)
        assert [line.detail for line in audit.last_of(session, "retention.decided", 1)] == [
            {"answers": None, "words": None, "drawings": 0}
        ]
        [over] = when_over(session, SURVEY)
        assert (over.answers, over.drawings) == (None, NOW.date())
        for wrong in (RetentionRule(SURVEY, answers_days=-1), RetentionRule("nothing")):
            with pytest.raises(RuleRefused):
                set_rule(session, keys, wrong, actor="test", now=NOW)
    forget_waves(later(surveyed, 30_000))
    assert stored(surveyed, document).answers == ANSWERS


def test_a_withdrawal_changes_published_figures_only_when_they_are_published_again(surveyed: Instance) -> None:
    receipts = take_in(surveyed, [people(40, {"safe_day": "very_safe"}), people(40, {"safe_day": "neither"})])
    with surveyed.database.writing() as session:
        set_wave_state(session, surveyed.settings.keys, SURVEY, WAVE, "closed", actor="test", now=NOW)
    release = publish(surveyed)
    before = row_of(surveyed, "safe_day")
    with surveyed.database.writing() as session:
        for receipt in receipts[:20]:
            assert erase_response(session, surveyed.settings.keys, receipt, actor="respondent", now=NOW)
        assert erasures.count_since(session, SURVEY, WAVE, release.published_at - timedelta(seconds=1)) == 20
    assert row_of(surveyed, "safe_day") == before
    publish(surveyed)
    assert (before.base, row_of(surveyed, "safe_day").base) == (80, 60)


def test_files_that_jobs_made_go_after_a_month_and_the_job_says_so(surveyed: Instance) -> None:
    folder, job_id = jobs.files_of(surveyed), uuid4()
    old, new = folder / "old.pdf", folder / "new.pdf"
    with surveyed.database.writing() as session:
        job = Job(job_id, "paper.print", {}, "test", NOW - FILE_LIFE - timedelta(days=1), "done", file=old.name)
        stored_jobs.add(session, job)
    for path in (old, new):
        path.write_bytes(b"%PDF")
    beyond = old.stat().st_mtime - FILE_LIFE.total_seconds() - 60
    os.utime(old, (beyond, beyond))
    forget_files(surveyed)
    assert [path.name for path in folder.iterdir()] == [new.name]
    with surveyed.database.reading() as session:
        kept = stored_jobs.get(session, job_id)
    assert kept is not None
    assert (kept.file, kept.message) == (None, "The file was deleted after 30 days.")


def test_house_is_kept_by_itself_and_what_came_back_is_erased_again(
    surveyed: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = a_submission(ANSWERS, wave=WAVE)
    with surveyed.database.writing() as session:
        receive_submission(session, a_door(surveyed), document)
    surveyed.database.erasures.add([tombstone_of(UUID(str(document["response_id"])))])
    stop = Event()
    monkeypatch.setattr(housekeeping, "keep_house", lambda _: stop.set())
    start_housekeeping(surveyed, stop)
    assert stop.wait(20)
    assert stored(surveyed, document) is None


def test_a_list_of_erasures_that_a_crash_cut_short_goes_on_and_any_other_line_is_a_fault(surveyed: Instance) -> None:
    listed = surveyed.database.erasures
    listed.add(["a" * 64])
    with listed.path.open("a") as file:
        file.write("b" * 30)
    listed.add(["c" * 64, "a" * 64])
    assert list(listed.read()) == ["a" * 64, "c" * 64]
    with listed.path.open("a") as file:
        file.write("see you later\n")
    with pytest.raises(ErasureListFaulty, match="line 5"):
        list(listed.read())
