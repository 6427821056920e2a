"""Long work with progress: the same job functions, run by a thread of the web process or by RQ workers."""

from engage.jobs.asking import QUEUE, RUN, ask, cancel, queue_of, retry
from engage.jobs.faults import JobCancelled, JobLost, JobRefused, JobStopped, where_it_failed
from engage.jobs.files import files_of, forget_half_made, making
from engage.jobs.running import Progress, Work, run, start_embedded
from engage.jobs.sweeping import LEASE, RESUMABLE, Sweeper, start_sweeping

__all__ = [
    "LEASE",
    "QUEUE",
    "RESUMABLE",
    "RUN",
    "JobCancelled",
    "JobLost",
    "JobRefused",
    "JobStopped",
    "Progress",
    "Sweeper",
    "Work",
    "ask",
    "cancel",
    "files_of",
    "forget_half_made",
    "making",
    "queue_of",
    "retry",
    "run",
    "start_embedded",
    "start_sweeping",
    "where_it_failed",
]
