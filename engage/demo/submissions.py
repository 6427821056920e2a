"""The submissions of a demo wave: one after the other, day by day, each as its channel would send it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from engage.demo.answering import draw_answers
from engage.demo.chance import seeded
from engage.demo.people import ON_PAPER, Fieldwork, Person, draw_person
from engage.response.consent import Given
from engage.response.serials import make_serial, response_id_of
from engage.response.submission import Submission

#: The account that keys the demo's forms.
AMBASSADOR = "ambassador@demo.invalid"
#: How much comes in by day of the week, Monday first.
WEEK = (1.0, 1.0, 1.1, 1.0, 0.8, 0.6, 0.4)
#: Hours between which people answer.
FIRST_HOUR, LAST_HOUR = 9, 20
#: Minutes that half of the people take at most, by channel, and how unevenly.
MINUTES = {"web": 8.0, "outreach": 10.0, "phone": 14.0, "sms": 6.0}
MINUTES_SPREAD = 0.6


@dataclass(frozen=True)
class DemoWave:
    """A wave of the demo: its name and the days on which its answers come in."""

    name: str
    first_day: date
    last_day: date


def daily_submissions(
    fieldwork: Fieldwork, wave: DemoWave, count: int, seed: int
) -> Iterator[tuple[date, list[dict[str, Any]]]]:
    """Yield each day of a wave with the submissions that come in on it; the same seed gives the same ones."""
    rng = seeded(seed, wave.name)
    days = [wave.first_day + timedelta(days=at) for at in range((wave.last_day - wave.first_day).days + 1)]
    received = Counter(rng.choices(days, [WEEK[day.weekday()] for day in days], k=count))
    up_to = list(accumulate(place.replies for place in fieldwork.places))
    for day in sorted(received):
        places = rng.choices(fieldwork.places, cum_weights=up_to, k=received[day])
        people = (draw_person(rng, fieldwork, place) for place in places)
        yield day, [_submission(rng, fieldwork, wave, person, day) for person in people]


def _submission(rng: Random, fieldwork: Fieldwork, wave: DemoWave, person: Person, day: date) -> dict[str, Any]:
    questionnaire, facts = fieldwork.questionnaire, person.facts
    on_paper = facts.channel in ON_PAPER
    serial = make_serial(rng.randrange) if on_paper else None
    submission = Submission(
        response_id=response_id_of(serial) if serial else UUID(int=rng.getrandbits(128), version=4),
        survey=questionnaire.slug,
        version=questionnaire.version,
        wave=wave.name,
        channel=facts.channel,
        language=facts.language,
        style=facts.style,
        assisted=facts.assisted,
        area=person.place.code,
        area_relation=facts.area_relation,
        home_district=person.home_district,
        consent=Given(questionnaire.consent.version, given=True, age_band=facts.age_band),
        serial=serial,
        answers=draw_answers(rng, questionnaire, person),
    )
    keyed_by = AMBASSADOR if facts.channel == "paper_keyed" else None
    return submission.to_document() | {"keyed_by": keyed_by} | ({} if on_paper else _times(rng, facts.channel, day))


def _times(rng: Random, channel: str, day: date) -> dict[str, str]:
    hour, minute = rng.randint(FIRST_HOUR, LAST_HOUR), rng.randrange(60)
    finished = datetime.combine(day, time(hour, minute), UTC)
    took = timedelta(minutes=min(MINUTES[channel] * rng.lognormvariate(0, MINUTES_SPREAD), 90))
    return {"started_at": (finished - took).isoformat(), "finished_at": finished.isoformat()}
