"""Fieldwork quality: which questions are passed over, where people leave, how long it takes; from counters alone."""

from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from engage.questionnaire.model import Questionnaire
from engage.reporting.coverage_heard import EVERYBODY, read_heard
from engage.reporting.coverage_people import tells_who
from engage.reporting.coverage_quality import Finding, Quality, ReaderQuality, read_quality
from engage.reporting.coverage_words import finding_words, question_words, reader_words
from engage.reporting.labels import Labels
from engage.response.durations import DURATION_BANDS
from engage.staff.access import Permission, requires
from engage.staff.blueprint import staff_pages, the_instance
from engage.staff.coverage_asked import asked_wave, ground_of
from engage.staff.words import STATES, language_name
from engage.storage import coverage
from engage.storage.coverage import DURATION, REPLIES
from engage.storage.database import Session


@dataclass(frozen=True)
class QualityShown:
    """How a wave goes, and the words that the page says it in."""

    quality: Quality
    labels: Labels
    #: Replies that came in, whether their questions are counted or not.
    came: int

    def readers(self, by: str) -> tuple[ReaderQuality, ...]:
        """Return how it goes by language, style or way of answering; none where too few began to say who."""
        return tuple(one for one in self.quality.readers if one.by == by) if tells_who(self.quality.begun, by) else ()

    def question(self, question_id: str) -> str:
        """Return a question as it is asked."""
        return question_words(self.labels, question_id)

    def reader(self, by: str, code: str) -> str:
        """Return a language, a style or a way of answering."""
        return reader_words(by, code, language_name)

    def finding(self, found: Finding) -> str:
        """Return a finding as a sentence."""
        return finding_words(found, self.labels, language_name)


@staff_pages.get("/staff/quality")
@requires(Permission.SEE_COVERAGE)
def quality() -> ResponseReturnValue:
    """Show how the questions of a wave go."""
    with the_instance().database.reading() as session:
        asked = asked_wave(session, request.args) or abort(404)
        shown = the_quality(session, asked.questionnaire, asked.wave.name)
    return render_template(
        "staff/quality.html", asked=asked, shown=shown, bands=[band for _, band in DURATION_BANDS], states=STATES
    )


def the_quality(session: Session, questionnaire: Questionnaire, wave: str) -> QualityShown:
    """Return how the questions of a wave go; everywhere, as the counters know no area."""
    ground = ground_of(session, questionnaire)
    heard = read_heard(session, questionnaire.slug, wave, ground, (DURATION, REPLIES))
    counts = coverage.questions(session, questionnaire.slug, wave)
    return QualityShown(
        read_quality(counts, questionnaire, heard), Labels(questionnaire, ground.tree), heard.of(EVERYBODY)
    )
