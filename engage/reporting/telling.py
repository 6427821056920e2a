"""Tells a summary in words: the same sentences for the page, the PDF, the document and the slides."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from engage import pictures
from engage.areas import ATTRIBUTION
from engage.phrases import SOURCE_LANGUAGE, direction
from engage.questionnaire.model import Option, Question
from engage.questionnaire.wording import Wording
from engage.reporting.ground import LEVEL_NAMES
from engage.reporting.labels import Labels
from engage.reporting.mode_effects import is_offered_alike
from engage.reporting.reading import Published
from engage.reporting.saying import Sayer
from engage.reporting.summary import ASKED, AreaSummary, SummaryEntry, SummarySection, has_roles
from engage.reporting.telling_differences import DifferenceTeller
from engage.reporting.told import ToldAction, ToldAnswer, ToldPart, ToldQuestion, ToldQuote, ToldSection, ToldSummary
from engage.reporting.words import EASY_READ, Counted, Saying, quality_saying, stand_in_saying, tenths_of
from engage.reporting.writing import written_day
from engage.results.plan import COMMUNITY
from engage.results.published import NOT_ENOUGH, QUALITIES, PublishedCell

#: Questions about the person that a summary tells of where the census has nothing to set beside them.
MOST_WHO = 4

#: What stands beside the headings in easy read.
_PICTURES = {
    "good": "good",
    "safety": "safe_place",
    "unsafe": "warning",
    "causes": "talk",
    "help": "help",
    "turn_to": "listen",
    ASKED: "question",
}


def tell_summary(
    summary: AreaSummary, published: Published, labels: Labels, *, address: str | None = None
) -> ToldSummary:
    """Return a summary in the language and style of `labels`; `address` is where it can be read."""
    return _Teller(summary, published, labels).tell(address)


@dataclass(frozen=True)
class _Teller:
    """What all sentences of one summary share."""

    summary: AreaSummary
    published: Published
    labels: Labels

    @cached_property
    def _sayer(self) -> Sayer:
        return Sayer(self.labels)

    @cached_property
    def _differences(self) -> DifferenceTeller:
        return DifferenceTeller(self._sayer, self.summary, self.labels.area(self.published.ground.roots[0]))

    def tell(self, address: str | None) -> ToldSummary:
        summary, language = self.summary, self.labels.language
        return ToldSummary(
            language=language,
            style=self.labels.style,
            direction=direction(language),
            survey=str(self.labels.title),
            heading=self._heading(),
            level=self._sayer.say(f"results.level.{LEVEL_NAMES[summary.area.level]}"),
            notes=tuple(self._notes()),
            sections=tuple(self._sections()),
            change=ToldPart(self._sayer.say("summary.change_title"), tuple(self._differences.since_last()), "back"),
            sure=ToldPart(self._sayer.say("summary.sure_title"), tuple(self._sure()), "question"),
            next=ToldPart(self._sayer.say("summary.next_title"), tuple(self._next()), "calendar"),
            how=ToldPart(self._sayer.say("results.how_title"), tuple(self._how()), "learn"),
            who=self._who(),
            who_notes=tuple(self._who_notes()),
            actions=tuple(self._actions()),
            in_own_words=self._in_own_words(),
            quotes=tuple(self._quotes()),
            made_up=self._sayer.say("web.demonstration") if self.published.release.synthetic else None,
            drafted=self._sayer.say("web.machine_drafted") if self._sayer.is_drafted else None,
            attribution=ATTRIBUTION,
            address=self._sayer.say("summary.printed_from", address=address) if address else None,
            stand_in=self._stand_in_all(),
            heads=(
                self._sayer.say("summary.question_head"),
                self._sayer.say("results.answer"),
                self._sayer.say("results.share_head"),
            ),
            paging=self._sayer.say("summary.page"),
        )

    def _heading(self) -> str:
        if self.summary.community is None:
            return self._sayer.say("results.about_area", area=self.summary.area.name)
        return self._sayer.say("summary.community", community=str(self.labels.row(COMMUNITY, self.summary.community)))

    def _notes(self) -> Iterator[str]:
        summary = self.summary
        if summary.base is not None:
            yield self._sayer.say("results.answered_area", base=summary.base, area=summary.area.name)
        elif summary.quality == NOT_ENOUGH:
            yield self._sayer.say("results.quality.not_enough")
        if summary.community is not None:
            yield self._sayer.say("summary.community_note")
        yield self._sayer.say("results.note")
        day = written_day(self.published.release.published_at.date(), self.labels.language)
        yield self._sayer.say("results.published", date=day)

    def _stand_in_all(self) -> str | None:
        wider = self.summary.stands_in
        if wider is None:
            return None
        return self._sayer.say("results.stand_in_all", area=self.summary.area.name, wider=self.labels.area(wider))

    def _sections(self) -> Iterator[ToldSection]:
        with_roles = has_roles(self.published.questionnaire)
        for section in self.summary.sections:
            if section.role != ASKED or not with_roles:
                told = self._told_section(section)
                if told is not None:
                    yield told

    def _told_section(self, section: SummarySection) -> ToldSection | None:
        key = "results.title" if section.role == ASKED else f"summary.{section.role}"
        return self._section(section.role, key, section.entries, _PICTURES[section.role])

    def _section(self, role: str, key: str, entries: tuple[SummaryEntry, ...], picture: str) -> ToldSection | None:
        asked = tuple(self._question(entry) for entry in entries if entry.row.cells and self._is_asked_so(entry))
        return ToldSection(role, self._sayer.say(key), asked, picture) if asked else None

    def _who(self) -> ToldSection | None:
        """Return who answered: beside the census where that is known, else as they said of themselves."""
        answered = self._differences.answered()
        if answered and not self._sayer.is_easy:
            return ToldSection("who", self._sayer.say("results.who_title"), answered, "people")
        section = self._section("who", "results.who_title", self._asked_of_all(), "people")
        return replace(section, questions=tuple(_counted(each) for each in section.questions)) if section else None

    def _who_notes(self) -> Iterator[str]:
        yield self._sayer.say("results.who_note")
        if self.summary.answered and not self._sayer.is_easy:
            yield self._sayer.say("summary.who_residents")

    def _asked_of_all(self) -> tuple[SummaryEntry, ...]:
        """Return the questions about the person that do not hang on another answer: a summary has no room for more."""
        asked = ((entry, self._asked(entry)) for entry in self.summary.who)
        return tuple(entry for entry, question in asked if question and question.show_when is None)[:MOST_WHO]

    def _is_asked_so(self, entry: SummaryEntry) -> bool:
        """Say whether the question belongs in this style: in easy read, what was asked in easy read."""
        question = self._asked(entry)
        return self.labels.style != EASY_READ or (
            question is not None and (not question.routes or EASY_READ in question.routes)
        )

    def _question(self, entry: SummaryEntry) -> ToldQuestion:
        row, asked = entry.row, self._asked(entry)
        answers = tuple(self._answer(entry, cell) for cell in entry.leading())
        notes = []
        if asked is not None and asked.is_multiple and answers:
            notes.append(self._sayer.say("results.several"))
        if entry.is_from_one_batch:
            notes.append(self._sayer.say("summary.sure.batch"))
        return ToldQuestion(
            id=entry.question_id,
            text=self.labels.question(entry.question_id, self._sayer.apart(self._place(entry))),
            base=self._sayer.tell(self._base(entry)),
            quality=row.quality,
            answers=answers,
            stand_in=self._stand_in(entry),
            notes=tuple(notes),
            few=() if answers else tuple(self._sayer.option(entry.question_id, cell.option) for cell in entry.few),
            is_ordered=entry.is_ordered,
        )

    def _base(self, entry: SummaryEntry) -> Saying:
        """Say about how many answered; that they are few, only where they are."""
        base = entry.row.base
        if base is None or not entry.is_from_one_batch:
            return quality_saying(entry.row)
        by_base = next(name for least, name in QUALITIES if base >= least)
        return Saying(f"results.quality.{by_base}", {"base": base})

    def _place(self, entry: SummaryEntry) -> str:
        """Return the name of the area that a question is told of."""
        code = self.summary.area.code if self.summary.community else entry.row.shown_for or entry.row.row
        return self.labels.area(code)

    def _stand_in(self, entry: SummaryEntry) -> str | None:
        if self.summary.stands_in is not None or self.summary.community is not None:
            return None
        codes = (code for code in (entry.row.row, entry.row.shown_for) if code)
        saying = stand_in_saying(entry.row, {code: self.labels.area(code) for code in codes})
        return self._sayer.tell(saying) if saying else None

    def _answer(self, entry: SummaryEntry, cell: PublishedCell) -> ToldAnswer:
        return ToldAnswer(
            label=self._sayer.option(entry.question_id, cell.option),
            cell=cell,
            said=self._sayer.share(cell),
            tenths=tenths_of(cell),
            interval=self._sayer.interval(cell),
            beside=self._beside(entry, cell),
            remarks=self._differences.beside_rest(entry.question_id, cell),
            picture=self._picture(entry, cell) if self._sayer.is_easy else None,
        )

    def _beside(self, entry: SummaryEntry, cell: PublishedCell) -> str | None:
        """Return what was said of the first answer of a scale in the district, beside the area's own figure."""
        other = entry.beside
        if other is None or other.shown_for is None or self._sayer.is_easy or not entry.is_ordered:
            return None
        first = next((one for one in other.cells if one.option == cell.option), None)
        if first is None or first.share is None or cell.option != entry.row.cells[0].option:
            return None
        return self._sayer.say("results.beside", area=self.labels.area(other.shown_for), share=self._sayer.share(first))

    def _picture(self, entry: SummaryEntry, cell: PublishedCell) -> str | None:
        asked = self._asked(entry)
        options = self._options(asked) if asked else ()
        name = next((option.picture for option in options if option.code == cell.option), None)
        named = name or (asked.picture if asked else None)
        return named if named in pictures.PICTURES else None

    def _options(self, question: Question) -> tuple[Option, ...]:
        scale = self.published.questionnaire.scale_of(question)
        return (*scale.short, *scale.options) if scale else question.options

    def _sure(self) -> Iterator[str]:
        quality = self.summary.quality
        yield self._sayer.say("results.quality.not_enough" if quality == NOT_ENOUGH else f"summary.sure.{quality}")
        yield from self._differences.nothing_clear()
        yield from self._differences.channels()
        yield from self._differences.ways()
        yield self._sayer.say("results.safe")

    def _next(self) -> Iterator[str]:
        if not self.summary.actions:
            yield self._sayer.say("summary.next_none")

    def _actions(self) -> Iterator[ToldAction]:
        for action in self.summary.actions:
            day = written_day(action.day, self.labels.language)
            is_other = action.language != self.labels.language
            said, done = (Wording(words, action.language, is_other) for words in (action.said, action.done))
            yield ToldAction(said, done, self._sayer.say("summary.next_by", owner=action.owner, date=day))

    def _in_own_words(self) -> ToldPart | None:
        if not self.summary.quotes:
            return None
        return ToldPart(self._sayer.say("quotes.title"), (self._sayer.say("quotes.note"),), "talk")

    def _quotes(self) -> Iterator[ToldQuote]:
        """Yield what people wrote; a quote carries its district at the finest, whatever area the summary is about."""
        is_other = self.labels.language != SOURCE_LANGUAGE
        for quote in self.summary.quotes:
            place = self.labels.area(quote.district)
            if quote.age_group:
                age = str(self.labels.phrase(f"results.age.{quote.age_group}"))
                by = self._sayer.say("quotes.who_aged", age=age, place=place)
            else:
                by = self._sayer.say("quotes.who", place=place)
            told = (by, self._sayer.say("quotes.translated")) if quote.is_translated else (by,)
            yield ToldQuote(Wording(quote.words, SOURCE_LANGUAGE, is_fallback=is_other), " · ".join(told))

    def _how(self) -> Iterator[str]:
        notes = (
            ("share", "few", "faint") if self.labels.style == EASY_READ else ("share", "interval", "few", "left_out")
        )
        for note in notes:
            yield self._sayer.say(f"results.how_{note}")
        if any(self._had_fewer(entry) for entry in self.summary.entries if entry.row.cells):
            yield self._sayer.say("results.how_fewer")
        yield from self._differences.how_elsewhere()

    def _had_fewer(self, entry: SummaryEntry) -> bool:
        """Say whether people chose from fewer answers in easy read or by text."""
        asked = self.published.questionnaire
        return not all(is_offered_alike(asked, entry.question_id, mode) for mode in ("text", "easy_read"))

    def _asked(self, entry: SummaryEntry) -> Question | None:
        return self.published.questionnaire.question(entry.question_id)


def _counted(question: ToldQuestion) -> ToldQuestion:
    """Return a question about who answered without intervals: that was counted, chance has no part in it."""
    answers = (replace(answer, cell=Counted.of(answer.cell), interval=None) for answer in question.answers)
    return replace(question, answers=tuple(answers))
