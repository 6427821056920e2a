"""Where a conversation by text stands: what has been said, and what is asked next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from engage.questionnaire.model import Facts

#: After so long without a text from the person, the conversation has expired.
SESSION_LIFE = timedelta(hours=72)


class Stage(StrEnum):
    """How far a conversation has come; the first two wait for an answer."""

    CONSENT = "consent"
    ASKING = "asking"
    DONE = "done"
    CLOSED = "closed"
    OPTED_OUT = "opted_out"
    #: Somebody may be in danger: the survey waits until the person wants to go on.
    HANDED_OVER = "handed_over"
    EXPIRED = "expired"


_OPEN = (Stage.CONSENT, Stage.ASKING)


@dataclass(frozen=True)
class ConversationState:
    """One person's conversation on one survey; it holds no telephone number and no postcode."""

    stage: Stage
    language: str
    last_message_at: datetime
    started_at: datetime
    #: The version of the questionnaire it began with, which it goes on with.
    version: int
    #: Only from the start to the end of a conversation; none in one that is closed.
    response_id: UUID | None = None
    age_band: str | None = None
    area: str | None = None
    area_relation: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    #: Ids of questions left out.
    skipped: tuple[str, ...] = ()
    #: The question that waits for an answer.
    question_id: str | None = None
    #: How often the open question was asked again.
    reprompts: int = 0
    #: Where a conversation that was handed over goes on; None where there was none under way.
    waits_at: Stage | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the next text can be an answer."""
        return self.stage in _OPEN

    @property
    def is_under_way(self) -> bool:
        """Say whether there is something to go on with, now or once the person wants to."""
        return self.is_open or (self.stage is Stage.HANDED_OVER and self.waits_at is not None)

    @cached_property
    def facts(self) -> Facts:
        """Return what routing may ask about this respondent."""
        return Facts(channel="sms", language=self.language, age_band=self.age_band, area_relation=self.area_relation)

    def has_expired(self, now: datetime) -> bool:
        """Say whether the last text from the person is more than 72 hours ago."""
        return now - self.last_message_at > SESSION_LIFE

    def is_settled(self, question_id: str) -> bool:
        """Say whether a question was answered or left out."""
        if question_id in self.skipped:
            return True
        envelope = {"age_band": self.age_band, "area": self.area, "area_relation": self.area_relation}
        return bool(envelope[question_id]) if question_id in envelope else question_id in self.answers

    @property
    def has_agreed(self) -> bool:
        """Say whether the person said YES."""
        return Stage.ASKING in (self.stage, self.waits_at)

    @property
    def holds_answers(self) -> bool:
        """Say whether the person told anything beside the age band."""
        return bool(self.answers or self.area or self.area_relation)

    def handed_over(self) -> "ConversationState":
        """Return the state in which the survey waits."""
        if self.stage is Stage.HANDED_OVER:
            return self
        return replace(self, stage=Stage.HANDED_OVER, waits_at=self.stage if self.is_open else None, reprompts=0)

    def taken_up(self) -> "ConversationState":
        """Return the state in which a conversation that waited goes on."""
        return replace(self, stage=self.waits_at or Stage.CONSENT, waits_at=None, reprompts=0)

    def emptied(self, stage: Stage) -> "ConversationState":
        """Return the state at an end, with nothing the person said: what is kept once a response is stored."""
        return ConversationState(
            stage=stage,
            language=self.language,
            last_message_at=self.last_message_at,
            started_at=self.started_at,
            version=self.version,
        )

    def touched(self, now: datetime) -> "ConversationState":
        """Return the state after a text that came in now."""
        return replace(self, last_message_at=now)

    def to_document(self) -> dict[str, Any]:
        """Return the state as JSON."""
        return {
            "stage": self.stage.value,
            "language": self.language,
            "last_message_at": written(self.last_message_at),
            "started_at": written(self.started_at),
            "version": self.version,
            "response_id": str(self.response_id) if self.response_id else None,
            "age_band": self.age_band,
            "area": self.area,
            "area_relation": list(self.area_relation),
            "answers": dict(self.answers),
            "skipped": list(self.skipped),
            "question_id": self.question_id,
            "reprompts": self.reprompts,
            "waits_at": self.waits_at.value if self.waits_at else None,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ConversationState":
        """Return the state that `to_document` wrote; raises KeyError or ValueError for anything else."""
        response_id = document["response_id"]
        return cls(
            stage=Stage(document["stage"]),
            language=document["language"],
            last_message_at=datetime.fromisoformat(document["last_message_at"]),
            started_at=datetime.fromisoformat(document["started_at"]),
            version=document["version"],
            response_id=UUID(response_id) if response_id else None,
            age_band=document["age_band"],
            area=document["area"],
            area_relation=tuple(document["area_relation"]),
            answers=dict(document["answers"]),
            skipped=tuple(document["skipped"]),
            question_id=document["question_id"],
            reprompts=document["reprompts"],
            waits_at=Stage(waits_at) if (waits_at := document.get("waits_at")) else None,
        )


def written(time: datetime) -> str:
    """Return a time as it stands in JSON: UTC, whole seconds."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
