"""What texts cost, as commands say it: a reply's parts, and a completed answer in each language."""

from collections.abc import Iterator

import click

from engage.channels.sms.costs import USUAL_PART_PRICE, ConversationCost, in_pence, price_survey, question_limit
from engage.channels.sms.segments import count_segments
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire, QuestionType
from engage.settings import LONGEST_SHORT_NAME

#: Stands for the organisation where none is known: as long as its name may be in a text.
_ANY_ORGANISER = "n" * LONGEST_SHORT_NAME


def cost_lines(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield what a survey costs by text in each language, what is too long about it, and what a text cannot ask."""

    def say(language: str, key: str, **placeholders: str) -> str:
        return phrases_for(language).say(key, **placeholders)

    costs = price_survey(questionnaire, say, _ANY_ORGANISER)
    drawn = [one.id for one in questionnaire.questions if one.type is QuestionType.DRAWING]
    yield from (f"note: by text: question {question} is left out: nobody draws in a text" for question in drawn)
    yield from (f"note: by text: {finding}" for finding in question_limit(questionnaire, costs))
    yield from (f"by text: {_cost_line(cost)}" for cost in costs)


def say_cost(reply: str) -> int:
    """Print what sending a reply takes, to standard error, and return its parts."""
    counted = count_segments(reply)
    encoding = "GSM-7" if counted.encoding == "gsm7" else "UCS-2"
    words = "part" if counted.parts == 1 else "parts"
    click.echo(f"# {counted.parts} {words}, {encoding}, {in_pence(counted.parts * USUAL_PART_PRICE)}", err=True)
    return counted.parts


def _cost_line(cost: ConversationCost) -> str:
    return (
        f"{cost.language}: {len(cost.texts)} texts of {cost.parts} parts, about "
        f"{in_pence(cost.price(USUAL_PART_PRICE))} for a completed answer"
    )
