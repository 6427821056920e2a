"""Chooses the words a respondent reads: by language, route and style, falling back openly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engage.questionnaire.model import Facts, Language, Option, Question, Questionnaire
from engage.questionnaire.routing import route_of

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Wording:
    """A text, the language it is really in, and whether that is not the one asked for."""

    text: str
    language: str
    is_fallback: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Words:
    """The words of one questionnaire for one reader."""

    questionnaire: Questionnaire
    language: str
    route: str
    style: str = "standard"

    @classmethod
    def for_facts(cls, questionnaire: Questionnaire, facts: Facts) -> "Words":
        """Return the words for a respondent."""
        return cls(questionnaire, facts.language, route_of(questionnaire, facts), facts.style)

    def find(self, key: str, **placeholders: str) -> Wording | None:
        """Return the wording of a key, in the default language and marked where there is no other."""
        for language in self._languages():
            variant = self._variant(language, key)
            if variant is not None:
                filled = fill(language.wording[variant], placeholders)
                return Wording(filled, language.tag, is_fallback=language.tag != self.language)
        return None

    def key_of(self, key: str) -> str | None:
        """Return the key with the variant that `find` reads, such as `safe_day.text@easy_read`."""
        return next(filter(None, (self._variant(language, key) for language in self._languages())), None)

    def text(self, key: str, **placeholders: str) -> Wording:
        """Return the wording of a key that the definition must have; raises KeyError where it has not."""
        wording = self.find(key, **placeholders)
        if wording is None:
            raise KeyError(key)
        return wording

    def of_option(self, question: Question, option: Option, **placeholders: str) -> Wording:
        """Return the label of an option, wherever the question has it from."""
        return self.text(option_key(question, option.code), **placeholders)

    def _languages(self) -> Iterator[Language]:
        for tag in dict.fromkeys((self.language, self.questionnaire.default_language)):
            language = self.questionnaire.language(tag)
            if language:
                yield language

    def _variant(self, language: Language, key: str) -> str | None:
        candidates = (f"{key}@{self.route}", f"{key}@{self.style}", key)
        return next((candidate for candidate in candidates if candidate in language.wording), None)


def option_key(question: Question, code: str) -> str:
    """Return the wording key of an option's label."""
    if question.scale:
        return f"scale.{question.scale}.{code}"
    return f"{question.options_from or question.id}.option.{code}"


def fill(text: str, placeholders: dict[str, str]) -> str:
    """Put values in the place of `{name}`; unknown braces stay as they are."""
    return _PLACEHOLDER.sub(lambda found: placeholders.get(found[1], found[0]), text)
