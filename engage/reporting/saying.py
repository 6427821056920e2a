"""Says sentences in one language and style, what is put into them kept in order."""

from dataclasses import dataclass

from engage.phrases import review_state
from engage.questionnaire.wording import Wording
from engage.reporting.labels import Labels
from engage.reporting.words import EASY_READ, Figure, Saying, interval_saying, share_saying
from engage.reporting.writing import set_apart, written_number


@dataclass(frozen=True)
class Sayer:
    """One reader's language and style."""

    labels: Labels

    @property
    def is_easy(self) -> bool:
        """Say whether it is easy read."""
        return self.labels.style == EASY_READ

    @property
    def is_drafted(self) -> bool:
        """Say whether no native speaker has checked the words of the survey or of the interface."""
        language = self.labels.questionnaire.language(self.labels.language)
        drafted = language is not None and language.review == "machine_drafted"
        return drafted or review_state(self.labels.language) == "machine_drafted"

    def say(self, key: str, **values: str | int) -> str:
        """Return the words of a phrase; numbers are written as the language does."""
        language = self.labels.language
        written = {
            name: self.apart(written_number(value, language) if isinstance(value, int) else value)
            for name, value in values.items()
        }
        return self.labels.phrases.say(key, **written)

    def tell(self, saying: Saying) -> str:
        """Return the words of a saying."""
        return self.say(saying.key, **saying.values)

    def share(self, figure: Figure) -> str:
        """Return how many gave an answer, as published."""
        return self.tell(share_saying(figure, self.labels.style))

    def interval(self, figure: Figure) -> str | None:
        """Return between what the truth is likely to lie; nothing in easy read, where ten people say enough."""
        saying = None if self.is_easy else interval_saying(figure)
        return self.tell(saying) if saying else None

    def option(self, question_id: str, code: str) -> Wording:
        """Return the label of an answer."""
        return self.labels.option(question_id, code)

    def apart(self, value: str) -> str:
        """Return what is put into a sentence so that it does not turn that round."""
        return set_apart(value, self.labels.language)
