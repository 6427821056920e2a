"""Reads how fieldwork goes from counters: what is passed over, where people leave, how long it takes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import erfc, sqrt

from engage.questionnaire.conditions import questions_in
from engage.questionnaire.model import Question, Questionnaire
from engage.reporting.coverage_heard import EVERYBODY, Heard
from engage.response.durations import DURATION_BANDS
from engage.results.comparison import flag_differences
from engage.storage.coverage import BETWEEN, DURATION, QuestionCell, Went

#: Counts below this are told as a band, and no share is made of them.
LEAST_TOLD = 8
#: Both sides of a comparison need so many askings.
LEAST_COMPARED = 30
#: A group passes a question over so many times more often than it would be expected to, to be spoken of.
LEAST_RATIO = 1.5
#: What is compared, and what with: everything else about how people answered is alike on both sides.
BASELINES = {"language": "", "style": "standard", "channel": "web"}

_Strata = Mapping[tuple[str, ...], Went]


@dataclass(frozen=True)
class Rate:
    """How often something happened of so many times that it could; a small count has no share."""

    count: int
    of: int

    #: Whether nothing but the share may be told.
    is_share_only: bool = False

    @property
    def words(self) -> str:
        """Return the count, as a band where it is small."""
        if not self.count:
            return "none"
        if self.is_share_only:
            return "" if self.share is not None else "few"
        return str(self.count) if self.count >= LEAST_TOLD else f"under {LEAST_TOLD}"

    @property
    def share(self) -> float | None:
        """Return the share, None where the count is small or was hardly possible."""
        return self.count / self.of if self.of >= LEAST_COMPARED and self.count >= LEAST_TOLD else None


@dataclass(frozen=True)
class QuestionQuality:
    """How a question went."""

    question: str
    #: None where only those who gave some answer before are asked: how many they are would be a figure about answers.
    asked: int | None
    skipped: Rate
    broken_off: Rate


@dataclass(frozen=True)
class ReaderQuality:
    """How it went for those who read one language or style, or answered in one way."""

    by: str
    code: str
    begun: int
    #: Of all questions put to them.
    skipped: Rate
    #: Of those who began.
    broken_off: Rate


@dataclass(frozen=True)
class Finding:
    """A question that one kind of reader passes over, or leaves at, more often than others do in the same ways."""

    question: str
    #: "language", "style" or "channel", and which.
    by: str
    code: str
    baseline: str
    #: "skipped" or "broken_off".
    what: str
    rate: Rate
    #: The share expected, were they like the others.
    expected: float

    @property
    def ratio(self) -> float:
        """Return how many times as often as expected."""
        return self.rate.count / self.rate.of / self.expected


@dataclass(frozen=True)
class Quality:
    """How the fieldwork of a wave goes."""

    questions: tuple[QuestionQuality, ...]
    readers: tuple[ReaderQuality, ...]
    findings: tuple[Finding, ...]
    #: Channel → replies by band of how long answering took, in the order of the bands.
    durations: tuple[tuple[str, tuple[Rate, ...]], ...]
    #: How many began, as far as it is seen.
    begun: int


def read_quality(counts: Mapping[QuestionCell, Went], questionnaire: Questionnaire, heard: Heard) -> Quality:
    """Return how fieldwork goes; other languages are compared with the one the survey was written in."""
    asked = {cell.question for cell in counts}
    listed = [question for question in questionnaire.questions if question.id in asked]
    ordered = tuple(question.id for question in listed)
    by_question = _summed(counts, lambda cell: cell.question)
    first = ordered[0] if ordered else ""
    return Quality(
        tuple(_question(question, by_question[question.id]) for question in listed),
        tuple(reader for by in BASELINES for reader in _readers(counts, by, first)),
        tuple(_findings(counts, ordered, questionnaire.default_language)),
        tuple(_durations(heard)),
        by_question[first].asked if first else 0,
    )


def mantel_haenszel_p(tables: Iterable[tuple[int, int, int, int]]) -> float:
    """Return the two-sided p that two groups are alike in every table: (count, of, other count, of others).

    Mantel and Haenszel 1959, JNCI 22:719-748, without correction for continuity; 1 where nothing can be told.
    """
    distance = spread = 0.0
    for count, of, other_count, of_others in tables:
        both, happened = of + of_others, count + other_count
        if both > 1:
            distance += count - of * happened / both
            spread += of * of_others * happened * (both - happened) / (both * both * (both - 1))
    return erfc(abs(distance) / sqrt(2 * spread)) if spread else 1.0


def hangs_on_answers(question: Question) -> bool:
    """Say whether only those are asked a question who gave some answer before."""
    return question.options_from is not None or any(questions_in(question.show_when))


def _question(question: Question, went: Went) -> QuestionQuality:
    secret = hangs_on_answers(question)
    return QuestionQuality(
        question.id,
        None if secret else went.asked,
        Rate(went.skipped, went.asked, secret),
        Rate(went.broken_off, went.asked, secret),
    )


def _readers(counts: Mapping[QuestionCell, Went], by: str, first: str) -> Iterator[ReaderQuality]:
    every = _summed(counts, lambda cell: str(getattr(cell, by)))
    begun = _summed(
        {cell: went for cell, went in counts.items() if cell.question == first}, lambda cell: getattr(cell, by)
    )
    for code, went in sorted(every.items(), key=lambda entry: -entry[1].asked):
        yield ReaderQuality(
            by, code, begun[code].asked, Rate(went.skipped, went.asked), Rate(went.broken_off, begun[code].asked)
        )


def _findings(counts: Mapping[QuestionCell, Went], ordered: Iterable[str], language: str) -> Iterator[Finding]:
    tried = [
        tested
        for question in ordered
        for by, baseline in (BASELINES | {"language": language}).items()
        for tested in _tests(counts, question, by, baseline)
    ]
    flagged = flag_differences([p for _, p in tried]) if tried else ()
    found = [finding for (finding, _), is_flagged in zip(tried, flagged, strict=True) if is_flagged]
    yield from sorted(
        (one for one in found if one.ratio >= LEAST_RATIO and one.rate.count >= LEAST_TOLD), key=lambda one: -one.ratio
    )


def _tests(
    counts: Mapping[QuestionCell, Went], question: str, by: str, baseline: str
) -> Iterator[tuple[Finding, float]]:
    """Yield each group that can be compared on a question, with the p of its being like the baseline.

    Both are compared within everything else that could make the difference: version, and the other two of language,
    style and channel; so that Somali on paper stands beside English on paper.
    """
    own: defaultdict[str, dict[tuple[str, ...], Went]] = defaultdict(dict)
    for cell, went in counts.items():
        if cell.question == question:
            within = tuple(str(value) for name, value in cell._asdict().items() if name not in (by, "question"))
            own[getattr(cell, by)][within] = went
    for code in sorted(own.keys() - {baseline}):
        for what in ("skipped", "broken_off"):
            tested = _test(question, by, (code, own[code]), (baseline, own.get(baseline, {})), what)
            if tested is not None:
                yield tested


def _test(
    question: str, by: str, group: tuple[str, _Strata], others: tuple[str, _Strata], what: str
) -> tuple[Finding, float] | None:
    tables = [
        (getattr(went, what), went.asked, getattr(others[1][within], what), others[1][within].asked)
        for within, went in group[1].items()
        if within in others[1] and others[1][within].asked and went.asked
    ]
    asked, of_others = sum(of for _, of, _, _ in tables), sum(of for _, _, _, of in tables)
    expected = sum(of * other / of_other for _, of, other, of_other in tables)
    if min(asked, of_others) < LEAST_COMPARED or not expected:
        return None
    rate = Rate(sum(count for count, _, _, _ in tables), asked)
    return Finding(question, by, group[0], others[0], what, rate, expected / asked), mantel_haenszel_p(tables)


def _durations(heard: Heard) -> Iterator[tuple[str, tuple[Rate, ...]]]:
    by_channel: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for category, replies in heard.categories(EVERYBODY, DURATION).items():
        channel, _, band = category.split(BETWEEN)
        by_channel[channel][band] = by_channel[channel].get(band, 0) + replies
    for channel, bands in sorted(by_channel.items(), key=lambda entry: -sum(entry[1].values())):
        total = sum(bands.values())
        yield channel, tuple(Rate(bands.get(band, 0), total) for _, band in DURATION_BANDS)


def _summed(counts: Mapping[QuestionCell, Went], by: Callable[[QuestionCell], str]) -> defaultdict[str, Went]:
    total: defaultdict[str, Went] = defaultdict(Went)
    for cell, went in counts.items():
        of = total[by(cell)]
        of.asked += went.asked
        of.skipped += went.skipped
        of.broken_off += went.broken_off
    return total
