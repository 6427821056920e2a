"""The job that publishes a wave: reads for as long as it takes, and holds the database for the writing alone."""

from collections.abc import Mapping
from typing import Any

from engage.jobs import JobRefused, Progress
from engage.reporting.releasing import ReleaseRefused, prepare_release, store_release
from engage.storage.instance import Instance


def publish_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> None:
    """Publish `wave` of `survey` for `by`. Raises JobRefused."""
    now = instance.now()
    survey, wave = parameters["survey"], parameters["wave"]
    try:
        with instance.database.reading() as session:
            prepared = prepare_release(session, survey, wave, on_date=now.date(), progress=progress)
        with instance.database.writing() as session:
            store_release(session, instance.settings.keys, prepared, by=parameters["by"], now=now)
    except ReleaseRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
