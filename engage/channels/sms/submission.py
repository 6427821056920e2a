"""The submission that a conversation by text makes, in the shape every channel uses."""

from typing import Any

from engage.channels.sms.context import Context
from engage.channels.sms.path import asked_by_text
from engage.channels.sms.state import ConversationState, written
from engage.response.consent import Given


def submission_document(state: ConversationState, context: Context) -> dict[str, Any]:
    """Return the submission that a conversation at its end makes, ready for the one door."""
    questionnaire = context.questionnaire
    asked = [question.id for question in asked_by_text(questionnaire, state)]
    return {
        "response_id": str(state.response_id),
        "survey": questionnaire.slug,
        "version": state.version,
        "wave": context.wave,
        "channel": "sms",
        "language": state.language,
        "style": "standard",
        "assisted": "none",
        "area": state.area,
        "area_relation": list(state.area_relation),
        "home_district": None,
        "consent": consent_of(state, context).to_document(),
        "started_at": written(state.started_at),
        "finished_at": written(state.last_message_at),
        "answers": {question_id: state.answers[question_id] for question_id in asked if question_id in state.answers},
    }


def partial_document(state: ConversationState, context: Context) -> dict[str, Any]:
    """Return the submission of somebody who stopped on the way: what there is, without an end."""
    return submission_document(state, context) | {"finished_at": None}


def consent_of(state: ConversationState, context: Context) -> Given:
    """Return what somebody who replied YES agreed to."""
    return Given(context.questionnaire.consent.version, given=True, age_band=state.age_band)
