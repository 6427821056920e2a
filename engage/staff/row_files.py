"""The job that writes row-level data: sealed beside the scans, for whoever asked for it alone, gone after an hour."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from engage.collection.scan_files import seal_scan, unsealed
from engage.jobs import JobRefused, Progress
from engage.reporting.microdata import Handout, MicrodataRefused, hand_out
from engage.storage.instance import Instance

KIND = "responses.export"
#: Bytes of a file.
LARGEST_FILE = 4_000_000_000


def rows_job(instance: Instance, parameters: Mapping[str, Any], progress: Progress) -> str:
    """Write the rows of a Handout, on record for `by`, and return the name of the sealed file. Raises JobRefused.

    Begun again by the same `job`, it seals the same file anew; the audit log then says twice that it was written.
    """
    given = dict(parameters)
    job, by = given.pop("job"), given.pop("by")
    asked = Handout(**given)
    try:
        file = hand_out(instance, asked, by=by, progress=progress)
    except MicrodataRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    name = f"rows-{job[:8]}.{asked.form}"
    with file.content as content:
        seal_scan(instance.settings, name, content, most=LARGEST_FILE)
    return name


def open_rows(instance: Instance, name: str) -> BinaryIO:
    """Return the content of a sealed file, without a name on disk. Raises ScanUnreadable where it is gone."""
    with unsealed(instance.settings, name) as path:
        return path.open("rb")
