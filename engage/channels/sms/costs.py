"""Counts what a conversation by text costs: every text of it in each language, its parts and their price."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from engage.channels.sms.commands import Say
from engage.channels.sms.context import Context
from engage.channels.sms.path import questions_on_path
from engage.channels.sms.prompts import danger_text, done_text, first_text, open_prompt
from engage.channels.sms.segments import Segments, count_segments, to_gsm
from engage.channels.sms.state import ConversationState, Stage
from engage.questionnaire.model import Questionnaire

#: Questions by text above which a survey is warned of, and above which its channel is not opened: of 17 to 30
#: questions, people who stopped did so after a median of 9 (Telemed J E Health 2017, 10.1089/tmj.2017.0022).
WARN_OVER, REFUSE_OVER = 5, 10
#: Parts of one question above which it is named, by encoding.
MOST_PARTS = {"gsm7": 1, "ucs2": 2}
#: Hundredths of a penny for one part: GOV.UK Notify, April 2026.
USUAL_PART_PRICE = 240
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_ANY_ID = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class TextCost:
    """One text of a conversation, what it is and what sending it takes."""

    #: `first`, the id of a question, `done`, or beside the conversation `danger`.
    what: str
    text: str
    segments: Segments


@dataclass(frozen=True)
class ConversationCost:
    """A whole conversation in one language, answered without a slip."""

    language: str
    texts: tuple[TextCost, ...]
    #: Not part of it: the fixed reply to somebody in danger.
    danger: TextCost

    @property
    def parts(self) -> int:
        """Return the parts sent for one completed answer."""
        return sum(text.segments.parts for text in self.texts)

    def price(self, part_price: int) -> int:
        """Return the price of one completed answer, in the unit of the price of a part."""
        return self.parts * part_price


@dataclass(frozen=True)
class LimitFinding:
    """Something about a survey's length: `refused` keeps its channel closed."""

    #: `many_questions`, `too_many_questions` or `long_prompt`.
    code: str
    refused: bool
    #: Questions, or parts of one.
    count: int
    language: str | None = None
    question_id: str | None = None

    def __str__(self) -> str:
        match self.code:
            case "too_many_questions":
                return f"{self.count} questions by text; more than {REFUSE_OVER} are refused"
            case "many_questions":
                return f"{self.count} questions by text; from {WARN_OVER + 1} on many people stop on the way"
            case _:
                return f"{self.language}: question {self.question_id} takes {self.count} parts"


def price_conversation(questionnaire: Questionnaire, language: str, say: Say, organiser: str) -> ConversationCost:
    """Return every text that somebody gets who answers a survey in a language, in their order."""
    context = Context(
        questionnaire=questionnaire,
        say=say,
        find_area=lambda _text: None,
        now=_MOMENT,
        new_response_id=_ANY_ID,
        organiser=organiser,
    )
    begun = ConversationState(Stage.CONSENT, language, _MOMENT, _MOMENT, questionnaire.version, _ANY_ID)
    danger = _counted("danger", danger_text(begun.handed_over(), language, context))
    return ConversationCost(language, tuple(_texts(begun, context)), danger)


def price_survey(questionnaire: Questionnaire, say: Say, organiser: str) -> tuple[ConversationCost, ...]:
    """Return the cost of a conversation in each language that a survey can be answered in by text."""
    languages = questionnaire.offered(in_writing=True)
    return tuple(price_conversation(questionnaire, language, say, organiser) for language in languages)


def question_limit(questionnaire: Questionnaire, costs: tuple[ConversationCost, ...] = ()) -> tuple[LimitFinding, ...]:
    """Return what is too long about a survey by text, the worst first: the number of questions, then prompts."""
    count = len(questions_on_path(questionnaire, None))
    findings = []
    if count > REFUSE_OVER:
        findings.append(LimitFinding("too_many_questions", refused=True, count=count))
    elif count > WARN_OVER:
        findings.append(LimitFinding("many_questions", refused=False, count=count))
    for cost in costs:
        findings.extend(
            LimitFinding("long_prompt", refused=False, count=parts, language=cost.language, question_id=text.what)
            for text in cost.texts
            if text.what not in ("first", "done")
            and (parts := text.segments.parts) > MOST_PARTS[text.segments.encoding]
        )
    return tuple(findings)


def in_pence(price: int) -> str:
    """Return a price in hundredths of a penny as people write it: 14.4p, £1.06."""
    pounds, pence = divmod(price, 10_000)
    return f"£{pounds + pence / 10_000:.2f}" if pounds else f"{price / 100:.1f}p".replace(".0p", "p")


def _texts(begun: ConversationState, context: Context) -> Iterator[TextCost]:
    yield _counted("first", first_text(begun, context))
    for question_id in questions_on_path(context.questionnaire, None):
        asked = replace(begun, stage=Stage.ASKING, question_id=question_id)
        yield _counted(question_id, open_prompt(asked, context))
    yield _counted("done", done_text(begun, context))


def _counted(what: str, text: str) -> TextCost:
    sent = to_gsm(text)
    return TextCost(what, sent, count_segments(sent))
