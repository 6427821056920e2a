"""Words what a conversation by text sends; the first 40 characters of every text are neutral.

A locked telephone shows about that much to whoever looks at it. So each text opens with words of ours that say
nothing of the topic, how to reply first of all, and the survey's own wording comes behind them.
"""

import unicodedata
from collections.abc import Iterable

from engage.channels.sms.context import Context
from engage.channels.sms.path import AGE, AREA, notes_before, options_by_text, questions_on_path
from engage.channels.sms.reading import mark_of
from engage.channels.sms.segments import is_gsm
from engage.channels.sms.state import ConversationState, Stage
from engage.phrases import direction
from engage.questionnaire.model import SHORT_AGE_BANDS, HelpLine, Question, QuestionType
from engage.questionnaire.wording import Words
from engage.response.receipts import receipt_of

#: Unicode's left-to-right isolate and its end.
_ISOLATE, _POP = "\u2066", "\u2069"
#: Characters of a text that say nothing of the topic.
NEUTRAL_START = 40
#: Help lines a text names beside 999 and Childline, which are in every one.
MOST_HELP_LINES = 3
_IN_EVERY_HELP = frozenset({"999", "08001111"})
_KIND_OF_TYPE = {
    QuestionType.RANKING: "order",
    QuestionType.NUMBER: "number",
    QuestionType.DATE: "date",
    QuestionType.SHORT_TEXT: "text",
    QuestionType.LONG_TEXT: "text",
    QuestionType.AREA: "area",
}


def first_text(state: ConversationState, context: Context, lead: str | None = None) -> str:
    """Return who asks, why, how many questions, that it is voluntary, cost, STOP, 999, and the word to reply."""
    count = len(questions_on_path(context.questionnaire, None))
    say, language = context.say, state.language
    intro = _survey_words("survey.intro", state, context)
    consent = _survey_words("consent.statement", state, context)
    body = (
        intro or say(language, "sms.intro", organiser=context.organiser),
        consent or say(language, "sms.consent"),
    )
    return open_neutrally(lead or say(language, "sms.intro_lead", count=str(count)), "\n".join(body))


def open_prompt(state: ConversationState, context: Context) -> str:
    """Return what the conversation waits for an answer to."""
    if state.stage is Stage.CONSENT:
        return first_text(state, context)
    path = questions_on_path(context.questionnaire, state)
    question_id = state.question_id or AGE
    number = path.index(question_id) + 1 if question_id in path else len(path)
    kind = kind_of(state, context)
    lead = context.say(
        state.language,
        f"sms.lead_{kind}",
        number=str(number),
        total=str(len(path)),
        choices=_choices(state, context) if kind == "choice" else "",
        example=_order_example(state, context) if kind == "order" else "",
    )
    return open_neutrally(lead, _asked(state, context))


def prompt_again(state: ConversationState, context: Context) -> str:
    """Return the open question as it is asked again: whole the first time, then short and with an example."""
    say, language = context.say, state.language
    if state.stage is Stage.CONSENT:
        return say(language, "sms.consent_again" if state.reprompts == 1 else "sms.consent_example")
    if state.reprompts == 1:
        return open_neutrally(say(language, "sms.again"), _asked(state, context))
    kind = kind_of(state, context)
    example = mark_of(1, option_count(state, context)) if kind == "choice" else ""
    example = _order_example(state, context) if kind == "order" else example
    choices = _choices(state, context) if kind == "choice" else ""
    return say(language, f"sms.example_{kind}", choices=choices, example=example)


def help_text(state: ConversationState | None, context: Context) -> str:
    """Return where to get help, and the open question again where there is one."""
    language = state.language if state else context.first_language
    lead = context.say(language, "sms.help_lead")
    lines = _lines_for(state.area if state else None, context)
    body = context.say(language, "sms.help", lines=_worded(lines[:MOST_HELP_LINES], language, context))
    text = open_neutrally(lead, " ".join(body.split()))
    return f"{text}\n\n{open_prompt(state, context)}" if state and state.is_open else text


def danger_text(state: ConversationState | None, language: str, context: Context) -> str:
    """Return the fixed reply to somebody who may be in danger: who to call, and that nobody reads along.

    The state is the one after it: where the survey waits, the text says how to go on.
    """
    own = [line for line in _lines_for(state.area if state else None, context) if line.areas]
    body = context.say(language, "sms.safeguarding", lines=_worded(own[:1], language, context))
    if state and state.stage is Stage.HANDED_OVER:
        body += " " + context.say(language, "sms.safeguarding_waits", word=go_on_word(language, context))
    return open_neutrally(context.say(language, "sms.help_lead"), " ".join(body.split()))


def paused_text(language: str, context: Context) -> str:
    """Return the short line of a survey that waits."""
    return context.say(language, "sms.paused", word=go_on_word(language, context))


def go_on_word(language: str, context: Context) -> str:
    """Return the word that takes a survey up again, as it is shown: the first of those that count."""
    words = context.say(language, "sms.words.go_on").replace("،", ",").replace("、", ",").replace("，", ",")
    return words.partition(",")[0].strip().upper()


