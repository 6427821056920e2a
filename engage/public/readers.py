"""Puts results before one reader: in a language of the survey and a style, numbers kept in order among words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from flask import Request, url_for
from markupsafe import Markup

from engage.areas import ATTRIBUTION, Area, AreaTree
from engage.channels.web.reader import Reader, marked
from engage.phrases import own_name
from engage.questionnaire.model import Questionnaire
from engage.questionnaire.wording import Wording
from engage.reporting.ground import LEVEL_NAMES
from engage.reporting.labels import Labels
from engage.reporting.words import EASY_READ, Saying
from engage.reporting.writing import written_day, written_number


@dataclass(frozen=True)
class Choice:
    """A language or style to read in; `label` is in its own language."""

    code: str
    label: str
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class ResultsReader:
    """One reader of a survey's results."""

    questionnaire: Questionnaire
    labels: Labels
    #: The view and its arguments, to say the same page in another language or style.
    endpoint: str
    arguments: Mapping[str, str]

    @property
    def language(self) -> str:
        """Return the language chosen."""
        return self.labels.language

    @property
    def style(self) -> str:
        """Return the style chosen."""
        return self.labels.style

    @property
    def is_easy(self) -> bool:
        """Say whether the page is in easy read."""
        return self.style == EASY_READ

    @property
    def direction(self) -> str:
        """Return the value of the page's `dir`."""
        return self._reader.direction

    @property
    def is_machine_drafted(self) -> bool:
        """Say whether no native speaker has checked these words yet."""
        language = self.questionnaire.language(self.language)
        return self._reader.is_machine_drafted or (language is not None and language.review == "machine_drafted")

    @property
    def title(self) -> Markup:
        """Return the survey's title, which does not say what it is about."""
        return marked(self.labels.title)

    @property
    def survey_address(self) -> str:
        """Return the address of the survey itself."""
        return f"/s/{self.questionnaire.code}?lang={self.language}&style={self.style}"

    @property
    def standard_address(self) -> str:
        """Return the address of the same page in the standard style, which has every question."""
        return self.address(style="standard")

    @property
    def attribution(self) -> str:
        """Return whom the names and codes of the areas are from."""
        return ATTRIBUTION

    def say(self, key: str, **values: object) -> Markup:
        """Return the interface's words; numbers and names keep their own direction."""
        return self._reader.say(key, **{name: self.isolated(value) for name, value in values.items()})

    def level(self, area: Area) -> Markup:
        """Return what kind of area it is."""
        return self.say(f"results.level.{LEVEL_NAMES[area.level]}")

    def tell(self, saying: Saying) -> Markup:
        """Return what is said of a figure."""
        return self.say(saying.key, **saying.values)

    def plain(self, saying: Saying) -> str:
        """Return what is said of a figure without marks, for a drawing."""
        return saying.text(self.labels.phrases)

    def marked(self, wording: Wording) -> Markup:
        """Return a wording, with its own language where that is not the page's."""
        return marked(wording)

    def isolated(self, value: object) -> Markup:
        """Return a number as it is written in the language, or a name, apart from the words around it."""
        return Markup("<bdi>{}</bdi>").format(self.number(value) if isinstance(value, int) else value)

    def number(self, value: int) -> str:
        """Return a number as it is written in the language."""
        return written_number(value, self.language)

    def day(self, moment: datetime) -> str:
        """Return the day of a moment as it is written in the language."""
        return self.day_of(moment.date())

    def day_of(self, day: date) -> str:
        """Return a day as it is written in the language."""
        return written_day(day, self.language)

    def address(self, endpoint: str | None = None, **changes: str | None) -> str:
        """Return the address of a page of results in the same language and style, but for the changes."""
        values: dict[str, Any] = {**self.arguments, "lang": self.language, "style": self.style, **changes}
        return url_for(endpoint or self.endpoint, **values)

    def languages(self) -> tuple[Choice, ...]:
        """Return the survey's languages to choose from."""
        tags = self.questionnaire.offered(in_writing=True)
        return tuple(Choice(tag, own_name(tag), self.address(lang=tag), tag == self.language) for tag in tags)

    def styles(self) -> tuple[Choice, ...]:
        """Return the survey's styles to choose from."""
        return tuple(
            Choice(style, str(self.say(f"style.{style}")), self.address(style=style), style == self.style)
            for style in self.questionnaire.styles
        )

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.language, self.style)


def choose_reader(questionnaire: Questionnaire, tree: AreaTree, request: Request) -> ResultsReader:
    """Return the reader that an address asks for: `lang` and `style`, else the browser's language."""
    offered = questionnaire.offered(in_writing=True)
    language, style = request.args.get("lang", ""), request.args.get("style", "")
    if language not in offered:
        language = request.accept_languages.best_match(offered) or questionnaire.default_language
    if style not in questionnaire.styles:
        style = questionnaire.styles[0]
    labels = Labels(questionnaire, tree, language, style)
    return ResultsReader(questionnaire, labels, str(request.endpoint), dict(request.view_args or {}))
