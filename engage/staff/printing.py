"""The job that prints forms: lays the questionnaire out, issues serials and writes the PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from engage.channels.paper.composition import QuestionTooLong, make_layout
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.fonts import FontMissing
from engage.channels.paper.layout import Layout
from engage.collection.batches import LONGEST_NAME, PrintRun, open_batch
from engage.collection.paper import districts_on_form, draw_serials, issue_forms
from engage.collection.places import is_covered
from engage.jobs import JobRefused, Progress, files_of
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.response.receipts import receipt_of
from engage.response.serials import response_id_of
from engage.storage import areas, questionnaires, waves
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


def print_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Print the forms of a PrintOrder and return the name of the PDF in `files_of`. Raises JobRefused.

    A job that was killed prints anew: nothing of a file that is not whole is recorded or kept.
    """
    order = PrintOrder(**parameters)
    name = f"{order.survey}-{order.language}-{order.style}-{uuid4().hex[:8]}.pdf"
    path = files_of(instance) / name
    try:
        with path.open("wb") as file:
            print_order(instance, order, file, progress)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def print_order(instance: Instance, order: PrintOrder, out: BinaryIO, progress: Progress) -> Printed:
    """Write the PDF, then record its batch and the serials on it. Raises JobRefused."""
    with instance.database.reading() as session:
        questionnaire, wave = _asked(session, order.survey, order.wave)
        if order.area and not is_covered(areas.read_tree(session), questionnaire, order.area):
            raise JobRefused(f"the area {order.area} is not part of the survey")
        if any(len(name or "") > LONGEST_NAME for name in (order.venue, order.ambassador)):
            raise JobRefused(f"a name has at most {LONGEST_NAME} characters")
        layout = _laid_out(session, questionnaire, order.language, order.style, is_synthetic=wave.synthetic)
        serials = draw_serials(session, order.count)
    progress(0, order.count)
    copies = [PrintedForm(serial, receipt_of(response_id_of(serial))) for serial in serials]
    print_forms(layout, copies, instance.settings.public_url, out, progress)
    return Printed(_record(instance, order, layout, questionnaire, wave, serials), layout, tuple(serials))


def _record(
    instance: Instance,
    order: PrintOrder,
    layout: Layout,
    questionnaire: Questionnaire,
    wave: Wave,
    serials: Sequence[str],
) -> Batch:
    """Record the batch and its forms."""
    language, style, area = order.language, order.style, order.area
    run = PrintRun(
        survey=order.survey,
        version=questionnaire.version,
        wave=wave.name,
        language=language,
        style=style,
        count=order.count,
        area=area,
        venue=order.venue,
        ambassador=order.ambassador,
        job=UUID(order.job) if order.job else None,
    )
    keys, now, by = instance.settings.keys, instance.now(), order.by
    with instance.database.writing() as session:
        batch = open_batch(session, run, by, now)
        issue_forms(
            session, keys, layout, questionnaire, wave.name, language, style, area, run.count, now, by, batch, serials
        )
    return batch


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
