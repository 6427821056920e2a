"""Fills the demo: the survey, two waves through the one door, a release, accounts, forms and a text channel."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from engage.collection.paper import districts_on_form
from engage.collection.receive import ALL_CHANNELS, Door, receive_submissions
from engage.collection.surveys import import_questionnaire, set_wave_state
from engage.demo.coverage import plan_fieldwork
from engage.demo.diary import ACTOR, BEGUN, FILLED, note, noted
from engage.demo.extras import add_accounts, add_text_channel, what_to_try
from engage.demo.paper import Press, PrintRun, leave_forms, record_entered
from engage.demo.people import Fieldwork
from engage.demo.places import places_of
from engage.demo.record import complete_record
from engage.demo.submissions import DemoWave, daily_submissions
from engage.demo.visits import go_visiting
from engage.demo.voice import speak_in_public
from engage.questionnaire.library import read_library_survey
from engage.reporting.releasing import publish_release
from engage.storage import areas, questionnaires, releases, waves
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.waves import Wave

SURVEY = "feeling-safe"
CLOSED_WAVE = DemoWave("2026-spring", date(2026, 3, 2), date(2026, 4, 26))
OPEN_WAVE = DemoWave("2026-autumn", date(2026, 10, 5), date(2026, 11, 15))
#: The open wave has so many times fewer responses than the closed one.
OPEN_SHARE = 15
#: Submissions taken in under one transaction.
BATCH = 500
#: Responses between two lines of progress.
PROGRESS = 1000
#: When forms are printed on a wave's first day, and when a day's answers are taken in.
_MORNING, _EVENING = time(8, 0, tzinfo=UTC), time(21, 0, tzinfo=UTC)


class DemoRefused(Exception):
    """The survey has a wave that is not the demo's: made-up answers are never put beside real ones."""


@dataclass(frozen=True)
class _Begun:
    """A wave under way, with what it was begun with."""

    wave: DemoWave
    responses: int
    seed: int
    fieldwork: Fieldwork
    run: PrintRun

    @property
    def printed_at(self) -> datetime:
        return datetime.combine(self.wave.first_day, _MORNING)


