"""The job that prints forms: lays the questionnaire out, issues serials and writes the PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import uuid4

from engage.channels.paper.composition import QuestionTooLong, make_layout
from engage.channels.paper.drawing import PrintedForm, print_forms
from engage.channels.paper.fonts import FontMissing
from engage.channels.paper.layout import Layout
from engage.collection.paper import districts_on_form, issue_forms
from engage.collection.places import is_covered
from engage.jobs import JobRefused, Progress, files_of
from engage.phrases import phrases_for
from engage.questionnaire.model import Questionnaire
from engage.storage import areas, questionnaires, waves
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


def print_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Print the forms of a PrintOrder and return the name of the PDF in `files_of`. Raises JobRefused."""
    order = PrintOrder(**parameters)
    name = f"{order.survey}-{order.language}-{order.style}-{uuid4().hex[:8]}.pdf"
    with (files_of(instance) / name).open("wb") as file:
        print_order(instance, order, file, progress)
    return name


def print_order(
    instance: Instance, order: PrintOrder, out: BinaryIO, progress: Progress
) -> tuple[Layout, tuple[str, ...]]:
    """Issue serials and write the PDF; returns the layout and the serials in order. Raises JobRefused."""
    with instance.database.reading() as session:
        questionnaire, wave = _asked(session, order.survey, order.wave)
        if order.area and not is_covered(areas.read_tree(session), questionnaire, order.area):
            raise JobRefused(f"the area {order.area} is not part of the survey")
        layout = _laid_out(session, questionnaire, order.language, order.style, is_synthetic=wave.synthetic)
    progress(0, order.count)
    with instance.database.writing() as session:
        issued = issue_forms(
            session,
            instance.settings.keys,
            layout,
            questionnaire,
            wave.name,
            order.language,
            order.style,
            order.area,
            order.count,
            instance.now(),
            order.by,
        )
    copies = [PrintedForm(serial, receipt) for serial, receipt in issued]
    print_forms(layout, copies, instance.settings.public_url, out, progress)
    return layout, tuple(serial for serial, _ in issued)


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
