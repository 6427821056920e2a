"""The job that makes the summaries of many areas: reads one release for as long as it takes and writes an archive."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from engage.jobs import JobRefused, Progress, making
from engage.reporting.reading import last_release, open_release
from engage.reporting.summary_files import SummariesRefused, SummaryOrder, write_summaries
from engage.storage.instance import Instance


def summaries_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Make the PDFs of a SummaryOrder and return the name of their archive in `files_of`. Raises JobRefused.

    Begun again by the same `job`, where one is named, it makes the same archive.
    """
    given = dict(parameters)
    mark = given.pop("job", uuid4().hex)[:8]
    order = SummaryOrder(**{**given, "within": tuple(given.get("within", ()))})
    name = f"{order.survey}-summaries-{order.level}-{order.language}-{order.style}-{mark}.zip"
    try:
        with instance.database.reading() as session:
            release = last_release(session, order.survey, order.wave)
            if release is None:
                raise JobRefused(f"nothing is published of {order.survey}")
            published = open_release(session, release)
            with making(instance, name) as file:
                write_summaries(session, published, order, instance.settings.public_url, file, progress)
    except SummariesRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    return name
