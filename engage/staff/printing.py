"""The job that prints forms: lays the questionnaire out, issues serials and writes the PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from engage.channels.paper.composition import QuestionTooLong, make_layout
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.fonts import FontMissing
from engage.channels.paper.layout import Layout
from engage.collection.batches import LONGEST_NAME, PrintRun, open_batch
from engage.collection.paper import districts_on_form, draw_serials, issue_forms
from engage.collection.places import is_covered
from engage.jobs import JobLost, JobRefused, Progress, files_of, making
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.response.receipts import receipt_of
from engage.response.serials import response_id_of
from engage.storage import areas, batches, questionnaires, waves
from engage.storage.batches import Batch
from engage.storage.database import Session
from engage.storage.instance import Instance
from engage.storage.waves import Wave


@dataclass(frozen=True)
class PrintOrder:
    """What is to be printed; `area` is a code or None, `count` in copies."""

    survey: str
    language: str
    style: str
    area: str | None
    count: int
    by: str
    #: The current one where left out.
    wave: str | None = None
    #: Where and by whom they are handed out, as far as that is known.
    venue: str | None = None
    ambassador: str | None = None
    #: Id of the job that prints them.
    job: str | None = None


@dataclass(frozen=True)
class Printed:
    """What was printed: the batch, the layout and the serials in the order of the file."""

    batch: Batch
    layout: Layout
    serials: tuple[str, ...]


@dataclass(frozen=True)
class _Run:
    """Forms about to be written, before anything of them is recorded."""

    instance: Instance
    order: PrintOrder
    layout: Layout
    questionnaire: Questionnaire
    wave: str
    serials: tuple[str, ...]

    def write(self, out: BinaryIO, progress: Progress) -> None:
        """Write the PDF."""
        progress(0, self.order.count)
        copies = [PrintedForm(serial, receipt_of(response_id_of(serial))) for serial in self.serials]
        print_forms(self.layout, copies, self.instance.settings.public_url, out, progress)

    def record(self) -> Batch:
        """Record the batch and its forms. Raises JobLost where another runner of the same job has done so."""
        order = self.order
        language, style, area = order.language, order.style, order.area
        run = PrintRun(
            survey=order.survey,
            version=self.questionnaire.version,
            wave=self.wave,
            language=language,
            style=style,
            count=order.count,
            area=area,
            venue=order.venue,
            ambassador=order.ambassador,
            job=UUID(order.job) if order.job else None,
        )
        keys, now = self.instance.settings.keys, self.instance.now()
        what = self.layout, self.questionnaire, self.wave, language, style, area, order.count
        with self.instance.database.writing() as session:
            if run.job and batches.of_job(session, run.job):
                raise JobLost
            batch = open_batch(session, run, order.by, now)
            issue_forms(session, keys, *what, now, order.by, batch, self.serials)
        return batch


def print_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Print the forms of a PrintOrder and return the name of the PDF in `files_of`. Raises JobRefused.

    A job that was killed prints anew, unless its batch is recorded: then the file was whole before.
    """
    order = PrintOrder(**parameters)
    with instance.database.reading() as session:
        batch = batches.of_job(session, UUID(order.job)) if order.job else None
        printed = batches.serials_of(session, batch.id) if batch else []
    if printed:
        if (files_of(instance) / _file_name(order, printed)).is_file():
            return _file_name(order, printed)
        raise JobRefused("these forms were printed before, and the file is no longer there; ask for new ones")
    run = _prepare(instance, order)
    name = _file_name(order, run.serials)
    with making(instance, name) as file:
        run.write(file, progress)
    run.record()
    return name


def print_order(instance: Instance, order: PrintOrder, out: BinaryIO, progress: Progress) -> Printed:
    """Write the PDF, then record its batch and the serials on it. Raises JobRefused."""
    run = _prepare(instance, order)
    run.write(out, progress)
    return Printed(run.record(), run.layout, run.serials)


def _prepare(instance: Instance, order: PrintOrder) -> _Run:
    """Lay the forms out and draw their serials. Raises JobRefused."""
    with instance.database.reading() as session:
        questionnaire, wave = _asked(session, order.survey, order.wave)
        if order.area and not is_covered(areas.read_tree(session), questionnaire, order.area):
            raise JobRefused(f"the area {order.area} is not part of the survey")
        if any(len(name or "") > LONGEST_NAME for name in (order.venue, order.ambassador)):
            raise JobRefused(f"a name has at most {LONGEST_NAME} characters")
        layout = _laid_out(session, questionnaire, order.language, order.style, is_synthetic=wave.synthetic)
        serials = draw_serials(session, order.count)
    return _Run(instance, order, layout, questionnaire, wave.name, tuple(serials))


def _file_name(order: PrintOrder, serials: Sequence[str]) -> str:
    """Return the name of the file that holds these forms; it tells none of their serials."""
    mark = sha256(min(serials).encode()).hexdigest()[:8]
    return f"{order.survey}-{order.language}-{order.style}-{mark}.pdf"


def _asked(session: Session, survey: str, wave_name: str | None) -> tuple[Questionnaire, Wave]:
    wave = waves.get(session, survey, wave_name) if wave_name else waves.current(session, survey)
    if wave is None or wave.state == "closed":
        raise JobRefused(f"{survey} has no wave{f' {wave_name}' if wave_name else ''} that takes answers")
    questionnaire = questionnaires.get(session, survey, wave.version)
    if questionnaire is None:
        raise JobRefused(f"there is no survey {survey}")
    return questionnaire, wave


def _laid_out(
    session: Session, questionnaire: Questionnaire, language: str, style: str, *, is_synthetic: bool
) -> Layout:
    if language not in questionnaire.offered(in_writing=True) or style not in questionnaire.styles:
        raise JobRefused(f"the survey does not come in {language}, {style}")
    try:
        return make_layout(
            questionnaire,
            language,
            style,
            say=phrases_for(language, style).say,
            districts=districts_on_form(session, questionnaire),
            is_synthetic=is_synthetic,
        )
    except QuestionTooLong as fault:
        raise JobRefused(f"the question {fault.question_id} is too long for one page of paper") from fault
    except FontMissing as fault:
        raise JobRefused(f"no font for {language}: {fault}") from fault
