"""Shows a question while it is written, as people will meet it: on a phone, on paper, as a text message."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

from engage.areas import AreaTree
from engage.channels.paper.fonts import FontMissing
from engage.channels.paper.form import Form
from engage.channels.paper.specimen import draw_specimen, printed_with
from engage.channels.sms.costs import TextCost, price_conversation
from engage.channels.web.area_page import build_area_page
from engage.channels.web.ground import Ground
from engage.channels.web.question_page import Asked, build_page
from engage.channels.web.rendering import render_survey
from engage.channels.web.shown import Choice, ChoiceGroup, QuestionPage
from engage.channels.web.visit import Visit
from engage.phrases import phrases_for
from engage.questionnaire.model import AGE_BANDS, STYLES, Facts, Option, Question, Questionnaire, QuestionType
from engage.questionnaire.routing import options_asked, route_of
from engage.staff.blueprint import the_instance

#: What can be shown, in the order of its buttons.
FORMS = {
    "phone": "Phone",
    "easy_read": "Easy read",
    "large_print": "Large print",
    "paper": "Paper",
    "paper_easy_read": "Paper, easy read",
    "paper_large_print": "Paper, large print",
    "text": "Text message",
}
#: Parts of a page of survey that are hidden until its script runs; in the preview none does.
_BY_HAND = (('class="sheet" hidden', 'class="sheet"'), ('class="moves" hidden', 'class="moves"'))
_HELP = ("none", "ambassador")
_SCRIPT = re.compile(r"<script[^>]*></script>")


@dataclass(frozen=True)
class _Look(Visit):
    """A visit of nobody: a page is only looked at."""

    of: Facts = field(default_factory=Facts)

    @cached_property
    def facts(self) -> Facts:
        """Return what is known of whoever would read the page."""
        return self.of


@dataclass(frozen=True)
class Wanted:
    """Which preview somebody looks at."""

    form: str = "phone"
    language: str = "en"
    route: str = ""

    @property
    def style(self) -> str:
        """Return the style that this form is read in."""
        style = self.form.removeprefix("paper_")
        return style if style in STYLES else "standard"


@dataclass(frozen=True)
class Preview:
    """A question as it is met: one of a page, a picture or a text; else why there is none."""

    wanted: Wanted
    page: str = ""
    picture: str = ""
    text: TextCost | None = None
    why_not: str = ""


def show_question(
    whole: Questionnaire, question: Question, wanted: Wanted, tree: AreaTree, districts: Sequence[tuple[str, str]]
) -> Preview:
    """Return the preview of a question that reads without fault."""
    if wanted.style not in whole.styles and wanted.style != "standard":
        return Preview(wanted, why_not="The survey does not come in this way of reading.")
    if wanted.form == "text":
        return _text(whole, question, wanted)
    if wanted.form.startswith("paper"):
        return _paper(whole, question, wanted, districts)
    return _phone(whole, question, wanted, tree, districts)


def routes_of(whole: Questionnaire, question: Question) -> tuple[str, ...]:
    """Return the routes a question is asked on."""
    return question.routes or tuple(route.id for route in whole.routes)


def _phone(
    whole: Questionnaire, question: Question, wanted: Wanted, tree: AreaTree, districts: Sequence[tuple[str, str]]
) -> Preview:
    facts = _facts(whole, question, wanted)
    if facts is None:
        return Preview(wanted, why_not="Nobody who reads the survey in this way is asked this question.")
    visit = _Look(whole.code, whole, None, None, wanted.language, wanted.style, tree, of=facts)
    asked = Asked(visit.reader, question, _options(whole, question, facts), facts, visit.place, None, tuple(districts))
    page = _page(asked, Ground(tree, whole.areas, the_instance().now().date()))
    place = [each for each in whole.questions if each.type is not QuestionType.AGE_BAND]
    number = place.index(question) + 1 if question in place else 1
    html = render_survey(visit, "question", page=page, number=number, total=len(place), action=None)
    for hidden, shown in _BY_HAND:
        html = html.replace(hidden, shown)
    return Preview(wanted, page=_SCRIPT.sub("", html).replace("<body ", "<body inert ", 1))


def _page(asked: Asked, ground: Ground) -> QuestionPage:
    if asked.question.type is QuestionType.AREA:
        return build_area_page(asked, ground, inside=None, with_postcodes=True)
    page = build_page(asked)
    if asked.question.type is not QuestionType.AGE_BAND:
        return page
    bands = tuple(Choice("age", band, asked.reader.say(f"age_band.{band}")) for band in AGE_BANDS)
    return replace(page, groups=(ChoiceGroup(bands),))


def _paper(whole: Questionnaire, question: Question, wanted: Wanted, districts: Sequence[tuple[str, str]]) -> Preview:
    say = phrases_for(wanted.language, wanted.style).say
    form = Form(whole, wanted.language, wanted.style, say, dict(districts), say("paper.this_place"))
    printed = printed_with(form, question)
    if printed is None:
        return Preview(wanted, why_not="This question is not printed: no reader of this form is asked it.")
    try:
        drawn = draw_specimen(form, printed)
    except FontMissing:
        return Preview(wanted, why_not="There is no font to print this language with.")
    return Preview(wanted, picture=f"data:image/png;base64,{base64.b64encode(drawn).decode()}")


def _text(whole: Questionnaire, question: Question, wanted: Wanted) -> Preview:
    say = _by_language
    cost = price_conversation(whole, wanted.language, say, the_instance().settings.organisation_short)
    found = next((text for text in cost.texts if text.what == question.id), None)
    if found is not None:
        return Preview(wanted, text=found)
    if question.options_from:
        return Preview(wanted, why_not="By text this is asked only of those who chose several answers before.")
    return Preview(wanted, why_not="Nobody is asked this by text message: its kind, routes or condition say so.")


def _by_language(language: str, key: str, **placeholders: str) -> str:
    return phrases_for(language).say(key, **placeholders)


def _facts(whole: Questionnaire, question: Question, wanted: Wanted) -> Facts | None:
    """Return somebody who reads the survey in this way and is asked the question, on the route asked for if any."""
    routes = (wanted.route,) if wanted.route else routes_of(whole, question)
    bands = (*AGE_BANDS[4:8], *AGE_BANDS[:4], "pns")
    for band, assisted, channel in product(bands, _HELP, ("web", "outreach", "phone")):
        facts = Facts(channel, wanted.language, wanted.style, assisted, band)
        if route_of(whole, facts) in routes:
            return facts
    return None


def _options(whole: Questionnaire, question: Question, facts: Facts) -> tuple[Option, ...]:
    if question.options_from and (parent := whole.question(question.options_from)):
        return options_asked(whole, parent, facts, {})
    return options_asked(whole, question, facts, {})
