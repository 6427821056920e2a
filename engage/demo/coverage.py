"""The demo's fieldwork as its planners see it: targets, residents to set replies beside, people who left half-way."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from io import StringIO
from random import Random

from engage.collection.reference import import_margins
from engage.demo.chance import seeded
from engage.demo.diary import ACTOR
from engage.questionnaire.model import Facts, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions
from engage.reporting.coverage import Fieldwork, read_fieldwork
from engage.reporting.coverage_census import group_kinds
from engage.reporting.coverage_counting import add_up, count_replies
from engage.reporting.coverage_heard import EVERYBODY
from engage.reporting.labels import Labels
from engage.reporting.targets import set_targets, suggest
from engage.storage import areas, coverage
from engage.storage.coverage import QuestionCell, Went
from engage.storage.database import Session
from engage.storage.instance import Instance

#: Real figures, with their source beside them.
CENSUS = ("census_2021.csv", "ages_and_sex.csv")
#: A district of the demo's ground: where it has figures, somebody imported some.
_KNOWN_BY = "E06000018"
#: The targets come to so many times the replies there are, and no place has a smaller one.
_MORE, _FLOOR = 2, 10
#: Kinds of group that have targets.
_KINDS = (coverage.AGE, coverage.ETHNIC_GROUP)
#: People who left half-way, beside every hundred who answered.
_LEAVERS = 9
#: The share of questions that they pass over before.
_SKIPPED = 0.05
#: What they read.
_LANGUAGES = (*("en",) * 8, "so", "pl")
#: Questions that people leave at more often, and how much.
_HARD = {"safe_home": 6.0, "say_more": 9.0, "ethnic_group": 3.0}


def plan_fieldwork(instance: Instance, survey: str, wave: str, seed: int) -> None:
    """Count the demo's replies, bring in the census where there is none, and set targets; each is done once."""
    for minutes in (0, 2):  # what is seen in one round is counted in a later one
        count_replies(_later(instance, minutes))
    keys, now = instance.settings.keys, instance.now()
    with instance.database.writing() as session:
        if not areas.margins_of(session, _KNOWN_BY, "age"):
            for name in CENSUS:
                text = files("engage.demo").joinpath("census", name).read_text(encoding="utf-8")
                import_margins(session, keys, StringIO(text), actor=ACTOR, now=now)
        fieldwork = read_fieldwork(session, survey, wave, now.date())
        if fieldwork.targets:
            return
        _leave_half_way(session, fieldwork, seeded(seed, f"{wave} left"))
        kinds = group_kinds(fieldwork.questionnaire, Labels(fieldwork.questionnaire, fieldwork.ground.tree))
        wanted = suggest(
            fieldwork, [kind for kind in kinds if kind.kind in _KINDS], _MORE * _replies(fieldwork), "smallest", _FLOOR
        )
        set_targets(session, keys, fieldwork, wanted.targets, actor=ACTOR, now=now)


def _later(instance: Instance, minutes: int) -> Instance:
    return replace(instance, now=lambda: instance.now() + timedelta(minutes=minutes))


def _replies(fieldwork: Fieldwork) -> int:
    return fieldwork.heard.of(EVERYBODY)


def _leave_half_way(session: Session, fieldwork: Fieldwork, rng: Random) -> None:
    """Count made-up people on the web who began and sent nothing, by where they left."""
    asked: defaultdict[QuestionCell, Went] = defaultdict(Went)
    for _ in range(_replies(fieldwork) * _LEAVERS // 100):
        facts = Facts(language=rng.choice(_LANGUAGES), age_band=rng.choice(("16-17", "25-34", "50-64")))
        add_up(asked, _left(fieldwork, facts, rng))
    coverage.add_questions(session, asked)


def _left(fieldwork: Fieldwork, facts: Facts, rng: Random) -> list[tuple[QuestionCell, Went]]:
    questions = _seen(fieldwork.questionnaire, facts)
    (last,) = rng.choices(range(len(questions)), [_HARD.get(question, 1.0) for question in questions])
    cells = []
    for place, question in enumerate(questions[: last + 1]):
        key = (fieldwork.survey, fieldwork.wave, fieldwork.questionnaire.version, question)
        stopped = place == last
        went = Went(1, skipped=int(not stopped and rng.random() < _SKIPPED), broken_off=int(stopped))
        cells.append((QuestionCell(*key, facts.language, facts.style, facts.channel), went))
    return cells


def _seen(questionnaire: Questionnaire, facts: Facts) -> list[str]:
    unseen = (QuestionType.NOTE, QuestionType.AGE_BAND)
    return [question.id for question in asked_questions(questionnaire, facts, {}) if question.type not in unseen]
