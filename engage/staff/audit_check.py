"""The job that goes through the whole audit log and says whether it holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from engage.collection.audit_check import check_log
from engage.jobs import JobRefused, Progress
from engage.storage.audit_head import HeadUnreadable, Restored
from engage.storage.instance import Instance

KIND = "audit.check"
#: What is to be done where the log does not hold.
_KEEP = (
    "keep the database, the instance folder and every backup as they are, and tell whoever answers for data protection"
)


def check_job(instance: Instance, _parameters: Mapping[str, Any], progress: Progress) -> None:
    """Go through the chain, and note that it is whole. Raises JobRefused with what does not hold first."""
    try:
        fault = check_log(instance, progress)
    except HeadUnreadable as error:
        raise JobRefused(f"the head of the log outside the database cannot be read; {_KEEP}") from error
    if fault is not None:
        raise JobRefused(f"the log was tampered with, and what does not hold first is this: {fault}; {_KEEP}")


def restorations(instance: Instance) -> Sequence[Restored]:
    """Return which backups the instance was restored from, as is noted outside the database."""
    try:
        outside = instance.database.audit_head.read()
    except HeadUnreadable:
        return ()
    return outside.restored if outside else ()
