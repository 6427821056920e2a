"""Puts a held submission into words: each question with the answer given, in the survey's own language."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from engage.areas import AreaTree
from engage.phrases import own_name, phrases_for
from engage.questionnaire.model import HOME_ELSEWHERE, SPECIAL_CODES, Question, QuestionType
from engage.questionnaire.wording import Words, option_key
from engage.response.drawings import is_drawn, words_about
from engage.response.masking import is_english, mask
from engage.response.submission import Submission, parse_submission
from engage.staff.words import CHANNELS, STYLES
from engage.storage import areas, questionnaires
from engage.storage.database import Session

#: Stands where nothing was answered.
EMPTY = "left empty"
#: Stands for own words that nobody may read before a bound translator has.
FOREIGN = "[own words in another language]"
_NOTHING = (EMPTY, None)
#: Types whose answers are figures.
_MEASURED = frozenset({QuestionType.NUMBER, QuestionType.DATE})
_ENGLISH = phrases_for("en")


class AnswerShown(NamedTuple):
    """A question with the answer that waits and, where there is one to compare with, the answer that is stored."""

    question: str
    answer: str
    stored: str | None = None
    #: The two are not the same, also where what is hidden in them reads alike.
    differs: bool = False


def answers_shown(
    session: Session, body: Mapping[str, Any], stored: Mapping[str, Any] | None = None
) -> list[AnswerShown]:
    """Return what a held submission says, beside what is stored where that is given.

    Personal details in own words are hidden, and so are own words in other languages: they wait for a translator.
    """
    held = {question: (shown, given) for question, shown, given in _rows(session, body)}
    if stored is None:
        return [AnswerShown(question, shown) for question, (shown, _) in held.items()]
    before = {question: (shown, given) for question, shown, given in _rows(session, stored)}
    return [
        AnswerShown(question, now[0], then[0], differs=now != then)
        for question in dict.fromkeys([*before, *held])
        for now, then in [(held.get(question, _NOTHING), before.get(question, _NOTHING))]
    ]


def question_asked(session: Session, survey: str, question_id: str) -> str:
    """Return the words of a question as most people read it."""
    questionnaire = questionnaires.get(session, survey)
    if questionnaire is None or questionnaire.question(question_id) is None:
        return question_id
    words = Words(questionnaire, questionnaire.default_language, questionnaire.routes[-1].id)
    found = words.find(f"{question_id}.text", place=_ENGLISH.say("paper.this_place"))
    return found.text if found else question_id


def _rows(session: Session, body: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Yield each question with the answer as it is shown, and as it was given."""
    submission = parse_submission(body)
    if not isinstance(submission, Submission):
        return
    questionnaire = questionnaires.get(session, submission.survey, submission.version)
    if questionnaire is None:
        return
    facts = replace(submission.facts, language=questionnaire.default_language)
    words = Words.for_facts(questionnaire, facts)
    yield from ((name, shown, shown) for name, shown in _envelope(submission, words, areas.read_tree(session)))
    for question in questionnaire.questions:
        if question.id in submission.answers:
            asked = words.text(f"{question.id}.text", place=_ENGLISH.say("paper.this_place")).text
            number = f" ({question.id})" if question.show_when else ""
            given = submission.answers[question.id]
            yield asked + number, _in_words(words, question, given), given


def _envelope(submission: Submission, words: Words, tree: AreaTree) -> Iterator[tuple[str, str]]:
    band = submission.consent.age_band
    area = tree.get(submission.area) if submission.area else None
    yield "Came by", CHANNELS[submission.channel]
    yield "Read in", f"{own_name(submission.language)}, {STYLES[submission.style].lower()}"
    yield "Age", _ENGLISH.say(f"age_band.{band}") if band else EMPTY
    yield "Help", _ENGLISH.say(f"assisted.{submission.assisted}")
    yield "Area told about", area.name if area else EMPTY
    relation = words.questionnaire.question("area_relation")
    if relation and submission.area_relation:
        yield "What it is to the person", _in_words(words, relation, list(submission.area_relation))
    if submission.home_district == HOME_ELSEWHERE:
        yield "Lives in", _ENGLISH.say("paper.elsewhere")
    elif home := tree.get(submission.home_district or ""):
        yield "Lives in", home.name


def _in_words(words: Words, question: Question, answer: Any) -> str:
    if isinstance(answer, list):
        return "; ".join(_in_words(words, question, entry) for entry in answer)
    if isinstance(answer, Mapping):
        return _by_hand(answer) or f"own words: {_readable(answer.get('other', ''))}"
    if answer in SPECIAL_CODES:
        return _ENGLISH.say(f"option.{answer}")
    label = words.find(option_key(question, str(answer)))
    if label:
        return label.text
    return _readable(answer) if isinstance(answer, str) and question.type not in _MEASURED else _legible(answer)


def _by_hand(answer: Mapping[str, Any]) -> str:
    """Return that something is drawn, never what: it is looked at under Drawings; and the words beside it."""
    drawn = ("a drawing, shown under Drawings once it counts",) if is_drawn(answer) else ()
    words = words_about(answer)
    return "; ".join((*drawn, *((f"own words: {_readable(words)}",) if words else ())))


def _readable(answer: Any) -> str:
    """Return own words as anybody may read them."""
    text = _legible(answer)
    return mask(text).shown if is_english(text) else FOREIGN


def _legible(answer: Any) -> str:
    """Return an answer that is none of the codes so that any page can hold it: half a sign reads `?`."""
    return str(answer).encode("utf-8", "replace").decode()
