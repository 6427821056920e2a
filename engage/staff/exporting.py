"""The job that writes many published tables as one file: of the last release, in the format that was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engage.jobs import JobRefused, Progress, making
from engage.reporting.exports import FormatRefused, export_tables
from engage.reporting.ground import AreaNotInSurvey
from engage.reporting.labels import Labels
from engage.reporting.reading import find_tables, last_release, open_release, refusal_reason
from engage.reporting.summary_files import file_name
from engage.results.plan import BreakdownRefused
from engage.storage.database import Session
from engage.storage.instance import Instance

KIND = "results.export"
#: Letters of a wave's name in that of a file.
_LONGEST = 60


@dataclass(frozen=True)
class ExportOrder:
    """Tables to write: of an area or what lies in it, of all questions or one."""

    survey: str
    wave: str
    area: str
    #: A breakdown of the release plan or a level of areas; empty for the area itself.
    by: str
    question: str
    form: str
    #: Id of the job that writes them: begun again, it writes the same file.
    job: str

    @property
    def file_name(self) -> str:
        """Return the name of the file, whatever the wave is called."""
        return f"{self.survey}-{file_name(self.wave)[:_LONGEST]}-{self.job[:8]}.{self.form}"


def export_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Write the tables of an ExportOrder and return the name of the file in `files_of`. Raises JobRefused."""
    order = ExportOrder(**parameters)
    try:
        with instance.database.reading() as session:
            written = _written(session, order, progress)
    except (AreaNotInSurvey, BreakdownRefused) as refusal:
        raise JobRefused(refusal_reason(refusal)) from refusal
    except FormatRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    with making(instance, order.file_name) as file:
        file.write(written)
    return order.file_name


def _written(session: Session, order: ExportOrder, progress: Progress) -> bytes:
    release = last_release(session, order.survey, order.wave)
    if release is None:
        raise JobRefused(f"nothing is published of {order.survey}, {order.wave}")
    published = open_release(session, release)
    labels = Labels(published.questionnaire, published.ground.tree)
    asked = {"area": order.area, "by": order.by or None, "question": order.question or None}
    return export_tables(
        session, order.form, published, find_tables(session, published, **asked), labels, progress=progress
    )
