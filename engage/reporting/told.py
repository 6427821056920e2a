"""A summary in words: one language and one style, plain text only, ready for a page, a PDF or slides to lay out."""

from dataclasses import dataclass

from engage.questionnaire.wording import Wording
from engage.reporting.words import Figure


@dataclass(frozen=True)
class ToldAnswer:
    """One answer: what it is called, its published figure, and what is said of it."""

    label: Wording
    cell: Figure
    #: "about 60 in 100", in easy read "about 6 in 10 people", or that few people gave it.
    said: str
    #: The share as people in 10, None where there is no share.
    tenths: int | None
    interval: str | None
    #: What stands beside it, such as the share of all who live there.
    beside: str | None = None
    #: How it compares with the rest, and with the time before.
    remarks: tuple[str, ...] = ()
    #: Name in `engage.pictures`.
    picture: str | None = None


@dataclass(frozen=True)
class ToldQuestion:
    """One question and its leading answers."""

    id: str
    text: Wording
    #: About how many answered it, and how far that can be relied on; `quality` is the published word for it.
    base: str
    quality: str
    answers: tuple[ToldAnswer, ...]
    #: Whose figures these are where they are not the area's own.
    stand_in: str | None = None
    notes: tuple[str, ...] = ()
    #: Answers that too few people gave to say how many, where none can be told.
    few: tuple[Wording, ...] = ()
    is_ordered: bool = False

    @property
    def beside(self) -> tuple[str, ...]:
        """Return what stands beside its answers, each with the answer's name, where they have no line of their own."""
        return tuple(f"{answer.label} · {answer.beside}" for answer in self.answers if answer.beside)

    @property
    def options(self) -> tuple[str, ...]:
        """Return the codes of the answers, in order."""
        return tuple(answer.cell.option for answer in self.answers)


@dataclass(frozen=True)
class ToldSection:
    """One part of the summary under its heading."""

    role: str
    heading: str
    questions: tuple[ToldQuestion, ...]
    #: Name in `engage.pictures`.
    picture: str | None = None

    @property
    def runs(self) -> tuple[tuple[ToldQuestion, ...], ...]:
        """Return the questions in runs: neighbours with the same scale, asked of several things, stand together."""
        runs: list[tuple[ToldQuestion, ...]] = []
        for question in self.questions:
            is_alike = runs and question.is_ordered and runs[-1][0].options == question.options and question.answers
            if is_alike:
                runs[-1] = (*runs[-1], question)
            else:
                runs.append((question,))
        return tuple(runs)


@dataclass(frozen=True)
class ToldPart:
    """A part of the summary that has sentences, no figures of its own."""

    heading: str
    lines: tuple[str, ...]
    picture: str | None = None


@dataclass(frozen=True)
class ToldAction:
    """What people said and what was done about it."""

    said: Wording
    done: Wording
    by: str


@dataclass(frozen=True)
class ToldQuote:
    """What somebody wrote, and what is said of who it was."""

    words: Wording
    by: str


@dataclass(frozen=True)
class ToldSummary:
    """A whole summary in words."""

    language: str
    style: str
    #: "ltr" or "rtl".
    direction: str
    #: The survey's title, which does not say what it is about.
    survey: str
    heading: str
    #: What kind of area it is.
    level: str
    #: About how many answered, whose figures these are, and when they were published.
    notes: tuple[str, ...]
    sections: tuple[ToldSection, ...]
    change: ToldPart
    sure: ToldPart
    next: ToldPart
    how: ToldPart
    who: ToldSection | None = None
    who_notes: tuple[str, ...] = ()
    actions: tuple[ToldAction, ...] = ()
    #: What stands over the quotes, where there are any.
    in_own_words: ToldPart | None = None
    quotes: tuple[ToldQuote, ...] = ()
    #: That everything here is made up, where it is.
    made_up: str | None = None
    #: That no native speaker has checked the words.
    drafted: str | None = None
    #: Whose area names these are.
    attribution: str = ""
    #: Where it can be read in other languages.
    address: str | None = None
    #: Said of the whole summary where all its figures are a wider area's.
    stand_in: str | None = None
    #: Heads of the columns of tables: question, answer, share.
    heads: tuple[str, str, str] = ("", "", "")
    #: "Page {page} of {pages}", to be filled where pages are counted.
    paging: str = ""

    @property
    def is_easy(self) -> bool:
        """Say whether it is in easy read."""
        return self.style == "easy_read"