def fill_demo(instance: Instance, responses: int, seed: int) -> Iterator[str]:
    """Fill the demo in, yielding lines of progress and in the end what there is to try. Raises DemoRefused.

    The closed wave gets as many `responses`, the open one a fifteenth of them; the same seed gives the same
    ones. Done before, it adds nothing; broken off, it goes on where it stopped, with the seed of the first time.
    """
    press = Press()
    yield from _fill_wave(instance, press, CLOSED_WAVE, responses, seed)
    yield from _publish(instance)
    yield from _fill_wave(instance, press, OPEN_WAVE, max(1, responses // OPEN_SHARE), seed)
    plan_fieldwork(instance, SURVEY, OPEN_WAVE.name, seed)
    with instance.database.writing() as session:
        add_accounts(session, instance)
        complete_record(session, instance, SURVEY, OPEN_WAVE.name, OPEN_WAVE.first_day)
        go_visiting(session, instance, SURVEY)
    with instance.database.reading() as session:
        lines = what_to_try(session, SURVEY, OPEN_WAVE.name)
    yield from lines


def _fill_wave(instance: Instance, press: Press, wave: DemoWave, responses: int, seed: int) -> Iterator[str]:
    with instance.database.writing() as session:
        filled = noted(session, FILLED, SURVEY, wave)
        begun = _begin(session, instance, press, wave, responses, seed) if filled is None else None
    if begun is None:
        yield f"{wave.name} has its synthetic responses already"
        return
    kept: Counter[str] = Counter()
    for day, submissions in daily_submissions(begun.fieldwork, wave, begun.responses, begun.seed):
        steps = kept.total() // PROGRESS
        for at in range(0, len(submissions), BATCH):
            kept += _take_in(instance, begun, day, submissions[at : at + BATCH])
        if kept.total() // PROGRESS > steps:
            yield f"{wave.name}: {kept.total()} of {begun.responses} synthetic responses"
    yield from _finish(instance, begun, kept)


def _begin(session: Session, instance: Instance, press: Press, wave: DemoWave, responses: int, seed: int) -> _Begun:
    """Begin a wave, or go on with one that was broken off."""
    detail = noted(session, BEGUN, SURVEY, wave)
    if detail is None:
        detail = {"wave": wave.name, "responses": responses, "seed": seed}
        _open(session, instance, wave)
        note(session, instance, BEGUN, SURVEY, detail)
    stored = waves.get(session, SURVEY, wave.name)
    questionnaire = questionnaires.get(session, SURVEY, stored.version if stored else None)
    assert questionnaire is not None  # noqa: S101 - a wave is always on a stored version
    tree, roots = areas.read_tree(session), questionnaire.areas
    districts = tuple(districts_on_form(session, questionnaire))
    run = press.run(session, questionnaire)
    # Both waves have the same places, made up from one seed.
    places = places_of(tree, roots, detail["seed"], wave.first_day)
    fieldwork = Fieldwork(questionnaire, places, districts, frozenset(run.plates))
    return _Begun(wave, detail["responses"], detail["seed"], fieldwork, run)


def _open(session: Session, instance: Instance, wave: DemoWave) -> None:
    keys, now = instance.settings.keys, instance.now()
    if questionnaires.get(session, SURVEY) is None:
        import_questionnaire(session, keys, read_library_survey(SURVEY), actor=ACTOR, now=now)
    known = waves.list_of(session, SURVEY)
    if any(not other.synthetic or other.name == wave.name for other in known):
        names = ", ".join(other.name for other in known)
        raise DemoRefused(f"{SURVEY} has waves that are not the demo's ({names}); the demo needs its own instance")
    questionnaire = questionnaires.get(session, SURVEY)
    assert questionnaire is not None  # noqa: S101 - it was brought in above
    waves.put(session, Wave(SURVEY, wave.name, questionnaire.version, "draft", synthetic=True))
    opened = datetime.combine(wave.first_day, _MORNING)
    set_wave_state(session, keys, SURVEY, wave.name, "open", actor=ACTOR, now=opened)


def _take_in(instance: Instance, begun: _Begun, day: date, submissions: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Take a batch in on its day; returns what became of it, and the codes of any problems."""
    now = datetime.combine(day, _EVENING)
    door = Door(instance.settings.keys, now, ACTOR, ALL_CHANNELS)
    with instance.database.writing() as session:
        record_entered(session, begun.run, submissions, printed_at=begun.printed_at, now=now)
        outcomes = receive_submissions(session, door, submissions)
    return Counter(" ".join([outcome.status, *(problem.code for problem in outcome.problems)]) for outcome in outcomes)


def _finish(instance: Instance, begun: _Begun, kept: Counter[str]) -> Iterator[str]:
    """Close the wave that is done; leave forms and a text channel to try in the one that stays open."""
    secret, keys = None, instance.settings.keys
    with instance.database.writing() as session:
        if begun.wave == CLOSED_WAVE:
            closed = datetime.combine(begun.wave.last_day, _EVENING)
            set_wave_state(session, keys, SURVEY, begun.wave.name, "closed", actor=ACTOR, now=closed)
        else:
            leave_forms(session, keys, begun.run, begun.wave.name, by=ACTOR, now=instance.now())
            secret = add_text_channel(session, instance, SURVEY)
        note(session, instance, FILLED, SURVEY, {"wave": begun.wave.name, "kept": dict(kept)})
    yield f"{begun.wave.name}: {', '.join(f'{count} {what}' for what, count in kept.items())}"
    if secret:
        yield f"secret of the text channel, shown this once: {secret}"


def _publish(instance: Instance) -> Iterator[str]:
    with instance.database.writing() as session:
        release = releases.last(session, SURVEY, CLOSED_WAVE.name)
        if release is None:
            keys, now = instance.settings.keys, instance.now()
            release = publish_release(session, keys, SURVEY, CLOSED_WAVE.name, by=ACTOR, now=now)
        speak_in_public(session, instance, SURVEY)
    yield f"{CLOSED_WAVE.name} is closed and published, release {release.release_hash[:12]}"