def reminder_text(state: ConversationState, context: Context) -> str:
    """Return the one reminder."""
    return context.say(state.language, "sms.reminder")


def done_text(state: ConversationState, context: Context) -> str:
    """Return the thanks with the receipt, and the advice to delete the thread.

    In a sentence from right to left the receipt stands isolated, else groups of digits in it change places.
    """
    receipt = receipt_of(state.response_id) if state.response_id else ""
    if receipt and direction(state.language) == "rtl":
        receipt = f"{_ISOLATE}{receipt}{_POP}"
    return context.say(state.language, "sms.done", receipt=receipt)


def open_neutrally(lead: str, body: str) -> str:
    """Return the body behind its lead, which a rule of hyphens makes at least 40 characters long."""
    return f"{lead:-<{NEUTRAL_START}}\n{body}" if len(lead) < NEUTRAL_START else f"{lead}\n{body}"


def age_labels(state: ConversationState, context: Context) -> dict[str, str]:
    """Return what the age bands are called, in the order offered."""
    return {band: context.say(state.language, f"age_band.{band}") for band in SHORT_AGE_BANDS}


def kind_of(state: ConversationState, context: Context) -> str:
    """Return how the open question is answered: choice, order, number, date, text or area."""
    question = _question(state, context)
    return _KIND_OF_TYPE.get(question.type, "choice") if question else "choice"


def option_count(state: ConversationState, context: Context) -> int:
    """Return how many options the open question lists."""
    question = _question(state, context)
    if question is None or question.id == AGE:
        return len(SHORT_AGE_BANDS)
    return len(options_by_text(context.questionnaire, question, state))


def _asked(state: ConversationState, context: Context) -> str:
    """Return the open question with its options."""
    if state.question_id == AGE:
        text = Words.for_facts(context.questionnaire, state.facts).find("age_band.text")
        labels = tuple(_plain_letters(label) for label in age_labels(state, context).values())
        return _listed(str(text) if text else context.say(state.language, "sms.age"), labels)
    if state.question_id == AREA:
        return _survey_words("area.text", state, context) or context.say(state.language, "sms.area")
    question = _question(state, context)
    return _survey_question(question, state, context) if question else ""


def _survey_question(question: Question, state: ConversationState, context: Context) -> str:
    """Return the notes that belong to a question, the question and its options.

    The place is never named: a text may be read by others at home.
    """
    words = Words.for_facts(context.questionnaire, state.facts)
    place = context.say(state.language, "sms.place" if state.area else "sms.place_not_said")
    keys = [f"{note}.text" for note in notes_before(context.questionnaire, question.id, state)]
    notes = [words.find(key, place=place) for key in (*keys, f"{question.id}.note")]
    text = str(words.text(f"{question.id}.text", place=place))
    if kind_of(state, context) in ("choice", "order"):
        options = options_by_text(context.questionnaire, question, state)
        text = _listed(text, tuple(str(words.of_option(question, option, place=place)) for option in options))
    return "\n".join([*(str(note) for note in notes if note), text])


def _listed(text: str, labels: tuple[str, ...]) -> str:
    return "\n".join([text, *(f"{mark_of(at, len(labels))} {label}" for at, label in enumerate(labels))])


def _plain_letters(label: str) -> str:
    """Return a label of the website as texts are worded: in Latin script without accents, which cost a part each."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", label) if not unicodedata.combining(letter))
    return bare if is_gsm(bare) else label


def _choices(state: ConversationState, context: Context) -> str:
    count = option_count(state, context)
    first, last = mark_of(0, count), mark_of(max(count, 1) - 1, count)
    return context.say(state.language, "sms.choices", first=first, last=last)


def _order_example(state: ConversationState, context: Context) -> str:
    """Return the first signs of a list in another order than theirs: "2 1 3"."""
    count = option_count(state, context)
    return " ".join(mark_of(at, count) for at in (1, 0, 2)[:count])


def _question(state: ConversationState, context: Context) -> Question | None:
    return context.questionnaire.question(state.question_id) if state.question_id else None


def _survey_words(key: str, state: ConversationState, context: Context) -> str | None:
    """Return the survey's own wording for texts in the conversation's language: `key@sms`, never the long one."""
    language = context.questionnaire.language(state.language)
    return language.wording.get(f"{key}@sms") if language else None


def _lines_for(area: str | None, context: Context) -> list[HelpLine]:
    """Return the survey's own help lines that are for this area, those of the area first."""
    lines = [
        line
        for line in context.questionnaire.help_lines
        if (not line.routes or "sms" in line.routes)
        and line.number.replace(" ", "") not in _IN_EVERY_HELP
        and (not line.areas or (area and any(context.is_within(area, wider) for wider in line.areas)))
    ]
    return sorted(lines, key=lambda line: not line.areas)


def _worded(lines: Iterable[HelpLine], language: str, context: Context) -> str:
    """Return the name and number of each line; the parts of a number keep their order in every script."""
    words, space = Words(context.questionnaire, language, "sms"), "\u00a0" if direction(language) == "rtl" else " "
    numbers = ((words.text(f"help.{line.id}.name"), line.number.replace(" ", space)) for line in lines)
    return " ".join(f"{name}: {number}." for name, number in numbers)
