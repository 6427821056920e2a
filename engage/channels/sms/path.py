"""Works out which questions a conversation by text asks, in what order, and which stands open."""

from engage.channels.sms.reading import MOST_LISTED
from engage.channels.sms.state import ConversationState
from engage.questionnaire.model import Facts, Option, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import asked_questions, options_asked

AGE, AREA = QuestionType.AGE_BAND.value, QuestionType.AREA.value
#: Asked first, in this order, wherever they stand in the questionnaire.
_FIRST = (AGE, AREA)
#: Never asked by text: a note is read with the question behind it, a text names an area, not a district, and nobody
#: draws in one.
_NEVER = (QuestionType.NOTE, QuestionType.HOME_DISTRICT, QuestionType.DRAWING)
#: Answered with the sign of an option.
LISTED = (
    QuestionType.SINGLE_CHOICE,
    QuestionType.MULTIPLE_CHOICE,
    QuestionType.SCALE,
    QuestionType.COMMUNITY,
    QuestionType.AREA_RELATION,
    QuestionType.RANKING,
)


def questions_on_path(questionnaire: Questionnaire, state: ConversationState | None) -> tuple[str, ...]:
    """Return the ids of the questions asked by text; the age band is always the first, as consent rests on it.

    Without a state: of somebody about whom nothing is known yet.
    """
    asked = asked_by_text(questionnaire, state)
    ids = [question.id for question in asked if question.id not in _FIRST]
    has_area = any(question.id == AREA for question in asked)
    return (AGE, *((AREA,) if has_area else ()), *ids)


def next_question(questionnaire: Questionnaire, state: ConversationState) -> str | None:
    """Return the id of the first question neither answered nor left out, or None at the end."""
    path = questions_on_path(questionnaire, state)
    return next((question_id for question_id in path if not state.is_settled(question_id)), None)


def asked_by_text(questionnaire: Questionnaire, state: ConversationState | None) -> tuple[Question, ...]:
    """Return the questions on the path that a text can ask, in the order of the questionnaire."""
    return tuple(question for question in _routed(questionnaire, state) if _fits_a_text(questionnaire, question, state))


def notes_before(questionnaire: Questionnaire, question_id: str, state: ConversationState) -> tuple[str, ...]:
    """Return the ids of the notes that stand right before a question on the path."""
    notes: list[str] = []
    for question in _routed(questionnaire, state):
        if question.id == question_id:
            return tuple(notes)
        notes = [*notes, question.id] if question.type is QuestionType.NOTE else []
    return ()


def options_by_text(questionnaire: Questionnaire, question: Question, state: ConversationState) -> tuple[Option, ...]:
    """Return the options a text lists for a question."""
    return options_asked(questionnaire, question, state.facts, state.answers)


def _routed(questionnaire: Questionnaire, state: ConversationState | None) -> tuple[Question, ...]:
    facts = state.facts if state else Facts(channel="sms")
    return asked_questions(questionnaire, facts, state.answers if state else {})


def _fits_a_text(questionnaire: Questionnaire, question: Question, state: ConversationState | None) -> bool:
    if question.type in _NEVER:
        return False
    if question.type not in LISTED:
        return True
    facts = state.facts if state else Facts(channel="sms")
    options = options_asked(questionnaire, question, facts, state.answers if state else {})
    return 0 < len(options) <= MOST_LISTED
